"""Regions against the syntax tree, and the stub: what is refused, what becomes of a region, what stays as it was."""

import ast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.checks.stub import exercise_not_started, not_started_message
from grader.release.problem import ReleaseRefused
from grader.release.stubs import Stub, make_stub

MESSAGE = not_started_message("norm", "3", "Norms")


def stub_of(source: str | bytes) -> Stub:
    return make_stub(source if isinstance(source, bytes) else source.encode(), "a.py", lambda _: MESSAGE)


REFUSED = {
    "end without begin": ("x = 1\n# END SOLUTION\n", 2, "never began"),
    "begin without end": ("# BEGIN SOLUTION\nx = 1\n", 1, "never ends"),
    "nested": (
        "# BEGIN SOLUTION\nx = 1\n# BEGIN SOLUTION\ny = 1\n# END SOLUTION\n# END SOLUTION\n",
        3,
        "begins inside the region of line 1",
    ),
    "begin twice": ("# BEGIN SOLUTION\nx = 1\n# BEGIN SOLUTION\ny = 1\n# END SOLUTION\n", 3, "begins inside"),
    "empty": ("def f():\n    # BEGIN SOLUTION\n    # END SOLUTION\n    return 1\n", 2, "holds no code"),
    "comments only": ("def f():\n    # BEGIN SOLUTION\n    # think\n    # END SOLUTION\n    return 1\n", 2, "holds no code"),
    "inside a call": ("x = f(\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n)\n", 2, "no whole statement"),
    "cuts a call": ("x = f(\n    # BEGIN SOLUTION\n    1,\n)\ny = 2\n# END SOLUTION\n", 2, "cuts the statement of line 1"),
    "begins before, ends inside": ("# BEGIN SOLUTION\ny = 2\nx = f(\n    # END SOLUTION\n    1,\n)\n", 4, "cuts the statement of line 3"),
    "two functions": (
        "def f():\n    a = 1\n    # BEGIN SOLUTION\n    return a\n\n\ndef g():\n    b = 1\n    # END SOLUTION\n    return b\n",
        9,
        "border of its block or function",
    ),
    "end of one function, whole next": (
        "def f():\n    # BEGIN SOLUTION\n    return 1\n\n\ndef g():\n    return 2\n    # END SOLUTION\n",
        2,
        "border of its block or function",
    ),
    "out of the function": ("def f():\n    # BEGIN SOLUTION\n    return 1\n\n\n# END SOLUTION\nx = 2\n", 6, "column"),
    "else without if": ("if a:\n    x = 1\n# BEGIN SOLUTION\nelse:\n    x = 2\n# END SOLUTION\n", 4, "middle of a statement"),
    "elif without if": ("if a:\n    x = 1\n# BEGIN SOLUTION\nelif b:\n    x = 2\n# END SOLUTION\n", 4, "middle of a statement"),
    "if and half its else": (
        "if a:\n    # BEGIN SOLUTION\n    x = 1\nelse:\n    x = 2\n    # END SOLUTION\n",
        3,
        "begins or ends in the middle",
    ),
    "except without try": (
        "try:\n    x = 1\n# BEGIN SOLUTION\nexcept OSError:\n    x = 2\n# END SOLUTION\nfinally:\n    x = 3\n",
        4,
        "middle of a statement",
    ),
    "case without match": (
        "match a:\n    # BEGIN SOLUTION\n    case 1:\n        x = 1\n    # END SOLUTION\n    case _:\n        x = 2\n",
        3,
        "middle",
    ),
    "decorator left behind": ("@wrap\n# BEGIN SOLUTION\ndef f():\n    return 1\n# END SOLUTION\n", 3, "middle of a statement"),
    "wrong column": ("def f():\n# BEGIN SOLUTION\n    return 1\n    # END SOLUTION\n", 2, "column 0"),
    "leaves an empty class": ("class A:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n", 2, "not Python"),
    "leaves an empty branch": ("if a:\n    # BEGIN SOLUTION\n    x = 1\n    # END SOLUTION\n", 2, "not Python"),
    "not utf-8": (b"x = 1\ny = '\xff'\n", 2, "UTF-8"),
    "byte order mark": (b"\xef\xbb\xbfx = 1\n", 1, "byte order mark"),
    "old line ends": (b"x = 1\ry = 2\n", 1, "line ends"),
    "not python": ("def f(:\n    pass\n", 1, "not Python"),
}


@pytest.mark.parametrize(("source", "line", "what"), REFUSED.values(), ids=REFUSED)
def test_untrustworthy_region_is_refused(source: str | bytes, line: int, what: str) -> None:
    with pytest.raises(ReleaseRefused) as refusal:
        stub_of(source)
    first = refusal.value.problems[0]
    assert what in first.what
    assert (first.file, first.line) == ("a.py", line)
    assert first.fix


