"""Tars, gzipped or not, are read under the bounds of zips; what is hostile in one costs its own submission."""

import gzip
import io
import tarfile
import tracemalloc
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest
from class_of_students import CLEAN, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.intake.refused import Budget, Refused
from grader.intake.safe_tar import tar_as_zip

NOON = 1_792_843_200
HAND_IN = {f"./one/{name}": content for name, content in PACKAGE.items()}


def member(name: str, kind: bytes = tarfile.REGTYPE, content: bytes = b"", **attributes: object) -> tuple[tarfile.TarInfo, bytes]:
    info = tarfile.TarInfo(name)
    info.type, info.size, info.mtime = kind, len(content), NOON
    for key, value in attributes.items():
        setattr(info, key, value)
    return info, content


def _opened(item: tuple[tarfile.TarInfo, bytes]) -> tuple[tarfile.TarInfo, io.BytesIO]:
    return item[0], io.BytesIO(item[1])


def tarred(files: Mapping[str, str | bytes], *more: tuple[tarfile.TarInfo, bytes], packed: bool = True) -> bytes:
    """A tar of these files and members, its names taken as they are."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as tar:
        texts = ((name, text if isinstance(text, bytes) else text.encode()) for name, text in files.items())
        for item in (*(member(name, content=text) for name, text in texts), *more):
            tar.addfile(*_opened(item))
    return gzip.compress(buffer.getvalue(), 1) if packed else buffer.getvalue()


@pytest.mark.parametrize(("suffix", "packed"), [(".tar", False), (".tar.gz", True), (".tgz", True), (".TGZ", True), (".tar", True)])
def test_one_submission(staff: Staff, suffix: str, packed: bool) -> None:
    content = tarred({**HAND_IN, "./one/.git/HEAD": "x", "./._x": b"\0"}, packed=packed)
    wrapped = staff.one(content, f"amy{suffix}")
    assert (wrapped.student, wrapped.problem, files_of(wrapped.root)) == ("amy", "", CLEAN)
    plain = staff.one(tarred(PACKAGE, packed=packed), f"amy{suffix}")
    assert (plain.student, plain.problem, files_of(plain.root)) == ("amy", "", CLEAN)


@pytest.mark.parametrize("place", ["class in a tar", "class in a folder", "class in a zip", "tar in a zip in a zip", "tar in a tar"])
def test_wherever_it_lies(staff: Staff, place: str) -> None:
    amy, bob = tarred(HAND_IN), tarred(PACKAGE, packed=False)
    files: dict[str, str | bytes] = {"amy.tar.gz": amy, "bob.tar": bob}
    if place == "class in a tar":
        path = staff.zip(tarred({**below("amy", PACKAGE), **below("bob", PACKAGE)}), "class.tar.gz")
    elif place == "class in a folder":
        path = write_tree(staff.downloads / "hw", files)
    elif place == "class in a zip":
        path = staff.zip(zipped(files))
    elif place == "tar in a zip in a zip":
        path = staff.zip(zipped({f"{name}.zip": zipped({f"{name}.tgz": amy}) for name in ("amy", "bob")}))
    else:
        path = staff.zip(tarred(files), "class.tgz")
    assert [(item.id, item.problem) for item in staff.collect(path)] == [("amy", ""), ("bob", "")]
    assert all(files_of(staff.workspace / name) == CLEAN for name in ("amy", "bob"))


def test_time_is_that_of_the_newest_file(staff: Staff) -> None:
    late = member("amy/report.pdf", content=b"%PDF", mtime=NOON + 61)
    never = {f"cleo/{name}": text for name, text in PACKAGE.items()}
    members = [member(name, content=text.encode(), mtime=0) for name, text in never.items()]
    amy, bob, cleo = staff.collect(staff.zip(tarred({**below("amy", PACKAGE), **below("bob", PACKAGE)}, late, *members), "class.tar"))
    assert amy.submitted_at == datetime.fromtimestamp(NOON + 61, UTC)
    assert bob.submitted_at == datetime.fromtimestamp(NOON, UTC)
    assert cleo.submitted_at is None


HOSTILE = {
    "device": (member("one/tape", tarfile.CHRTYPE), "not an ordinary file"),
    "pipe": (member("one/pipe", tarfile.FIFOTYPE), "not an ordinary file"),
    "out of the folder": (member("../evil.py", content=b"x"), "leads out of its own folder"),
    "from the root": (member("/tmp/evil.py", content=b"x"), "from the root of a disk"),
    "name that acts on a terminal": (member("one/\x1b[2J.py", content=b"x"), "not plain text"),
    "two of one name": (member("./one/pkg/norm.py", content=b"x"), "twice"),
    "other case": (member("./one/pkg/Norm.py", content=b"x"), "one file on many computers"),
}


@pytest.mark.parametrize(("extra", "sentence"), HOSTILE.values(), ids=HOSTILE)
def test_hostile_entry_costs_its_own_submission(staff: Staff, extra: tuple[tarfile.TarInfo, bytes], sentence: str) -> None:
    path = staff.zip(zipped({"eve.tar.gz": tarred(HAND_IN, extra), **below("amy", PACKAGE)}))
    amy, eve = staff.collect(path)
    assert (amy.problem, files_of(amy.root)) == ("", CLEAN)
    assert sentence in eve.problem
    assert files_of(eve.root) == {}
    assert not list(staff.downloads.parent.rglob("evil.py"))


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE], ids=["symbolic", "hard"])
def test_links_are_left_out_and_never_followed(staff: Staff, tmp_path: Path, kind: bytes) -> None:
    (tmp_path / "secret.py").write_text("SECRET = 1\n")
    links = [
        member(f"./one/pkg/stolen{n}.py", kind, linkname=name) for n, name in enumerate((str(tmp_path / "secret.py"), "one/pkg/norm.py"))
    ]
    folder = [member("./one/pkg/deep", kind, linkname=str(tmp_path)), member("./one/pkg/deep/x.py", content=b"x = 1\n")]
    eve = staff.one(tarred(HAND_IN, *links), "eve.tgz")
    assert (eve.problem, files_of(eve.root)) == ("", CLEAN)
    assert any("pkg/stolen0.py (a link; only files count)" in note for note in eve.notes)
    staff.one(tarred(HAND_IN, *folder), "eve.tgz")
    assert not (tmp_path / "x.py").exists()


def test_sizes_are_counted_while_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.tgz"
    path.write_bytes(tarred({"a": b"x" * 5000, "b": b"x" * 5000}))
    tar_as_zip(path, tmp_path / "fits.zip", Budget(files=2, bytes=10_000))
    with pytest.raises(Refused, match="bytes"):
        tar_as_zip(path, tmp_path / "bytes.zip", Budget(files=2, bytes=9_999))
    with pytest.raises(Refused, match="files"):
        tar_as_zip(path, tmp_path / "files.zip", Budget(files=1, bytes=10_000))


def test_many_leftovers_of_tools_are_no_files(staff: Staff) -> None:
    venv = {f"./one/.venv/lib/{number}.py": "x" for number in range(6000)}
    for amy in staff.collect(staff.zip(zipped({f"{name}.tgz": tarred({**HAND_IN, **venv}) for name in ("amy", "bob")}))):
        assert (amy.problem, files_of(amy.root)) == ("", CLEAN)


@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.GNUTYPE_LONGNAME, tarfile.XHDTYPE], ids=["file", "name", "table"])
def test_bomb_is_refused_in_little_memory(tmp_path: Path, kind: bytes) -> None:
    path = tmp_path / "bomb.tgz"
    path.write_bytes(gzip.compress(member("zeros", kind, size=60_000_000)[0].tobuf() + b"\0" * 60_000_000, 1))
    tracemalloc.start()
    with pytest.raises(Refused):
        tar_as_zip(path, tmp_path / "bomb.zip", Budget(bytes=50_000_000))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20_000_000


def long_name(size: int) -> bytes:
    """A header that promises a name of this many bytes."""
    return member("x", tarfile.GNUTYPE_LONGNAME, size=size)[0].tobuf() + b"x" * 1024


BROKEN = {
    "no tar": b"PK nonsense",
    "empty": b"",
    "cut off": tarred(PACKAGE, packed=False)[:1000],
    "cut off in gzip": tarred(PACKAGE)[:-20],
    "gzip of nothing": gzip.compress(b"x" * 2000),
    "endless name": long_name(1 << 33),
    "negative size": long_name(0)[:124] + b"\xff" * 12 + long_name(0)[136:],
    "names of names": b"".join(long_name(1)[:1024] for _ in range(3000)),
}


@pytest.mark.parametrize("content", BROKEN.values(), ids=BROKEN)
def test_what_is_not_a_tar_is_refused_and_costs_its_own_submission(staff: Staff, content: bytes) -> None:
    amy, eve = staff.collect(staff.zip(zipped({"eve.tar": content, **below("amy", PACKAGE)})))
    assert (amy.problem, files_of(amy.root)) == ("", CLEAN)
    assert "make submit" in eve.problem


def test_names_of_old_programs_are_names(staff: Staff) -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w", format=tarfile.GNU_FORMAT, encoding="latin-1") as tar:
        for name, text in below("Jürgen Groß", PACKAGE).items():
            tar.addfile(*_opened(member(name, content=str(text).encode())))
    jürgen = staff.one(buffer.getvalue(), "download.tar")
    assert (jürgen.student, jürgen.problem) == ("Jürgen Groß", "")
