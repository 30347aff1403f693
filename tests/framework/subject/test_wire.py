"""Frames: whole or refused, never longer than announced, never later than the deadline."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator

import pytest

from grader.checks.wire import MAGIC, MAX_HEADER, MAX_PAYLOAD, CallTimeout, Channel, ChannelClosed, ProtocolError


@pytest.fixture
def ends() -> Iterator[tuple[Channel, socket.socket]]:
    ours, theirs = socket.socketpair()
    yield Channel(ours), theirs
    ours.close()
    theirs.close()


def prefix(head: int, payload: int, magic: bytes = MAGIC) -> bytes:
    return struct.pack("<4sIQ", magic, head, payload)


def test_a_frame_comes_back_whole(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    large = bytes(range(256)) * 4096
    sender = threading.Thread(target=Channel(other).send, args=({"id": 1}, [b"abc", memoryview(large)]))
    sender.start()
    assert channel.receive(timeout=10) == ({"id": 1}, bytearray(b"abc" + large))
    sender.join()


@pytest.mark.parametrize(
    "raw",
    [
        prefix(2, 0, b"EVIL") + b"{}",
        prefix(MAX_HEADER + 1, 0),
        prefix(2, MAX_PAYLOAD + 1),
        prefix(2, 0) + b"[]",
        prefix(3, 0) + b"{x}",
        prefix(2, 0) + b"\xff\xfe",
        prefix(60000, 0) + b"[" * 60000,
    ],
)
def test_what_is_no_frame_is_refused(ends: tuple[Channel, socket.socket], raw: bytes) -> None:
    channel, other = ends
    other.sendall(raw)
    with pytest.raises(ProtocolError):
        channel.receive(timeout=5)


def test_a_drip_does_not_extend_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    stop = threading.Event()

    def drip() -> None:
        for byte in prefix(100, 0) + b" " * 100:
            if stop.wait(0.05):
                return
            other.sendall(bytes([byte]))

    thread = threading.Thread(target=drip)
    thread.start()
    with pytest.raises(CallTimeout):
        channel.receive(timeout=0.3)
    stop.set()
    thread.join()


def test_an_end_in_the_middle_of_a_frame_is_an_end(ends: tuple[Channel, socket.socket]) -> None:
    channel, other = ends
    other.sendall(prefix(10, 0) + b"{")
    other.close()
    with pytest.raises(ChannelClosed):
        channel.receive(timeout=5)


def test_sending_to_one_who_does_not_read_ends_at_the_deadline(ends: tuple[Channel, socket.socket]) -> None:
    channel, _ = ends
    with pytest.raises(CallTimeout):
        channel.send({}, [bytes(1 << 25)], timeout=0.3)


def test_a_frame_beyond_the_limits_is_not_sent(ends: tuple[Channel, socket.socket]) -> None:
    channel, _ = ends
    with pytest.raises(ValueError, match="beyond the limits"):
        channel.send({"text": "x" * (MAX_HEADER + 1)})
