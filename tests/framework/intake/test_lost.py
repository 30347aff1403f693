"""Nobody is lost, and nothing is said that is not so: what a download holds beside good submissions, and packages that nearly fit."""

import io
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from class_of_students import CLEAN, GIVEN, INIT, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.checks.given_modules import given_digest
from grader.checks.plan import Deliverable
from grader.intake.places import Unpacked
from grader.intake.refused import Budget
from grader.intake.strays import nobodys, what_to_do, without_suffix
from grader.intake.units import Unit

LITTER = {".DS_Store": b"\0", "__MACOSX/._x": b"\0", "Thumbs.db": b"\0", "desktop.ini": b"\0", "Grades-One-17.csv": "", "index.html": ""}
STRAYS = {
    "Text Tina.txt": "It is a text file;",
    "Paper Paul.pdf": "It is a PDF;",
    "Word Wendy.docx": "It is a text document;",
    "Tar Tom.tar.xz": "It is an archive that is not a zip;",
    "Plain Pia": "It is a file that is neither a zip nor Python;",
}


class TestBeside:
    @pytest.mark.parametrize("on_disk", [True, False], ids=["folder", "zip"])
    @pytest.mark.parametrize("others", [("amy",), ("amy", "bob")], ids=["one beside", "two beside"])
    def test_everything_that_is_no_litter_is_a_submission(self, staff: Staff, on_disk: bool, others: tuple[str, ...]) -> None:
        good = {name: text for other in others for name, text in below(other, PACKAGE).items()}
        download = {**good, **LITTER, **dict.fromkeys(STRAYS, "x")}
        path = write_tree(staff.downloads / "hw1", download) if on_disk else staff.zip(zipped(download))
        problems = {item.student: item.problem for item in staff.collect(path)}
        sentences = {without_suffix(name): f"{what} hand in the zip that make submit builds." for name, what in STRAYS.items()}
        assert problems == {**dict.fromkeys(others, ""), **sentences}
        assert {"Text Tina", "Tar Tom", "Plain Pia"} <= problems.keys()

    def test_beside_a_lone_zip(self, staff: Staff) -> None:
        download = zipped({"amy.zip": zipped(below("one", PACKAGE)), "Text Tina.txt": "x"})
        assert [(item.id, bool(item.problem)) for item in staff.collect(staff.zip(download))] == [("amy", False), ("text_tina", True)]

    def test_stray_file_is_not_unpacked_and_has_its_time(self, staff: Staff) -> None:
        download = zipped({**below("amy", PACKAGE), "Text Tina.txt": "x" * 1000}, when=(2026, 10, 24, 12, 0, 0))
        tina = staff.collect(staff.zip(download))[1]
        assert files_of(tina.root) == {}
        assert tina.submitted_at == datetime(2026, 10, 24, 10, tzinfo=UTC)

    @pytest.mark.parametrize("mine", ["report.pdf", "members.txt", "README.md"])
    def test_part_of_a_hand_in_beside_the_only_package_is_the_same_persons(self, staff: Staff, mine: str) -> None:
        submission = staff.one(zipped({**below("mine", PACKAGE), mine: "Amy"}))
        assert (submission.student, submission.problem) == ("mine", "")
        assert ("report.pdf" in files_of(submission.root)) == (mine == "report.pdf")

    def test_blackboards_page_is_no_submission_unless_it_is_all_there_is(self, staff: Staff) -> None:
        when = "attempt_2026-10-24-12-00-00"
        download = {f"One_amy_{when}.txt": "x", f"One_amy_{when}_one.zip": zipped(PACKAGE), f"One_tina_{when}.txt": "x"}
        first, second = staff.collect(staff.zip(zipped(download)))
        assert (first.student, first.problem) == (f"One_amy_{when}_one", "")
        assert (second.student, second.problem) == (f"One_tina_{when}", "It is a text file; hand in the zip that make submit builds.")

    def test_names_of_students_are_not_taken_for_litter(self) -> None:
        assert not any(nobodys(name, [name]) for name in STRAYS)
        assert all(nobodys(name, []) for name in LITTER if "/" not in name)
        assert without_suffix("Dr. Tina Smith") == "Dr. Tina Smith"
        assert what_to_do("A.PDF").startswith("It is a PDF")


