"""The commands. Each is a few lines: parse, call the room that does it, print, return a status fit for scripts.

Exit status: 0 all well; 1 something was found wrong (a broken gate, a stale starter, a leak); 2 misuse, or input that cannot be read;
3 some submissions could not be settled through a fault of the grader or the machine: run the same command again.
"""

from __future__ import annotations

import argparse
import errno
import getpass
import shlex
import sqlite3
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from grader.batch.console import Console, attention_lines, layout_lines, missing_lines, standings_table
from grader.batch.grade import GRADEBOOK, Graded, grade
from grader.batch.only_grader import AnotherGrader
from grader.checks.plan import Plan
from grader.checks.worker_source import Limits, WorkerLost
from grader.course.load import load_course
from grader.course.model import Assignment, Course
from grader.course.plan import plan_for
from grader.course.points import exact, shown
from grader.course.problems import CourseError
from grader.gradebook.class_list import class_list
from grader.gradebook.connection import GradebookError, GradebookUnavailable, plainly_told
from grader.gradebook.extension import grant_extension, withdraw_extension
from grader.gradebook.gradebook import Gradebook
from grader.gradebook.marks_form import MarksFormError, check_points, enter_marks_form, write_marks_form
from grader.gradebook.records import MarkEntry
from grader.gradebook.reports import Reports, write_reports
from grader.gradebook.silencing import known_targets, set_silence, silence_lines
from grader.gradebook.standing import standings
from grader.intake.adapters.adapt import AUTO, CHOICES
from grader.intake.refused import IntakeError
from grader.intake.roster import RosterError, read_roster
from grader.jail.limits import jobs_that_fit
from grader.jail.probe import available_tier
from grader.jail.tiers import IsolationMissing
from grader.judge.checks_run import SuiteFault
from grader.judge.secret import SecretError, default_secret_path, load_secret
from grader.judge.suite import Suite, load_suite
from grader.release.generate import LeakFound, build_zip, check_starter_is_current, generate
from grader.release.problem import ReleaseRefused
from grader.verify.figures import table, write_figures
from grader.verify.kill_matrix import matrix_html, matrix_json
from grader.verify.sample_class import build_sample_class
from grader.verify.variants import MalformedVariant
from grader.verify.verify import load_signatures, save_signatures, verify

REPOSITORY = Path(__file__).resolve().parent.parent
BUILD = REPOSITORY / "build"
KILL_MATRIX = REPOSITORY / "docs" / "kill-matrix.html"
OK, FOUND_WRONG, MISUSE, UNSETTLED = 0, 1, 2, 3

DEFAULT_ASSIGNMENT = "pico-llm"


class Misuse(Exception):
    """Something was asked for that cannot be; the sentence says what there is instead."""


# What a person can put right: shown as a sentence, without a traceback.
_EXPECTED = (
    Misuse,
    CourseError,
    GradebookError,
    MarksFormError,
    IntakeError,
    RosterError,
    IsolationMissing,
    WorkerLost,
    SuiteFault,
    AnotherGrader,
    SecretError,
    ReleaseRefused,
    MalformedVariant,
)

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    options = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = options.run
    try:
        with plainly_told():
            return run(options)
    except LeakFound as error:
        print(f"nothing was released, it would leak:\n{error}", file=sys.stderr)
        return FOUND_WRONG
    except _EXPECTED as error:
        print(f"grader: {error}", file=sys.stderr)
        return UNSETTLED if isinstance(error, (WorkerLost, GradebookUnavailable)) else MISUSE
    except OSError as error:
        print(f"grader: {_disk_trouble(error)}", file=sys.stderr)
        return UNSETTLED if error.errno in _FULL else MISUSE
    except sqlite3.OperationalError as error:
        print(f"grader: the gradebook: {error}", file=sys.stderr)
        return MISUSE
    except KeyboardInterrupt:
        print("\ninterrupted; what was graded is kept, run the same command to go on", file=sys.stderr)
        return UNSETTLED


def _disk_trouble(error: OSError) -> str:
    """The file that was wanted, a rename's target before its source, and what stands against it."""
    file = error.filename2 or error.filename
    return f"{file}: {error.strerror}" if file else str(error)


# --- grading ---------------------------------------------------------------------------------------------------------


def _grade(options: argparse.Namespace) -> int:
    return _grade_into(Path(options.submissions), Path(options.out), options)


def _demo(options: argparse.Namespace) -> int:
    out = Path(options.out)
    download = build_sample_class(REPOSITORY, _suite(options), out / "download.zip")
    print(f"A class of seven as a course site would hand it over: {download}")
    return _grade_into(download, out, options)


