"""Python files as editors, other systems and old courses leave them: each is read as Python reads it, or told with what to do."""

import pytest
from class_of_students import CLEAN, NORM, PACKAGE, Staff, files_of, write_tree, zipped

from grader.checks.handin import MAX_MODULES_BYTES
from grader.checks.home import MAX_MODULE_BYTES

UTF8 = "its characters are not in the encoding that it should be in; save it as UTF-8 in your editor"
NUL = "it holds NUL bytes, as a file saved as UTF-16 does; save it as UTF-8 in your editor"
OLD = "this looks like Python 2, and Python 3 is needed"
UMLAUT = "# Grüße\nclass Norm:\n    pass\n"

FAULTS = {
    "latin-1": ("class Norm:\n    größe = 1\n".encode("latin-1"), f", line 2, cannot be read by Python: {UTF8}."),
    "windows quotes": (NORM.encode() + b"x = '\x93'\n", f", line 3, cannot be read by Python: {UTF8}."),
    "wrong coding line": (b"# coding: ascii\n" + UMLAUT.encode(), f" cannot be read by Python: {UTF8}."),
    "unknown coding line": (b"# coding: klingon\n" + NORM.encode(), " cannot be read by Python: unknown encoding: klingon."),
    "coding line that is no text": (b"# coding: hex\n" + NORM.encode(), " cannot be read by Python: 'hex' is not a text encoding"),
    "UTF-16": (NORM.encode("utf-16"), f" cannot be read by Python: {NUL}."),
    "UTF-16 without a mark": (NORM.encode("utf-16-be"), f" cannot be read by Python: {NUL}."),
    "NUL": (NORM.encode() + b"\0", f" cannot be read by Python: {NUL}."),
    "print statement": (b"class Norm:\n    print 'x'\n", f"Did you mean print(...)?; {OLD}."),
    "except with a comma": (b"try:\n    pass\nexcept ValueError, e:\n    pass\n", f"must be parenthesized; {OLD}."),
    "old octal": (b"x = 0777\n", ", line 1, cannot be read by Python: leading zeros in decimal integer literals"),
    "tabs and spaces": (b"if 1:\n        x = 1\n\ty = 2\n", "inconsistent use of tabs and spaces"),
    "typographic quotes": ("x = “a”\n".encode(), "invalid character '“'"),
    "escape in a string": (b'x = "C:\\Users"\n', "'unicodeescape' codec can't decode bytes"),
    "merge conflict": (b"<<<<<<< HEAD\nx = 1\n", ", line 1, cannot be read by Python: invalid syntax"),
    "brackets": (b"x = " + b"(" * 5000, "too many nested parentheses"),
    "signs": (b"x = " + b"-" * 100_000 + b"1\n", "nested too deep to be read"),
}


@pytest.mark.parametrize(("source", "sentence"), FAULTS.values(), ids=FAULTS)
def test_what_cannot_be_read_is_told_and_costs_only_itself(staff: Staff, source: bytes, sentence: str) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/norm.py": source}))
    assert submission.problem == ""
    assert [note for note in submission.notes if note.startswith("pkg/norm.py") and sentence in note]
    assert files_of(submission.root) == {**CLEAN, "pkg/norm.py": source}


FINE = {
    "byte-order mark": UMLAUT.encode("utf-8-sig"),
    "Windows line ends": UMLAUT.replace("\n", "\r\n").encode(),
    "old Macintosh line ends": UMLAUT.replace("\n", "\r").encode(),
    "coding line": b"# -*- coding: latin-1 -*-\n" + UMLAUT.encode("latin-1"),
    "coding line and mark": b"\xef\xbb\xbf# coding: utf-8\n" + UMLAUT.encode(),
    "other script": "class Norm:\n    größe = 'Привет 你好 👋'\n".encode(),
    "form feed": b"x = 1\n\x0c\nclass Norm:\n    pass\n",
    "no line end": NORM.rstrip().encode(),
    "empty": b"",
    "only a comment": b"# later\n",
}


@pytest.mark.parametrize("source", FINE.values(), ids=FINE)
def test_what_python_reads_is_taken_without_a_word(staff: Staff, source: bytes) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/norm.py": source}))
    assert (submission.problem, files_of(submission.root)) == ("", {**CLEAN, "pkg/norm.py": source})
    assert not [note for note in submission.notes if note.startswith("pkg/norm.py")]


