"""Ways in which any file breaks: flipped bits, missing ends, parts that are twice there, foreign bytes."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_MAGIC = (b"\0", b"\xff" * 4, b"\xff\xff\xff\x7f", b"\0" * 8, b"PK\x03\x04", b"PK\x05\x06", b"\r\n", b"\xef\xbb\xbf", b"../", b"\x1b[2J")


def break_bytes(random: Random, content: bytes) -> bytes:
    """The content, broken in one to three of these ways."""
    for _ in range(random.randint(1, 3)):
        content = random.choice(_WAYS)(random, content)
    return content


def flip_bits(random: Random, content: bytes) -> bytes:
    """The content with one to eight bits flipped."""
    changed = bytearray(content)
    for _ in range(random.randint(1, 8) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut_off(random: Random, content: bytes) -> bytes:
    return content[: random.randint(0, len(content))]


def _cut_out(random: Random, content: bytes) -> bytes:
    start, end = _span(random, content)
    return content[:start] + content[end:]


def _repeat(random: Random, content: bytes) -> bytes:
    start, end = _span(random, content)
    return content[:end] + content[start:end] * random.randint(1, 4) + content[end:]


def _insert(random: Random, content: bytes) -> bytes:
    place = random.randint(0, len(content))
    return content[:place] + (random.choice(_MAGIC) if random.random() < 0.5 else random.randbytes(random.randint(1, 40))) + content[place:]


def _overwrite(random: Random, content: bytes) -> bytes:
    place, foreign = random.randint(0, len(content)), random.choice(_MAGIC)
    return content[:place] + foreign + content[place + len(foreign) :]


def _span(random: Random, content: bytes) -> tuple[int, int]:
    start = random.randint(0, len(content))
    return start, min(len(content), start + random.choice((1, 8, 100, 5000)))


_WAYS: tuple[Callable[[Random, bytes], bytes], ...] = (flip_bits, _cut_off, _cut_out, _repeat, _insert, _overwrite)