class TestEmptyFolder:
    @pytest.mark.parametrize(
        "inside",
        [{"Empty Eve/": ""}, {"Empty Eve\\": ""}, {"Empty Eve/deep/": ""}, {"Empty Eve/.DS_Store": ""}, {"Empty Eve/.git/HEAD": ""}],
        ids=["slash", "backslash", "deep", "litter", "tool"],
    )
    @pytest.mark.parametrize("others", [("amy",), ("amy", "bob")], ids=["one beside", "two beside"])
    def test_in_a_zip_is_a_submission(self, staff: Staff, inside: dict[str, str], others: tuple[str, ...]) -> None:
        good = {name: text for other in others for name, text in below(other, PACKAGE).items()}
        submissions = staff.collect(staff.zip(zipped({**good, **inside, "__MACOSX/": "", "__MACOSX/Bob/": ""})))
        assert [(item.student, item.problem == "") for item in submissions] == [*((other, True) for other in others), ("Empty Eve", False)]
        assert submissions[-1].problem.startswith("It is empty.")

    def test_zip_and_disk_agree(self, staff: Staff) -> None:
        folder = write_tree(staff.downloads / "hw1", {**below("amy", PACKAGE), **below("bob", PACKAGE)})
        (folder / "Empty Eve").mkdir()
        on_disk = staff.collect(folder)
        zipped_up = staff.collect(staff.zip(zipped({**below("amy", PACKAGE), **below("bob", PACKAGE), "Empty Eve/": ""})))
        assert [(item.id, item.problem) for item in on_disk] == [(item.id, item.problem) for item in zipped_up]

    def test_empty_folders_of_a_good_hand_in_change_nothing(self, staff: Staff) -> None:
        submission = staff.one(zipped({**below("one", PACKAGE), "one/": "", "one/figures/": "", "one/pkg/": ""}))
        assert (submission.student, submission.problem) == ("amy", "")
        assert files_of(submission.root) == CLEAN


