"""Markers: the exact ones are found, whatever resembles one is refused, prose is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.release.markers import BEGIN, END, comment_looks_like_marker, read_markers
from grader.release.problem import ReleaseRefused

LOOK_ALIKES = [
    "#BEGIN SOLUTION",
    "# begin solution",
    "# Begin Solution",
    "# BEGIN SOLUTIONS",
    "# BEGIN  SOLUTION",
    "#  BEGIN SOLUTION",
    "# BEGIN SOLUTION ",
    "#\tBEGIN SOLUTION",
    "# BEGIN SOLUTION:",
    "# BEGIN_SOLUTION",
    "# BEGINSOLUTION",
    "# --- BEGIN SOLUTION ---",
    "### BEGIN SOLUTION",
    "# BEGIN SOLUTON",
    "# BEGIN SOLUTOIN",
    "# BEGN SOLUTION",
    "# BEIGN SOLUTION",
    "# START SOLUTION",
    "# SOLUTION BEGIN",
    "# SOLUTION",
    "# SOLUTION NO PROMPT",
    "# end of solution",
    "# END SOLN",
    "# END",
    "# BEGIN HIDDEN",
    "# END OF THE SOLUTION OF THIS EXERCISE",
    "# \u0412EGIN SOLUTION",
    "# BEGIN\u00a0SOLUTION",
    "# BEGIN\u200b SOLUTION",
    "# SOL\u200bUTION",
    "# \uff22\uff25\uff27\uff29\uff2e SOLUTION",
]

PROSE = [
    "# the closed-form solution of the recurrence is known",
    "# at a higher resolution",
    "# the evolution",
    "# positions begin at the end of the cache",
    "# end of sequence",
    "# stop at eos",
    "# beam ends here",
    "# a solution to this exists only if the matrix has full rank",
]


@pytest.mark.parametrize("comment", LOOK_ALIKES)
def test_look_alike_comment_is_refused_with_its_line(comment: str) -> None:
    with pytest.raises(ReleaseRefused) as refusal:
        read_markers(f"x = 1\nif x:\n    {comment}\n    x = 2\n", "a.py")
    (problem,) = refusal.value.problems
    assert (problem.file, problem.line) == ("a.py", 3)
    assert BEGIN in problem.fix


@pytest.mark.parametrize("comment", PROSE)
def test_prose_is_no_marker(comment: str) -> None:
    assert read_markers(f"x = 1  {comment}\n{comment}\n", "a.py") == ()


@pytest.mark.parametrize("line", ["x = g(  # SOLUTION", "x = g(  # BEGIN SOLUTION", "x = g(  # solution"])
def test_trailing_comment_is_refused(line: str) -> None:
    with pytest.raises(ReleaseRefused, match=r"a\.py:1: this comment looks like a marker"):
        read_markers(f"{line}\n    1\n)\n", "a.py")


@pytest.mark.parametrize(
    "source",
    ['"""\n# BEGIN SOLUTION\n"""\n', 'x = "# BEGIN SOLUTION"\n', "x = f'''\n  # END SOLUTION\n{x}'''\n", "x = r'begin solution'\n"],
)
def test_marker_in_a_string_is_refused(source: str) -> None:
    with pytest.raises(ReleaseRefused, match="line of a string looks like a marker"):
        read_markers(source, "a.py")


def test_string_that_speaks_of_markers_is_text() -> None:
    source = '"""What stands between # BEGIN SOLUTION and # END SOLUTION is taken out of the file."""\n'
    assert read_markers(source, "a.py") == ()


def test_exact_markers_are_found_in_order() -> None:
    found = read_markers("# BEGIN SOLUTION\nx = 1\n# END SOLUTION\n", "a.py")
    assert [(marker.begins, marker.line, marker.column) for marker in found] == [(True, 1, 0), (False, 3, 0)]


def test_what_is_not_python_is_refused() -> None:
    with pytest.raises(ReleaseRefused, match="not Python"):
        read_markers("x = (\n", "a.py")


@st.composite
def spoilt_markers(draw: st.DrawFn) -> str:
    """A marker after one slip: a character lost, doubled, swapped or changed in case; or its spaces changed."""
    marker = draw(st.sampled_from([BEGIN, END]))
    place = draw(st.integers(1, len(marker) - 2))
    slip = draw(st.sampled_from(["lost", "doubled", "swapped", "case"]))
    before, here, after = marker[:place], marker[place], marker[place + 1 :]
    if slip == "lost":
        return before + after
    if slip == "doubled":
        return before + here + here + after
    if slip == "swapped":
        return before + after[0] + here + after[1:]
    return before + here.swapcase() + after


@settings(max_examples=150, deadline=None)
@given(spoilt_markers())
def test_one_slip_never_passes_unnoticed(comment: str) -> None:
    if comment in (BEGIN, END):
        return
    assert comment_looks_like_marker(comment), comment


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.characters(exclude_characters="\r\n\f\x00", exclude_categories=["Cs"]), max_size=60))
def test_any_comment_is_a_marker_refused_or_left_alone(text: str) -> None:
    source = f"x = 1\n#{text}\ny = 2\n"
    try:
        markers = read_markers(source, "a.py")
    except ReleaseRefused as refusal:
        assert all(problem.line == 2 for problem in refusal.problems)
    else:
        assert [marker.line for marker in markers] == ([2] if f"#{text}" in (BEGIN, END) else [])