def _grade_into(download: Path, out: Path, options: argparse.Namespace) -> int:
    suite = _suite(options)
    roster = read_roster(options.roster) if options.roster else ()
    jobs = options.jobs or jobs_that_fit(Limits())
    print(f"Isolation tier {available_tier().tier}, {jobs} at a time.")
    with Console() as console:
        done = grade(
            suite,
            download,
            out,
            jobs=jobs,
            allow_tier=options.allow_tier,
            by_whom=getpass.getuser(),
            regrade=options.regrade,
            tell=console.tell,
            roster=roster,
            adapter=options.adapter,
        )
    return _report(suite, out, done)


def _report(suite: Suite, out: Path, done: Graded) -> int:
    with Gradebook(out / GRADEBOOK) as book:
        reports = write_reports(book, suite.course, suite.plan, out, load_signatures(REPOSITORY))
        _print_standings(book, suite.course, suite.plan, reports.class_page)
    print("\n".join(layout_lines(done.layouts)))
    print(f"{done.total} submissions: {done.fresh} judged now, {done.kept} kept from before, {len(done.unreadable)} unreadable.")
    for sentence in done.unsettled:
        print(f"  not settled, run again: {sentence}")
    print(f"Gradebook  {out / GRADEBOOK}\nClass page {reports.class_page}\nCSV        {reports.csv}")
    print(f"Feedback   {reports.feedback}/\nMistakes   {reports.diagnoses_page}")
    return UNSETTLED if done.unsettled else OK


def _reports(options: argparse.Namespace) -> int:
    out = Path(options.out)
    with _book(out) as book:
        reports = _write_reports(options, book, out)
        course, assignment = _course(options)
        _print_standings(book, course, _plan_of(course, assignment), reports.class_page)
    return OK


def _write_reports(options: argparse.Namespace, book: Gradebook, out: Path) -> Reports:
    course, assignment = _course(options)
    reports = write_reports(book, course, _plan_of(course, assignment), out, load_signatures(REPOSITORY))
    print(f"Reports written: {reports.class_page}, {reports.csv}, {reports.feedback}/")
    return reports


def _print_standings(book: Gradebook, course: Course, plan: Plan, class_page: Path) -> None:
    stand = standings(book, course, plan.assignment)
    missing = class_list(book, plan.assignment).missing
    print("\n".join((*standings_table(stand, plan), *attention_lines(stand, class_page), *missing_lines(missing))))


# --- what people enter -----------------------------------------------------------------------------------------------


def _marks_form(options: argparse.Namespace) -> int:
    _, assignment = _course(options)
    with _book(Path(options.out)) as book:
        rows = write_marks_form(book, assignment, Path(options.form))
    then = [sys.executable, "-m", "grader.cli", "marks-enter", options.form, "--out", options.out, "--assignment", assignment.id]
    print(f"{options.form}: {rows} rows to fill in; then:\n{shlex.join(then)}")
    return OK


def _marks_enter(options: argparse.Namespace) -> int:
    _, assignment = _course(options)
    out = Path(options.out)
    with _book(out) as book:
        changed = enter_marks_form(book, assignment, Path(options.form), getpass.getuser())
        print(f"{changed} mark{'' if changed == 1 else 's'} changed")
        _write_reports(options, book, out)
    return OK


def _mark(options: argparse.Namespace) -> int:
    _, assignment = _course(options)
    items = {item.id: item for item in assignment.human}
    if options.item not in items:
        raise Misuse(f"{assignment.id} has no human-graded item {options.item!r}; there are: {', '.join(items)}")
    item, out = items[options.item], Path(options.out)
    try:
        points = check_points(options.points, item)
    except ValueError as error:
        raise Misuse(str(error)) from None
    with _book(out) as book:
        book.submission_of(assignment.id, options.student)
        book.enter_marks(assignment.id, [MarkEntry(options.student, item.id, points, options.comment)], getpass.getuser())
        mark = "withdrawn, pending again" if points is None else f"{shown(points, places=6)} of {shown(exact(item.points))}"
        print(f"{options.student}, {item.id}: {mark}")
        _write_reports(options, book, out)
    return OK


def _extend(options: argparse.Namespace) -> int:
    _, assignment = _course(options)
    out, by_whom = Path(options.out), getpass.getuser()
    if (options.until is None) != options.withdraw:
        raise Misuse("extend needs either a date or --withdraw")
    with _book(out) as book:
        if options.withdraw:
            told = withdraw_extension(book, assignment, options.student, options.reason, by_whom)
        else:
            until, early = _moment(options.until), options.before_submission
            told = grant_extension(book, assignment, options.student, until, options.reason, by_whom, before_submission=early)
        print(told)
        _write_reports(options, book, out)
    return OK


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise Misuse(f"{text!r} is no date; write for example 2026-12-20T23:59:00+01:00") from None


def _release_grades(options: argparse.Namespace) -> int:
    _, assignment = _course(options)
    out = Path(options.out)
    with _book(out) as book:
        book.release_grades(assignment.id, getpass.getuser(), released=not options.take_back)
        print(f"{assignment.id}: grades are {'not released any more' if options.take_back else 'released'}")
        _write_reports(options, book, out)
    return OK


