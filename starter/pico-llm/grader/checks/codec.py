"""Values <-> (JSON, raw buffers): the only shape in which anything passes between a test and student code.

Plain values are None, bool, int, float (exactly, as hexadecimal), str, bytes, list, tuple, dict and dense tensors of ``DTYPES``.
Everything else goes through ``refer`` when encoded and ``resolve`` when decoded: handles, symbols, given models. The decoder trusts
nothing: the other side may be hostile, and whatever breaks these rules is ``CodecError``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch

from grader.checks.references import Strided

DTYPES: Mapping[str, torch.dtype] = {
    str(dtype).removeprefix("torch."): dtype
    for dtype in (
        torch.float64,
        torch.float32,
        torch.float16,
        torch.bfloat16,
        torch.int64,
        torch.int32,
        torch.int16,
        torch.int8,
        torch.uint8,
        torch.bool,
    )
}
MAX_DEPTH = 32
MAX_ELEMENTS = 1 << 28
MAX_ITEMS = 20_000
MAX_ENTRIES = 2_000

Refer = Callable[[object], dict[str, Any]]
Resolve = Callable[[str, Any], object]


class CodecError(Exception):
    """A value that cannot cross, or data that is not a value."""


class Encoder:
    """Turns one message's values into JSON, collecting tensor bytes in ``buffers``.

    ``refer`` describes any object that is not a plain value as ``{"tag": data}``; it raises CodecError for what cannot cross.
    """

    def __init__(self, refer: Refer) -> None:
        self.buffers: list[memoryview] = []
        self._size = 0
        self._refer = refer

    def encode(self, value: object, depth: int = 0) -> Any:
        """The JSON form of ``value``. Raises CodecError."""
        if depth > MAX_DEPTH:
            raise CodecError(f"the value is nested deeper than {MAX_DEPTH} levels")
        if value is None or isinstance(value, bool):
            return value
        if isinstance(value, np.generic):
            return self.encode(value.item(), depth + 1)
        if isinstance(value, int):
            return int(value)
        if isinstance(value, float):
            return {"float": float(value).hex()}
        if isinstance(value, str):
            return str(value)
        if isinstance(value, (bytes, bytearray)):
            return {"bytes": bytes(value).hex()}
        if isinstance(value, torch.Tensor):
            return {"tensor": self._tensor(value)}
        if isinstance(value, Strided):
            return {"strided": self._tensor(value.tensor)}
        if isinstance(value, tuple):
            return {"tuple": [self.encode(item, depth + 1) for item in value]}
        if type(value) is list:
            return [self.encode(item, depth + 1) for item in value]
        if type(value) is dict:
            return {"dict": [[self.encode(key, depth + 1), self.encode(item, depth + 1)] for key, item in value.items()]}
        return self._refer(value)

    def _tensor(self, tensor: torch.Tensor) -> list[Any]:
        if tensor.layout != torch.strided or tensor.is_quantized or tensor.is_meta:
            raise CodecError(f"a {tensor.layout} tensor on {tensor.device} is not a dense tensor with values")
        name = str(tensor.dtype).removeprefix("torch.")
        if name not in DTYPES:
            raise CodecError(f"a tensor of dtype {name} is not among {', '.join(DTYPES)}")
        plain = tensor.detach().as_subclass(torch.Tensor).cpu().contiguous()
        raw = np.asarray(plain.reshape(-1).view(torch.uint8)) if plain.numel() else np.zeros(0, dtype=np.uint8)
        described = [name, list(plain.shape), self._size, raw.nbytes]
        self.buffers.append(raw.data)
        self._size += raw.nbytes
        return described


class Decoder:
    """Turns one message back into values. ``resolve(tag, data)`` answers for every tag that is not a plain value's.

    Tensors must lie in the payload one after the other, as the encoder writes them: a payload named twice would be copied twice.
    """

    def __init__(self, payload: bytearray, resolve: Resolve) -> None:
        self._payload = payload
        self._resolve = resolve
        self._read = 0
        self._items = 0

    def decode(self, data: Any, depth: int = 0) -> Any:
        """The value of a JSON form. Raises CodecError."""
        if depth > MAX_DEPTH:
            raise CodecError(f"the value is nested deeper than {MAX_DEPTH} levels")
        self._items += 1
        if self._items > MAX_ITEMS:
            raise CodecError(f"the value has more than {MAX_ITEMS:,} parts")
        if data is None or isinstance(data, (bool, int, str)):
            return data
        if isinstance(data, list):
            return [self.decode(item, depth + 1) for item in data]
        if not isinstance(data, dict) or len(data) != 1:
            raise CodecError(f"{str(data)[:80]} is not the form of any value")
        ((tag, content),) = data.items()
        try:
            return self._tagged(tag, content, depth)
        except (TypeError, ValueError, KeyError, OverflowError, RuntimeError, MemoryError) as error:
            raise CodecError(f"a malformed {tag[:20]!r}: {str(error)[:200]}") from None

    def _tagged(self, tag: str, content: Any, depth: int) -> Any:
        if tag == "float":
            return float.fromhex(content)
        if tag == "bytes":
            return bytes.fromhex(content)
        if tag == "tensor":
            return self._tensor(*content)
        if tag == "strided":
            return _spread(self._tensor(*content))
        if tag == "tuple":
            return tuple(self.decode(item, depth + 1) for item in content)
        if tag == "dict":
            if len(content) > MAX_ENTRIES:
                raise CodecError(f"a dictionary of {len(content):,} entries; the limit is {MAX_ENTRIES:,}")
            return {self.decode(key, depth + 1): self.decode(item, depth + 1) for key, item in content}
        return self._resolve(tag, content)

    def _tensor(self, name: str, shape: list[int], offset: int, size: int) -> torch.Tensor:
        dtype = DTYPES[name]
        whole = [offset, size, *shape]
        if any(type(number) is not int or number < 0 for number in whole) or len(shape) > 16:
            raise CodecError(f"a tensor with shape {shape}, offset {offset}, size {size}")
        if offset != self._read:
            raise CodecError(f"a tensor at {offset}, where the one before ends at {self._read}")
        self._read += size
        elements = math.prod(shape)
        if elements > MAX_ELEMENTS or elements * dtype.itemsize != size or offset + size > len(self._payload):
            raise CodecError(f"a tensor of shape {shape} and {name} does not fit {size} bytes at {offset} of {len(self._payload)}")
        if not elements:
            return torch.empty(shape, dtype=dtype)
        raw = torch.frombuffer(self._payload, dtype=torch.uint8, count=size, offset=offset).clone()
        # A bool holding any byte but 0 and 1 is undefined behaviour in torch: read it as "not zero".
        return (raw != 0).reshape(shape) if dtype is torch.bool else raw.view(dtype).reshape(shape)


def _spread(tensor: torch.Tensor) -> torch.Tensor:
    """The same values as every second element of a larger storage, so that the view is not contiguous."""
    return torch.stack([tensor, tensor], dim=-1)[..., 0]
