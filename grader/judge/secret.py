"""The secret that hidden inputs are drawn from. It lives outside the repository; only its hash stands in results."""

from __future__ import annotations

import hashlib
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

BYTES = 32


class SecretError(Exception):
    """The secret file is not one, or others may read it."""


@dataclass(frozen=True, repr=False)
class Secret:
    """The suite's seed and the hash by which results name it."""

    seed: int
    hash: str


def default_secret_path() -> Path:
    """``fairmark/secret`` in the user's configuration folder."""
    base = os.environ.get("XDG_CONFIG_HOME")
    return (Path(base) if base else Path.home() / ".config") / "fairmark" / "secret"


def load_secret(path: Path) -> Secret:
    """Read the secret, or make one where there is none.

    Raises SecretError for a file of the wrong form or one that other users may read.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(BYTES) + "\n")
    if path.stat().st_mode & 0o077:
        raise SecretError(f"{path} can be read by other users: chmod 600 {path}")
    text = path.read_text(encoding="ascii", errors="replace").strip()
    try:
        raw = bytes.fromhex(text)
    except ValueError:
        raise SecretError(f"{path} is not a secret: it must hold {2 * BYTES} hexadecimal digits") from None
    if len(raw) != BYTES:
        raise SecretError(f"{path} holds {len(raw)} bytes; a secret has {BYTES}")
    return Secret(int.from_bytes(raw[:8], "little") >> 1, hashlib.sha256(b"fairmark seed " + raw).hexdigest()[:16])
