"""The class page as one self-contained HTML file: style and script inside, nothing loaded, usable without the script."""

from __future__ import annotations

import json

from markupsafe import Markup

from grader.checks.outcome import Status
from grader.gradebook.class_page import ClassPage, short_message
from grader.gradebook.html import environment, stylesheet
from grader.gradebook.status_words import STATUS_WORDS

SCHEMA = "fairmark.class/1"


def class_html(page: ClassPage) -> str:
    """The whole page, ending in a newline."""
    template = environment().get_template("class_page.html.j2")
    values = {
        "page": page,
        "schema": SCHEMA,
        "style": stylesheet("base.css", "class_page.css"),
        "script": stylesheet("class_page.js"),
        "words": STATUS_WORDS,
        "details": _details(page),
        "cells": {row.student: _cells(page, index) for index, row in enumerate(page.rows)},
        "tallest": max((item.count for item in page.bins), default=0) or 1,
    }
    return template.render(values).rstrip() + "\n"


def _cells(page: ClassPage, index: int) -> Markup:
    """The heat map's cells of one student, short, since a class has tens of thousands."""
    starts, first_of_idea = set(), set()
    position = 0
    for exercise in page.exercises:
        starts.add(position)
        first_of_idea |= {position + offset for offset, check in enumerate(exercise.checks) if check.new_idea}
        position += len(exercise.checks)
    parts = []
    for column, outcome in enumerate(page.rows[index].outcomes):
        edge = " g" if column in starts else " i" if column in first_of_idea else ""
        if outcome is None:
            parts.append(f'<td class="none{edge}"></td>')
        else:
            words = STATUS_WORDS[outcome.status]
            parts.append(f'<td class="{words.style}{edge}">{words.symbol}</td>')
    return Markup("".join(parts))


def _details(page: ClassPage) -> Markup:
    """What the cells say when they are pointed at, as JSON that no text in it can end early: messages once each, by number."""
    letters = {status: chr(ord("a") + index) for index, status in enumerate(Status)}
    messages: dict[str, int] = {}
    rows = []
    for row in page.rows:
        said = {
            column: messages.setdefault(short_message(outcome), len(messages))
            for column, outcome in enumerate(row.outcomes)
            if outcome is not None and outcome.message
        }
        rows.append(["".join("." if outcome is None else letters[outcome.status] for outcome in row.outcomes), said])
    document = {
        "checks": [[exercise.title, check.number, check.title, check.hidden] for exercise in page.exercises for check in exercise.checks],
        "statuses": [status.value for status in Status],
        "styles": [STATUS_WORDS[status].style for status in Status],
        "messages": list(messages),
        "rows": rows,
    }
    text = json.dumps(document, separators=(",", ":"))
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))
