"""Many calls in one request: random draws, the first values of an iterator, decoding with a cache."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch

from grader.checks.probes.projection import first_tensor


def draws(target: Callable[..., Any], /, *args: Any, n: int, **kwargs: Any) -> torch.Tensor:
    """``n`` results of ``target(*args, **kwargs)``, stacked: (n, ...) int64, from one stream of random numbers.

    Python ints count as 0-d. Raises TypeError for a result that is no integer, ValueError where the results differ in shape.
    """
    results = []
    for _ in range(n):
        result = torch.as_tensor(target(*args, **kwargs)).detach()
        if result.is_floating_point() or result.is_complex() or result.dtype is torch.bool:
            raise TypeError(f"a drawn token must be an integer, not {result.dtype}")
        results.append(result.to(torch.int64))
    shapes = {tuple(result.shape) for result in results}
    if len(shapes) > 1:
        raise ValueError(f"draws differ in shape: {sorted(shapes)}")
    return torch.stack(results)


def iterate(iterable: Iterable[Any], at_most: int) -> list[Any]:
    """The first values of an iterator, ``at_most`` of them."""
    return list(itertools.islice(iterable, at_most))


def _length(cache: Any) -> int:
    length = cache.length
    if isinstance(length, bool) or not isinstance(length, int):
        raise TypeError(f"cache.length should be an int, the number of positions stored; it is {type(length).__name__}")
    return length


def decode_cached(model: Callable[..., Any], cache: Any, steps: Sequence[tuple[Any, ...]]) -> dict[str, list[Any]]:
    """Run the steps ``("feed", tokens)``, ``("reorder", rows)`` and ``("reset",)`` without gradients; fields of ``CachedDecode``."""
    logits: list[torch.Tensor] = []
    lengths: list[int] = []
    with torch.no_grad():
        for kind, *operands in steps:
            if kind == "feed":
                logits.append(first_tensor(model(*operands, cache=cache)).clone())
            elif kind == "reorder":
                cache.reorder(*operands)
            elif kind == "reset":
                cache.reset()
            else:
                raise ValueError(f"unknown decoding step {kind!r}")
            lengths.append(_length(cache))
    return {"logits": logits, "lengths": lengths}
