"""The same ten checks as an otter-grader assignment: one script as the submission, one exception-based test file."""

from __future__ import annotations

import zipfile
from pathlib import Path

from benchmarks.pair import EXERCISES, chosen_checks, modules_of
from grader.judge.suite import Suite

TEST_FILE = '''"""Ten checks, each run by otter inside the submission's kernel."""
from otter.test_files import test_case

OK_FORMAT = False
name = "pair"
points = {count}
{cases}
'''
CASE = """
@test_case(name="{number}")
def check_{number}():
    import sys
    sys.path.insert(0, {repository!r})
    from benchmarks.otter_case import run
    run({check!r}, {root!r})
"""


def build_otter(suite: Suite, folder: Path) -> tuple[Path, Path]:
    """Write the autograder zip and the submission script; returns both paths.

    The package lies beside, for the checks to import; the script imports it too, as a submission's own code would be loaded.
    """
    package = folder / suite.plan.package
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("", encoding="utf-8")
    for module in modules_of(suite):
        (package / module.name).write_bytes(module.read_bytes())
    submission = folder / "submission.py"
    imports = "\n".join(f"import {suite.course.exercise(name).module}" for name in EXERCISES)
    submission.write_text(f"import sys\nsys.path.insert(0, {str(folder)!r})\n{imports}\n", encoding="utf-8")
    infos = chosen_checks(suite)
    cases = "".join(
        CASE.format(number=number, check=info.id, repository=str(suite.repository), root=str(folder)) for number, info in enumerate(infos)
    )
    autograder = folder / "autograder.zip"
    with zipfile.ZipFile(autograder, "w") as archive:
        archive.writestr("tests/pair.py", TEST_FILE.format(count=len(infos), cases=cases))
    return autograder, submission
