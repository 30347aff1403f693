"""What student code sees from inside, and that jails know nothing of each other."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import Any

import attacks
import pytest
import scenes
from harness import (
    REPOSITORY,
    Processes,
    ask,
    attack,
    linux_only,
    root_only,
    run_as,
    small_jail,
    small_zygote,
    submission,
)

import grader
from grader.checks.worker_source import Limits
from grader.jail import syscalls
from grader.jail.layers import visible
from grader.jail.layers.file_tree import enter_file_tree
from grader.jail.tiers import NAMESPACES, Layer
from grader.jail.zygote import Zygote

pytestmark = linux_only
each_user = pytest.mark.parametrize("user", ["root", "ordinary"])

WALK = """
import os
def act():
    found = []
    for folder, folders, files in os.walk("/"):
        folders[:] = [name for name in folders if os.path.join(folder, name) not in ("/usr", "/lib", "/lib64") and "python3" not in name]
        found += [os.path.join(folder, name) for name in files]
    return found
"""
LATE_IMPORT = "def act():\n    import sqlite3, decimal\n    return sqlite3.connect(':memory:').execute('select 1').fetchone()[0] == 1"


@each_user
def test_the_whole_tree_holds_nothing_of_the_repository_but_the_checks(user: str) -> None:
    def experiment() -> list[str]:
        with small_zygote([Layer.LANDLOCK]) as zygote, submission(answer="x = 1") as root, zygote.open(root) as workers:
            return attack(workers, WALK).answer["value"]

    found = run_as(user, experiment)
    inside = [Path(name) for name in found if Path(name).is_relative_to(REPOSITORY)]
    allowed = (REPOSITORY / "grader" / "checks", REPOSITORY / "grader" / "__init__.py")
    assert inside
    assert all(any(path.is_relative_to(place) for place in allowed) for path in inside)
    elsewhere = {name for name in found if not Path(name).is_relative_to(REPOSITORY) and ".so" not in name}
    assert elsewhere == {"/submission/answer.py", "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random"}


@each_user
def test_the_library_is_there_after_all_layers(user: str) -> None:
    def experiment() -> bool:
        with small_jail() as (_, workers):
            return attack(workers, LATE_IMPORT).succeeded

    assert run_as(user, experiment)


@each_user
def test_every_attack_fails_with_all_layers(user: str) -> None:
    assert run_as(user, lambda: _successful_attacks(frozenset())) == []


@each_user
def test_attacks_fail_at_tier_b_too(user: str) -> None:
    """Except that nothing hides the machine's name; and there is no scratch, so filling it fails for another reason."""
    assert run_as(user, lambda: _successful_attacks(NAMESPACES)) == ["LEARN_HOST_NAME"]


def _successful_attacks(left_out: frozenset[Layer]) -> list[str]:
    limits = Limits(cpu_seconds=1.0, memory_mb=100)
    targets = {
        "READ_FILE": scenes.readable_secret,
        "WRITE_FILE": scenes.writable_folder,
        "READ_COMMAND_LINE_OF_JUDGE": scenes.the_judge,
        "CONNECT": scenes.tcp_server,
        "CONNECT_ABSTRACT": scenes.abstract_server,
        "KILL": scenes.bystander,
        "PTRACE": scenes.bystander,
        "READ_SHARED_MEMORY": scenes.shared_memory,
        "LEARN_HOST_NAME": scenes.host_name,
        "FILL_DISK": lambda: scenes.nothing(folder="/scratch", megabytes=100),
        "MOUNT": lambda: scenes.nothing(folder="/submission"),
        "FILL_MEMORY": lambda: scenes.nothing(megabytes=200),
        "FILL_MEMORY_IN_PROCESSES": lambda: scenes.nothing(megabytes=60, processes=4),
        "FORK_BOMB": lambda: scenes.nothing(count=100),
        "OPEN_MANY_FILES": lambda: scenes.nothing(count=500),
        "HIDE_MEMORY": scenes.nothing,
        "RUN_PROGRAM": scenes.nothing,
        "LOWER_LIMIT_OF_SUPERVISOR": scenes.nothing,
        "NEW_USER_NAMESPACE": scenes.nothing,
    }
    successful = []
    with small_zygote(left_out) as zygote:
        for name, target in targets.items():
            with target() as arguments, submission() as root, zygote.open(root) as workers:
                if attack(workers, getattr(attacks, name), limits, **arguments).succeeded:
                    successful.append(name)
    return successful


@each_user
def test_scratch_is_fresh_for_each_worker_and_the_submission_cannot_change(user: str) -> None:
    write = "import os, tempfile\ndef act():\n    open('/scratch/left', 'w').close()\n    return tempfile.gettempdir() == '/scratch'"
    look = "import os\ndef act(): return os.listdir('/scratch')"
    change = "def act():\n    open(str(root) + '/answer.py', 'a').write('#')\n    return True"

    def experiment() -> list[Any]:
        with small_zygote() as zygote, submission(answer="x = 1") as root, zygote.open(root) as workers:
            return [attack(workers, code).answer for code in (write, look, change)]

    wrote, looked, changed = run_as(user, experiment)
    assert wrote == {"value": True}
    assert looked == {"value": []}
    assert changed["error"] in ("OSError", "PermissionError")


