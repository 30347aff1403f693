"""Clones of GitHub Classroom and a repository that a class shares: names, the time of the last commit, and what is hostile in them."""

import os
import shutil
import subprocess
import tracemalloc
from datetime import UTC, datetime
from pathlib import Path

import pytest
from class_of_students import CLEAN, PACKAGE, Staff, below, files_of, write_tree, zipped
from git_files import check_out, commit_text, write_loose, write_pack

from grader.intake.commit_time import last_commit
from grader.intake.identity import Person

NOON = 1_792_843_200
USERS = ("amy-adams", "amy-brown", "b0b", "c-e-m", *(f"student-{number:02}" for number in range(30)))


def clones(folder: Path, prefix: str, users: tuple[str, ...] = USERS) -> Path:
    """A clone for each user, whose last commit is by its number in hours after noon; files have the time of cloning."""
    for number, user in enumerate(users):
        root = write_tree(folder / f"{prefix}{user}", PACKAGE)
        check_out(root / ".git", write_pack(root / ".git", [commit_text(5), commit_text(NOON + 3600 * number)])[1])
    return folder


class TestClassroom:
    @pytest.mark.parametrize(
        ("around", "prefix"), [("pico-llm-submissions", "pico-llm-"), ("clones", "one-")], ids=["around", "assignment"]
    )
    def test_whole_class(self, staff: Staff, around: str, prefix: str) -> None:
        submissions = staff.collect(clones(staff.downloads / around, prefix))
        people = {item.student: item.people for item in submissions}
        assert people == {user: (Person(github=user, repository=f"{prefix}{user}"),) for user in USERS}
        assert {(item.layout, item.problem) for item in submissions} == {("GitHub Classroom", "")}
        times = {item.student: item.submitted_at for item in submissions}
        assert times == {user: datetime.fromtimestamp(NOON + 3600 * number, UTC) for number, user in enumerate(USERS)}
        assert all(files_of(item.root) == CLEAN for item in submissions)

    def test_name_is_not_cut_where_the_assignments_part_is_a_guess(self, staff: Staff) -> None:
        amys = staff.collect(clones(staff.downloads / "hw", "lab3-", ("amy-adams", "amy-brown")))
        assert {item.student: item.people for item in amys} == {
            f"lab3-{user}": (Person(repository=f"lab3-{user}"),) for user in ("amy-adams", "amy-brown")
        }
        assert {item.layout for item in amys} == {"GitHub Classroom"}

    def test_keys_do_not_change_with_who_else_is_there(self, staff: Staff) -> None:
        many = {item.people[0].repository: item.id for item in staff.collect(clones(staff.downloads / "a", "one-"))}
        few = {item.people[0].repository: item.id for item in staff.collect(clones(staff.downloads / "b", "one-", USERS[:2]))}
        assert few.items() <= many.items()

    def test_zip_of_clones_tells_no_time(self, staff: Staff) -> None:
        files = {name: text for user in USERS[:3] for name, text in below(f"one-{user}", {**PACKAGE, ".git/HEAD": "x"}).items()}
        submissions = staff.collect(staff.zip(zipped(files)))
        assert {(item.layout, item.submitted_at) for item in submissions} == {("GitHub Classroom", None)}

    def test_folders_of_which_few_are_clones_stay_as_they_are(self, staff: Staff) -> None:
        folder = clones(staff.downloads / "hw", "one-", ("amy",))
        write_tree(folder, {**below("one-ben", PACKAGE), **below("one-cleo", PACKAGE)})
        assert {(item.student, item.layout) for item in staff.collect(folder)} == {(f"one-{name}", "") for name in ("amy", "ben", "cleo")}


OWN = {"README.md": "x", "LICENSE": "x", ".gitignore": "x", ".github/workflows/x.yml": "x", "requirements.txt": "x"}


class TestShared:
    @pytest.mark.parametrize("cloned", [True, False], ids=["clone", "downloaded"])
    def test_whole_class(self, staff: Staff, cloned: bool) -> None:
        names = [f"student{number:02}" for number in range(30)]
        files = {**OWN, **{path: text for name in names for path, text in below(name, PACKAGE).items()}}
        folder = write_tree(staff.downloads / "repo", {**files, **({".git/HEAD": "x"} if cloned else {}), "zed/thoughts.txt": "x"})
        path = folder if cloned else staff.zip(zipped(below("repo-main", files | {"zed/thoughts.txt": "x"})))
        submissions = staff.collect(path)
        assert [item.student for item in submissions] == [*names, "zed"]
        assert {(item.layout, item.submitted_at) for item in submissions} == {("shared repository", None)}
        assert [item.student for item in submissions if item.problem] == ["zed"]

    def test_what_is_no_repositorys_is_kept(self, staff: Staff) -> None:
        files = {**OWN, **below("amy", PACKAGE), **below("ben", PACKAGE), "cleo.zip": zipped(PACKAGE), "Tina.pdf": b"%PDF"}
        found = {item.student: item.layout for item in staff.collect(write_tree(staff.downloads / "repo", files))}
        assert found == {"amy": "shared repository", "ben": "shared repository", "cleo": "", "Tina": ""}

    def test_ones_own_repository_is_one_submission(self, staff: Staff) -> None:
        (amy,) = staff.collect(write_tree(staff.downloads / "amy", {**OWN, **PACKAGE, ".git/HEAD": "x"}))
        assert (amy.student, amy.layout, amy.problem) == ("amy", "", "")


