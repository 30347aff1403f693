"""Gradescope's export: who and when from its table; groups, several submissions, what the table does not name, tables that are damaged."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from class_names import NAMES
from class_of_students import CLEAN, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.intake.identity import Person
from grader.intake.refused import IntakeError

EXPORT = "assignment_901_export"
CLASS = [(f"submission_{5000 + number}", name, str(30_010_000 + number)) for number, name in enumerate(NAMES)]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def row(folder: str, people: list[tuple[str, str, str]], created_at: str) -> str:
    """As Ruby writes it, with what intake has no use for."""
    lines = [f"{folder}:", "  :submitters:"]
    for name, number, email in people:
        lines += [f"  - :name: {quoted(name)}", *([f"    :sid: {quoted(number)}"] if number else [])]
        lines += [f"    :email: {email}"] if email else []
    lines += [f"  :created_at: {created_at}", "  :score: !ruby/object:BigDecimal 18:0.425e2", "  :status: processed"]
    lines += ["  :results:", "    tests: []", "    output: |", "      :submitters: of a student's making", "  :history:"]
    return "\n".join([*lines, "  - :id: 77", "    :created_at: 2026-10-01 08:00:00.000000000 Z", "    :score:", ""])


def export(rows: list[str], folders: list[str]) -> dict[str, str | bytes]:
    files: dict[str, str | bytes] = {f"{EXPORT}/submission_metadata.yml": "---\n" + "".join(rows)}
    for folder in folders:
        files |= below(f"{EXPORT}/{folder}", PACKAGE)
    return files


def whole() -> dict[str, str | bytes]:
    rows = [row(folder, [(name, sid, f"s{sid}@uni.edu")], f"2026-10-24 12:{n:02}:03.25 Z") for n, (folder, name, sid) in enumerate(CLASS)]
    return export(rows, [folder for folder, _, _ in CLASS])


@pytest.mark.parametrize("on_disk", [True, False], ids=["folder", "zip"])
def test_whole_class(staff: Staff, on_disk: bool) -> None:
    files = {**whole(), "__MACOSX/x": b"\0"}
    path = write_tree(staff.downloads / "gs", files) if on_disk else staff.zip(zipped(files), f"{EXPORT}.zip")
    submissions = staff.collect(path)
    assert {item.people for item in submissions} == {
        (Person(name=name, student_id=sid, email=f"s{sid}@uni.edu"),) for _, name, sid in CLASS
    }
    assert {(item.layout, item.problem) for item in submissions} == {("Gradescope", "")}
    times = {item.people[0].student_id: item.submitted_at for item in submissions}
    assert times == {sid: datetime(2026, 10, 24, 12, n, 3, tzinfo=UTC) for n, (_, _, sid) in enumerate(CLASS)}
    keys = {item.people[0].name: item.id for item in submissions}
    assert (keys["Conor O'Brien"], keys["王小明"]) == ("conor_o_brien_30010005", "30010018")
    assert sorted(item.student for item in submissions if "Müller" in item.student) == ["Hans Müller (30010009)", "Hans Müller (30010010)"]
    assert all(files_of(item.root) == CLEAN for item in submissions)


def test_group_has_its_members_whoever_of_them_handed_in(staff: Staff) -> None:
    amy, bob = ("Amy Adams", "1", "amy@uni.edu"), ("Bob Fox", "2", "")
    keys = set()
    for order in ([amy, bob], [bob, amy]):
        group = staff.one(zipped(export([row("submission_1", order, "2026-10-24 12:00:00 Z")], ["submission_1"])), "gs.zip")
        assert (group.student, group.members, group.problem) == ("Amy Adams, Bob Fox", ("Amy Adams", "Bob Fox"), "")
        keys.add(group.id)
    assert keys == {"amy_adams_bob_fox_1_2"}


def test_newest_of_several_counts_and_the_others_are_named(staff: Staff) -> None:
    amy = [("Amy Adams", "1", "")]
    rows = [row(f"submission_{n}", amy, f"2026-10-{day} 12:00:00 Z") for n, day in ((1, 20), (2, 22), (3, 21))]
    one = staff.one(zipped(export(rows, ["submission_1", "submission_2", "submission_3"])), "gs.zip")
    assert (one.source, one.submitted_at) == (f"{EXPORT}/submission_2", datetime(2026, 10, 22, 12, tzinfo=UTC))
    assert one.notes[:2] == (
        "Left out: submission_1, handed in before (2026-10-20 12:00 UTC).",
        "Left out: submission_3, handed in before (2026-10-21 12:00 UTC).",
    )


@pytest.mark.parametrize("times", [("2026-10-20 12:00:00 Z", "2026-10-20 12:00:00 Z"), ("", "2026-10-20 12:00:00 Z"), ("soon", "later")])
def test_all_of_several_are_kept_when_times_do_not_tell(staff: Staff, times: tuple[str, str]) -> None:
    rows = [row(f"submission_{n}", [("Amy Adams", "1", "")], time) for n, time in enumerate(times)]
    submissions = staff.collect(staff.zip(zipped(export(rows, ["submission_0", "submission_1"])), "gs.zip"))
    assert len({item.id for item in submissions}) == 2
    assert {item.people for item in submissions} == {(Person(name="Amy Adams", student_id="1"),)}


def test_folder_that_the_table_does_not_name_is_kept(staff: Staff) -> None:
    files = export([row("submission_1", [("Amy", "1", "")], "2026-10-24 12:00:00 Z")], ["submission_1", "submission_2"])
    assert {item.student: item.layout for item in staff.collect(staff.zip(zipped(files)))} == {"Amy": "Gradescope", "submission_2": ""}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("2026-10-24 12:00:00.123456789 -07:00", datetime(2026, 10, 24, 19, tzinfo=UTC)),
        ("'2026-10-24 12:00:00 UTC'", datetime(2026, 10, 24, 12, tzinfo=UTC)),
        ("2026-10-24 12:00:00", datetime(2026, 10, 24, 12, tzinfo=ZoneInfo("Europe/Berlin"))),
        ("2026-10-24", None),
    ],
)
def test_times_as_they_may_be_written(staff: Staff, written: str, expected: datetime | None) -> None:
    one = staff.one(zipped(export([row("submission_1", [("Amy", "1", "")], written)], ["submission_1"])), "gs.zip")
    assert one.submitted_at == expected


DAMAGED = {
    "cut off": "---\nsubmission_1:\n  :submitters: [",
    "no table": "just text\n",
    "impossible date": row("submission_1", [("Amy", "1", "")], "2026-13-45 12:00:00 Z"),
    "deep": "submission_1: " + "[" * 100_000,
    "binary": "\0\1\2",
}


@pytest.mark.parametrize("text", DAMAGED.values(), ids=DAMAGED)
def test_damaged_table_is_an_error_and_not_a_class_without_names(staff: Staff, text: str) -> None:
    files = {**below("submission_1", PACKAGE), **below("submission_2", PACKAGE), "submission_metadata.yml": text}
    with pytest.raises(IntakeError, match=r"submission_metadata\.yml.*remove .* to grade by the names of the folders"):
        staff.collect(staff.zip(zipped(files)))


def test_no_object_is_ever_made_of_a_tag(staff: Staff) -> None:
    tagged = row("submission_1", [("Amy", "1", "")], "2026-10-24 12:00:00 Z") + "  :x: !!python/object/apply:os.mkdir [/nowhere/at/all]\n"
    assert staff.one(zipped(export([tagged], ["submission_1"])), "gs.zip").student == "Amy"


def test_students_own_file_of_that_name_means_nothing(staff: Staff) -> None:
    files = {**below("amy", PACKAGE), **below("bob", PACKAGE), "submission_metadata.yml": "- ["}
    assert [item.student for item in staff.collect(staff.zip(zipped(files)))] == ["amy", "bob"]
