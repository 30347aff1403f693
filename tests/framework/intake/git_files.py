"""The files of a clone, written as git writes them (gitformat-pack), without git."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

WHO = "Amy Adams <amy@uni.edu>"


def commit_text(seconds: int, message: str = "done") -> bytes:
    """A commit made at this time; its author says another."""
    return f"tree {'0' * 40}\nauthor {WHO} 1 +0000\ncommitter {WHO} {seconds} +0100\n\n{message}\n".encode()


def write_loose(repository: Path, content: bytes) -> str:
    """A commit in a file of its own; returns its name."""
    whole = b"commit %d\0" % len(content) + content
    name = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    path = repository / "objects" / name[:2] / name[2:]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zlib.compress(whole))
    return name


def write_pack(repository: Path, contents: list[bytes], kind: int = 1) -> list[str]:
    """A pack of commits and its index; returns their names."""
    folder = repository / "objects" / "pack"
    folder.mkdir(parents=True, exist_ok=True)
    pack = b"PACK" + struct.pack(">II", 2, len(contents))
    offsets = {}
    for content in contents:
        name = hashlib.sha1(b"commit %d\0" % len(content) + content, usedforsecurity=False).digest()
        offsets[name] = len(pack)
        size, first = len(content) >> 4, kind << 4 | len(content) & 15
        while size:
            pack += bytes([first | 0x80])
            first, size = size & 0x7F, size >> 7
        pack += bytes([first]) + zlib.compress(content)
    names = sorted(offsets)
    fan_out = b"".join(struct.pack(">I", sum(name[0] <= byte for name in names)) for byte in range(256))
    table = b"".join(names) + b"\0\0\0\0" * len(names) + b"".join(struct.pack(">I", offsets[name]) for name in names)
    (folder / "pack-1.pack").write_bytes(pack + hashlib.sha1(pack, usedforsecurity=False).digest())
    (folder / "pack-1.idx").write_bytes(b"\xfftOc\0\0\0\2" + fan_out + table + b"\0" * 40)
    return list(map(bytes.hex, offsets))


def check_out(repository: Path, name: str, branch: str = "main", *, packed: bool = False) -> None:
    """Let HEAD be this commit."""
    repository.mkdir(parents=True, exist_ok=True)
    (repository / "HEAD").write_text(f"ref: refs/heads/{branch}\n")
    if packed:
        lines = ["# pack-refs with: peeled fully-peeled sorted", f"{'1' * 40} refs/heads/other", f"{name} refs/heads/{branch}"]
        (repository / "packed-refs").write_text("\n".join(lines) + "\n")
    else:
        path = repository / "refs" / "heads" / branch
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{name}\n")
