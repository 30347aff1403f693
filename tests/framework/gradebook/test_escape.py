"""Hostile names, messages and notes, in every file that is written."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import CHECKS, SIGNATURES, graded, outcome, small_course, submission

from grader.checks.outcome import Status
from grader.gradebook.escape import file_name, from_spreadsheet_cell, spreadsheet_cell, visible
from grader.gradebook.feedback_markdown import escaped, fenced
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.reports import write_reports

ATTACKS = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    "</pre></dd><iframe src=//evil>",
    '" onmouseover="alert(1)',
    "javascript:alert(1)",
    "{{ 7*7 }}{% for x in y %}",
    "<!--<script>",
    "```\n</pre><script>alert(1)</script>\n```",
    "![x](http://evil/x.png) [y](javascript:alert(1))",
    "=HYPERLINK(\"http://evil\")",
    "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1",
    "name\u202egnp.exe", "null\x00byte", "esc\x1b[31m", "half \ud800 pair",
    "../../etc/passwd", "x" * 5000,
]  # fmt: skip
ALLOWED = {"html", "head", "meta", "title", "style", "body", "script"}


class Tags(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def acting(html: str) -> tuple[int, list[str]]:
    """How many scripts there are, and everything that could load or run something."""
    tags = Tags()
    tags.feed(html)
    odd = []
    for tag, attrs in tags.found:
        if tag in ("img", "iframe", "object", "embed", "link", "base", "form"):
            odd.append(tag)
        odd += [f"{tag} {name}" for name in attrs if name.startswith("on")]
        for name in ("href", "src", "action"):
            if re.match(r"(?i)\s*(https?:|javascript:|data:|//)", attrs.get(name) or ""):
                odd.append(f"{tag} {name}={attrs[name]}")
    return sum(1 for tag, _ in tags.found if tag == "script"), odd


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    course, plan = small_course(folder)
    with Gradebook(folder / "book.sqlite") as book:
        for number, attack in enumerate(ATTACKS):
            hostile = submission(
                f"{attack[:60]}{number}" if "\ud800" not in attack else f"s{number}", student=attack, members=(attack,), notes=(attack,)
            )
            bad = {"message": attack, "input": attack, "expected": attack, "got": attack, "frames": (attack,)}
            graded(book, plan, hostile, outcome(CHECKS[0][0], Status.FAILED, **bad))
        book.release_grades("one", "ta")
        return folder, write_reports(book, course, plan, folder / "out", SIGNATURES)


def test_no_page_runs_or_loads_anything(written):
    _, reports = written
    pages = sorted(reports.feedback.glob("*.html"))
    assert len(pages) == len(ATTACKS)
    for page in pages:
        assert acting(page.read_text(encoding="utf-8")) == (0, []), page
    scripts, odd = acting(reports.class_page.read_text(encoding="utf-8"))
    assert (scripts, odd) == (2, [])


def test_data_in_the_class_page_cannot_end_its_script(written):
    text = written[1].class_page.read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)[1]
    assert "<" not in data
    assert "<script>alert(1)</script>" in json.loads(data)["messages"]


def test_direction_and_control_characters_are_made_visible(written):
    _, reports = written
    for path in [reports.class_page, *reports.feedback.iterdir()]:
        text = path.read_text(encoding="utf-8")
        assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800]", text), path


def test_no_cell_of_the_csv_is_a_formula(written):
    _, reports = written
    with reports.csv.open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    assert len(table) == len(ATTACKS) + 1 and len({len(row) for row in table}) == 1
    assert not [cell for row in table for cell in row if cell.lstrip().startswith(("=", "+", "-", "@", "＝"))]


def test_every_file_stays_in_the_folder(written):
    folder, reports = written
    names = {path.name for path in reports.feedback.iterdir()}
    assert len(names) == 2 * len(ATTACKS)
    assert all(re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name) for name in names)
    assert {path.name for path in folder.iterdir()} >= {"out", "course.toml"} and not (folder.parent / "etc").exists()


def test_json_files_hold_the_text_as_it_was(written):
    _, reports = written
    students = json.loads(reports.json.read_text(encoding="utf-8"))["students"]
    assert {student["name"] for student in students} >= {"<script>alert(1)</script>", "name\u202egnp.exe"}
    results = [json.loads(path.read_text(encoding="utf-8")) for path in reports.gradescope.glob("*/results.json")]
    assert len(results) == len(ATTACKS)
    assert {item["output_format"] for item in results} == {"text"}


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_cells_read_back_as_they_were_and_are_never_formulas(text):
    cell = spreadsheet_cell(text)
    assert from_spreadsheet_cell(cell) == text
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))


@given(st.text())
@settings(max_examples=100, deadline=None)
def test_file_names_are_harmless_and_never_meet(text):
    name = file_name(text)
    assert re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._-]*", name) and len(name) <= 100
    assert name == text or name != file_name(f"{text}x")
    assert file_name("amy_adams") == "amy_adams"
    assert file_name("amy/adams") != file_name("amy_adams")


@given(st.text(alphabet="`a~\n\r\u2028"))
@settings(max_examples=100, deadline=None)
def test_a_fence_cannot_be_left(text):
    first, *inside, last = fenced(text).split("\n")
    assert re.fullmatch("`{3,}", last) and first == f"{last}text"
    assert not any(line.strip().startswith(last) for line in inside)


def test_markdown_escapes_what_has_a_meaning():
    assert escaped("*a* <b> [c](d)\n# e") == r"\*a\* \<b\> \[c\]\(d\) \# e"
    assert visible("a\u202eb\x1b") == "a\\u202eb\\x1b"
    assert io.StringIO(visible("line\n\ttab")).read() == "line\n\ttab"
