"""A class of seven submissions, packed the way a download from a course site looks: zips and folders, nested, with the usual litter."""

from __future__ import annotations

import io
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from grader.judge.suite import Suite
from grader.release.generate import generate
from grader.verify.variants import Variant, build_variant

SAMPLES = Path("data") / "sample_class"
THREE_BUGS = {"rmsnorm": "eps_outside_the_root", "kgram_mlp": "window_ends_one_early", "nucleus_sampling": "drops_the_crossing_token"}
HALF_DONE = ("rmsnorm", "attention")
IN_TIME, LATE = (2026, 12, 17, 21, 40, 0), (2026, 12, 20, 9, 15, 0)
LITTER = {
    "__MACOSX/._picollm": b"\x00\x05\x16\x07",
    ".DS_Store": b"\x00\x00\x00\x01Bud1",
    "picollm/__pycache__/rmsnorm.cpython-311.pyc": b"\xa7\r\r\n",
}

Files = Mapping[str, bytes]


@dataclass(frozen=True)
class _Packing:
    """How a submission came: its name in the download, in a zip of its own or as a folder, when, under which folder."""

    name: str
    zipped: bool
    time: tuple[int, int, int, int, int, int]
    inside: str = ""


def build_sample_class(repository: Path, suite: Suite, out: Path) -> Path:
    """Write the download to ``out``, the same bytes each time, and return its path."""
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="fairmark-samples-") as folder, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        students = _students(repository, suite, Path(folder))
        for packing, files in students:
            if packing.zipped:
                _add(archive, f"{packing.name}.zip", _zipped(files, packing), packing)
            else:
                for name, content in files.items():
                    _add(archive, f"{packing.name}/{packing.inside}{name}", content, packing)
        _add(archive, ".DS_Store", LITTER[".DS_Store"], students[0][0])
    return out


def _students(repository: Path, suite: Suite, folder: Path) -> list[tuple[_Packing, Files]]:
    package = suite.plan.package
    reference, samples = suite.reference / package, repository / SAMPLES
    starter = folder / "starter"
    generate(suite.course, suite.plan.assignment, repository, starter)

    def changed(name: str, change: Callable[[Path], None]) -> Files:
        root = folder / name
        shutil.copytree(reference, root / package, ignore=shutil.ignore_patterns("__pycache__"))
        change(root / package)
        return _read(root)

    def sample(name: str) -> Files:
        files = [(path.name, path) for path in sorted((samples / name).glob("*.py"))]
        return changed(name, lambda target: _merge(reference, target, files))

    misconceptions = repository / "solutions" / "misconceptions"
    bugs = [(f"{exercise}.py", misconceptions / exercise / f"{name}.py") for exercise, name in THREE_BUGS.items()]
    report = {"report.md": b"# Report\n\nEach module explained, with figures and sources.\n"}
    report |= {f"figures/{name}.png": b"a picture" for name in ("loss", "samples", "neighbours")}
    return [
        (_Packing("Adams Amy", True, IN_TIME), {**changed("perfect", lambda _: None), **report, "members.txt": b"Amy Adams\nAbel Ash\n"}),
        (_Packing("Brandt Ben", False, IN_TIME, "my work/pico-llm/"), {**_half_done(starter, reference, package), **LITTER}),
        (_Packing("Chen Wei", True, IN_TIME, "pico-llm/"), _read(starter, f"{package}/**/*.py", "tests/*.py", "README.md", "course.json")),
        (
            _Packing("Diaz Dora", True, LATE, "hw1/"),
            {**changed("bugs", lambda target: _merge(reference, target, bugs)), **report, **LITTER},
        ),
        (_Packing("Evans Emil", False, IN_TIME), {**sample("loops"), **report}),
        (_Packing("Fox Fatima", True, IN_TIME), {**sample("crashes"), **report}),
        (_Packing("Green Gus", True, IN_TIME), {**sample("cheats"), **report}),
    ]


def _half_done(starter: Path, reference: Path, package: str) -> Files:
    stubs = dict(_read(starter, f"{package}/**/*.py"))
    return stubs | {f"{package}/{name}.py": (reference / f"{name}.py").read_bytes() for name in HALF_DONE}


def _merge(reference: Path, target: Path, files: list[tuple[str, Path]]) -> None:
    shutil.rmtree(target)
    build_variant(reference, Variant("", target.name, "", "", "", tuple(files)), target)


def _read(root: Path, *patterns: str) -> Files:
    found = sorted({path for pattern in patterns or ("**/*",) for path in root.glob(pattern) if path.is_file()})
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in found}


def _zipped(files: Files, packing: _Packing) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            _add(archive, packing.inside + name, content, packing)
    return buffer.getvalue()


def _add(archive: zipfile.ZipFile, name: str, content: bytes, packing: _Packing) -> None:
    entry = zipfile.ZipInfo(name, packing.time)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o100644 << 16
    archive.writestr(entry, content)
