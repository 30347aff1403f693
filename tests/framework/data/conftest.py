"""The scripts in data/ import their neighbours as a script does: with data/ on the path."""

import sys
from pathlib import Path

DATA = Path(__file__).resolve().parents[3] / "data"
sys.path.insert(0, str(DATA))
