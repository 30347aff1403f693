"""Moodle's downloads: a folder for each student, or flat; teams, blind marking, typed text, files that are one submission."""

from datetime import UTC, datetime

import pytest
from class_names import NAMES
from class_of_students import CLEAN, NORM, PACKAGE, Staff, below, files_of, write_tree, zipped

from grader.intake.identity import Person
from grader.intake.submission import Submission

FIRST = 40_001
CLASS = [(name, str(FIRST + number)) for number, name in enumerate(NAMES)]
EXPECTED = {(Person(name=name, lms_id=number),) for name, number in CLASS}


def folders(behind: str) -> dict[str, str | bytes]:
    return {
        f"{name}_{number}_assignsubmission_file{behind}/{file}": content
        for name, number in CLASS
        for file, content in (PACKAGE if int(number) % 2 else {"pico-llm.zip": zipped(PACKAGE)}).items()
    }


def flat() -> dict[str, str | bytes]:
    return {f"{name}_{number}_assignsubmission_file_pico-llm.zip": zipped(PACKAGE) for name, number in CLASS}


def by_number(submissions: tuple[Submission, ...]) -> dict[str, Submission]:
    return {submission.people[0].lms_id: submission for submission in submissions}


@pytest.mark.parametrize(
    ("files", "packed"),
    [(folders("_"), "zip"), (folders(""), "folder"), (flat(), "zip in a folder")],
    ids=["folders", "folders without the last underline", "flat"],
)
def test_whole_class(staff: Staff, files: dict[str, str | bytes], packed: str) -> None:
    litter = {".DS_Store": b"\0", "__MACOSX/x": b"\0", "Grades-One-17.csv": "x"}
    if packed == "zip":
        path = staff.zip(zipped({**files, **litter}), "CS101-One-17.zip")
    else:
        inside = {"CS101-One-17.zip": zipped({**files, **litter})} if packed == "zip in a folder" else {**files, **litter}
        path = write_tree(staff.downloads / "one", inside)
    submissions = staff.collect(path)
    assert {item.people for item in submissions} == EXPECTED
    assert len(submissions) == len(CLASS) == len({item.id for item in submissions})
    assert {(item.layout, item.problem) for item in submissions} == {("Moodle", "")}
    assert all(files_of(item.root) == CLEAN for item in submissions)


def test_keys_and_names(staff: Staff) -> None:
    found = by_number(staff.collect(staff.zip(zipped(flat()))))
    numbers = dict(CLASS)
    amy, wang = found[numbers["Amy Adams"]], found[numbers["王小明"]]
    assert (amy.id, amy.student) == ("amy_adams_40001", "Amy Adams")
    assert (wang.id, wang.student) == ("40019", "王小明")
    assert found[numbers["Conor O'Brien"]].id == "conor_o_brien_40006"
    namesakes = sorted((item.id, item.student) for item in found.values() if "Müller" in item.student)
    assert namesakes == [("hans_muller_40010", "Hans Müller (40010)"), ("hans_muller_40011", "Hans Müller (40011)")]


def test_key_stays_when_somebody_hands_in_again_and_others_come_and_go(staff: Staff) -> None:
    before = {"Amy Adams_40001_assignsubmission_file_one.zip": zipped(PACKAGE), "Bob_40002_assignsubmission_file_one.zip": zipped(PACKAGE)}
    after = {
        "Amy Adams_40001_assignsubmission_file_two.zip": zipped(PACKAGE),
        "Amy Adams_40009_assignsubmission_file_x.zip": zipped(PACKAGE),
    }
    first = by_number(staff.collect(staff.zip(zipped(before))))
    assert by_number(staff.collect(staff.zip(zipped(after))))["40001"].id == first["40001"].id


def test_class_of_one(staff: Staff) -> None:
    for download in (flat(), folders("_")):
        only = {name: content for name, content in download.items() if name.startswith("Amy")}
        amy = staff.one(zipped(only), "download.zip")
        assert (amy.id, amy.student, amy.problem) == ("amy_adams_40001", "Amy Adams", "")


