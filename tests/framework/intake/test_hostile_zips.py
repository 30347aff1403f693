"""Zips made to do harm cost their own submission only, are refused with a sentence, and never write outside their folder."""

import io
import stat
import struct
import tempfile
import time
import tracemalloc
import warnings
import zipfile
from datetime import UTC
from pathlib import Path

import pytest
from class_of_students import CLEAN, PACKAGE, Staff, below, files_of, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from grader.intake.entry_names import refuse_collisions, safe_parts, shown_name
from grader.intake.identity import display_name, student_ids
from grader.intake.refused import MAX_BYTES, MAX_FILES, Budget, Refused
from grader.intake.safe_zip import SafeZip


def with_entry(name: str, content: bytes = b"x", mode: int = 0) -> bytes:
    """A good hand-in and one more entry."""
    buffer = io.BytesIO(zipped(PACKAGE))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
        entry.external_attr = mode << 16
        archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def twice(name: str, other: str) -> bytes:
    buffer = io.BytesIO(zipped({**PACKAGE, name: "x"}))
    with zipfile.ZipFile(buffer, "a") as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(other, "y")
    return buffer.getvalue()


def encrypted() -> bytes:
    content = bytearray(with_entry("secret.txt"))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.rindex(signature) + offset] |= 1
    return bytes(content)


def bzip2() -> bytes:
    buffer = io.BytesIO(zipped(PACKAGE))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_BZIP2) as archive:
        archive.writestr("pkg/x.py", "x = 1\n")
    return buffer.getvalue()


def overlapping(copies: int) -> bytes:
    """Many names for one piece of compressed data (Fifield 2019, "A better zip bomb", the overlapping construction at its plainest)."""
    content = zipped({"pkg/norm.py": "\0" * 9_000_000})
    start = content.index(b"PK\x01\x02")
    entry = content[start : content.index(b"PK\x05\x06")]
    end = bytearray(content[content.index(b"PK\x05\x06") :])
    struct.pack_into("<HHL", end, 8, copies, copies, len(entry) * copies)
    return content[:start] + entry * copies + bytes(end)


def damaged() -> bytes:
    content = bytearray(zipped({**PACKAGE, "pkg/zz.py": "x = 1\n" * 1000}))
    place = content.index(b"pkg/zz.py") + len(b"pkg/zz.py") + 5
    content[place : place + 8] = b"\xff" * 8
    return bytes(content)