FORBIDDEN = b"from torch import nn\nNorm = nn.RMSNorm\n"
DISGUISES = {
    "plain": (FORBIDDEN, 2),
    "byte-order mark": (b"\xef\xbb\xbf" + FORBIDDEN, 2),
    "coding line": (b"# coding: latin-1\n# Gr\xfc\xdfe\n" + FORBIDDEN, 4),
    "coding line that respells": (b"# coding: unicode_escape\nfrom torch import nn\nNorm = nn.\\x52MSNorm\n", 3),
    "old Macintosh line ends": (FORBIDDEN.replace(b"\n", b"\r"), 2),
}


@pytest.mark.parametrize(("source", "line"), DISGUISES.values(), ids=DISGUISES)
def test_forbidden_name_is_found_in_any_encoding(staff: Staff, source: bytes, line: int) -> None:
    submission = staff.one(zipped({**PACKAGE, "pkg/norm.py": source}))
    assert f"pkg/norm.py, line {line}, uses torch.nn.RMSNorm, which is not allowed in Norm." in submission.notes


@pytest.mark.parametrize(
    "name",
    ["pkg/Norm.py", "pkg/norm.py.txt", "pkg/norm (1).py", "pkg/norm copy.py", "pkg/norm.py.", "pkg/norm.py ", "norm.py", "x/norm.PY"],
)
def test_module_under_a_near_name_is_pointed_at(staff: Staff, name: str) -> None:
    others = {path: text for path, text in PACKAGE.items() if path != "pkg/norm.py"}
    submission = staff.one(zipped({**others, name: NORM}))
    assert submission.problem == ""
    assert f"pkg/norm.py is missing, so Norm cannot be checked. Is it {name}? Then hand it in as pkg/norm.py." in submission.notes


@pytest.mark.parametrize("name", ["con.py", "AUX.py", "nul.py", "com1.py", "prn.py"])
def test_name_that_windows_reserves_is_a_module_like_any_other(staff: Staff, name: str) -> None:
    submission = staff.one(zipped({**PACKAGE, f"pkg/{name}": "x = 1\n"}))
    assert (submission.problem, files_of(submission.root)) == ("", {**CLEAN, f"pkg/{name}": b"x = 1\n"})


class TestHuge:
    def test_one_module(self, staff: Staff) -> None:
        largest = b"#" * MAX_MODULE_BYTES
        fits = staff.one(zipped({**PACKAGE, "pkg/norm.py": largest}), "bob.zip")
        assert files_of(fits.root)["pkg/norm.py"] == largest
        beyond = staff.one(zipped({**PACKAGE, "pkg/norm.py": largest + b"#"}))
        assert "pkg/norm.py" not in files_of(beyond.root)
        assert (
            f"pkg/norm.py is not used: it has {MAX_MODULE_BYTES + 1:,} bytes, and a module may have {MAX_MODULE_BYTES:,}." in beyond.notes
        )

    def test_the_only_file(self, staff: Staff) -> None:
        submission = staff.one(zipped({"all.py": NORM + "#" * MAX_MODULE_BYTES}))
        assert submission.problem.startswith("There is no folder pkg")

    def test_many_large_modules(self, staff: Staff) -> None:
        large = {f"pkg/part_{number}.py": b"#" * MAX_MODULE_BYTES for number in range(1 + MAX_MODULES_BYTES // MAX_MODULE_BYTES)}
        submission = staff.one(zipped({**PACKAGE, **large}))
        assert sum(len(content) for content in files_of(submission.root).values()) <= MAX_MODULES_BYTES
        assert [note for note in submission.notes if f"modules of {MAX_MODULES_BYTES:,} bytes together" in note]


def test_one_file_in_place_of_the_package(staff: Staff) -> None:
    """Whatever its name, a single file that defines one exercise's names is that exercise's module; on disk as in a zip."""
    folder = write_tree(staff.downloads / "hw1", {"my solution.py": b"\xef\xbb\xbf" + NORM.encode(), "bob/norm.py": NORM.encode("utf-16")})
    bob, mine = sorted(staff.collect(folder), key=lambda item: item.id)
    assert (mine.problem, mine.notes[0]) == ("", "The only Python file, my solution.py, was taken as pkg/norm.py.")
    assert bob.problem == ""
    assert f"pkg/norm.py cannot be read by Python: {NUL}." in bob.notes


def test_single_file_that_python_cannot_read_is_told_so(staff: Staff) -> None:
    submission = staff.one(zipped({"all.py": "class Norm:\n    print 'x'\n"}))
    assert submission.problem.startswith(
        "The only Python file cannot be taken as a module, because all.py, line 2, cannot be read by Python"
    )
    assert OLD in submission.problem
