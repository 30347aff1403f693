"""Points for machines: exact where six decimals suffice."""

from __future__ import annotations

from fractions import Fraction


def json_number(points: Fraction) -> int | float:
    """A whole number as int, else rounded to six decimals."""
    return int(points) if points.denominator == 1 else round(float(points), 6)
