"""A cost that every right solution has: neither far above the reference's nor next to nothing."""

from grader.checks.compare import expect_at_most

# What counts less than this share of the reference's work has not done the work where it is counted.
LEAST_SHARE = 1 / 50


def expect_cost(measured: float, reference: float, ratio: float, what: str) -> None:
    """``0 < measured``, and ``LEAST_SHARE * reference <= measured <= ratio * reference``; else AssertionError."""
    expect_at_most(measured, reference, ratio, what)
    assert measured > 0 and measured >= LEAST_SHARE * reference, f"{what}: {measured:,g} are fewer than the task can be done with"