def _silence(options: argparse.Namespace) -> int:
    course, assignment = _course(options)
    out = Path(options.out)
    with _book(out) as book:
        if options.name is None:
            if options.undo:
                raise Misuse("--undo needs the name of what is silent")
            print("\n".join(silence_lines(book, assignment)))
            return OK
        known = known_targets(standings(book, course, assignment.id), load_signatures(REPOSITORY))
        print(set_silence(book, assignment, options.name, known, getpass.getuser(), silent=not options.undo))
        _write_reports(options, book, out)
    return OK


# --- the course ------------------------------------------------------------------------------------------------------


def _release(options: argparse.Namespace) -> int:
    course, assignment = _course(options)
    starter = REPOSITORY / "starter" / assignment.id
    if options.check:
        differences = check_starter_is_current(course, assignment.id, REPOSITORY, starter)
        print("\n".join(differences) or f"{starter.relative_to(REPOSITORY)} is what the solutions give")
        return FOUND_WRONG if differences else OK
    report = generate(course, assignment.id, REPOSITORY, starter)
    archive = BUILD / f"{assignment.id}.zip"
    archive.parent.mkdir(exist_ok=True)
    build_zip(starter, archive)
    print(f"{starter}: {len(report.files)} files, {report.regions} solution regions taken out, no leak found\n{archive}")
    return OK


def _verify(options: argparse.Namespace) -> int:
    suite = _suite(options)
    if (options.quick or options.only) and options.update:
        raise Misuse("--update writes what a full run saw; leave out --quick and --only")
    jobs = options.jobs or jobs_that_fit(Limits())
    evidence = verify(suite, quick=options.quick, only=options.only, jobs=jobs, cache=BUILD / "verify", tell=print)
    if options.update:
        save_signatures(REPOSITORY, evidence.signatures)
    for sentence in evidence.problems:
        print(f"PROBLEM {sentence}")
    for sentence in evidence.validation.misses if evidence.validation else ():
        print(f"diagnosis: {sentence}")
    for check in evidence.idle:
        print(f"catches nothing: {check}")
    for item in evidence.catches if options.only else ():
        print(f"{item.specimen.key}: caught by {len(item.public)} public and {len(item.hidden)} hidden checks")
    print(table(evidence.figures))
    (BUILD / "kill-matrix.json").write_text(matrix_json(evidence), encoding="utf-8")
    page = matrix_html(evidence, [exercise.id for exercise in suite.plan.exercises])
    (KILL_MATRIX if options.update else BUILD / "kill-matrix.html").write_text(page, encoding="utf-8")
    return OK if write_figures("verify", evidence.figures, BUILD) else FOUND_WRONG


def _plan(options: argparse.Namespace) -> int:
    print(_plan_of(*_course(options)).to_json(), end="")
    return OK


def _tiers(_: argparse.Namespace) -> int:
    report = available_tier()
    print(f"tier {report.tier}: {', '.join(report.layers)}")
    for layer, reason in report.missing.items():
        print(f"missing: {layer}: {reason}")
    return OK


# --- parsing ---------------------------------------------------------------------------------------------------------


def _course(options: argparse.Namespace) -> tuple[Course, Assignment]:
    """The course and the assignment that was named. Raises Misuse where there is none of that name."""
    course = load_course(REPOSITORY / "course.toml")
    try:
        return course, course.assignment(options.assignment)
    except KeyError as error:
        raise Misuse(error.args[0]) from None


def _plan_of(course: Course, assignment: Assignment) -> Plan:
    return plan_for(course, assignment.id, (REPOSITORY / assignment.handout).read_text(encoding="utf-8"))


def _suite(options: argparse.Namespace) -> Suite:
    _, assignment = _course(options)
    return load_suite(REPOSITORY, assignment.id, load_secret(options.secret))


