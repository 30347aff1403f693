"""Zips that lie: what their headers claim, entries that are twice there, and entries that no honest program writes."""

from __future__ import annotations

import io
import stat
import struct
import warnings
import zipfile
from collections.abc import Mapping
from functools import cache
from random import Random

Files = Mapping[str, bytes]

# Signature -> offsets of two-byte and of four-byte fields behind it (APPNOTE 4.3.7, 4.3.12, 4.3.16).
_FIELDS = {
    b"PK\x03\x04": ((4, 6, 8, 10, 12, 26, 28), (14, 18, 22)),
    b"PK\x01\x02": ((4, 6, 8, 10, 12, 14, 28, 30, 32, 34, 36), (16, 20, 24, 38, 42)),
    b"PK\x05\x06": ((4, 6, 8, 10, 20), (12, 16)),
}
_CLAIMS = (0, 1, 2, 8, 9, 12, 14, 99, 0x800, 0x7FFF, 0xFFFF, 0x10000, 0x7FFFFFFF, 0xFFFFFFFE, 0xFFFFFFFF)
_NAMES = (
    "../../evil.py", "/tmp/evil.py", "C:\\evil.py", "\\\\host\\evil.py", "picollm\\rmsnorm.py", "picollm/../../evil.py",
    "PICOLLM/RMSNORM.PY",
    "picollm/rmsnorm.py.", "picollm/con.py", "picollm/rmsnorm.py/x.py", "picollm", "__MACOSX/picollm/._x.py", "picollm/\x1b[2J.py",
    "a\0b.py",
    "picollm/e\u0301.py", "picollm/\u00e9.py", "\u202epy.exe", "x" * 300, "a/" * 40 + "x.py", "", "/", ".", "..", "x.pth", "work.ipynb",
    "picollm/conftest.py", "inner.zip", "report.md", "figures/a.png", "members.txt", "picollm/lstm.py/x.py", "old/picollm/rmsnorm.py",
)  # fmt: skip
_MODES = (stat.S_IFLNK | 0o777, stat.S_IFCHR, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR, stat.S_IFREG, stat.S_IFREG | 0o6777)
_LINKS = (b"/etc/passwd", b"..", b"/", b"../../secret.py", b"rmsnorm.py")
_TIMES = ((1980, 1, 1, 0, 0, 0), (2026, 12, 1, 12, 0, 0), (2107, 12, 31, 23, 59, 58))


def zipped(files: Files) -> bytes:
    """A zip of these files as any program writes it."""
    return _written([(name, content, 0) for name, content in files.items()], Random(0))


def break_headers(random: Random, content: bytes) -> bytes:
    """The zip with one to four fields of its headers changed, or a record of its list of contents repeated."""
    # Once at most: each time the list is up to 300 times as long.
    changed = _record_again(random, bytearray(content)) if random.random() < 0.3 else bytearray(content)
    for _ in range(random.randint(1, 4)):
        signature = random.choice(tuple(_FIELDS))
        places = [place for place in range(len(changed) - 46) if changed.startswith(signature, place)] or [max(changed.find(signature), 0)]
        place = random.choice(places)
        short, long = _FIELDS[signature]
        claim = random.choice(_CLAIMS) if random.random() < 0.8 else random.getrandbits(32)
        offset, form = (random.choice(short), "<H") if random.random() < 0.6 else (random.choice(long), "<L")
        if place + offset + struct.calcsize(form) <= len(changed):
            struct.pack_into(form, changed, place + offset, claim & (0xFFFF if form == "<H" else 0xFFFFFFFF))
    return bytes(changed)


def break_entries(random: Random, files: Files) -> bytes:
    """A zip of these files in which some have other names, kinds or contents, or are there again, or hold what only looks like little."""
    entries = [(name, content, 0) for name, content in files.items()]
    for _ in range(random.randint(1, 4)):
        name, content, mode = random.choice(entries)
        what = random.randrange(6)
        if what == 0:
            name = random.choice(_NAMES)
        elif what == 1:
            mode, content = random.choice(_MODES), random.choice((content, *_LINKS))
        elif what == 2:
            name = random.choice((name, name.upper(), name.replace("/", "\\"), f"{name}/", f"{name} ", f"x/{name}"))
        elif what == 3:
            content = random.choice(
                (b"", b"\0" * 100, _bomb(), zipped({name: content}), zipped({"a.zip": zipped({"b.zip": zipped(files)})}))
            )
        elif what == 4:
            name = "".join(random.choice("ab./\\ é\u202e:*\x00") for _ in range(random.randint(0, 12)))
        else:
            entries.remove((name, content, mode))
            content = random.randbytes(100)
        entries.append((name, content, mode))
    random.shuffle(entries)
    return _written(entries, random)


def _written(entries: list[tuple[str, bytes, int]], random: Random) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the same name twice
        for name, content, mode in entries:
            info = zipfile.ZipInfo("x", random.choice(_TIMES))
            info.filename = name  # as it is: ZipInfo cuts at NUL
            info.external_attr = mode << 16
            archive.writestr(info, content, zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


def _record_again(random: Random, content: bytearray) -> bytearray:
    """The zip with a part of its list of contents there again, and a count that fits."""
    start, end = content.find(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    if not 0 <= start < end or end + 22 > len(content):
        return content
    times = random.choice((1, 2, 300))
    entries, size = len(content[start:end].split(b"PK\x01\x02")) - 1, end - start
    changed = content[:end] + content[start:end] * times + content[end:]
    struct.pack_into("<HHL", changed, end + size * times + 8, *([min(entries * (times + 1), 0xFFFF)] * 2), size * (times + 1))
    return changed


@cache
def _bomb() -> bytes:
    return b"\0" * 20_000_000
