"""Values in small, as one would type them: for the input, expected and got lines of a failing check."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

MAX_TEXT = 1200
_WHOLE = 32
_GLIMPSE = 6
_IMPLIED = {torch.float32: "", torch.int64: "", torch.bool: ""}


def bounded(text: str, limit: int = MAX_TEXT) -> str:
    """The text, or its two ends where it is longer than ``limit``."""
    if len(text) <= limit:
        return text
    half = (limit - 5) // 2
    return f"{text[:half]} ... {text[-half:]}"


def small_text(value: object, limit: int = MAX_TEXT) -> str:
    """A value as a student would type it, bounded to ``limit`` characters. A large tensor is described, with its first values."""
    return bounded(_text(value), limit)


def number_text(number: float | int | bool, dtype: torch.dtype = torch.float64) -> str:
    """One number, with as many digits as its dtype distinguishes; float32's where nothing is lost by it."""
    if isinstance(number, bool | int):
        return str(number)
    if not math.isfinite(number):
        return f'float("{number}")'
    single = np.float32(number)
    return str(number if dtype is torch.float64 and float(single) != number else single)


def _text(value: object) -> str:
    if isinstance(value, torch.Tensor):
        return _tensor_text(value)
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, torch.Generator):
        return "torch.Generator()"
    if isinstance(value, list | tuple):
        inside = ", ".join(_text(item) for item in value)
        if isinstance(value, list):
            return f"[{inside}]"
        return f"({inside},)" if len(value) == 1 else f"({inside})"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_text(key)}: {_text(item)}" for key, item in value.items()) + "}"
    return repr(value)


def _tensor_text(tensor: torch.Tensor) -> str:
    plain = tensor.detach().cpu()
    dtype = _IMPLIED.get(plain.dtype, f", dtype={plain.dtype}")
    if 0 in plain.shape:
        return f"torch.empty({tuple(plain.shape)}{dtype or f', dtype={plain.dtype}'})"
    if plain.numel() <= _WHOLE:
        return f"torch.tensor({_nested(plain.tolist(), plain.dtype)}{dtype})"
    first = _nested(plain.flatten()[:_GLIMPSE].tolist(), plain.dtype)
    kind = str(plain.dtype).removeprefix("torch.")
    return f"<{kind} tensor of shape {tuple(plain.shape)}, the first values {first[:-1]}, ...]>"


def _nested(values: Any, dtype: torch.dtype) -> str:
    if isinstance(values, list):
        return "[" + ", ".join(_nested(value, dtype) for value in values) + "]"
    return number_text(values, dtype)
