"""Lets the tests of this room import their helper modules, and those of the jail's tests."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "jail")]
