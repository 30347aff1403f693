"""The likely mistakes of a class as one self-contained HTML page for the staff: no script, nothing loaded, all untrusted text escaped."""

from __future__ import annotations

from grader.gradebook.class_mistakes import ClassMistakes
from grader.gradebook.html import environment, stylesheet
from grader.gradebook.status_words import STATUS_WORDS

SCHEMA = "fairmark.diagnoses-page/1"
_MOST_CANDIDATES = 3
_MOST_SIGNS = 6


def diagnoses_html(mistakes: ClassMistakes, assignment: str, class_page: str) -> str:
    """The whole page, ending in a newline. ``assignment`` is its title, ``class_page`` the relative link to the class page."""
    template = environment().get_template("diagnoses.html.j2")
    values = {
        "mistakes": mistakes,
        "assignment": assignment,
        "class_page": class_page,
        "words": STATUS_WORDS,
        "style": stylesheet("base.css", "diagnoses.css"),
        "schema": SCHEMA,
        "most_candidates": _MOST_CANDIDATES,
        "most_signs": _MOST_SIGNS,
    }
    return template.render(values).rstrip() + "\n"
