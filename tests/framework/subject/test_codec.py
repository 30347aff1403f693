"""The codec: what goes in comes out, and what a hostile other side may send is refused."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from grader.checks.codec import DTYPES, CodecError, Decoder, Encoder
from grader.checks.references import strided


def refuse(value: object) -> dict[str, object]:
    raise CodecError(f"a {type(value).__name__} does not cross")


def resolve_nothing(tag: str, _: object) -> object:
    raise CodecError(f"unknown tag {tag}")


def crossed(value: object) -> object:
    encoder = Encoder(refuse)
    data = encoder.encode(value)
    return Decoder(bytearray(b"".join(encoder.buffers)), resolve_nothing).decode(data)


@pytest.mark.parametrize(
    "value", [None, True, 0, -(2**70), 0.1, math.inf, -0.0, "ü\n", b"\x00\xff", [1, [2]], (1, (2.5,)), {"a": (1, None), 3: [True]}]
)
def test_plain_values_cross_exactly(value: object) -> None:
    got = crossed(value)
    assert got == value and type(got) is type(value)


def test_nan_and_negative_zero_cross() -> None:
    nan, zero = crossed([math.nan, -0.0])
    assert math.isnan(nan) and math.copysign(1, zero) == -1


@pytest.mark.parametrize("name", DTYPES)
def test_every_dtype_crosses_with_shape_and_values(name: str) -> None:
    tensor = torch.tensor([[0, 1, 2], [3, 4, 5]]).to(DTYPES[name])
    got = crossed(tensor)
    assert got.dtype == tensor.dtype and torch.equal(got, tensor)


@pytest.mark.parametrize("shape", [(), (0,), (2, 0, 3), (1, 1, 1)])
def test_scalars_and_empty_tensors_keep_their_shape(shape: tuple[int, ...]) -> None:
    assert crossed(torch.ones(shape)).shape == shape


def test_tensors_arrive_plain_writable_and_without_grad() -> None:
    class Sneaky(torch.Tensor):
        pass

    tensor = torch.arange(6.0, requires_grad=True).reshape(2, 3).t().as_subclass(Sneaky)
    got = crossed(tensor)
    got[0, 0] = 7
    assert type(got) is torch.Tensor and not got.requires_grad and got.is_contiguous()
    assert got[2, 1] == 5


def test_strided_arrives_non_contiguous_with_equal_values() -> None:
    tensor = torch.arange(6.0).reshape(2, 3)
    got = crossed(strided(tensor))
    assert not got.is_contiguous() and torch.equal(got, tensor)


def test_numpy_scalars_become_python_numbers() -> None:
    assert crossed(np.int64(3)) == 3 and crossed(np.float32(0.5)) == 0.5


@pytest.mark.parametrize("tensor", [torch.ones(2, dtype=torch.complex64), torch.ones(2).to_sparse(), torch.ones(2, device="meta")])
def test_tensors_without_dense_values_do_not_cross(tensor: torch.Tensor) -> None:
    with pytest.raises(CodecError):
        crossed(tensor)


def test_other_objects_and_deep_nesting_do_not_cross() -> None:
    nested: list[object] = []
    for _ in range(40):
        nested = [nested]
    for value in (object(), nested):
        with pytest.raises(CodecError):
            crossed(value)


@pytest.mark.parametrize(
    "data",
    [
        {"tensor": ["float32", [2], 0, 4]},
        {"tensor": ["float32", [2**40], 0, 2**42]},
        {"tensor": ["float32", [-2], 0, 8]},
        {"tensor": ["float32", [2], -4, 8]},
        {"tensor": ["float32", [True, 2], 0, 8]},
        {"tensor": ["float32", [2], 0, 8, 1]},
        {"tensor": ["complex64", [1], 0, 8]},
        {"tensor": "float32"},
        {"float": "much"},
        {"dict": [[[1], 2]]},
        {"bytes": 3},
        {"unheard": 1},
        {"tuple": [{"tensor": ["uint8", [8], 0, 8]}, {"tensor": ["uint8", [8], 0, 8]}]},
        {"dict": [[number, 0] for number in range(3_000)]},
        [0] * 30_000,
        {},
        {"a": 1, "b": 2},
    ],
)
def test_malformed_data_is_refused(data: object) -> None:
    with pytest.raises(CodecError):
        Decoder(bytearray(8), resolve_nothing).decode(data)


def test_a_bool_of_another_byte_is_true_not_undefined() -> None:
    got = Decoder(bytearray([0, 1, 7]), resolve_nothing).decode({"tensor": ["bool", [3], 0, 3]})
    assert got.tolist() == [False, True, True] and got.sum() == 2