def test_files_of_one_student_are_one_submission_under_their_own_names(staff: Staff) -> None:
    mine = "Amy Adams_40001_assignsubmission_file_"
    loose = {"norm.py": NORM, "cache.py": PACKAGE["pkg/cache.py"], "report.pdf": b"%PDF"}
    bobs = {"Bob_40002_assignsubmission_file_one.zip": zipped(PACKAGE), "Bob_40002_assignsubmission_file_report.pdf": b"%PDF"}
    amy, bob = staff.collect(staff.zip(zipped({**{f"{mine}{name}": content for name, content in loose.items()}, **bobs})))
    assert (amy.problem, bob.problem) == ("", "")
    assert files_of(amy.root) == files_of(bob.root) == {**CLEAN, "report.pdf": b"%PDF"}
    assert bob.source == "Bob_40002_assignsubmission_file_one.zip + Bob_40002_assignsubmission_file_report.pdf"


@pytest.mark.parametrize("in_folders", [True, False], ids=["folders", "flat"])
def test_typed_text_beside_files_is_left_out_and_alone_it_is_a_submission(staff: Staff, in_folders: bool) -> None:
    slash = "_/" if in_folders else "_"
    download = {
        f"Amy_40001_assignsubmission_file{slash}one.zip": zipped(PACKAGE),
        f"Amy_40001_assignsubmission_onlinetext{slash}onlinetext.html": "Dear teacher",
        f"Tina_40002_assignsubmission_onlinetext{slash}onlinetext.html": "Dear teacher",
    }
    amy, tina = staff.collect(staff.zip(zipped(download)))
    assert (amy.problem, files_of(amy.root)) == ("", CLEAN)
    assert amy.notes[0] == "Left out: the text typed into Moodle; the files count."
    assert (tina.student, tina.notes) == ("Tina", ())
    assert "make submit" in tina.problem


def test_teams_and_blind_marking(staff: Staff) -> None:
    names = ("Team 7_881", "Default group_0", "Participant_40001", "Participant_40002", "Teilnehmerin_40003")
    submissions = staff.collect(staff.zip(zipped({f"{name}_assignsubmission_file_/x.zip": zipped(PACKAGE) for name in names})))
    assert {item.id: item.student for item in submissions} == {
        "team_7_881": "Team 7",
        "default_group_0": "Default group",
        "participant_40001": "Participant (40001)",
        "participant_40002": "Participant (40002)",
        "teilnehmerin_40003": "Teilnehmerin",
    }


def test_names_that_nearly_fit_stay_as_they_are(staff: Staff) -> None:
    odd = ("Amy_assignsubmission_file_", "_12_assignsubmission_file_", "Amy_12_assignsubmissionfile_", "Amy_x2_assignsubmission_file_")
    submissions = staff.collect(staff.zip(zipped({path: text for name in odd for path, text in below(name, PACKAGE).items()})))
    assert {item.student for item in submissions} == set(odd)
    assert {(item.layout, item.people) for item in submissions} == {("", ())}


def test_what_moodle_did_not_name_is_kept_beside(staff: Staff) -> None:
    late = {**flat(), **below("by mail, Ben", PACKAGE), "Tina.txt": "x"}
    submissions = staff.collect(staff.zip(zipped(late)))
    assert {item.student: item.problem == "" for item in submissions if not item.layout} == {"by mail, Ben": True, "Tina": False}
    assert len(submissions) == len(CLASS) + 2


def test_time_is_that_of_the_files(staff: Staff) -> None:
    download = zipped({**flat(), **folders("_")}, when=(2026, 10, 24, 12, 0, 0))
    assert {item.submitted_at for item in staff.collect(staff.zip(download))} == {datetime(2026, 10, 24, 10, tzinfo=UTC)}
