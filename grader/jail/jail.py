"""Opens one jail: from the zygote, through new namespaces, to a supervisor that is process 1 inside.

    zygote -> [stage: enters the namespaces, builds the file tree] -> supervisor -> worker, worker, ...

As root the tree is built before the user namespace is entered, since only real root may pass through other people's folders;
otherwise after, since only inside it mounting is allowed.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
from pathlib import Path
from typing import NoReturn

from grader.jail import syscalls
from grader.jail.control import send_message
from grader.jail.descriptors import close_all_but
from grader.jail.layers import namespaces
from grader.jail.layers.file_tree import SUBMISSION, copy_submission, enter_file_tree
from grader.jail.layers.identity import Identity, take_identity
from grader.jail.setup import JailSetup
from grader.jail.supervisor import Supervisor
from grader.jail.tiers import Layer

_STAGE_SECONDS = 20.0


def open_jail(setup: JailSetup, control: socket.socket, submission: Path) -> int:
    """Start a jail whose supervisor answers on ``control``; the process id of the stage is returned.

    Whatever goes wrong inside is said on ``control``. Raises OSError for what goes wrong here.
    """
    identity = take_identity(setup.layers)
    here, there = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        here.close()
        _run_stage(setup, control, submission, identity, there)
    try:
        there.close()
        here.settimeout(_STAGE_SECONDS)
        if here.recv(1):
            identity.user_map.write(pid)
            here.send(b"m")
    finally:
        here.close()
        identity.release()
    return pid


def _run_stage(setup: JailSetup, control: socket.socket, submission: Path, identity: Identity, zygote: socket.socket) -> NoReturn:
    status = 1
    try:
        _leave_the_zygote(setup, {control.fileno(), zygote.fileno()} | ({identity.lock.fileno()} if identity.lock else set()))
        _stage(setup, control, submission, identity, zygote)
        status = 0
    except BaseException as error:  # noqa: BLE001  a fork must never return into the zygote's code; the judge is told
        send_message(control, {"error": f"{type(error).__name__}: {error}"})
    finally:
        os._exit(status)


def _leave_the_zygote(setup: JailSetup, descriptors: set[int]) -> None:
    """Hold nothing of the zygote's: its judge must see its line close when it dies, and a worker starts with plain signals."""
    os.umask(0o022)
    os.setsid()
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    close_all_but({0, 1, 2, setup.proc, *descriptors}, setup.proc)


def _stage(setup: JailSetup, control: socket.socket, submission: Path, identity: Identity, zygote: socket.socket) -> None:
    as_root = os.geteuid() == 0
    own_tree = Layer.FILE_TREE in setup.layers
    if as_root:
        os.setgroups([])
        if own_tree:
            syscalls.unshare(syscalls.CLONE_NEWNS)
            enter_file_tree(setup.visible, submission)
    namespaces.enter(setup.layers, with_files=not as_root)
    if Layer.USER_NAMESPACE in setup.layers:
        zygote.send(b"u")
        if not zygote.recv(1):
            raise OSError("the map of users could not be written")
    zygote.close()
    if own_tree and not as_root:
        enter_file_tree(setup.visible, submission)
    namespaces.name_host(setup.layers)
    if Layer.PROCESS_NAMESPACE in setup.layers and os.fork():
        return
    if own_tree:
        Supervisor(control, setup, identity, SUBMISSION).run()
    elif identity.switch_to is not None:
        _supervise_copy(control, setup, identity, submission)
    else:
        Supervisor(control, setup, identity, submission).run()


def _supervise_copy(control: socket.socket, setup: JailSetup, identity: Identity, submission: Path) -> None:
    """Without a file tree, another user gets a readable copy of the submission in a folder of its own."""
    folder = Path(tempfile.mkdtemp(prefix="fairmark-jail-", dir="/tmp"))
    try:
        folder.chmod(0o755)
        source = os.open(submission, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        copy_submission(source, folder)
        os.close(source)
        Supervisor(control, setup, identity, folder).run()
    finally:
        shutil.rmtree(folder)
