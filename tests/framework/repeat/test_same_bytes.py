"""One submission, one verdict: graded again and again on a busy machine, every byte is the same.

Ten times each on an assignment of two exercises, every time the tests run. ``FAIRMARK_REPEAT=200`` (``make repeat``) is the nightly size:
so many times each on the whole assignment, some three hours on two cores. It prints a digest for each submission, so that several shorter
runs of one commit can be compared, too.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections import defaultdict
from pathlib import Path

import pytest
from load import busy_cores
from two_exercises import write_two_exercises

from grader.intake.collect import content_hash
from grader.judge.pool import Judged, JudgePool, Task, Unjudged
from grader.judge.result import Result
from grader.judge.secret import Secret
from grader.judge.suite import Suite, load_suite
from grader.verify.sample_class import HALF_DONE
from grader.verify.specimens import Kind, build, find_all

REPOSITORY = Path(__file__).parents[3]
NIGHTLY = "FAIRMARK_REPEAT"
TIMES = int(os.environ.get(NIGHTLY, "10"))
# With wrong submissions there are messages, examples and facts to compare too.
WRONG = ("nucleus_sampling/drops_the_crossing_token",)


def submissions(suite: Suite, folder: Path) -> dict[str, Path]:
    """Folders of the reference, the half-done sample, three alternatives and a wrong one, by name."""
    variants = find_all(suite)
    alternatives = [item for item in variants if item[0] is Kind.ALTERNATIVE]
    wrong = [item for item in variants if item[0] is Kind.MISCONCEPTION and item[1].key in WRONG]
    chosen = [*alternatives[:: len(alternatives) // 3][:3], *wrong]
    assert len(chosen) == 3 + len(WRONG)
    roots = {item.key: item.root for item in build(suite, chosen, folder)}
    half = folder / "half_done"
    shutil.copytree(roots.pop("starter"), half)
    for name in HALF_DONE:
        shutil.copyfile(suite.reference / suite.plan.package / f"{name}.py", half / suite.plan.package / f"{name}.py")
    return {**roots, "half done": half}


def differences(first: Result, other: Result) -> str:
    """The outcomes of the checks in which two results differ."""
    pairs = zip(first.checks, other.checks, strict=True)
    return "\n".join(f"{one}\n{two}" for one, two in pairs if one != two) or f"{first}\n{other}"


@pytest.mark.timeout(0 if NIGHTLY in os.environ else 900)
def test_every_grading_gives_the_same_bytes(tmp_path: Path) -> None:
    repository = REPOSITORY if NIGHTLY in os.environ else write_two_exercises(REPOSITORY, tmp_path / "course")
    suite = load_suite(repository, "pico-llm", Secret(11, "repeat"))
    roots = submissions(suite, tmp_path / "submissions")
    tasks = [Task(f"{name}#{number}", root, content_hash(root)) for number in range(TIMES) for name, root in roots.items()]
    found: dict[str, list[Result]] = defaultdict(list)
    with busy_cores(), JudgePool(suite, 2, "C") as pool:
        for event in pool.run(tasks):
            assert not isinstance(event, Unjudged), event
            if isinstance(event, Judged):
                found[event.key.partition("#")[0]].append(event.result)
    assert {name: len(results) for name, results in found.items()} == dict.fromkeys(roots, TIMES)
    for name, results in found.items():
        for other in results[1:]:
            assert other.to_json() == results[0].to_json(), differences(results[0], other)
        print(f"\n{name}: {TIMES} times {hashlib.sha256(results[0].to_json().encode()).hexdigest()[:16]}", end="")
    earned = {name: results[0].earned + results[0].bonus_earned for name, results in found.items()}
    assert earned["half done"] < earned["reference"] and earned[f"misconception/{WRONG[0]}"] < earned["reference"]
    assert {earned[name] for name in earned if name.startswith("alternative")} == {earned["reference"]}
