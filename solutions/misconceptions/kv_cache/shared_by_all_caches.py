"""Keeps the tensors in lists that belong to the class.

For the TA: The lists are class attributes, so all caches are one. A program with a single cache works; two of them, or a second prompt,
mix their texts.

For the student: Make two caches and feed one. What is the length of the other?
"""

from torch import Tensor


class KVCache:
    _keys: list[Tensor] = []  # noqa: RUF012 - this is the mistake
    _values: list[Tensor] = []  # noqa: RUF012

    def __init__(self) -> None:
        pass
