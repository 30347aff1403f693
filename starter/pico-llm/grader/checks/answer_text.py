"""An answer as a short fact for diagnosis: the same mistake on the same input gives the same text, whoever wrote it.

Numbers keep three significant digits, so that the order of additions does not show. Nothing that a submission can return makes this raise.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator

import torch

MAX_ANSWER = 80
_FIRST = 500
_DEEPEST = 8
_DIGEST = 6
# Next to numbers of ordinary size, what is smaller than this is a rounding error of zero.
_NOTHING = 1e-6
# Inputs made by hand often give answers exactly half way between two texts (0.1875); this moves all their neighbours to the same side.
_OFF_HALF_WAY = 1 + 2e-6


def answer_text(value: object) -> str:
    """The answer in at most 80 characters: its beginning and a digest of the whole where it is longer.

    A tensor reads as its nested list, an exception as its type, anything but plain data as the name of its type. Of a tensor or a sequence
    with more than 500 items only the first 500 and the size count.
    """
    floor = _NOTHING * min(1.0, max((abs(number) for number in _floats(value, 0) if math.isfinite(number)), default=0.0))
    text = _text(value, floor, 0)
    if len(text) <= MAX_ANSWER:
        return text
    digest = hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:_DIGEST]
    return f"{text[: MAX_ANSWER - _DIGEST - 5]}... #{digest}"


def _floats(value: object, depth: int) -> Iterator[float]:
    if isinstance(value, float):
        yield value
    elif isinstance(value, torch.Tensor) and value.is_floating_point() and _is_plain(value):
        yield from _first(value).flatten().tolist()
    elif isinstance(value, list | tuple) and depth < _DEEPEST:
        for item in value[:_FIRST]:
            yield from _floats(item, depth + 1)
    elif isinstance(value, dict):
        yield from _floats(list(value.values()), depth)


def _text(value: object, floor: float, depth: int) -> str:
    if isinstance(value, bool) or value is None:
        return str(value)
    if isinstance(value, int):
        return str(value) if value.bit_length() <= 64 else f"an int of {value.bit_length()} bits"
    if isinstance(value, float):
        return _number(value, floor)
    if isinstance(value, str | bytes):
        return repr(value[:_FIRST])
    if isinstance(value, BaseException):
        return f"raises {type(value).__name__}"
    if isinstance(value, torch.Tensor):
        return _tensor(value, floor)
    if isinstance(value, list | tuple | dict) and depth == _DEEPEST:
        return "[...]"
    if isinstance(value, list | tuple):
        return _sequence([_text(item, floor, depth + 1) for item in value[:_FIRST]], len(value))
    if isinstance(value, dict):
        pairs = [f"{_text(key, floor, depth + 1)}: {_text(item, floor, depth + 1)}" for key, item in value.items()]
        return "{" + ", ".join(pairs) + "}"
    return type(value).__name__


def _tensor(tensor: torch.Tensor, floor: float) -> str:
    if not _is_plain(tensor) or tensor.numel() == 0:
        return f"{str(tensor.dtype).removeprefix('torch.')} {tuple(tensor.shape)}"
    if tensor.numel() > _FIRST:
        return f"{tuple(tensor.shape)} {_nested(_first(tensor).flatten().tolist(), floor)}"
    return _nested(_first(tensor).tolist(), floor)


def _nested(values: object, floor: float) -> str:
    if isinstance(values, list):
        return _sequence([_nested(item, floor) for item in values], len(values))
    return _text(values, floor, 0)


def _sequence(texts: list[str], length: int) -> str:
    return "[" + ", ".join(texts) + (f", ... {length} in all" if length > len(texts) else "") + "]"


def _number(number: float, floor: float) -> str:
    if math.isnan(number):
        return "nan"
    if abs(number) <= floor:
        return "0"
    # Twice through float, as 999.6 rounds to 1e+03 and 1000 must read the same.
    return f"{float(f'{number * _OFF_HALF_WAY:.3g}'):g}"


def _is_plain(tensor: torch.Tensor) -> bool:
    return tensor.layout is torch.strided and not tensor.is_complex() and not tensor.is_quantized and not tensor.is_meta


def _first(tensor: torch.Tensor) -> torch.Tensor:
    """Its values, or the first 500 of a larger one, in a format that lists."""
    small = tensor.detach() if tensor.numel() <= _FIRST else tensor.detach().flatten()[:_FIRST]
    return small.cpu().double() if tensor.is_floating_point() else small.cpu()
