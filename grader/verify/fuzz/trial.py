"""One broken download, collected: what came of it, and every promise of intake that it broke."""

from __future__ import annotations

import resource
import shutil
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from grader.checks.plan import Plan
from grader.intake.collect import collect
from grader.intake.refused import IntakeError
from grader.intake.submission import Submission
from grader.verify.fuzz.downloads import Download
from grader.verify.fuzz.watch import Watch

_FEWEST_WORDS = 4


@dataclass(frozen=True)
class Seen:
    """What came of one trial.

    Attributes:
        crash: an exception that is no refusal of the download, empty without.
        outside: what was written, read or started that must not be.
        unsaid: refusals without a message, and messages that cannot be shown.
        harmed: why the sound submission beside the broken one did not come out whole, empty when it did.
        refused: whether the download, or a submission in it, was refused.
        cpu_seconds: of the process. written: bytes in the workspace. grown: bytes by which the process's memory reached a new peak.
    """

    crash: str
    outside: tuple[str, ...]
    unsaid: tuple[str, ...]
    harmed: str
    refused: bool
    cpu_seconds: float
    written: int
    grown: int

    @property
    def broken(self) -> tuple[str, ...]:
        """The promises that were broken, a sentence each."""
        return tuple(sentence for sentence in (self.crash, *self.outside, *self.unsaid, self.harmed) if sentence)


@dataclass(frozen=True)
class Stage:
    """Where trials happen: ``folder`` is emptied each time; ``sound`` is what the sound submission's folder holds in the end."""

    folder: Path
    plan: Plan
    repository: Path
    sound: Mapping[str, bytes]
    watch: Watch


def run_trial(download: Download, stage: Stage) -> Seen:
    """Collect the download and look at everything that came of it."""
    shutil.rmtree(stage.folder, ignore_errors=True)
    workspace, secret = stage.folder / "grades" / "workspace", stage.folder / "secret.py"
    workspace.mkdir(parents=True)
    secret.write_text("SECRET = 1\n")
    path = _laid_out(download, stage.folder / "download")
    submissions: Sequence[Submission] = ()
    crash = refusal = ""
    peak, started = _peak_bytes(), time.process_time()
    with stage.watch.over(workspace, [secret, Path("/etc/passwd")]) as outside:
        try:
            submissions = collect(path, stage.plan, workspace, stage.repository)
        except IntakeError as error:
            refusal = str(error) or "(nothing)"
        except Exception as error:  # noqa: BLE001 - whatever it is, it is what this looks for
            crash = f"crash: {type(error).__name__}: {error}"
    spent, grown = time.process_time() - started, _peak_bytes() - peak
    unsaid = [*_unsaid(refusal), *(sentence for submission in submissions for sentence in _faults(submission))]
    strays = {item.name for item in workspace.iterdir()} - {submission.id for submission in submissions}
    return Seen(
        crash=crash,
        outside=(*outside, *(f"{name} was left in the workspace" for name in strays if not crash)),
        unsaid=tuple(unsaid),
        harmed=_harmed(submissions, stage.sound) if download.amy and not crash else "",
        refused=bool(refusal) or any(submission.problem for submission in submissions),
        cpu_seconds=spent,
        written=sum(file.lstat().st_size for file in workspace.rglob("*")),
        grown=grown,
    )


def files_below(root: Path) -> dict[str, bytes]:
    """Relative posix path -> content."""
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def _laid_out(download: Download, folder: Path) -> Path:
    if "" in download.files:
        folder.mkdir()
        (folder / "class.zip").write_bytes(download.files[""])
        return folder / "class.zip"
    for name, content in download.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def _unsaid(refusal: str) -> list[str]:
    if refusal and (len(refusal.split()) < _FEWEST_WORDS or not refusal.isprintable()):
        return [f"refused with {refusal!r}"]
    return []


def _faults(submission: Submission) -> list[str]:
    """What is said badly about a submission, or not at all."""
    faults = _unsaid(submission.problem)
    texts = (submission.student, submission.source, *submission.notes, *submission.members)
    faults += [f"cannot be shown: {text!r}" for text in texts if not text or not text.isprintable()]
    has_files = any(path.is_file() for path in submission.root.rglob("*"))
    if has_files == bool(submission.problem):
        faults.append(f"{submission.id} has {'files' if has_files else 'nothing'} and the problem {submission.problem!r}")
    if any(path.is_symlink() for path in submission.root.rglob("*")):
        faults.append(f"{submission.id} holds a link")
    return faults


def _harmed(submissions: Sequence[Submission], sound: Mapping[str, bytes]) -> str:
    amy = next((submission for submission in submissions if submission.id == "amy"), None)
    if amy is None or len(submissions) < 2:
        return f"of two students {len(submissions)} came out"
    return "" if not amy.problem and files_below(amy.root) == sound else f"the sound submission was harmed: {amy.problem or 'other files'}"


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