class TestLastCommit:
    @pytest.mark.parametrize("packed", [True, False], ids=["packed names", "names in files"])
    def test_loose_and_packed(self, tmp_path: Path, packed: bool) -> None:
        for number, write in enumerate((lambda git, text: write_loose(git, text), lambda git, text: write_pack(git, [b"x", text])[1])):
            git = tmp_path / str(number)
            check_out(git, write(git, commit_text(NOON)), "a/b", packed=packed)
            assert last_commit(git) == datetime.fromtimestamp(NOON, UTC)

    def test_detached_head(self, tmp_path: Path) -> None:
        name = write_loose(tmp_path, commit_text(NOON))
        (tmp_path / "HEAD").write_text(f"{name}\n")
        assert last_commit(tmp_path) == datetime.fromtimestamp(NOON, UTC)

    def test_every_first_byte_is_found_in_a_pack(self, tmp_path: Path) -> None:
        contents = [commit_text(NOON + number) for number in range(300)]
        for number, name in enumerate(write_pack(tmp_path, contents)):
            check_out(tmp_path, name)
            assert last_commit(tmp_path) == datetime.fromtimestamp(NOON + number, UTC)

    def test_message_is_not_taken_for_the_header(self, tmp_path: Path) -> None:
        text = f"tree {'0' * 40}\nauthor a <a@b> 1 +0000\n\ncommitter a <a@b> {NOON} +0000\n".encode()
        check_out(tmp_path, write_loose(tmp_path, text))
        assert last_commit(tmp_path) is None

    def test_what_is_not_as_git_writes_it_is_not_told(self, tmp_path: Path) -> None:
        def repository(name: str) -> Path:
            check_out(tmp_path / name, write_loose(tmp_path / name, commit_text(NOON)))
            return tmp_path / name

        def object_of(git: Path) -> Path:
            return next(path for path in (git / "objects").rglob("*") if path.is_file())

        broken = {name: repository(name) for name in ("head", "object", "link", "pipe", "above", "time", "difference", "index")}
        (broken["head"] / "HEAD").write_bytes(b"\xff\xfe")
        object_of(broken["object"]).write_bytes(b"not compressed")
        (broken["link"] / "refs/heads/main").rename(tmp_path / "elsewhere")
        (broken["link"] / "refs/heads/main").symlink_to(tmp_path / "elsewhere")
        (broken["pipe"] / "HEAD").unlink()
        os.mkfifo(broken["pipe"] / "HEAD")
        (broken["above"] / "HEAD").write_text("ref: refs/heads/../../../elsewhere\n")
        check_out(broken["time"], write_loose(broken["time"], commit_text(99_999_999_999)))
        check_out(broken["difference"], write_pack(broken["difference"], [commit_text(NOON + 1)], kind=6)[0])
        check_out(broken["index"], write_pack(broken["index"], [commit_text(NOON + 1)])[0])
        index = broken["index"] / "objects/pack/pack-1.idx"
        index.write_bytes(index.read_bytes()[:1050])
        told = {name: last_commit(git) for name, git in {**broken, "nothing": tmp_path / "nothing"}.items()}
        assert {name: time for name, time in told.items() if time is not None} == {}
        assert last_commit(repository("good")) is not None

    def test_objects_that_unpack_to_much_are_read_in_little_memory(self, tmp_path: Path) -> None:
        text = commit_text(NOON, "x" * 30_000_000)
        check_out(tmp_path / "loose", write_loose(tmp_path / "loose", text))
        check_out(tmp_path / "packed", write_pack(tmp_path / "packed", [text])[0])
        tracemalloc.start()
        told = [last_commit(tmp_path / name) for name in ("loose", "packed")]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert told == [datetime.fromtimestamp(NOON, UTC)] * 2
        assert peak < 5_000_000

    @pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
    @pytest.mark.parametrize("tidy", [False, True], ids=["as committed", "packed"])
    def test_what_git_itself_writes(self, tmp_path: Path, tidy: bool) -> None:
        environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}
        environment |= {f"GIT_{who}_{what}": "amy" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
        environment["GIT_COMMITTER_DATE"] = f"{NOON} +0200"
        steps = [
            "init -q .",
            "commit -q --allow-empty -m one",
            "commit -q --allow-empty -m two",
            *(["gc -q", "pack-refs --all"] if tidy else []),
        ]
        for step in steps:
            subprocess.run(["git", *step.split()], cwd=tmp_path, env=environment, check=True)
        assert last_commit(tmp_path / ".git") == datetime.fromtimestamp(NOON, UTC)
