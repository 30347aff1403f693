"""Where attacks are let loose: a tiny course with recognisable secrets, and what a submission must neither read nor change."""

from __future__ import annotations

import contextlib
import hashlib
import re
import secrets
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from attack_file import Attack, honest_files

SEED = 4815162342108151623
SECRETS = {
    "hidden tests": "fairmark-secret-of-the-tests",
    "reference": "fairmark-secret-of-the-reference",
    "neighbour": "fairmark-secret-of-a-neighbour",
    "environment": "fairmark-secret-of-the-environment",
    "server": "fairmark-secret-of-a-server",
    "judge's memory": "fairmark-secret-in-memory",
    "seed": str(SEED),
}
VARIABLE = "FAIRMARK_ATTACK_SECRET"
LOOT = "fairmark-loot"  # files written outside begin with it
TOKEN = "the-attack-went-off"
_OUTSIDE = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"))

COURSE = """
schema = 1
title = "Arena"

[exercises.double]
title = "Double"
module = "mini.double"
symbols = ["double", "fact"]
handout = "Double"
api = { deny = ["torch.add", "torch.ops"] }
ideas = [
    { id = "values", title = "doubles numbers", points = 3 },
    { id = "tensors", title = "doubles tensors", points = 3 },
    { id = "types", title = "keeps the type", points = 1 },
    { id = "untouched", title = "leaves its argument alone", points = 1 },
    { id = "cost", title = "needs few operations", points = 1 },
    { id = "facts", title = "tells its name", points = 1 },
]

[exercises.quad]
title = "Quad"
module = "mini.quad"
symbols = ["quad"]
handout = "Quad"
depends_on = ["double"]
given_on_failure = ["double"]
ideas = [{ id = "values", title = "doubles twice", points = 2 }]

[assignments.hw]
title = "Homework"
package = "mini"
handout = "handout.md"
required = ["double", "quad"]
time_zone = "UTC"
policy = { ai = "Ask.", sources = "Name them." }
"""
HANDOUT = """# Homework

## 1. Double

- **DBL-1** It doubles.

## 2. Quad

- **QUA-1** It doubles twice.
"""
REFERENCE = {
    "__init__.py": '"""Mini."""\n',
    "double.py": f'"""Double."""\n\nNOTE = "{SECRETS["reference"]}"\n\n\n'
    'def double(x):\n    return x * 2\n\n\ndef fact():\n    return "double"\n',
    "quad.py": '"""Quad."""\n\nfrom mini.double import double\n\n\ndef quad(x):\n    return double(double(x))\n',
}
_HEAD = """
import pytest
import torch
from grader.checks.compare import expect_close

pytestmark = pytest.mark.limits(cpu_seconds=0.4, memory_mb=256)

def check(idea, spec="DBL-1"):
    return pytest.mark.check(idea, spec=spec, title="is as asked", hint="look again")
"""
PUBLIC_DOUBLE = f"""{_HEAD}
@check("double.values")
def test_small_numbers(subject):
    for n in (0, 1, 5):
        assert subject.double(n) == 2 * n, "another number was expected"

@check("double.tensors")
def test_small_tensor(subject):
    x = torch.tensor([1.0, 2.0, 3.0])
    expect_close(subject.double(x), 2 * x, input=x)
"""
HIDDEN_DOUBLE = f"""{_HEAD}
NOTE = "{SECRETS["hidden tests"]}"
ANSWERS = {{7: 14, 1031: 2062}}

@check("double.values")
def test_numbers(subject):
    for n, answer in ANSWERS.items():
        assert subject.double(n) == answer, "another number was expected"

@check("double.tensors")
def test_tensor(subject, gen):
    x = torch.randn(4, 5, generator=gen)
    expect_close(subject.double(x), 2 * x)

@check("double.types")
def test_types(subject):
    assert type(subject.double(1.5)) is float, "a float stays one"

@check("double.untouched")
def test_untouched(subject):
    subject.double(torch.ones(3))
    assert subject.last.mutated == (), "the argument was changed"

@check("double.cost")
def test_cost(subject):
    counts = subject.probes.count(subject.double, torch.ones(8))
    assert counts.operations <= 4 and counts.escapes == 0, "too much work"

@check("double.facts")
def test_facts(subject, observe):
    told = subject.fact()
    observe("double.fact", told)
    assert told == "double", "another name was expected"
"""
QUAD = f"""{_HEAD}
@check("quad.values", "QUA-1")
def test_numbers(subject):
    for n in (3, 8):
        assert subject.quad(n) == 4 * n, "another number was expected"
"""
NEIGHBOUR = f'NOTE = "{SECRETS["neighbour"]}"\n\n\ndef double(x):\n    return x + x\n\n\ndef fact():\n    return "double"\n'


