"""How far a right answer may be from the exact one: derived from the number format and the length of the calculation.

Each floating-point operation is off by at most the unit roundoff u = eps / 2 of its result. After ``depth`` roundings one after the other
the error is at most gamma = depth * u / (1 - depth * u) of the largest magnitude on the way (N. J. Higham, Accuracy and Stability of
Numerical Algorithms, 2nd edition, section 3.1). A sum of n terms counts n roundings.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

# Sums of up to about 200 terms and the element-wise steps around them; a longer calculation says its own depth.
DEFAULT_DEPTH = 256
# In 16-bit formats the kernels sum in float32 and round what they store: only stored results count.
DEFAULT_DEPTH_16_BIT = 16
_SIXTEEN_BITS = (torch.float16, torch.bfloat16)


@dataclass(frozen=True)
class Tolerance:
    """A value passes when ``|got - expected| <= absolute + relative * |expected|``."""

    absolute: float
    relative: float = 0.0

    def __post_init__(self) -> None:
        if not (self.absolute >= 0 and self.relative >= 0):
            raise ValueError(f"a tolerance is not negative: {self}")


EXACT = Tolerance(0.0)


def tolerance_for(expected: torch.Tensor, dtype: torch.dtype, depth: int | None = None, scale: float | None = None) -> Tolerance:
    """The rounding-error bound for an answer in ``dtype`` to a question whose exact answer is ``expected`` (best in float64).

    Args:
        expected: the exact answer; its largest finite magnitude is the scale unless ``scale`` is given.
        dtype: the format in which the answer was calculated; an integer format has no rounding: exact.
        depth: roundings one after the other, 256 by default, 16 for 16-bit formats.
        scale: largest magnitude on the way, where cancellation makes the answer smaller than what it was calculated from.

    Raises ValueError where ``depth`` is so long that the format keeps no digit.
    """
    if not dtype.is_floating_point:
        return EXACT
    if depth is None:
        depth = DEFAULT_DEPTH_16_BIT if dtype in _SIXTEEN_BITS else DEFAULT_DEPTH
    info = torch.finfo(dtype)
    roundoff = depth * info.eps / 2
    if depth < 1 or roundoff >= 0.5:
        raise ValueError(f"a calculation of {depth} roundings in {dtype} has no error bound")
    if scale is None:
        finite = expected.double()[torch.isfinite(expected.double())]
        scale = float(finite.abs().max()) if finite.numel() else 0.0
    # Below the smallest normal number the error is absolute.
    return Tolerance(roundoff / (1 - roundoff) * scale + depth * info.tiny)
