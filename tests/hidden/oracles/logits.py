"""How far two calculations of the same logits may be apart: measured by how much logits vary, and not by how large some of them are.

With the largest logit as the scale, a single huge one would make room for any mistake in all others.
"""

import torch

from grader.checks.tolerance import Tolerance, tolerance_for

# With random parameters the largest logit is some 5 to 80 times the typical variation.
LARGEST = 1000
# Of many normal numbers the largest is about 4 times the median magnitude.
RANGE = 4
LAST_SUMS = 32


def variation(logits: torch.Tensor, between: str = "positions") -> float:
    """The median distance of a logit from the mean of the same token's logits at all positions.

    Args:
        logits: (..., vocab_size) of two positions or more, of a model with random parameters.
        between: what the rows of ``logits`` differ in, for the message.

    Raises AssertionError where a logit is not finite, or so large that the variation drowns in it.
    """
    assert logits.shape[:-1].numel() > 1, f"the logits of several positions came as a tensor of shape {tuple(logits.shape)}"
    assert torch.isfinite(logits).all(), "some logits are infinite or not a number"
    rows = logits.detach().double().flatten(0, -2)
    largest = rows.abs().max()
    relative = rows / largest
    typical = (relative - relative.mean(0)).abs().median()
    assert LARGEST * typical >= 1, (
        f"the largest logit, {float(largest):.3g}, is more than {LARGEST} times what logits differ by between {between}, "
        f"{float(typical * largest):.3g}"
    )
    return float(typical * largest)


def tolerance_of_logits(logits: torch.Tensor, dtype: torch.dtype, depth: int) -> Tolerance:
    """The rounding-error bound after ``depth`` roundings in ``dtype``; raises as ``variation`` does."""
    varying = tolerance_for(logits, dtype, depth, scale=RANGE * variation(logits))
    # What all positions have in common is rounded with them, in the last sums.
    return Tolerance(varying.absolute + tolerance_for(logits, dtype, LAST_SUMS).absolute)
