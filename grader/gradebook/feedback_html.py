"""Feedback as one self-contained HTML page: no script, nothing loaded, all untrusted text escaped."""

from __future__ import annotations

from fractions import Fraction

from markupsafe import Markup

from grader.gradebook.feedback import Feedback
from grader.gradebook.html import environment, stylesheet
from grader.gradebook.status_words import STATUS_WORDS
from grader.gradebook.told import LOOKS_LIKE, ONLY_A_GUESS

SCHEMA = "fairmark.feedback/1"


def feedback_html(feedback: Feedback) -> str:
    """The whole page, ending in a newline."""
    page = environment().get_template("feedback.html.j2")
    style = stylesheet("base.css", "feedback.css")
    values = {
        "feedback": feedback,
        "score": feedback.score,
        "words": STATUS_WORDS,
        "looks_like": LOOKS_LIKE,
        "only_a_guess": ONLY_A_GUESS,
        "style": style,
        "schema": SCHEMA,
        "meter": _meter,
    }
    return page.render(values).rstrip() + "\n"


def _meter(earned: Fraction, points: Fraction) -> Markup:
    share = float(earned / points) if points else 0.0
    return Markup('<span class="meter" aria-hidden="true"><i style="width:{:.1f}%"></i></span>').format(100 * share)
