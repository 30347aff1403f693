"""Lets the tests of this room import its helper modules and the mini course."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "batch")]