def _merged(first: bytes, second: bytes) -> bytes:
    """One zip with the entries of both, each with its own time."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for content in (first, second):
            with zipfile.ZipFile(io.BytesIO(content)) as part:
                for info in part.infolist():
                    archive.writestr(info, part.read(info))
    return buffer.getvalue()


class TestAttempts:
    OLD, NEW = zipped({**PACKAGE, "pkg/norm.py": "class Norm:\n    x = 1\n"}), zipped(PACKAGE)

    def _class(self, staff: Staff, first: int, second: int, on_disk: bool) -> tuple[str, tuple[str, ...], dict[str, bytes]]:
        """Amy's folder with two attempts, of these hours, beside Bob's: her problem, her notes, her files."""
        folder = write_tree(
            staff.downloads / f"hw{first}{second}",
            {"amy/attempt 1.zip": self.OLD, "amy/attempt 2.zip": self.NEW, "amy/report.pdf": b"%PDF", **below("bob", PACKAGE)},
        )
        for name, hour in (("attempt 1.zip", first), ("attempt 2.zip", second)):
            time = datetime(2026, 10, 24, hour, tzinfo=UTC).timestamp()
            os.utime(folder / "amy" / name, (time, time))
        if not on_disk:
            older = zipped({"amy/attempt 1.zip": self.OLD, **below("bob", PACKAGE)}, (2026, 10, 24, first, 0, 0))
            folder = staff.zip(_merged(older, zipped({"amy/attempt 2.zip": self.NEW}, (2026, 10, 24, second, 0, 0))))
        amy = next(item for item in staff.collect(folder) if item.id == "amy")
        return amy.problem, amy.notes, files_of(amy.root)

    @pytest.mark.parametrize("on_disk", [True, False], ids=["folder", "zip"])
    def test_newest_counts_and_the_other_is_named(self, staff: Staff, on_disk: bool) -> None:
        problem, notes, files = self._class(staff, 9, 10, on_disk)
        assert problem == ""
        assert notes[0] == "The newest zip, attempt 2.zip, counts; attempt 1.zip is not used."
        assert files["pkg/norm.py"] == CLEAN["pkg/norm.py"]
        assert ("report.pdf" in files) is on_disk
        _, notes, files = self._class(staff, 11, 10, on_disk)
        assert notes[0] == "The newest zip, attempt 1.zip, counts; attempt 2.zip is not used."
        assert files["pkg/norm.py"] == b"class Norm:\n    x = 1\n"

    @pytest.mark.parametrize("on_disk", [True, False], ids=["folder", "zip"])
    def test_same_time_stays_a_problem(self, staff: Staff, on_disk: bool) -> None:
        problem, _, files = self._class(staff, 9, 9, on_disk)
        assert problem.startswith("There are several folders named pkg: attempt 1.zip/pkg, attempt 2.zip/pkg.")
        assert files == {}

    def test_zip_that_does_not_tell_its_times_stays_a_problem(self, staff: Staff) -> None:
        mixed = _merged(
            zipped({"amy/attempt 1.zip": self.OLD}, (1980, 1, 1, 0, 0, 0)),
            zipped({"amy/attempt 2.zip": self.NEW, **below("bob", PACKAGE)}, (2026, 10, 24, 9, 0, 0)),
        )
        amy, _ = staff.collect(staff.zip(mixed))
        assert amy.problem.startswith("There are several folders named pkg")


@pytest.mark.parametrize("change", [lambda c: b"\xef\xbb\xbf" + c, lambda c: c.replace(b"\n", b"\r\n"), lambda c: c.replace(b"\n", b"\r")])
def test_mark_and_line_ends_do_not_change_a_given_module(staff: Staff, change: Callable[[bytes], bytes]) -> None:
    saved = {**PACKAGE, "pkg/given.py": change(GIVEN.encode()), "pkg/__init__.py": change(INIT.encode())}
    assert not [note for note in staff.one(zipped(saved)).notes if "given module" in note]
    assert given_digest(change(GIVEN.encode())) == given_digest(GIVEN.encode())
    assert given_digest(change(GIVEN.encode() + b"x = 2\n")) != given_digest(GIVEN.encode())


class TestFolderNamedAsAFile:
    """Two things that cannot be written at once cost no more than one of them, and never the class."""

    @pytest.mark.parametrize("name", ["given", "__init__", "norm"])
    def test_named_as_a_module(self, staff: Staff, name: str) -> None:
        files = {path: text for path, text in PACKAGE.items() if path != f"pkg/{name}.py"} | {f"pkg/{name}.py/x.py": "x = 1\n"}
        amy, bob = staff.collect(staff.zip(zipped({**below("amy", files), **below("bob", PACKAGE)})))
        assert (amy.problem, bob.problem) == ("", "")
        assert f"pkg/{name}.py/x.py is not used: it lies in a folder that has the name of the module pkg/{name}.py." in amy.notes
        assert files_of(bob.root) == CLEAN

    def test_named_as_a_deliverable_of_another_level(self, staff: Staff) -> None:
        staff.plan = replace(staff.plan, deliverables=(Deliverable("all", "All", "**", 1),))
        inside = {"code/report.md/page.md": "near", "code/b/c": "near"}
        around = {"report.md": "far", "b/c/d": "far", "pkg": "far", "x": "far"}
        download = {**below("amy", {**below("code", PACKAGE), **inside, **around}), **below("bob", PACKAGE)}
        amy = staff.collect(staff.zip(zipped(download)))[0]
        assert amy.problem == ""
        # Near files as the hand-in names them, far ones as their own folder does.
        assert set(files_of(amy.root)) >= {*CLEAN, "report.md/page.md", "b/c", "x"}
        assert not {"b/c/d", "report.md", "pkg"} & set(files_of(amy.root))


IMPORTING = {"my_pkg/norm.py": "class Norm:\n    pass\n", "my_pkg/cache.py": "from my_pkg.norm import Norm\n\n\nclass Cache:\n    pass\n"}


class TestOtherName:
    @pytest.mark.parametrize("around", ["", "code/", "deep/er/"])
    def test_imports_of_its_own_name_are_told(self, staff: Staff, around: str) -> None:
        submission = staff.one(zipped({f"{around}{name}": text for name, text in IMPORTING.items()}))
        assert submission.problem == ""
        assert submission.notes[-1] == (
            "Imports of my_pkg fail, because the package is called pkg: "
            "rename the folder my_pkg to pkg, and do the same in the imports of pkg/cache.py."
        )

    def test_in_a_class(self, staff: Staff) -> None:
        amy, bob = staff.collect(staff.zip(zipped({**below("amy", IMPORTING), **below("bob", PACKAGE)})))
        assert any("Imports of my_pkg fail" in note for note in amy.notes)
        assert not any("Imports" in note for note in bob.notes)

    def test_relative_imports_and_other_names_are_no_fault(self, staff: Staff) -> None:
        fine = {**IMPORTING, "my_pkg/cache.py": "from .norm import Norm\nimport my_pkgs\n\n\nclass Cache:\n    pass\n"}
        assert not any("Imports" in note for note in staff.one(zipped(fine)).notes)
        own = {**PACKAGE, "pkg/norm.py": "import pkg.cache\n\n\nclass Norm:\n    pass\n"}
        assert not any("Imports" in note for note in staff.one(zipped(below("code", own)), "bob.zip").notes)


def _with_extra(extra: bytes, when: tuple[int, int, int, int, int, int] = (2026, 10, 24, 12, 0, 0)) -> bytes:
    """A class of two zips whose entries carry this extra field."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in ("amy.zip", "bob.zip"):
            entry = zipfile.ZipInfo(name, when)
            entry.extra = extra
            archive.writestr(entry, zipped(PACKAGE))
    return buffer.getvalue()


