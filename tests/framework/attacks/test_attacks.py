"""One attack of each family against the naive runner and the real judge; ``make attack`` runs all of them on every tier."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import torch
from arena import services
from attack_file import Attack, Goal, one_of_each_family, read_corpus
from attack_run import AT_LEAST
from attack_trial import OPEN, STOPPED, against_judge, against_naive
from harness import linux_only
from judged import SETTINGS, Judged, Setting, judge_all, missing

pytestmark = linux_only

CORPUS = read_corpus()
SHORT = one_of_each_family(CORPUS)
WITHOUT_A_BOUNDARY = Setting("C", "ordinary", ("unshare", "landlock_create_ruleset"))
each_attack = pytest.mark.parametrize("attack", SHORT, ids=lambda attack: attack.name)


@pytest.fixture(scope="module")
def addresses() -> Iterator[dict[str, str]]:
    torch.set_num_threads(1)  # what forks from here could hang on a pool of threads
    with services() as found:
        yield found


@pytest.fixture(scope="module")
def naive(addresses: dict[str, str]) -> dict[str, bool]:
    return against_naive(SHORT, addresses)


@pytest.fixture(scope="module", params=["A", "B"])
def judged(request: pytest.FixtureRequest, addresses: dict[str, str]) -> dict[str, Judged]:
    setting = SETTINGS[request.param]
    if reason := missing(setting):
        pytest.skip(f"not to be had on this machine: {reason}")
    return {item.attack: item for item in judge_all(setting, SHORT, addresses)}


def test_the_corpus_is_large_and_nothing_in_it_is_there_twice() -> None:
    assert len(CORPUS) >= AT_LEAST
    assert len({attack.title for attack in CORPUS}) == len(CORPUS)
    assert len({attack.family for attack in CORPUS}) == len(SHORT) >= 15
    assert {attack.goal for attack in CORPUS} == set(Goal)


@each_attack
def test_it_is_an_attack(attack: Attack, naive: dict[str, bool]) -> None:
    assert naive[attack.name], "it gets nothing where nothing stops it"


@each_attack
def test_it_is_stopped(attack: Attack, judged: dict[str, Judged]) -> None:
    assert against_judge(attack, judged[attack.name]) == (OPEN if attack.open_hole else STOPPED)


def test_where_nothing_stops_it_the_harm_is_seen(addresses: dict[str, str]) -> None:
    if reason := missing(WITHOUT_A_BOUNDARY):
        pytest.skip(reason)
    wanted = ("read/hidden_tests", "read/listing", "results/change_neighbour")
    harm = {item.attack: item.harm for item in judge_all(WITHOUT_A_BOUNDARY, [a for a in CORPUS if a.name in wanted], addresses)}
    assert "the secret of hidden tests is in the result" in harm["read/hidden_tests"]
    assert "it had what it wanted" in harm["read/listing"]
    assert "something outside was changed" in harm["results/change_neighbour"]


def test_a_hole_that_closes_and_a_silent_report_are_seen() -> None:
    hole = next(attack for attack in CORPUS if attack.open_hole)
    closed = Judged(hole.name, 1.0, 1.0, (), (hole.told,))
    assert "take the mark away" in against_judge(hole, closed)
    worse = Judged(hole.name, 2.0, 1.0, ("it gets 2 points, its honest version 1", "2 processes run on"), (hole.told,))
    assert "2 processes run on" in against_judge(hole, worse)
    told = next(attack for attack in CORPUS if attack.told and not attack.open_hole)
    silent = Judged(told.name, 0.0, 0.0, (), ())
    assert against_judge(told, silent) == f"the TA is not told of {told.told}"
