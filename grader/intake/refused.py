"""Why something that was handed in is not opened, and how much of it may be."""

from __future__ import annotations

from dataclasses import dataclass

MAX_FILES = 5_000
MAX_BYTES = 300 * 1024 * 1024


class Refused(Exception):
    """This cannot be unpacked safely. The message is a sentence that tells a student what to do."""


class IntakeError(Exception):
    """The download itself is not there, is damaged or holds no submission: for the TA, not about one student."""


@dataclass
class Budget:
    """What may still be written to disk for one submission, nested archives included."""

    files: int = MAX_FILES
    bytes: int = MAX_BYTES

    def spend_file(self) -> None:
        """Count one more file. Raises Refused when there are too many."""
        self.files -= 1
        if self.files < 0:
            raise Refused(f"It holds more than {MAX_FILES:,} files. Hand in the zip that make submit builds, not the whole folder.")

    def spend_bytes(self, count: int) -> None:
        """Count bytes that are about to be written. Raises Refused when there are too many."""
        self.bytes -= count
        if self.bytes < 0:
            raise Refused(f"Unpacked it has more than {MAX_BYTES:,} bytes. Hand in the zip that make submit builds.")
