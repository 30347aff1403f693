"""Canvas's downloads: flat files with numbers; late marks, uploads under a name that was there before, reports beside zips."""

from datetime import datetime
from pathlib import Path

import pytest
from class_names import SQUEEZED
from class_of_students import CLEAN, COURSE, NORM, PACKAGE, Staff, below, files_of, plan_of, zipped

from grader.intake.identity import Person

OTHERS = [f"student{chr(97 + number // 26)}{chr(97 + number % 26)}" for number in range(34)]
NAMES = ["müllerhans", *SQUEEZED.values(), *OTHERS]
CLASS = [(name, str(7001 + number), 9_100_000 + 7 * number) for number, name in enumerate(NAMES)]
NOT_TOLD = (1980, 1, 1, 0, 0, 0)
OLD = {**PACKAGE, "pkg/norm.py": "class Norm:\n    x = 1\n"}


def download(late: frozenset[str] = frozenset()) -> dict[str, str | bytes]:
    """A zip of each student; of every third a report beside it; marked late where wanted."""
    files: dict[str, str | bytes] = {}
    for place, (name, number, upload) in enumerate(CLASS):
        before = f"{name}_LATE" if number in late else name
        files[f"{before}_{number}_{upload}_pico-llm{'-2' if place % 2 else ''}.zip"] = zipped(PACKAGE)
        if place % 3 == 0:
            files[f"{before}_{number}_{upload + 1}_report-1.pdf"] = b"%PDF"
    return files


def test_whole_class(staff: Staff) -> None:
    submissions = staff.collect(staff.zip(zipped({**download(), ".DS_Store": b"\0"}), "submissions.zip"))
    assert {item.people for item in submissions} == {(Person(name=name, lms_id=number),) for name, number, _ in CLASS}
    assert len(submissions) == len(CLASS) == len({item.id for item in submissions})
    assert {(item.layout, item.problem) for item in submissions} == {("Canvas", "")}
    with_report = {item.people[0].lms_id for item in submissions if "report.pdf" in files_of(item.root)}
    assert with_report == {number for _, number, _ in CLASS[::3]}
    assert {item.id: item.student for item in submissions if item.people[0].name == "müllerhans"} == {
        "mullerhans_7001": "müllerhans (7001)",
        "mullerhans_7005": "müllerhans (7005)",
    }


@pytest.mark.parametrize("mark", ["LATE", "late"])
def test_late_mark_is_told_where_no_time_is(staff: Staff, mark: str) -> None:
    files = {f"adamsamy_{mark}_7001_9100001_one.zip": zipped(PACKAGE), "foxben_7002_9100002_one.zip": zipped(PACKAGE)}
    amy, ben = staff.collect(staff.zip(zipped(files, when=NOT_TOLD)))
    told = "Canvas marks it as late; the download does not tell when it came."
    assert (amy.id, amy.submitted_at, told in amy.notes) == ("adamsamy_7001", None, True)
    assert (ben.id, told in ben.notes) == ("foxben_7002", False)


@pytest.mark.parametrize(("day", "told"), [(24, True), (26, False)])
def test_late_mark_is_told_where_the_time_says_otherwise(tmp_path: Path, day: int, told: bool) -> None:
    staff = Staff(tmp_path)
    deadline = COURSE.replace('time_zone = "Europe/Berlin"', 'time_zone = "Europe/Berlin"\ndeadline = 2026-10-25T12:00:00')
    (staff.repository / "course.toml").write_text(deadline)
    staff.plan = plan_of(staff.repository)
    files = {"adamsamy_LATE_7001_9100001_one.zip": zipped(PACKAGE), "foxben_7002_9100002_one.zip": zipped(PACKAGE)}
    amy, ben = staff.collect(staff.zip(zipped(files, when=(2026, 10, day, 12, 0, 0))))
    assert amy.submitted_at is not None and amy.submitted_at.replace(tzinfo=None) == datetime(2026, 10, day, 12)
    assert ("Canvas marks it as late; by its time in the download it is not." in amy.notes) is told
    assert not any("late" in note for note in ben.notes)


def test_newest_of_two_zips_counts_whatever_their_times(staff: Staff) -> None:
    files = {"adamsamy_7001_9100009_one-1.zip": zipped(PACKAGE), "adamsamy_7001_9100001_one.zip": zipped(OLD)}
    for amy in (staff.one(zipped(files), "a.zip"), staff.one(zipped(dict(reversed(files.items()))), "b.zip")):
        assert (amy.problem, files_of(amy.root)) == ("", CLEAN)
        assert amy.notes[0] == "The newest zip, one-1.zip, counts; one.zip is not used."


def test_code_uploaded_again_takes_the_place_of_the_old(staff: Staff) -> None:
    files = {
        "adamsamy_7001_9100001_norm.py": OLD["pkg/norm.py"],
        "adamsamy_7001_9100005_norm-1.py": NORM,
        "adamsamy_7001_9100002_cache.py": PACKAGE["pkg/cache.py"],
        "adamsamy_7001_9100003_report-1.pdf": b"%PDF",
    }
    amy = staff.one(zipped(files), "submissions.zip")
    assert (amy.problem, files_of(amy.root)) == ("", {**CLEAN, "report.pdf": b"%PDF"})
    assert amy.notes[0] == "Left out: norm.py, since norm-1.py was uploaded after it."


def test_series_of_pictures_keeps_its_numbers(staff: Staff) -> None:
    files = {f"adamsamy_7001_910000{number}_{name}": b"x" for number, name in enumerate(("loss.png", "loss-1.png", "loss-2.png"))}
    units = staff.one(zipped({**files, "adamsamy_7001_9100009_one-2.zip": zipped(PACKAGE)}), "submissions.zip")
    assert units.problem == ""
    assert not any("uploaded after it" in note for note in units.notes)


def test_typed_text(staff: Staff) -> None:
    files = {"adamsamy_7001_9100001_one.zip": zipped(PACKAGE), "adamsamy_7001_text.html": "x", "foxben_LATE_7002_text.html": "x"}
    amy, ben = staff.collect(staff.zip(zipped(files)))
    assert (amy.problem, amy.notes[0]) == ("", "Left out: the text typed into Canvas; the files count.")
    assert (ben.student, ben.problem) == ("foxben", "It is a web page; hand in the zip that make submit builds.")


NEARLY = {
    "dates": ("lab_12_20261024_final.zip", "lab_13_20261024_final.zip"),
    "one number": ("adamsamy_7001_one.zip", "foxben_7002_one.zip"),
    "two names of one number": ("adamsamy_7001_9100001_one.zip", "foxben_7001_9100002_one.zip"),
    "mostly other names": ("adamsamy_7001_9100001_one.zip", "Ben Fox.zip", "Cleo.zip"),
    "short numbers": ("part_1_2_final.zip", "part_2_3_final.zip"),
}


@pytest.mark.parametrize("names", NEARLY.values(), ids=NEARLY)
def test_names_that_nearly_fit_stay_as_they_are(staff: Staff, names: tuple[str, ...]) -> None:
    submissions = staff.collect(staff.zip(zipped(dict.fromkeys(names, zipped(PACKAGE)))))
    assert {(item.student, item.layout) for item in submissions} == {(name.removesuffix(".zip"), "") for name in names}


def test_folder_that_somebody_added_is_kept_beside(staff: Staff) -> None:
    submissions = staff.collect(staff.zip(zipped({**download(), **below("by mail, Ben", PACKAGE)})))
    assert [item.student for item in submissions if not item.layout] == ["by mail, Ben"]
    assert len(submissions) == len(CLASS) + 1
