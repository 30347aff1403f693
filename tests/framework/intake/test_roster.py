"""The list of a class: what is read of it, what it says of submissions, and that nobody is guessed, dropped or passed over."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from class_names import NAMES, SQUEEZED
from class_of_students import PACKAGE, Staff, below, zipped

from grader.intake.identity import Person
from grader.intake.join import Joined, join
from grader.intake.roster import RosterError, RosterStudent, read_roster

AMY = RosterStudent("s1", "Amy Adams", "Amy@uni.edu", "Team 7", "amy-adams", "40001")
BEN = RosterStudent("s2", "Ben Fox", "ben@uni.edu", "Team 7", "adams", "40002")
HANS, OTHER_HANS = RosterStudent("s3", "Hans Müller", lms_id="40003"), RosterStudent("s4", "Müller, Hans", lms_id="40004")
CLASS = (AMY, BEN, HANS, OTHER_HANS)


@dataclass(frozen=True)
class Item:
    """A submission, as far as joining looks at it."""

    student: str
    display_name: str = ""
    people: tuple[Person, ...] = ()
    members: tuple[str, ...] = ()


def whose(item: Item, roster: tuple[RosterStudent, ...] = CLASS) -> list[str]:
    return [student.id for student in join(roster, [item]).students[item.student]]


class TestReading:
    def write(self, folder: Path, text: str | bytes) -> Path:
        path = folder / "roster.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    @pytest.mark.parametrize(
        "text",
        [
            "id,name,email,group,github,lms_id\ns1,Amy Adams,Amy@uni.edu,Team 7,amy-adams,40001\n",
            "\ufeffID;Section;NAME;Mark;email;group;lms_id;github\r\ns1;9; Amy  Adams;;Amy@uni.edu;Team 7;40001;amy-adams\r\n;;;;;;;\n",
            'github\tlms_id\tname\temail\tid\tgroup\namy-adams\t40001\t"Amy Adams"\tAmy@uni.edu\ts1\tTeam 7',
        ],
        ids=["plain", "as a spreadsheet saves it", "tabs"],
    )
    def test_ways_to_write_it(self, tmp_path: Path, text: str) -> None:
        assert read_roster(self.write(tmp_path, text)) == (AMY,)

    def test_only_id_and_name_are_needed(self, tmp_path: Path) -> None:
        assert read_roster(self.write(tmp_path, 'name,id\n"Adams, Amy",1\n')) == (RosterStudent("1", "Adams, Amy"),)

    @pytest.mark.parametrize(
        ("text", "sentences"),
        [
            ("", ["the column 'id' is missing; there are: none", "the column 'name' is missing"]),
            ("id,mail\n1,x\n", ["the column 'name' is missing; there are: id, mail"]),
            ("id,name,ID\n1,x,2\n", ["there are two columns 'id'"]),
            ("id,name\n", ["it has no student"]),
            ("id,name\n1,Amy\n,Ben\n3\n", ["line 3: no id", "line 4: no name"]),
            (
                "id,name,email\n1,Amy,a@b\n2,Ben,A@B\n1,Cleo,\n",
                ["lines 2 and 4 have the same id, 1", "lines 2 and 3 have the same email, A@B"],
            ),
            ("id,name\n1,Zo\xeb\n".encode("latin-1"), ["save it as CSV UTF-8"]),
        ],
        ids=["empty", "missing column", "two columns", "nobody", "empty cells", "twice", "not UTF-8"],
    )
    def test_every_fault_is_named(self, tmp_path: Path, text: str | bytes, sentences: list[str]) -> None:
        with pytest.raises(RosterError) as caught:
            read_roster(self.write(tmp_path, text))
        assert all(sentence in str(caught.value) for sentence in [*sentences, "roster.csv is no roster that can be used"])

    def test_namesakes_are_no_fault(self, tmp_path: Path) -> None:
        assert len(read_roster(self.write(tmp_path, "id,name,group\n1,Hans,A\n2,Hans,A\n"))) == 2


CLUES = {
    "number": (Person(lms_id="40001"), ["s1"]),
    "number of somebody else than the name": (Person(name="Ben Fox", lms_id="40001"), []),
    "number that only looks like an id": (Person(lms_id="s1"), []),
    "id": (Person(student_id="S1"), ["s1"]),
    "e-mail": (Person(name="A. A.", email="amy@UNI.edu"), ["s1"]),
    "name on GitHub": (Person(github="Amy-Adams", repository="one-Amy-Adams"), ["s1"]),
    "longest name on GitHub": (Person(repository="lab-3-amy-adams"), ["s1"]),
    "shorter name on GitHub": (Person(repository="lab-3-adams"), ["s2"]),
    "part of a name on GitHub": (Person(repository="lab-3-madams"), []),
    "name": (Person(name="amy  ADAMS"), ["s1"]),
    "squeezed name": (Person(name="adamsamy"), ["s1"]),
    "namesakes": (Person(name="Hans Müller"), []),
    "namesakes with a number": (Person(name="müllerhans", lms_id="40004"), ["s4"]),
    "team": (Person(name="Team 7", lms_id="881"), ["s1", "s2"]),
    "team in front of the name": (Person(name="Team 7-Ben Fox"), ["s2"]),
    "half a name": (Person(name="Adams"), []),
    "stranger": (Person(name="Zoë Quill", lms_id="40009"), []),
    "nothing": (Person(), []),
}


class TestJoining:
    @pytest.mark.parametrize(("person", "ids"), CLUES.values(), ids=CLUES)
    def test_what_a_platform_tells(self, person: Person, ids: list[str]) -> None:
        assert whose(Item("key", "label", (person,))) == ids

    @pytest.mark.parametrize("label", ["Amy Adams", "adams_amy", "s1", "amy@uni.edu", "amy-adams"])
    def test_what_a_plain_folder_may_be_called(self, label: str) -> None:
        assert whose(Item("key", label)) == ["s1"]

    def test_number_in_names_is_the_id_where_the_roster_has_no_other(self) -> None:
        assert whose(Item("key", "", (Person(lms_id="40001"),)), (RosterStudent("40001", "Amy"),)) == ["40001"]

    @pytest.mark.parametrize("name", NAMES)
    def test_every_name_is_found_in_each_spelling(self, name: str) -> None:
        roster = tuple(RosterStudent(str(number), other) for number, other in enumerate(dict.fromkeys(NAMES)))
        mine = next(student.id for student in roster if student.name == name)
        spellings = [name, name.upper(), name.replace(" ", "_"), *([SQUEEZED[name]] if name in SQUEEZED else [])]
        assert [whose(Item("key", "", (Person(name=spelling),)), roster) for spelling in spellings] == [[mine]] * len(spellings)

    def test_members_in_a_file_are_joined_too(self) -> None:
        assert whose(Item("key", "Amy Adams", members=("Amy Adams", "Ben Fox"))) == ["s1", "s2"]
        assert whose(Item("key", "The Best", (Person(name="The Best", lms_id="9"),), members=("Ben Fox",))) == ["s2"]
        stranger = join(CLASS, [Item("key", "Amy Adams", members=("Zoë Quill",))])
        assert [student.id for student in stranger.students["key"]] == ["s1"]
        assert stranger.remarks["key"][0].startswith("Zoë Quill is not on the roster")

    def test_group_with_a_stranger_in_it(self) -> None:
        joined = join(CLASS, [Item("key", "Amy, Zoë", (Person(name="Amy Adams"), Person(name="Zoë", student_id="9")))])
        assert [student.id for student in joined.students["key"]] == ["s1"]
        assert joined.remarks["key"][0].startswith("Zoë is not on the roster")

    def test_nobody_is_passed_over(self) -> None:
        joined = join(CLASS, [Item("amy", "Amy Adams"), Item("amy_2", "amy-adams"), Item("zoe", "Zoë\x1b[2J"), Item("hans", "Hans Müller")])
        assert joined.missing == (BEN, HANS, OTHER_HANS)
        assert joined.remarks == {
            "amy": ("Amy Adams (s1) handed in more than once: see also amy_2.",),
            "amy_2": ("Amy Adams (s1) handed in more than once: see also amy.",),
            "zoe": ("Zoë [2J is not on the roster, or what the download tells of Zoë [2J is of different students there.",),
            "hans": ("Several students of the roster are called Hans Müller, and nothing else tells who this is.",),
        }

    def test_without_a_roster_nothing_is_said(self) -> None:
        assert join((), [Item("amy", "Amy Adams")]) == Joined()


def test_keys_are_the_same_with_and_without_a_roster(staff: Staff) -> None:
    """The roster is joined afterwards: whoever hands it in late does not make a second student of everybody."""
    (amy, _) = staff.collect(staff.zip(zipped({**below("Amy Adams", PACKAGE), **below("Zoë", PACKAGE)})))
    assert (amy.id, amy.people, amy.layout) == ("amy_adams", (), "")
