"""Kill -9 at any moment, and several processes writing at once."""

import random
import signal
import subprocess
import sys
import time

from samples import SUITE, registered, submission

from grader.gradebook.connection import connect
from grader.gradebook.gradebook import Gradebook

WRITER = """
import sys
from pathlib import Path
from grader.checks.outcome import CheckOutcome, Status
from grader.gradebook.gradebook import Gradebook

path, keys, count = Path(sys.argv[1]), [int(key) for key in sys.argv[2].split(",")], int(sys.argv[3])
with Gradebook(path) as book:
    for key in keys:
        attempt = book.begin_attempt(key, sys.argv[4], "writer")
        for number in range(count):
            check = f"public/test_norm.py::test_{number}"
            if check not in attempt.done:
                book.record_outcome(attempt.id, CheckOutcome(check, "norm", "norm.mean", (), "title", "hint", Status.PASSED, "x" * 3000))
                print(key, check, flush=True)
print("end", flush=True)
"""


def writer(path, keys, count):
    arguments = [sys.executable, "-c", WRITER, str(path), ",".join(map(str, keys)), str(count), SUITE]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True)


def recorded(path):
    with Gradebook(path) as book:
        assert connect(path).execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        return {
            (record.key, check) for record in book.submissions("one") for attempt in book.attempts(record.key) for check in attempt.done
        }


def test_nothing_that_was_said_to_be_recorded_is_lost_by_kill_9(tmp_path):
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        key = registered(book, submission())[0].key
    said = set()
    moments = random.Random(5)
    ended = False
    for _ in range(8):
        with writer(path, [key], 100_000) as process:
            assert process.stdout is not None
            first = process.stdout.readline()
            time.sleep(moments.uniform(0.0, 0.06))
            process.send_signal(signal.SIGKILL)
            lines = [first, *process.stdout.read().splitlines(keepends=True)]
            ended = ended or "end\n" in lines
        whole = [line.split() for line in lines if line.endswith("\n")]
        fresh = {(int(number), check) for number, check in whole}
        assert not fresh & said, "a resumed attempt ran a recorded check again"
        said |= fresh
        found = recorded(path)
        assert said <= found
        assert len(found - said) <= 8, "at most the one record per kill that was committed and not yet said"
    assert not ended and len(said) > 8


def test_several_processes_write_at_once_and_all_is_there(tmp_path):
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        keys = [record.key for record in registered(book, *(submission(f"student_{number}") for number in range(12)))]
    writers = [writer(path, keys[number::3], 15) for number in range(3)]
    for process in writers:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0 and output.endswith("end\n")
    assert len(recorded(path)) == 12 * 15


def test_each_commit_is_synced(tmp_path):
    connection = connect(tmp_path / "book.sqlite")
    assert connection.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
    assert connection.execute("PRAGMA synchronous").fetchone()[0] == 2