@each_user
def test_two_jails_at_once_do_not_see_each_other(user: str) -> None:
    write = "def act():\n    open('/scratch/mine', 'w').close()\n    import os\n    return os.getpid()"
    look = "import os\ndef act():\n    return [os.listdir('/scratch'), os.listdir('/submission')]"
    kill = """
import os
def act():
    killed = []
    for pid in set(range(2, 400)) - {os.getpid()}:
        try:
            os.kill(pid, 9)
        except ProcessLookupError:
            continue
        killed.append(pid)
    return killed
"""

    def experiment() -> list[Any]:
        with (
            small_zygote() as zygote,
            submission(first="") as one,
            submission(second="") as two,
            zygote.open(one) as first,
            zygote.open(two) as second,
        ):
            here, there = first.start(Limits()), second.start(Limits())
            ask(here, write)
            return [ask(there, look)["value"], ask(there, kill)["value"], ask(here, look)["value"]]

    seen, killed, still_there = run_as(user, experiment)
    assert seen == [[], ["second.py"]]
    assert killed == []
    assert still_there == [["mine"], ["first.py"]]


@root_only
def test_concurrent_jails_have_users_of_their_own() -> None:
    def experiment() -> list[int]:
        with small_zygote() as zygote, submission() as root, zygote.open(root) as first, zygote.open(root) as second:
            users = []
            for workers in (first, second):
                workers.start(Limits())
            for pid in Processes(zygote.pid).alive():
                users.append(Path(f"/proc/{pid}").stat().st_uid)
            return users

    users = [user for user in run_as("root", experiment) if user != 0]
    assert len(users) == 2
    assert len(set(users)) == 2


@root_only
def test_the_interpreter_may_lie_in_a_private_home_and_the_submission_in_a_private_folder() -> None:
    """Runs as root without the help that other tests have: the jail's user could not enter these folders by itself."""
    with tempfile.TemporaryDirectory() as folder:
        private = Path(folder) / "home" / "submission"
        private.mkdir(parents=True)
        (private / "answer.py").write_text("x = 1")
        (private / "answer.py").chmod(0o600)
        private.parent.chmod(0o700)
        assert stat.S_IMODE(Path(folder).stat().st_mode) == 0o700
        read = "def act():\n    return open(str(root) + '/answer.py').read() == 'x = 1'"
        with small_zygote() as zygote, zygote.open(private) as workers:
            assert zygote.report.tier == "A"
            assert attack(workers, LATE_IMPORT).succeeded
            assert attack(workers, read).succeeded


@each_user
@pytest.mark.parametrize("place", ["/dev/shm", "/var/tmp", "/tmp"])
def test_the_temporary_folder_may_be_anywhere(user: str, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", place)
    monkeypatch.setattr(tempfile, "tempdir", None)

    def experiment() -> bool:
        with tempfile.TemporaryDirectory() as folder, small_zygote() as zygote:
            assert folder.startswith(place)
            (Path(folder) / "answer.py").write_text("x = 1")
            with zygote.open(Path(folder)) as workers:
                return attack(workers, "import os\ndef act(): return os.listdir(root) == ['answer.py']").succeeded

    assert run_as(user, experiment)


def test_links_and_special_files_of_a_submission_stay_outside() -> None:
    def experiment() -> list[str]:
        with small_zygote() as zygote, submission(answer="") as root:
            (root / "link.py").symlink_to("/etc/passwd")
            (root / "away").symlink_to("/etc")
            os.mkfifo(root / "pipe")
            (root / "package").mkdir()
            (root / "package" / "module.py").touch()
            with zygote.open(root) as workers:
                look = "import os\ndef act(): return sorted(os.path.join(f, n) for f, d, names in os.walk(root) for n in d + names)"
                return attack(workers, look).answer["value"]

    assert run_as("ordinary", experiment) == ["/submission/answer.py", "/submission/package", "/submission/package/module.py"]


@root_only
def test_where_the_grader_is_installed_among_the_packages_only_the_checks_show(monkeypatch: pytest.MonkeyPatch) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        packages = Path(folder)
        shutil.copytree(REPOSITORY / "grader", packages / "grader")
        (packages / "torch.py").touch()
        monkeypatch.setattr(visible.site, "getsitepackages", lambda: [folder])
        monkeypatch.setattr(grader, "__path__", [str(packages / "grader")])
        parts = ("torch.py", "grader/checks/wire.py", "grader/judge", "grader/jail/tiers.py")

        def experiment() -> list[list[bool]]:
            shown = visible.visible_paths()
            readable = [any((packages / part).is_relative_to(path) for path in shown.readable) for part in parts]
            syscalls.unshare(syscalls.CLONE_NEWNS)
            enter_file_tree(shown, None)
            return [readable, [(packages / part).exists() for part in parts]]

        assert run_as("root", experiment) == [[True, True, False, False]] * 2


def test_a_repository_inside_a_visible_folder_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visible.site, "getsitepackages", lambda: [str(REPOSITORY.parent)])
    with pytest.raises(RuntimeError, match="which student code may read"):
        visible.visible_paths()


def test_torch_computes_inside_with_the_checks_worker_loaded() -> None:
    with Zygote(allow_tier="B", worker="torch_worker", import_path=[Path(__file__).parent]) as zygote, submission() as root:
        code = "import torch\ndef act():\n    x = torch.randn(64, 64, requires_grad=True)\n    (x @ x).relu().sum().backward()\n"
        code += "    torch.set_num_threads(2)\n    return bool(torch.exp(torch.ones(300, 300)).sum() > 0 and x.grad.isfinite().all())"
        with zygote.open(root) as workers:
            assert attack(workers, code).succeeded
            too_much = "import torch\ndef act():\n    return torch.ones(1 << 28).sum().item() > 0"
            assert attack(workers, too_much, Limits(memory_mb=256)).answer["error"] == "RuntimeError"
