"""The layout: made new, brought up from an old one, failing midway, rerun, and refused."""

import sqlite3

import pytest
from samples import registered, submission

from grader.gradebook.connection import GradebookError, connect
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.migrations import MIGRATIONS, Migration, migrate, version


def layout(connection):
    return {row["name"]: row["sql"] for row in connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")}


def test_numbers_are_in_order():
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_old_layout_is_brought_up_with_its_data(tmp_path):
    path = tmp_path / "book.sqlite"
    old = connect(path)
    migrate(old, MIGRATIONS[:1])
    old.execute("INSERT INTO run VALUES (1, 'one', 'suite', 'class.zip', 'ta', '2026-01-01T00:00:00+00:00', NULL)")
    old.execute("INSERT INTO submission VALUES (1, 'one', 'amy', 'hash', 'Amy', '[]', NULL, 'amy.zip', '[]', '', 1)")
    old.close()
    with Gradebook(path) as book:
        assert book.submission_of("one", "amy").display_name == "Amy"
        book.extend("one", "amy", None, "withdrawn", "ta")
    upgraded, fresh = connect(path), connect(tmp_path / "fresh.sqlite")
    migrate(fresh)
    assert layout(upgraded) == layout(fresh)


def test_failure_midway_leaves_the_layout_before_it_and_a_rerun_succeeds(tmp_path):
    connection = connect(tmp_path / "book.sqlite")
    migrate(connection)
    before = layout(connection)
    number = len(MIGRATIONS) + 1
    broken = Migration(number, "broken", ("CREATE TABLE halfway (x) STRICT", "CREATE TABLE never (x INTEGER) STRICT"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, broken))
    half = Migration(number, "half", ("CREATE TABLE halfway (x INTEGER) STRICT", "INSERT INTO nowhere VALUES (1)"))
    with pytest.raises(sqlite3.OperationalError):
        migrate(connection, (*MIGRATIONS, half))
    assert layout(connection) == before and version(connection) == len(MIGRATIONS)
    mended = Migration(number, "mended", ("CREATE TABLE halfway (x INTEGER) STRICT",))
    migrate(connection, (*MIGRATIONS, mended))
    assert version(connection) == number and "halfway" in layout(connection)


def test_rerun_changes_nothing(tmp_path):
    path = tmp_path / "book.sqlite"
    with Gradebook(path) as book:
        registered(book, submission())
    records = connect(path).execute("SELECT * FROM migration").fetchall()
    with Gradebook(path) as book:
        assert len(book.submissions("one")) == 1
    assert [tuple(row) for row in connect(path).execute("SELECT * FROM migration")] == [tuple(row) for row in records]


def test_newer_layout_is_refused(tmp_path):
    path = tmp_path / "book.sqlite"
    connection = connect(path)
    migrate(connection, (*MIGRATIONS, Migration(len(MIGRATIONS) + 1, "of the future", ())))
    with pytest.raises(GradebookError, match="use the version that wrote it"):
        Gradebook(path)


def test_other_files_are_refused_and_left_alone(tmp_path):
    foreign = tmp_path / "other.sqlite"
    with sqlite3.connect(foreign) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    with pytest.raises(GradebookError, match="holds a table 'recipes'"):
        Gradebook(foreign)
    assert set(layout(connect(foreign))) == {"recipes"}
    text = tmp_path / "notes.txt"
    text.write_text("not a database at all, but long enough to be looked at" * 50)
    with pytest.raises(GradebookError, match="cannot be opened as a gradebook"):
        Gradebook(text)


def test_pending_steps_are_seen_without_writing(tmp_path):
    connection = connect(tmp_path / "book.sqlite")
    assert version(connection) == 0
    assert layout(connection) == {}