def test_every_problem_of_a_file_is_told_at_once() -> None:
    source = (
        "x = f(\n    # BEGIN SOLUTION\n    1,\n    # END SOLUTION\n)\ndef g():\n    # BEGIN SOLUTION\n    # END SOLUTION\n    return 1\n"
    )
    with pytest.raises(ReleaseRefused) as refusal:
        stub_of(source)
    assert [problem.line for problem in refusal.value.problems] == [2, 7]


ACCEPTED = {
    "function": (
        "def f(x):\n    y = 1\n    # BEGIN SOLUTION\n    # why\n    z = x\n    return z + y\n    # END SOLUTION\n",
        f'def f(x):\n    y = 1\n    raise NotImplementedError("{MESSAGE}")\n',
    ),
    "async function, tabs, windows line ends": (
        "async def f():\r\n\t# BEGIN SOLUTION\r\n\treturn 1\r\n\t# END SOLUTION\r\n",
        f'async def f():\r\n\traise NotImplementedError("{MESSAGE}")\r\n',
    ),
    "branch": (
        "def f(x):\n    if x:\n        # BEGIN SOLUTION\n        return 1\n        # END SOLUTION\n    else:\n        return 2\n",
        f'def f(x):\n    if x:\n        raise NotImplementedError("{MESSAGE}")\n    else:\n        return 2\n',
    ),
    "statement with everything in it": (
        "def f(x):\n    # BEGIN SOLUTION\n    try:\n        a = 1; b = 2;\n    except OSError:\n        pass\n    # END SOLUTION\n",
        f'def f(x):\n    raise NotImplementedError("{MESSAGE}")\n',
    ),
    "class body": (
        "class A:\n    x = 1\n\n    # BEGIN SOLUTION\n    @wrap\n    def y(self):\n        pass\n\n    # END SOLUTION\n\n    z = 3\n",
        "class A:\n    x = 1\n\n    z = 3\n",
    ),
    "class in a function": (
        "def f():\n    class A:\n        x = 1\n        # BEGIN SOLUTION\n        y = 2\n        # END SOLUTION\n    return A\n",
        "def f():\n    class A:\n        x = 1\n    return A\n",
    ),
    "module": ("x = 1\n\n\n# BEGIN SOLUTION\ndef f():\n    return 1\n\n\n# END SOLUTION\n\n\ny = 2\n", "x = 1\n\n\ny = 2\n"),
    "module's end": ("x = 1\n\n\n# BEGIN SOLUTION\ndef f():\n    return 1\n# END SOLUTION\n", "x = 1\n"),
    "two in a row": (
        "def f():\n    # BEGIN SOLUTION\n    a = 1\n    # END SOLUTION\n    # BEGIN SOLUTION\n    b = 1\n    # END SOLUTION\n",
        f'def f():\n    raise NotImplementedError("{MESSAGE}")\n    raise NotImplementedError("{MESSAGE}")\n',
    ),
    "no newline at the end": (
        "def f():\n    # BEGIN SOLUTION\n    return 1\n    # END SOLUTION",
        f'def f():\n    raise NotImplementedError("{MESSAGE}")\n',
    ),
    "no region": ("x   =  1 # odd formatting stays\n\n\n\n\ny=2\f\n", "x   =  1 # odd formatting stays\n\n\n\n\ny=2\f\n"),
}


@pytest.mark.parametrize(("source", "stub"), ACCEPTED.values(), ids=ACCEPTED)
def test_stub_is_exactly(source: str, stub: str) -> None:
    assert stub_of(source).text == stub


@st.composite
def solution_files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A module of functions, and which of its lines are kept."""
    lines: list[str] = ["import math", ""]
    secret: list[str] = []
    for number in range(draw(st.integers(1, 4))):
        lines += [f"def f{number}(x):  # {draw(st.text(alphabet='abc ~', max_size=8))}", f"    a{number} =   {number}"]
        if draw(st.booleans()):
            body = [f"    secret{number}_{row} = (x,\n        {row})" for row in range(draw(st.integers(1, 3)))]
            secret += body
            lines += ["    # BEGIN SOLUTION", *body, "    # END SOLUTION"]
        lines += [""] * draw(st.integers(0, 2))
    kept = [line for line in lines if line not in secret and "SOLUTION" not in line]
    return "\n".join(lines) + "\n", kept


@settings(max_examples=60, deadline=None)
@given(solution_files())
def test_everything_else_stays_byte_for_byte(case: tuple[str, list[str]]) -> None:
    source, kept = case
    stub = stub_of(source).text
    ast.parse(stub)
    assert [line for line in stub.split("\n")[:-1] if "NotImplementedError" not in line] == kept
    assert "secret" not in stub
    assert stub.count("NotImplementedError") == source.count("BEGIN")


def test_message_is_recognised_and_only_it() -> None:
    assert exercise_not_started(MESSAGE) == "norm"
    assert exercise_not_started(f"I think {MESSAGE}") is None
    assert exercise_not_started(f"{MESSAGE}\nand more") is None
    assert exercise_not_started("") is None
    with pytest.raises(ValueError, match="malformed"):
        not_started_message("Norm", "3", "Norms")
    with pytest.raises(ValueError, match="malformed"):
        not_started_message("norm", "", "Norms")
