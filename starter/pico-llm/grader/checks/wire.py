"""Frames over a socket: a fixed prefix, a JSON header, raw tensor bytes. Nothing is ever unpickled.

Frame: 4 bytes magic, header length (u32), payload length (u64), little-endian; then the header as UTF-8 JSON, then the payload.
Every length is checked before anything is allocated. The other side may be hostile: whatever breaks these rules is ``ProtocolError``.
"""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Sequence
from typing import Any

MAGIC = b"FMK1"
MAX_HEADER = 1 << 20
MAX_PAYLOAD = 1 << 26
_PREFIX = struct.Struct("<4sIQ")


class ProtocolError(Exception):
    """The other side sent something that is not a frame, or a frame beyond the limits."""


class ChannelClosed(Exception):
    """The other side is gone: end of stream or broken pipe."""


class CallTimeout(BaseException):
    """No whole reply came before the deadline. Not an ``Exception``, so that shrinking and retries stop at once."""


class Channel:
    """A connected stream socket that carries frames, each wait bounded by a monotonic deadline."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def send(self, header: dict[str, Any], buffers: Sequence[bytes | memoryview] = (), timeout: float | None = None) -> None:
        """Send one frame. Raises ChannelClosed, CallTimeout, and ValueError for a frame beyond the limits."""
        head = json.dumps(header, separators=(",", ":")).encode()
        size = sum(len(buffer) for buffer in buffers)
        if len(head) > MAX_HEADER or size > MAX_PAYLOAD:
            raise ValueError(f"a frame of {len(head)} + {size} bytes is beyond the limits {MAX_HEADER} + {MAX_PAYLOAD}")
        deadline = None if timeout is None else time.monotonic() + timeout
        for piece in (_PREFIX.pack(MAGIC, len(head), size) + head, *buffers):
            self._send_all(memoryview(piece).cast("B"), deadline)

    def receive(self, timeout: float | None = None) -> tuple[dict[str, Any], bytearray]:
        """Next frame as (header, payload). Raises ChannelClosed, CallTimeout, ProtocolError."""
        deadline = None if timeout is None else time.monotonic() + timeout
        magic, head_size, payload_size = _PREFIX.unpack(self._receive_exactly(_PREFIX.size, deadline))
        if magic != MAGIC:
            raise ProtocolError(f"a frame begins with {MAGIC!r}, not {bytes(magic)!r}")
        if head_size > MAX_HEADER or payload_size > MAX_PAYLOAD:
            raise ProtocolError(f"a frame announces {head_size} + {payload_size} bytes; the limits are {MAX_HEADER} + {MAX_PAYLOAD}")
        head = self._receive_exactly(head_size, deadline)
        try:
            header = json.loads(head.decode())
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"the header is not JSON: {error}") from None
        if not isinstance(header, dict):
            raise ProtocolError("the header is not a JSON object")
        return header, self._receive_exactly(payload_size, deadline)

    def close(self) -> None:
        """Close the socket; idempotent."""
        self._socket.close()

    def fileno(self) -> int:
        """The socket's file descriptor, for passing it on."""
        return self._socket.fileno()

    def _send_all(self, data: memoryview, deadline: float | None) -> None:
        while data:
            self._arm(deadline)
            try:
                data = data[self._socket.send(data) :]
            except TimeoutError:
                raise CallTimeout from None
            except OSError as error:
                raise ChannelClosed(str(error)) from None

    def _receive_exactly(self, size: int, deadline: float | None) -> bytearray:
        received = bytearray()
        while len(received) < size:
            self._arm(deadline)
            try:
                piece = self._socket.recv(min(size - len(received), 1 << 20))
            except TimeoutError:
                raise CallTimeout from None
            except OSError as error:
                raise ChannelClosed(str(error)) from None
            if not piece:
                raise ChannelClosed("end of stream")
            received += piece
        return received

    def _arm(self, deadline: float | None) -> None:
        if deadline is None:
            self._socket.settimeout(None)
            return
        left = deadline - time.monotonic()
        if left <= 0:
            raise CallTimeout
        self._socket.settimeout(left)