def _book(out: Path) -> Gradebook:
    path = out / GRADEBOOK
    if not path.exists():
        raise GradebookError(f"there is no gradebook at {path}; grade first, or name the folder with --out")
    return Gradebook(path)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="grader", description="Fairmark: releases, grades and verifies the course.", epilog=(__doc__ or "").partition("\n\n")[2]
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    grading = argparse.ArgumentParser(add_help=False)
    grading.add_argument("--jobs", type=_positive, help="submissions at a time (default: as many as cores and memory allow)")
    grading.add_argument("--allow-tier", choices="ABC", default="A", help="lowest isolation tier to accept (docs/threat-model.md)")
    grading.add_argument("--regrade", action="store_true", help="judge again what was judged before; the old result is kept in the history")

    secret = argparse.ArgumentParser(add_help=False)
    secret.add_argument(
        "--secret",
        type=Path,
        default=default_secret_path(),
        help="file of the secret that hidden inputs are drawn from (default: %(default)s)",
    )

    grade_command = _add(commands, "grade", _grade, "grade a folder or zip of submissions", [grading, secret], out=BUILD / "grades")
    grade_command.add_argument("submissions", help="folder, zip or tar, as a platform lets you download it or in any other way")
    grade_command.add_argument("--roster", type=Path, help="CSV of the class: id, name and, where known, email, group, github, lms_id")
    grade_command.add_argument(
        "--adapter",
        choices=CHOICES,
        default=AUTO,
        help="how to read submissions without the course's package; auto: only where the layout is unmistakable",
    )
    demo = _add(commands, "demo", _demo, "grade a bundled class of sample submissions", [grading, secret], out=BUILD / "demo")
    demo.set_defaults(roster=None, adapter=AUTO)
    _add(commands, "reports", _reports, "write class page, CSV and feedback again", out=BUILD / "grades")
    form = _add(commands, "marks-form", _marks_form, "write a form for the human-graded items", out=BUILD / "grades")
    form.add_argument("form", help="CSV file to write")
    enter = _add(commands, "marks-enter", _marks_enter, "enter a filled form, all of it or nothing", out=BUILD / "grades")
    enter.add_argument("form", help="CSV file to read")
    mark = _add(commands, "mark", _mark, "enter one human-graded mark", out=BUILD / "grades")
    mark.add_argument("student", help="id of the student, as in the class page and the CSV")
    mark.add_argument("item", help="id of the human-graded item, as in course.toml")
    mark.add_argument("points", help='points, for example 7.5; "" takes the mark back')
    mark.add_argument("--comment", default="", help="a comment for the student")
    extend = _add(commands, "extend", _extend, "give a student a later deadline", out=BUILD / "grades")
    extend.add_argument("student", help="id of the student, as in the class page and the CSV")
    extend.add_argument("until", nargs="?", help="the new deadline with its time zone, for example 2026-12-20T23:59:00+01:00")
    extend.add_argument("--withdraw", action="store_true", help="take the later deadline back")
    extend.add_argument("--before-submission", action="store_true", help="accept a student who has not handed in yet; mind the spelling")
    extend.add_argument("--reason", default="", help="kept in the gradebook, not told to the student")
    released = _add(commands, "release-grades", _release_grades, "show students what the course shows after release", out=BUILD / "grades")
    released.add_argument("--take-back", action="store_true", help="show students again what the course shows before release")
    silence = _add(commands, "silence", _silence, "show a hint to nobody in the class; without a name, list those", out=BUILD / "grades")
    silence.add_argument("name", nargs="?", help="a diagnosis (rmsnorm/no_eps) or a check (public/test_rmsnorm.py::test_name)")
    silence.add_argument("--undo", action="store_true", help="show it again")

    release = _add(commands, "release", _release, "make the students' folder and zip from the solutions")
    release.add_argument("assignment", nargs="?", default=DEFAULT_ASSIGNMENT, help="id of the assignment (default: %(default)s)")
    release.add_argument("--check", action="store_true", help="change nothing; fail if starter/ is not what the solutions give")
    verified = _add(commands, "verify", _verify, "prove the grader on right and wrong submissions", [secret])
    verified.add_argument("--quick", action="store_true", help="one alternative and one misconception for each exercise")
    verified.add_argument("--only", action="append", default=[], metavar="KEY", help="this variant (rmsnorm/no_eps); may be repeated")
    verified.add_argument(
        "--update", action="store_true", help="write what was seen: the table that diagnosis uses, and docs/kill-matrix.html"
    )
    verified.add_argument("--jobs", type=_positive, help="submissions at a time (default: as many as cores and memory allow)")
    plan = _add(commands, "plan", _plan, "print the course.json of an assignment")
    plan.add_argument("assignment", nargs="?", default=DEFAULT_ASSIGNMENT, help="id of the assignment (default: %(default)s)")
    _add(commands, "tiers", _tiers, "show what isolation this machine offers")
    return parser


def _add(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    run: Callable[[argparse.Namespace], int],
    text: str,
    parents: Sequence[argparse.ArgumentParser] = (),
    out: Path | None = None,
) -> argparse.ArgumentParser:
    command = commands.add_parser(name, help=text, description=text, parents=list(parents))
    command.set_defaults(run=run)
    if name not in ("release", "plan", "tiers"):
        command.add_argument("--assignment", default=DEFAULT_ASSIGNMENT, help="id of the assignment (default: %(default)s)")
    if out is not None:
        command.add_argument("--out", default=str(out), help=f"folder of the gradebook (default: {out.relative_to(REPOSITORY)})")
    return command


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError(f"{number} is not at least 1")
    return number


if __name__ == "__main__":
    sys.exit(main())
