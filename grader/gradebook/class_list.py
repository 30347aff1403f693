"""The roster that holds, matched with what was handed in."""

from __future__ import annotations

from grader.gradebook.gradebook import Gradebook
from grader.intake.join import Joined, join


def class_list(book: Gradebook, assignment: str) -> Joined:
    """Whose each submission is and who is missing; nothing of either while no roster was ever given."""
    return join(book.roster(assignment), book.submissions(assignment))
