"""The modules that students get ready-made: the same bytes in the release and, later, beneath every submission."""

from __future__ import annotations

from pathlib import Path

from grader.course.model import Assignment


def given_modules(assignment: Assignment, repository: Path) -> dict[str, bytes]:
    """Path in the student's folder (``picollm/lstm.py``) -> content. The package's own ``__init__.py`` is always given.

    Raises FileNotFoundError for a module that is not in ``solutions``, ValueError for one that is a link.
    """
    names = (f"{assignment.package}.__init__", *assignment.given_modules)
    modules = {}
    for name in names:
        path = name.replace(".", "/") + ".py"
        source = repository / "solutions" / path
        if source.is_symlink():
            raise ValueError(f"{source} is a link; a given module is a file")
        modules[path] = source.read_bytes()
    return modules