HOSTILE = {
    "absolute": (with_entry("/etc/cron.d/x"), "from the root of a disk"),
    "drive": (with_entry("C:/Windows/x"), "from the root of a disk"),
    "network": (with_entry("\\\\server\\x"), "from the root of a disk"),
    "upwards": (with_entry("../../evil.py"), "leads out of its own folder"),
    "upwards in the middle": (with_entry("pkg/../../evil.py"), "leads out of its own folder"),
    "upwards with backslashes": (with_entry("pkg\\..\\..\\evil.py"), "leads out of its own folder"),
    "escape sequence": (with_entry("pkg/\x1b[2J.py"), "not plain text"),
    "line break": (with_entry("pkg/a\nb.py"), "not plain text"),
    "too long": (with_entry("pkg/" + "x" * 300 + ".py"), "too long or too deep"),
    "too deep": (with_entry("a/" * 40 + "x.py"), "too long or too deep"),
    "same name twice": (twice("pkg/x.py", "pkg/x.py"), "pkg/x.py twice"),
    "other case": (twice("pkg/more.py", "pkg/More.py"), "both pkg/more.py and pkg/More.py"),
    "other accents": (twice("pkg/\u00e9.py", "pkg/e\u0301.py"), "one file on many computers"),
    "dot at the end": (twice("pkg/more.py", "pkg/more.py."), "both pkg/more.py and pkg/more.py., one file on many computers"),
    "space at the end": (twice("pkg/deep/x.py", "pkg/deep /x.py"), "one file on many computers"),
    "backslash and slash": (twice("pkg/more.py", "pkg\\more.py"), "pkg/more.py twice"),
    "file and folder": (twice("pkg/deep", "pkg/deep/x.py"), "as a file and as a folder"),
    "encrypted": (encrypted(), "Zip without a password"),
    "other method": (bzip2(), "method that is not read here"),
    "device": (with_entry("pkg/tty.py", mode=stat.S_IFCHR | 0o644), "not an ordinary file"),
    "pipe": (with_entry("pkg/pipe.py", mode=stat.S_IFIFO | 0o644), "not an ordinary file"),
    "ratio": (with_entry("zeros.bin", b"\0" * 20_000_000), "would unpack to 20,000,000 bytes"),
    "overlapping": (overlapping(500), "overlap"),
    "damaged": (damaged(), "pkg/zz.py in the zip is damaged"),
    "many files": (zipped({**PACKAGE, **{f"x/{number}": b"" for number in range(MAX_FILES)}}), f"more than {MAX_FILES:,} files"),
    "cut off": (zipped(PACKAGE)[:-30], "not a zip that can be opened"),
    "empty file": (b"", "not a zip that can be opened"),
    "a page in place of a zip": (b"<!DOCTYPE html><title>Log in</title>", "not a zip that can be opened"),
    "zips in zips": (zipped({"a.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped(PACKAGE)})})})}), "no folder pkg"),
}


@pytest.mark.parametrize(("content", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_zip_costs_only_itself(staff: Staff, content: bytes, sentence: str) -> None:
    download = staff.zip(zipped({"eve.zip": content, "amy.zip": zipped(PACKAGE)}))
    before = set(staff.workspace.parent.iterdir()) | {staff.workspace}
    amy, eve = staff.collect(download)
    assert (amy.problem, files_of(amy.root)) == ("", CLEAN)
    assert sentence in eve.problem
    assert files_of(eve.root) == {}
    assert {path.name for path in staff.workspace.iterdir()} == {"amy", "eve"}
    assert set(staff.workspace.parent.iterdir()) == before


@pytest.mark.parametrize("name", ["../evil.py", "/evil.py", "eve/../../evil.py", "eve/pkg/\x07.py"])
def test_hostile_name_in_the_class_zip_costs_one_student(staff: Staff, name: str) -> None:
    members = {**below("eve", PACKAGE), name: "x = 1\n", **below("amy", PACKAGE)}
    found = {item.id: item.problem for item in staff.collect(staff.zip(zipped(members)))}
    assert found["amy"] == ""
    assert found["eve" if name.startswith("eve") else "evil"] != ""
    assert not list(staff.workspace.parent.rglob("evil.py"))


@pytest.mark.parametrize(("name", "target"), [("pkg/link.py", "/etc/passwd"), ("pkg/deep", ".."), ("figures", "/")])
def test_link_is_left_out_and_told(staff: Staff, name: str, target: str) -> None:
    submission = staff.one(with_entry(name, target.encode(), mode=stat.S_IFLNK | 0o777))
    assert submission.problem == ""
    assert files_of(submission.root) == CLEAN
    assert f"Left out: {name} (a link; only files count)." in submission.notes


def test_file_through_a_link_is_refused_or_stays_inside(staff: Staff) -> None:
    buffer = io.BytesIO(with_entry("pkg/deep", b"/tmp", mode=stat.S_IFLNK | 0o777))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("pkg/deep/x.py", "x = 1\n")
    submission = staff.one(buffer.getvalue())
    assert files_of(submission.root) == {**CLEAN, "pkg/deep/x.py": b"x = 1\n"}


def test_nested_bombs_share_one_budget(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("grader.intake.refused.MAX_BYTES", 3_000_000)
    monkeypatch.setattr(Budget.__init__, "__defaults__", (MAX_FILES, 3_000_000))
    bomb = zipped({"x.bin": b"\0" * 1_000_000})
    download = staff.zip(zipped({**below("eve", {f"{number}.zip": bomb for number in range(4)}), **below("amy", PACKAGE)}))
    amy, eve = staff.collect(download)
    assert amy.problem == ""
    assert "Unpacked it has more than" in eve.problem


def test_environment_that_was_packed_along_is_no_reason_to_refuse(staff: Staff) -> None:
    environment = {f".venv/lib/site-packages/torch/{number}.py": b"" for number in range(MAX_FILES)}
    submission = staff.one(zipped({**PACKAGE, **environment, "myenv/lib/python3.11/site-packages/x.py": "x"}))
    assert (submission.problem, files_of(submission.root)) == ("", CLEAN)
    assert any(".venv (a Python environment)" in note for note in submission.notes)


def test_huge_list_of_contents_is_never_read_into_memory(tmp_path: Path) -> None:
    content = zipped({"a": b""})
    start = content.index(b"PK\x01\x02")
    end = bytearray(content[content.index(b"PK\x05\x06") :])
    size = 100_000_000
    struct.pack_into("<HHLL", end, 8, 65535, 65535, size, start)
    path = tmp_path / "eve.zip"
    with path.open("wb") as file:
        file.write(content[:start])
        file.truncate(start + size)
        file.seek(start + size)
        file.write(bytes(end))
    tracemalloc.start()
    with pytest.raises(Refused, match="far too many files"):
        SafeZip(path, UTC)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def test_lying_size_is_noticed(tmp_path: Path) -> None:
    content = bytearray(zipped({"pkg/norm.py": b"x" * 100_000}))
    for signature, offset in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<L", content, content.index(signature) + offset, 10)
    path = tmp_path / "eve.zip"
    path.write_bytes(bytes(content))
    with SafeZip(path, UTC) as archive, pytest.raises(Refused, match="damaged"):
        archive.unpack(archive.members, 0, tmp_path / "out", Budget())
    assert sum(len(data) for data in files_of(tmp_path / "out").values()) <= 10


def test_slow_to_parse_source_is_bounded_in_time(staff: Staff) -> None:
    slow = "f'" + "{a}" * 20_000 + "'"
    started = time.process_time()
    submission = staff.one(zipped({**PACKAGE, "pkg/slow.py": slow, "pkg/huge.py": "x = 1\n" * 100_000}))
    assert time.process_time() - started < 20
    assert submission.problem == ""
    assert any(note.startswith("pkg/huge.py is not used: it has 600,000 bytes") for note in submission.notes)


NAME = st.text(alphabet=st.sampled_from("ab./\\:~ \x00\n\x1bCé\u202e*"), max_size=20) | st.text(max_size=20)


@settings(max_examples=300, deadline=None)
@given(NAME)
def test_a_name_is_refused_or_stays_below(name: str) -> None:
    try:
        parts = safe_parts(name)
    except Refused as refusal:
        assert str(refusal).isprintable()
        return
    assert parts
    assert all(part not in ("", ".", "..") and "/" not in part and "\\" not in part and part.isprintable() for part in parts)
    base = Path("/base/folder")
    assert base.joinpath(*parts).is_relative_to(base)


@settings(max_examples=60, deadline=None)
@given(st.lists(NAME.filter(bool), min_size=1, max_size=6, unique=True))
def test_unpacking_any_names_writes_only_below(names: list[str]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        path = base / "a.zip"
        path.write_bytes(zipped(dict.fromkeys(names, "content")))
        (base / "out").mkdir()
        try:
            with SafeZip(path, UTC) as archive:
                archive.unpack(archive.members, 0, base / "out" / "unit", Budget())
        except Refused as refusal:
            assert str(refusal).isprintable()
        assert {entry.name for entry in base.iterdir()} <= {"a.zip", "out"}
        assert {entry.name for entry in (base / "out").iterdir()} <= {"unit"}
        assert not [entry for entry in base.rglob("*") if entry.is_symlink()]


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 600), st.integers(0, 255))
def test_no_bytes_make_reading_fail_otherwise(noise: bytes, place: int, value: int) -> None:
    content = bytearray(zipped({"pkg/norm.py": "class Norm: pass\n", "report.pdf": b"x" * 50}))
    content[place % len(content)] = value
    for data in (bytes(content), noise, bytes(content) + noise, noise + bytes(content)):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "a.zip"
            path.write_bytes(data)
            try:
                with SafeZip(path, UTC) as archive:
                    archive.unpack(archive.members, 0, Path(folder) / "out", Budget())
            except Refused as refusal:
                assert str(refusal).isprintable()


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8))
def test_ids_are_safe_and_distinct(labels: list[str]) -> None:
    ids = student_ids([(label, f"{number}/{label}") for number, label in enumerate(labels)])
    assert len(set(ids)) == len(labels)
    assert all(key and key.isascii() and all(character.isalnum() or character == "_" for character in key) for key in ids)
    assert all(display_name(label).isprintable() and display_name(label) for label in labels)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["bob", "Bob", "BOB", ""]), st.sampled_from("abc")), min_size=1, max_size=8), st.data())
