"""What came of an attack, against the naive runner and against the real judge: the corpus's expectations, and nothing else."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from attack_file import Attack, Goal
from harness import run_as
from judged import Judged
from naive import NaiveRun, run_naively

STOPPED, OPEN = "stopped", "open"


def against_naive(attacks: Sequence[Attack], services: Mapping[str, str]) -> dict[str, bool]:
    """Whether each attack reaches its goal there, by name."""

    def experiment() -> dict[str, bool]:
        honest: dict[str, NaiveRun] = {}
        reached = {}
        with tempfile.TemporaryDirectory(prefix="fairmark-attack-", dir="/tmp") as folder:
            for number, attack in enumerate(attacks):
                if attack.honest not in honest:
                    honest[attack.honest] = run_naively(Path(folder) / attack.honest, services, None, attack.honest, Goal.POINTS)
                run = run_naively(Path(folder) / str(number), services, attack, attack.honest, attack.goal)
                reached[attack.name] = run.reached(attack.goal, honest[attack.honest])
        return reached

    found: dict[str, bool] = run_as("ordinary", experiment)
    return found


def against_judge(attack: Attack, judged: Judged) -> str:
    """``stopped``, ``open`` for a hole that is known, or what is wrong, in a sentence."""
    if attack.open_hole:
        if not judged.harm:
            return "it is marked as an open hole, and is stopped: take the mark away"
        only_points = f"it gets {judged.earned:g} points, its honest version {judged.honest:g}"
        return OPEN if judged.harm == (only_points,) else "; ".join(judged.harm)
    if judged.harm:
        return "; ".join(judged.harm)
    if attack.told not in " ".join(judged.told):
        return f"the TA is not told of {attack.told}"
    return STOPPED