class TestTimesInZips:
    """Info-ZIP's extra field 0x5455 has the time in UTC; the entry's own has no zone and two-second steps."""

    def _times(self, staff: Staff, content: bytes) -> set[datetime | None]:
        return {submission.submitted_at for submission in staff.collect(staff.zip(content))}

    def test_extended_time_counts_before_the_entrys_own(self, staff: Staff) -> None:
        moment = datetime(2026, 10, 25, 1, 2, 3, tzinfo=UTC)
        extra = struct.pack("<HHB", 0x5455, 5, 1) + struct.pack("<i", int(moment.timestamp()))
        other = struct.pack("<HH", 0x7875, 3) + b"\1\0\0"
        assert self._times(staff, _with_extra(extra)) == {moment}
        assert self._times(staff, _with_extra(other + extra)) == {moment}

    @pytest.mark.parametrize(
        "extra",
        [struct.pack("<HHB", 0x5455, 5, 0) + b"\0" * 4, struct.pack("<HHB", 0x5455, 1, 1), b"UT\5"],
        ids=["holds no time", "short", "cut off"],
    )
    def test_extended_time_that_holds_none_is_passed_over(self, staff: Staff, extra: bytes) -> None:
        assert self._times(staff, _with_extra(extra)) == {datetime(2026, 10, 24, 10, tzinfo=UTC)}

    def test_date_that_is_none_is_not_told(self, staff: Staff) -> None:
        content = bytearray(_with_extra(b""))
        place = content.index(b"PK\x01\x02")
        while place >= 0:
            struct.pack_into("<H", content, place + 14, (46 << 9) | (13 << 5) | 31)  # the 31st of the 13th month of 2026
            place = content.find(b"PK\x01\x02", place + 1)
        assert self._times(staff, bytes(content)) == {None}


def test_many_zips_without_a_package_are_refused(staff: Staff) -> None:
    zips = {f"eve/{number}.zip": zipped({"x": ""}) for number in range(11)}
    _, eve = staff.collect(staff.zip(zipped({**below("amy", PACKAGE), **zips})))
    assert eve.problem == "It holds 11 zips and no package. Hand in the one zip that make submit builds."


def test_file_that_vanishes_is_told_and_costs_only_itself(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_tree(staff.downloads / "hw1", {"amy.zip": zipped(PACKAGE), "bob.zip": zipped(PACKAGE)})
    unpack = Unit.unpack

    def vanishing(unit: Unit, scratch: Path, budget: Budget) -> Unpacked:
        (folder / "bob.zip").unlink(missing_ok=True)
        return unpack(unit, scratch, budget)

    monkeypatch.setattr(Unit, "submitted_at", lambda _: None)
    monkeypatch.setattr(Unit, "unpack", vanishing)
    amy, bob = staff.collect(folder)
    assert (amy.problem, bob.problem) == ("", "It cannot be read on this machine: No such file or directory.")
    assert files_of(bob.root) == {}


def test_given_module_that_is_a_link_is_the_courses_fault(staff: Staff) -> None:
    given = staff.repository / "solutions" / "pkg" / "given.py"
    given.rename(given.with_name("elsewhere.py"))
    given.symlink_to("elsewhere.py")
    with pytest.raises(ValueError, match=r"given.py is a link; a given module is a file"):
        staff.one(zipped(PACKAGE))