def test_ids_are_distinct_when_a_label_is_what_another_would_get(pairs: list[tuple[str, str]], data: st.DataObject) -> None:
    likely = sorted({*student_ids(pairs), *student_ids([*pairs, *pairs])})
    copied = data.draw(st.lists(st.tuples(st.sampled_from(likely), st.sampled_from("abc")), max_size=8))
    everyone = data.draw(st.permutations([*pairs, *copied]))
    assert len(set(student_ids(everyone))) == len(everyone)


def test_an_id_that_looks_like_a_digest_does_not_take_anothers() -> None:
    pairs = [("bob", "a.zip"), ("Bob", "b.zip")]
    first = student_ids(pairs)
    ids = student_ids([*pairs, (first[0].replace("_", " "), "c.zip")])
    assert (ids[1], ids[2], len(set(ids))) == (first[1], first[0], 3)


def test_names_are_shown_without_what_acts_on_a_terminal() -> None:
    assert shown_name("a\x1b[2Jb\u202ec\ud800") == "a?[2Jb?c?"
    assert len(shown_name("x" * 1000)) < 100


def test_names_that_differ_do_not_collide() -> None:
    refuse_collisions([("a", "b.py"), ("a", "c.py"), ("b",), ("A", "d.py")])
    with pytest.raises(Refused):
        refuse_collisions([("straße",), ("STRASSE",)])


def test_folder_entries_of_windows_programs_are_no_files(staff: Staff) -> None:
    submission = staff.one(zipped({"pkg\\": b"", **{name.replace("/", "\\"): content for name, content in PACKAGE.items()}}))
    assert (submission.problem, files_of(submission.root)) == ("", CLEAN)


def test_entry_without_a_name_is_refused(tmp_path: Path) -> None:
    content = bytearray(zipped({"a": b""}))
    for signature, offset in ((b"PK\x03\x04", 26), (b"PK\x01\x02", 28)):
        struct.pack_into("<HH", content, content.index(signature) + offset, 0, 1)
    path = tmp_path / "a.zip"
    path.write_bytes(bytes(content))
    with SafeZip(path, UTC) as archive, pytest.raises(Refused, match="not plain text"):
        archive.unpack(archive.members, 0, tmp_path / "out", Budget())


def test_budget_is_exact() -> None:
    budget = Budget(files=1, bytes=10)
    budget.spend_file()
    budget.spend_bytes(10)
    with pytest.raises(Refused, match="files"):
        budget.spend_file()
    with pytest.raises(Refused, match="bytes"):
        budget.spend_bytes(1)
    assert MAX_BYTES > 10