@dataclass(frozen=True)
class Arena:
    """The folders of one run, below ``root``; ``services`` are addresses by placeholder.

    ``results`` is where the grader writes, and ``results_file`` the file an attacker would want to replace.
    """

    root: Path
    services: Mapping[str, str]
    results: Path
    results_file: Path

    @property
    def repository(self) -> Path:
        """The course."""
        return self.root / "repository"

    @property
    def download(self) -> Path:
        """The class, a folder for each student."""
        return self.root / "download"

    def build(self) -> None:
        """Write course and bait."""
        self._write("repository", {"course.toml": COURSE, "handout.md": HANDOUT, "constraints.txt": ""})
        self._write("repository/solutions/mini", REFERENCE)
        self._write("repository/tests/public", {"test_double.py": PUBLIC_DOUBLE, "test_quad.py": QUAD})
        self._write("repository/tests/hidden", {"test_double.py": HIDDEN_DOUBLE, "test_quad.py": QUAD})
        self._write("download/a neighbour/mini", {"double.py": NEIGHBOUR})
        self._write("", {"seed": str(SEED)})
        self._write("shared", {"cache.json": "{}"})
        self.results.mkdir(parents=True)

    def hand_in(self, student: str, attack: Attack) -> None:
        """Put an attack among the students' folders."""
        self.hand_in_files(student, attack.files)
        for name, target in attack.links.items():
            link = self.download / student / name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(self._filled(target))

    def hand_in_files(self, student: str, files: Mapping[str, str]) -> None:
        """Put these files there, an honest quad and package file with them unless they bring their own."""
        whole = {"mini/__init__.py": REFERENCE["__init__.py"], "mini/quad.py": REFERENCE["quad.py"], **files}
        self._write(f"download/{student}", {name: self._filled(text) for name, text in whole.items()})

    def hand_in_honest(self, student: str, name: str) -> None:
        """Put an honest version there."""
        self.hand_in_files(student, honest_files(name))

    def digest(self, *besides: Path) -> str:
        """One digest of all that nobody may change, and of ``besides``."""
        digest = hashlib.sha256()
        for folder in (self.repository, self.download, self.root / "seed", self.root / "shared", *besides):
            for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
                content = path.read_bytes() if path.is_file() and not path.is_symlink() else b""
                if "__pycache__" not in path.parts and path.name != "__pycache__":
                    digest.update(f"{path} {path.is_symlink()} {len(content)}\n".encode() + content)
        for outside in _OUTSIDE:
            digest.update(repr(sorted(path.name for path in outside.glob(f"{LOOT}*"))).encode())
        return digest.hexdigest()

    def clean_up(self) -> None:
        """Remove what attacks left outside."""
        for outside in _OUTSIDE:
            for path in outside.glob(f"{LOOT}*"):
                path.unlink()

    def _filled(self, text: str) -> str:
        places = {
            "tests": self.repository / "tests" / "hidden" / "test_double.py",
            "reference": self.repository / "solutions" / "mini" / "double.py",
            "neighbour": self.download / "a neighbour" / "mini" / "double.py",
            "seed": self.root / "seed",
            "shared": self.root / "shared",
            "results": self.results,
            "results_file": self.results_file,
            "repository": self.repository,
            "variable": VARIABLE,
            "loot": LOOT,
            **self.services,
        }
        return re.sub(r"@(\w+)@", lambda match: str(places[match[1]]), text)

    def _write(self, folder: str, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.root / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")


def secrets_in(text: str) -> tuple[str, ...]:
    """Which planted secrets stand in an output."""
    return tuple(name for name, secret in SECRETS.items() if secret in text)


@contextlib.contextmanager
def services() -> Iterator[dict[str, str]]:
    """Servers of this machine that tell their secret to whoever asks; their addresses by placeholder."""
    secret = SECRETS["server"].encode()
    name = f"fairmark-attack-{secrets.token_hex(8)}"
    with (
        socket.create_server(("127.0.0.1", 0)) as tcp,
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        socket.socket(socket.AF_UNIX) as abstract,
    ):
        udp.bind(("127.0.0.1", 0))
        abstract.bind("\0" + name)
        abstract.listen()

        def greet(listener: socket.socket) -> None:
            connection, _ = listener.accept()
            with connection:
                connection.sendall(secret)

        def echo() -> None:
            _, sender = udp.recvfrom(100)
            if sender:
                udp.sendto(secret, sender)

        for step in (lambda: greet(tcp), lambda: greet(abstract), echo):
            threading.Thread(target=_for_ever, args=(step,), daemon=True).start()
        yield {"tcp": str(tcp.getsockname()[1]), "udp": str(udp.getsockname()[1]), "abstract": name}
        for listener in (tcp, udp, abstract):
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)


def _for_ever(step: Callable[[], None]) -> None:
    with contextlib.suppress(OSError):
        while True:
            step()
