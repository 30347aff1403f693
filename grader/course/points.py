"""Exact points: read from what people and JSON write, rounded only when shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction


def exact(value: int | float | Decimal | Fraction | str) -> Fraction:
    """The number as it is written: 0.1 is one tenth, whatever its binary form. Raises ValueError for inf, nan and non-numbers."""
    if isinstance(value, Fraction | int):
        return Fraction(value)
    number = Decimal(str(value)) if not isinstance(value, Decimal) else value
    if not number.is_finite():
        raise ValueError(f"{value!r} is not a number of points")
    return Fraction(number)


def shown(points: Fraction, places: int = 2) -> str:
    """For people: halves rounded up, at most ``places`` decimals, no trailing zeros: ``7``, ``7.5``, ``6.67``."""
    unit = Decimal(1).scaleb(-places)
    numerator, denominator = (points * 10**places).as_integer_ratio()
    rounded = (Decimal(numerator) / Decimal(denominator)).quantize(Decimal(1), ROUND_HALF_UP) * unit
    text = f"{rounded:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
