"""Lets the tests of this room import the reference and their helper modules."""

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[3] / "solutions")]
