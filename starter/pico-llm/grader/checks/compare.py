"""Comparisons whose failures teach: what was asked, the input, what was expected and what came, in small."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from grader.checks.margin import note_margin
from grader.checks.small_text import bounded, number_text, small_text
from grader.checks.tolerance import Tolerance, tolerance_for

MAX_RATIONALE = 600
_ROWS = 5
_SMALL = 12


class CheckFailure(AssertionError):
    """An answer that is not what the handout asks for; all texts are bounded and plain.

    Attributes:
        rationale: what is wrong, in a sentence or two.
        input, expected, got: the example in small; empty where there is none.
    """

    def __init__(self, rationale: str, *, input: str = "", expected: str = "", got: str = "") -> None:
        self.rationale = bounded(rationale, MAX_RATIONALE)
        self.input, self.expected, self.got = bounded(input), bounded(expected), bounded(got)
        super().__init__(self.rationale)

    def __str__(self) -> str:
        parts = [self.rationale]
        parts += [f"  {name}: {text}" for name, text in (("input", self.input), ("expected", self.expected), ("got", self.got)) if text]
        return "\n".join(parts)


def expect_shape(got: object, shape: Sequence[int], *, input: object = None, what: str = "") -> torch.Tensor:
    """The tensor, if it is one of that shape; else CheckFailure."""
    tensor = _tensor(got, f"a tensor of shape {tuple(shape)}", input, what)
    if tuple(tensor.shape) != tuple(shape):
        raise _failure(f"the shape is {tuple(tensor.shape)}, not {tuple(shape)}", str(tuple(shape)), str(tuple(tensor.shape)), input, what)
    return tensor


def expect_dtype(got: object, dtype: torch.dtype, *, input: object = None, what: str = "") -> torch.Tensor:
    """The tensor, if it is one of that dtype; else CheckFailure."""
    tensor = _tensor(got, f"a tensor of dtype {dtype}", input, what)
    if tensor.dtype is not dtype:
        raise _failure(f"the dtype is {tensor.dtype}, not {dtype}", str(dtype), str(tensor.dtype), input, what)
    return tensor


def expect_close(
    got: object,
    expected: torch.Tensor | float,
    *,
    input: object = None,
    what: str = "",
    tolerance: Tolerance | None = None,
    depth: int | None = None,
) -> None:
    """``got`` equals ``expected`` up to rounding; else CheckFailure with the worst elements.

    Args:
        got: a tensor or number; infinities must stand where ``expected`` has them. NaN is never right.
        expected: the exact answer, best calculated in float64; its dtype is not compared (see ``expect_dtype``).
        input: what the answer is an answer to: a value, shown in small, or a sentence.
        what: names the answer, ``"the output of RMSNorm"``.
        tolerance: by default the rounding-error bound of the coarser of the two dtypes, see ``tolerance_for``.
        depth: roundings one after the other in that bound.
    """
    wanted = torch.tensor(expected, dtype=torch.float64) if isinstance(expected, float) else torch.as_tensor(expected)
    tensor = expect_shape(got, wanted.shape, input=input, what=what)
    if tolerance is None:
        tolerance = tolerance_for(wanted, _coarser(tensor.dtype, wanted.dtype), depth)
    left, right = tensor.detach().double(), wanted.detach().double()
    difference = torch.where(left == right, 0.0, (left - right).abs())
    difference = difference.nan_to_num(nan=torch.inf, posinf=torch.inf)
    allowed = torch.where(right.isfinite(), tolerance.absolute + tolerance.relative * right.abs(), 0.0)
    note_margin(_in_tolerances(difference, allowed))
    wrong = difference > allowed
    if wrong.any():
        raise _failure(_summary(wrong, difference, left, right), *_table(wrong, difference, tensor, wanted), input, what)


def expect_equal(got: object, expected: object, *, input: object = None, what: str = "") -> None:
    """``got`` is ``expected``: tensors element by element with their shape (dtypes are not compared), everything else by ``==``."""
    if isinstance(expected, torch.Tensor):
        tensor = expect_shape(got, expected.shape, input=input, what=what)
        wrong = tensor != expected
        if wrong.any():
            rationale = f"{_how_many(wrong)}; the first at {_index_text(_first(wrong))}"
            raise _failure(rationale, small_text(expected), small_text(tensor), input, what)
    elif not _same(got, expected):
        raise _failure("the answer is not the right one", small_text(expected), small_text(got), input, what)


def expect_at_most(measured: float, reference: float, ratio: float, what: str) -> None:
    """``measured <= ratio * reference``: a cost against that of the reference solution, counted in the same way."""
    if measured > ratio * reference:
        times = f"{measured / reference:.1f} times" if reference else "more than"
        raise CheckFailure(
            f"{what}: {_count_text(measured)}, which is {times} what the reference solution needs; at most {ratio:g} times is allowed",
            expected=f"at most {_count_text(ratio * reference)}",
            got=_count_text(measured),
        )


def expect_that(condition: bool | torch.Tensor, sentence: str, *, input: object = None, expected: str, got: object) -> None:
    """``condition``, for what no comparison above says; else CheckFailure with the sentence, which says what is wrong."""
    if not condition:
        raise _failure(sentence, expected, _shown(got), input, "")


def expect_refused(call: Callable[[], object], *, input: object) -> str:
    """The message of the ValueError with which ``call`` refuses ``input``; else CheckFailure."""
    try:
        call()
    except ValueError as error:
        return str(error)
    except Exception as error:
        error.add_note(_shown(input))  # shown as the input of whatever else the call raises
        raise
    raise _failure("It should have raised ValueError and did not.", "ValueError", "no exception", input, "")


def _in_tolerances(difference: torch.Tensor, allowed: torch.Tensor) -> float:
    exceeds = torch.where(difference > 0, difference / allowed, 0.0)
    return float(exceeds.max()) if exceeds.numel() else 0.0


def _same(got: object, expected: object) -> bool:
    if isinstance(expected, torch.Tensor):
        return isinstance(got, torch.Tensor) and got.shape == expected.shape and bool((got == expected).all())
    if isinstance(expected, list | tuple):
        return type(got) is type(expected) and len(got) == len(expected) and all(map(_same, got, expected))
    if isinstance(expected, dict):
        return isinstance(got, dict) and got.keys() == expected.keys() and all(_same(got[key], expected[key]) for key in expected)
    return not isinstance(got, torch.Tensor) and bool(got == expected)


def _tensor(got: object, wanted: str, input: object, what: str) -> torch.Tensor:
    if isinstance(got, torch.Tensor):
        return got
    if isinstance(got, bool | int | float):
        return torch.tensor(got, dtype=torch.float64 if isinstance(got, float) else None)
    kind = "nothing (None)" if got is None else f"a {type(got).__name__}"
    raise _failure(f"the answer is {kind}, not {wanted}", wanted, small_text(got), input, what)


def _failure(rationale: str, expected: str, got: str, input: object, what: str) -> CheckFailure:
    shown = "" if input is None else _shown(input)
    return CheckFailure(f"{what}: {rationale}" if what else rationale, input=shown, expected=expected, got=got)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else small_text(value)


def _coarser(first: torch.dtype, second: torch.dtype) -> torch.dtype:
    floating = [dtype for dtype in (first, second) if dtype.is_floating_point]
    return max(floating, key=lambda dtype: torch.finfo(dtype).eps) if floating else first


def _first(wrong: torch.Tensor) -> tuple[int, ...]:
    return tuple(wrong.nonzero()[0].tolist())


def _index_text(index: Sequence[int]) -> str:
    return f"[{', '.join(map(str, index))}]" if index else "the only element"


def _how_many(wrong: torch.Tensor) -> str:
    count, size = int(wrong.sum()), wrong.numel()
    return "the value differs" if size == 1 else f"{count} of {size} values {'differs' if count == 1 else 'differ'}"


def _summary(wrong: torch.Tensor, difference: torch.Tensor, got: torch.Tensor, expected: torch.Tensor) -> str:
    ranked = torch.where(wrong, difference, -1.0)
    worst = torch.unravel_index(ranked.argmax(), ranked.shape)
    index = tuple(int(place) for place in worst)
    off, right = float(difference[index]), float(expected[index])
    by = f"off by {off:.3g}" if off < float("inf") else "not even finite" if not bool(got[index].isfinite()) else "infinitely far off"
    share = _share_text(off / abs(right)) if right and abs(right) < float("inf") and off < float("inf") else ""
    return f"{_how_many(wrong)}; the worst at {_index_text(index)}: {by}{share}"


def _share_text(share: float) -> str:
    if share < 0.1:
        return f", {100 * share:.2g} % of it"
    return f", {100 * share:.0f} % of it" if share < 10 else f", {share:.0f} times it"


def _table(wrong: torch.Tensor, difference: torch.Tensor, got: torch.Tensor, expected: torch.Tensor) -> tuple[str, str]:
    """(expected, got) texts, with the digits that ``got`` can have: whole where small, else the worst few elements by index."""
    if got.is_floating_point() and expected.is_floating_point():
        expected = expected.to(_coarser(got.dtype, expected.dtype))
    if wrong.dim() == 0:
        return number_text(expected.item(), expected.dtype), number_text(got.item(), got.dtype)
    if wrong.numel() <= _SMALL:
        return small_text(expected), small_text(got)
    order = torch.where(wrong, difference, -1.0).flatten().argsort(descending=True, stable=True)[: min(_ROWS, int(wrong.sum()))]
    columns: tuple[list[str], list[str]] = ([], [])
    for flat in order.tolist():
        index = _index_text([int(place) for place in torch.unravel_index(torch.tensor(flat), wrong.shape)])
        for column, tensor in zip(columns, (expected, got), strict=True):
            column.append(f"{index} {number_text(tensor.flatten()[flat].item(), tensor.dtype)}")
    return "; ".join(columns[0]), "; ".join(columns[1])


def _count_text(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() or number >= 1000 else f"{number:.3g}"
