"""Lets the tests of this room import their helper module, and gives them a small course."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from class_of_students import Staff


@pytest.fixture
def staff(tmp_path: Path) -> Staff:
    return Staff(tmp_path)
