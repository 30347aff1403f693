"""``make attack``: every submission of the corpus against the naive runner and the real judge, on each tier that this machine has.

Prints a table and figures, writes ``build/attack.json``; the exit status is 1 if an attack is none, or succeeds where it must not.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "jail")]

import pytest  # noqa: E402
import torch  # noqa: E402
from arena import services  # noqa: E402
from attack_file import Attack, read_corpus  # noqa: E402
from attack_trial import OPEN, STOPPED, against_judge, against_naive  # noqa: E402
from judged import SETTINGS, Setting, judge_all, missing  # noqa: E402

from grader.verify.figures import Figure, at_least, at_most, table, write_figures  # noqa: E402

REPOSITORY = HERE.parents[2]
AT_LEAST = 70
_WIDEST = 60


def main(arguments: Sequence[str]) -> int:
    """Run the corpus; 1 when a gate is broken."""
    parser = argparse.ArgumentParser(prog="make attack", description=__doc__)
    parser.add_argument("only", nargs="?", default="", help="attacks whose name begins so; nothing is written then")
    parser.add_argument("--tier", action="append", choices=SETTINGS, help="where to judge; by default everywhere")
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(1)  # what forks from here could hang on a pool of threads
    attacks = read_corpus(chosen.only)
    with services() as addresses:
        naive = against_naive(attacks, addresses)
        tiers = {name: _on(SETTINGS[name], attacks, addresses) for name in chosen.tier or SETTINGS}
    print("\n".join(_rows(attacks, naive, tiers)))
    figures = _figures(attacks, naive, tiers, whole=not chosen.only)
    print(table(figures))
    if chosen.only or chosen.tier:
        return 0 if all(figure.ok is not False for figure in figures) else 1
    return 0 if write_figures("attack", figures, REPOSITORY / "build") else 1


def _on(setting: Setting, attacks: Sequence[Attack], addresses: Mapping[str, str]) -> dict[str, str]:
    """Outcome by attack; empty, with the reason on the screen, where this machine does not have the tier."""
    try:
        reason = missing(setting)
    except pytest.skip.Exception as skipped:
        reason = str(skipped)
    if reason:
        print(f"not judged on tier {setting.tier} as {setting.user}: {reason}")
        return {}
    judged = {item.attack: item for item in judge_all(setting, attacks, addresses)}
    return {attack.name: against_judge(attack, judged[attack.name]) for attack in attacks}


def _rows(attacks: Sequence[Attack], naive: Mapping[str, bool], tiers: Mapping[str, Mapping[str, str]]) -> list[str]:
    width = max(len(attack.name) for attack in attacks)
    rows = [f"{'attack':<{width}}  {'wants':<6}  {'naive runner':<12}  " + "  ".join(f"{name:<10}" for name in tiers)]
    for attack in attacks:
        cells = [f"{outcomes.get(attack.name, '-')[:_WIDEST]:<10}" for outcomes in tiers.values()]
        rows.append(f"{attack.name:<{width}}  {attack.goal:<6}  {'succeeds' if naive[attack.name] else 'FAILS':<12}  {'  '.join(cells)}")
    holes = [attack for attack in attacks if attack.open_hole]
    told = [f"open hole: {attack.name}: {attack.title} {attack.open_hole[0].upper()}{attack.open_hole[1:]}." for attack in holes]
    return [*rows, "", *told, ""]


def _figures(attacks: Sequence[Attack], naive: Mapping[str, bool], tiers: Mapping[str, Mapping[str, str]], whole: bool) -> list[Figure]:
    count = len(attacks)
    figures = [
        at_least("attacks", count, AT_LEAST if whole else 1, "attacks"),
        Figure("families", len({attack.family for attack in attacks}), "families"),
        at_least("succeed against the naive runner", sum(naive.values()), count, "attacks"),
        Figure("open holes", sum(bool(attack.open_hole) for attack in attacks), "attacks"),
    ]
    for name, outcomes in tiers.items():
        if outcomes:
            found = Counter(outcomes.values())
            wrong = len(attacks) - found[STOPPED] - found[OPEN]
            figures += [
                Figure(f"tier {name}: stopped", found[STOPPED], "attacks"),
                Figure(f"tier {name}: open", found[OPEN], "attacks"),
                at_most(f"tier {name}: not as promised", wrong, 0, "attacks"),
            ]
        else:
            figures.append(Figure(f"tier {name}: not judged here", count, "attacks"))
    return figures


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
