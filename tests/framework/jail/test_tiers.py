"""The tier is found by trying, printed with reasons, and never lowered silently."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pyseccomp
import pytest
from harness import attack, linux_only, run_as, small_zygote, submission

from grader.checks.worker_source import Limits
from grader.jail.limits import MIB, jobs_that_fit
from grader.jail.probe import available_tier
from grader.jail.tiers import NAMESPACES, IsolationMissing, Layer, report_on
from grader.jail.zygote import Zygote

pytestmark = linux_only

HERE = Path(__file__).parent
EVERYTHING = frozenset(Layer)


@pytest.mark.parametrize("user", ["root", "ordinary"])
def test_available_tier_names_every_layer_once(user: str) -> None:
    def experiment() -> tuple[str, list[str], list[str]]:
        report = available_tier()
        return report.tier, list(report.layers), list(report.missing)

    tier, layers, missing = run_as(user, experiment)
    not_asked_for = {Layer.DEDICATED_USER} if user == "ordinary" else set()
    assert set(layers) | set(missing) == EVERYTHING - not_asked_for
    assert not set(layers) & set(missing)
    assert (tier == "A") == (not missing or set(missing) <= {Layer.LANDLOCK, Layer.LANDLOCK_SCOPE})


@pytest.mark.parametrize(
    ("left_out", "as_root", "tier"),
    [
        (frozenset(), True, "A"),
        ({Layer.LANDLOCK, Layer.LANDLOCK_SCOPE}, True, "A"),
        ({Layer.DEDICATED_USER}, True, "C"),
        ({Layer.DEDICATED_USER}, False, "A"),
        ({Layer.SYSCALL_FILTER, Layer.SIGNAL_FILTER}, False, "C"),
        (NAMESPACES, False, "B"),
        ({Layer.NETWORK_NAMESPACE}, False, "B"),
        (NAMESPACES | {Layer.LANDLOCK_SCOPE}, False, "B"),
        (NAMESPACES | {Layer.LANDLOCK}, False, "C"),
        ({Layer.WATCH}, False, "C"),
    ],
)
def test_what_the_layers_add_up_to(left_out: frozenset[Layer], as_root: bool, tier: str) -> None:
    report = report_on(EVERYTHING - left_out, dict.fromkeys(left_out, "for a reason"), as_root)
    assert report.tier == tier
    assert dict(report.missing) == dict.fromkeys(map(str, left_out), "for a reason")


def test_a_lower_tier_is_refused_with_the_reasons_unless_allowed() -> None:
    def experiment() -> list[str]:
        with pytest.raises(IsolationMissing) as refused, Zygote(worker="small_worker", import_path=[HERE], leave_out=NAMESPACES):
            pass
        with Zygote(allow_tier="B", worker="small_worker", import_path=[HERE], leave_out=NAMESPACES) as zygote, submission() as root:
            with zygote.open(root) as workers:
                assert attack(workers, "def act(): return True").succeeded
            return [str(refused.value), zygote.report.tier]

    message, tier = run_as("ordinary", experiment)
    assert "tier B only, and tier A is asked for" in message
    assert "network namespace: left out by the caller" in message
    assert tier == "B"


@pytest.mark.parametrize("blocked", ["unshare", "mount"])
def test_where_namespaces_are_blocked_tier_b_is_found_by_trying(blocked: str) -> None:
    """Container engines refuse ``unshare``; Ubuntu 24.04 lets an ordinary user make a namespace but not mount in it."""

    def experiment() -> list[str]:
        engine = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
        engine.add_rule(pyseccomp.ERRNO(errno.EPERM), blocked)
        engine.load()
        with small_zygote() as zygote, submission() as root, zygote.open(root) as workers:
            assert attack(workers, "def act(): return True").succeeded
            return [zygote.report.tier, zygote.report.missing["own file tree"]]

    tier, reason = run_as("ordinary", experiment)
    assert tier == "B"
    assert "Operation not permitted" in reason


def test_jobs_are_bounded_by_cores_and_by_memory() -> None:
    assert jobs_that_fit(Limits(memory_mb=1)) == len(os.sched_getaffinity(0))
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    assert jobs_that_fit(Limits(memory_mb=total // MIB)) == 1
