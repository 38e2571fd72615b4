"""Runs in the command: what the instructor types, and what they see. Imports nbgrader only once a command needs it."""

import gc
import json
import os
import signal
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

app = typer.Typer(
    help="Grade a class with nbgrader: in parallel, in a jail, with scores that cannot be forged.\n\n"
    "Exit codes: 0 all is done, 1 some submissions failed, 2 the command or the course needs a correction.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
# Checking IRIs is no part of a notebook's format, and the grammar that does it takes over a second to build.
sys.modules.setdefault("rfc3987_syntax", None)


def option(kind, text, *names, **about):
    """An option's type and what `--help` says of it."""
    return Annotated[kind, typer.Option(*names, help=text, **about)]


def argument(kind, text, metavar):
    """The same for an argument."""
    return Annotated[kind, typer.Argument(help=text, metavar=metavar)]


Assignment = argument(str, "The assignment's name, as in the source folder.", "ASSIGNMENT")
CourseDir = option(str, "The course, with nbgrader_config.py.", "--course-dir", metavar="DIR")
AsJson = option(bool, "Print the outcome as JSON on standard output, nothing else.", "--json")
Students = option(list[str] | None, "Only this student; may be repeated.", "--student", metavar="ID")
Assignments = option(list[str] | None, "Only this assignment; may be repeated.", "--assignment", metavar="NAME")
Jobs = option(int, "Submissions graded at a time.", "--jobs", metavar="N", min=1)
Cluster = option(str | None, "Let the workers of this Dask scheduler grade.", "--cluster", metavar="ADDRESS")
Regrade = option(bool, "Run everything again, whatever was kept.", "--regrade")
Sandbox = option(bool, "--no-sandbox runs submissions with your own rights.", "--sandbox/--no-sandbox")
To = option(str, "The file to write.", "--to", metavar="FILE")
Format = option(str, "csv (nbgrader's columns), canvas or moodle.", "--format", metavar="FORMAT")
Examined = argument(str | None, "Also say how this assignment's tests can be run.", "ASSIGNMENT")
FAILED, SETUP, STOPPED = 1, 2, 130
PROCESSORS = os.cpu_count() or 1

console = Console(stderr=False, highlight=False)
errors = Console(stderr=True, highlight=False)


def main():
    """The console script."""
    gc.set_threshold(100_000)  # what is imported stays: looking for garbage in it took a fifth of the start
    app()


def stop_with(message, code=SETUP):
    errors.print(f"[bold red]grading:[/] {escape(message)}", soft_wrap=True)
    raise typer.Exit(code)


def escape(text):
    """Text as the terminal may show it: no markup, no control characters."""
    from rich.markup import escape as escape_markup

    return escape_markup("".join(c if c.isprintable() or c == "\n" else "�" for c in str(text)))


def open_course(directory):
    from grading.course import Course
    from grading.errors import CourseError

    try:
        return Course(directory)
    except CourseError as error:
        stop_with(error)


@app.command()
def autograde(
    assignment: Assignment,
    course_dir: CourseDir = ".",
    student: Students = None,
    jobs: Jobs = PROCESSORS,
    cluster: Cluster = None,
    regrade: Regrade = False,
    sandbox: Sandbox = True,
    as_json: AsJson = False,
):
    """Grade the submissions of an assignment. Run it again at any time: it goes on where it stopped."""
    from grading.errors import CourseError, NoProtection, PoolError

    shown = Console(stderr=as_json, highlight=False)
    try:
        with make_pool(jobs, cluster, course_dir, assignment, regrade) as pool:
            from grading.grader import Grader

            course = open_course(course_dir)
            students = course.students(assignment, student or ())
            grader = Grader(course, assignment, pool, sandbox, regrade)
            if not students:
                folder = f"{course.coursedir.submitted_directory}/<student>/{assignment}/"
                stop_with(f"nobody has handed in {assignment}: there is no {folder}")
            with grader.store.lock():
                stop_on_interrupt(grader, shown)
                grader.prepare()
                outcomes = watch(grader, students, shown, as_json)
    except (CourseError, PoolError, NoProtection) as error:
        stop_with(error)
    except OSError as error:
        stop_with(f"{error.filename or ''} {error.strerror or error}; nothing is lost, run the command again".strip())
    rest = len(students) - len(outcomes)
    if as_json:
        print(json.dumps(as_data(assignment, outcomes, grader.plans, grader, rest)))
    else:
        show(assignment, outcomes, grader.plans, grader, rest)
    if rest and not grader.refused:
        raise typer.Exit(STOPPED)
    raise typer.Exit(FAILED if any(o.status == "failed" for o in outcomes) else 0)


def make_pool(jobs, cluster, course_dir, assignment, regrade):
    """What grades: processes of this machine, or the workers of a Dask cluster.

    Where there seems to be work it starts at once: its fork server imports PyTorch while this process imports nbgrader.
    """
    if cluster:
        from grading.cluster import ClusterPool

        pool = ClusterPool(cluster)
        pool.start()
        return pool
    from grading.imports import likely, untouched
    from grading.pool import Pool

    pool = Pool(jobs, likely(course_dir, assignment) if os.path.isdir(course_dir) else ())
    if regrade or not untouched(course_dir, assignment):
        pool.start()
    return pool


def stop_on_interrupt(grader, shown):
    """The first Ctrl-C lets the submission that is being written finish; the second one does not wait."""

    def handle(number, frame):
        if grader.stop.is_set():
            os._exit(STOPPED)
        grader.stop.set()
        shown.print("Stopping; what is being written will be finished …")

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def watch(grader, students, shown, quiet):
    line, took = BarColumn(min(40, max(8, shown.width - 66))), [TimeElapsedColumn()] * (shown.width >= 72)
    columns = (TextColumn("{task.description}"), line, MofNCompleteColumn(), TextColumn("{task.fields[rate]}"),
               *took, TimeRemainingColumn(), TextColumn("{task.fields[flags]}"))  # fmt: skip
    counts = {"flagged": 0, "failed": 0}
    with Progress(*columns, console=shown, disable=quiet or not shown.is_terminal) as progress:
        bar = progress.add_task("Grading", total=len(students), rate="", flags="")

        def report(outcome):
            counts["flagged"] += bool(outcome.flags)
            counts["failed"] += outcome.status == "failed"
            speed = progress.tasks[0].speed
            progress.update(
                bar, advance=1, rate=f"{speed:.1f}/s" if speed else "",
                flags=f"{counts['flagged']} flagged, {counts['failed']} failed",
            )  # fmt: skip

        return grader.run(students, report)


def as_data(assignment, outcomes, plans, grader, rest):
    weaker = {g: t["why"] for p in plans.values() for g, t in p.tests.items() if t["mode"] == "jail"}
    return {
        "assignment": assignment,
        "protection": grader.protection,
        "graded": sum(o.status == "graded" for o in outcomes),
        "unchanged": sum(o.status == "unchanged" for o in outcomes),
        "failed": sum(o.status == "failed" for o in outcomes),
        "not_reached": rest,
        "weaker_tests": weaker,
        "private_memory_mb": max(grader.memory, default=0) / 2**20,
        "problems": [p for plan in plans.values() for p in plan.problems],
        "submissions": [vars(o) for o in outcomes],
    }


def show(assignment, outcomes, plans, grader, rest):
    outcomes = sorted(outcomes, key=lambda o: o.student)
    flagged = [o for o in outcomes if o.status != "failed" and o.flags]
    failed = [o for o in outcomes if o.status == "failed"]
    if flagged or failed:
        table = Table(title=f"{escape(assignment)}: worth a look", title_justify="left", show_lines=False)
        for column in ("student", "score", "what"):
            table.add_column(column, overflow="fold")
        for o in failed:
            table.add_row(escape(o.student), "[red]failed[/]", escape(o.reason))
        for o in flagged:
            texts = list(dict.fromkeys(flag["text"] for flag in o.flags))
            more = f"; and {len(texts) - 6} more" if len(texts) > 6 else ""
            table.add_row(escape(o.student), f"{o.score:g}/{o.max_score:g}", escape("; ".join(texts[:6]) + more))
        console.print(table)
    for plan in plans.values():
        for grade_id, test in plan.tests.items():
            if test["mode"] == "jail":
                console.print(
                    f"Weaker: {escape(grade_id)} runs among the student's code, because {escape(test['why'])}"
                )
        for problem in plan.problems:
            console.print(f"[yellow]Course:[/] {escape(problem)}")
    graded = [o for o in outcomes if o.status == "graded"]
    same = sum(o.status == "unchanged" for o in outcomes)
    console.print(
        f"{len(graded)} graded, {same} unchanged, {len(flagged)} flagged, {len(failed)} failed"
        + (f", {rest} not reached: run the command again" if rest else ""),
        soft_wrap=True,
    )
    if failed:
        console.print(
            "Who failed keeps the scores they had, if any. Mend what the table says, and run the command again.",
            soft_wrap=True,
        )
    if grader.protection == "none":
        console.print("[yellow]No sandbox: the submissions ran with your own rights.[/]")
    elif grader.protection == "landlock":
        console.print("Protection: Landlock and a system call filter (no namespaces here; see `grading doctor`).")


@app.command()
def feedback(assignment: Assignment, course_dir: CourseDir = ".", student: Students = None, as_json: AsJson = False):
    """Write feedback pages: what passed, what went wrong and why; without the hidden tests."""
    from grading.errors import CourseError
    from grading.feedback import write_feedback

    course = open_course(course_dir)
    try:
        pages = write_feedback(course, assignment, student or ())
    except CourseError as error:
        stop_with(error)
    if as_json:
        print(json.dumps(pages))
    else:
        console.print(f"{len(pages['written'])} students have feedback in {escape(pages['folder'])}")
        for name, reason in pages["failed"].items():
            console.print(f"[red]failed[/] {escape(name)}: {escape(reason)}")
    raise typer.Exit(FAILED if pages["failed"] else 0)


@app.command()
def export(
    course_dir: CourseDir = ".",
    to: To = "grades.csv",
    form: Format = "csv",
    assignment: Assignments = None,
    student: Students = None,
    as_json: AsJson = False,
):
    """Write the grades as a table for a spreadsheet, for Canvas or for Moodle."""
    from grading.errors import CourseError
    from grading.export import LEFT_OUT, export_grades

    course = open_course(course_dir)
    try:
        rows, left_out = export_grades(course, to, form, assignment or (), student or ())
    except CourseError as error:
        stop_with(error)
    except OSError as error:
        stop_with(f"{to}: {error.strerror}")
    if as_json:
        print(json.dumps({"file": os.path.abspath(to), "rows": rows, "left_out": left_out}))
    else:
        console.print(f"{rows} rows in {escape(to)}")
        for name in left_out:
            console.print(f"[red]failed[/] {escape(name)} {LEFT_OUT}")
    raise typer.Exit(FAILED if left_out else 0)


@app.command()
def doctor(
    assignment: Examined = None,
    course_dir: CourseDir = ".",
    as_json: AsJson = False,
):
    """Say what protection this machine gives, and what to install for more."""
    from grading.doctor import examine, examine_assignment
    from grading.errors import CourseError, NoProtection, PoolError

    findings = examine()
    try:
        if assignment:
            findings += examine_assignment(open_course(course_dir), assignment)
    except (CourseError, PoolError, NoProtection) as error:
        stop_with(error)
    if as_json:
        print(json.dumps([vars(f) for f in findings]))
    else:
        for finding in findings:
            mark = {"good": "[green]good[/]", "weak": "[yellow]weak[/]", "bad": "[red]bad [/]"}[finding.verdict]
            console.print(f"{mark}  {escape(finding.what)}", soft_wrap=True)
            if finding.advice:
                console.print(f"      {escape(finding.advice)}", soft_wrap=True)
    raise typer.Exit(FAILED if any(f.verdict == "bad" for f in findings) else 0)


if __name__ == "__main__":
    sys.exit(main())
