"""Short messages between judge, zygote and supervisors: one JSON object per packet of a local socket, descriptors beside it.

Both ends are ours; student code never holds one. A closed end is how each side learns that the other is dead.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Sequence
from typing import Any

_LARGEST = 1 << 17


class PeerGone(Exception):
    """The other end is closed: its process has ended."""


def control_pair() -> tuple[socket.socket, socket.socket]:
    """Two connected ends; packets keep their borders and arrive whole."""
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)


def send_message(sock: socket.socket, message: dict[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one message. Raises PeerGone, and TimeoutError after the socket's timeout."""
    try:
        socket.send_fds(sock, [json.dumps(message).encode()], descriptors)
    except TimeoutError:
        raise
    except OSError as error:
        raise PeerGone(str(error)) from None


def receive_message(sock: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """Next message and the descriptors sent with it. Raises PeerGone, and TimeoutError after the socket's timeout."""
    try:
        data, descriptors, _, _ = socket.recv_fds(sock, _LARGEST, 4, socket.MSG_CMSG_CLOEXEC)
    except TimeoutError:
        raise
    except OSError as error:
        raise PeerGone(str(error)) from None
    if not data:
        raise PeerGone("closed")
    return json.loads(data), descriptors
