"""`rolegate test`: whether a policy set answers what its expectations say, and whether a sentence holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import rolegate
from rolegate.loading.sources import Source, sets_of
from rolegate.review.expectation_run import run_each
from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import NO, USAGE, YES, UnreadableInputError, refused_json
from rolegate_cli.output import Output, counted
from rolegate_cli.read_policy import read_each
from rolegate_cli.render.diagnostics_text import say_refused
from rolegate_cli.render.expectations_text import show_runs
from rolegate_cli.render.proofs_text import show_proof
from rolegate_cli.stderr import complain

if TYPE_CHECKING:
    from rolegate.loading.refused_sets import RefusedSet


class Percent(click.FloatRange):
    """A share of 100; `nan` is neither more nor less than anything, so it is none."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        found = super().convert(value, param, ctx)
        return self.fail(f"{value!r} is not a number", param, ctx) if math.isnan(found) else found


@click.command(
    "test",
    epilog="SOURCES are policy sets, folders that contain some, or REVISION:FOLDER as in git; the current "
    "folder when left out. "
    "Exit codes: 0 everything is as expected, 1 something is not, 2 a set or its expectations cannot be "
    "read, or there is nothing to run; the other sets are run.",
)
@options.sources
@click.option(
    "--only",
    multiple=True,
    metavar="NAME|FILE",
    help="Run those whose name or file has this in it, or is like it as a pattern; may be repeated.",
)
@click.option("--coverage", is_flag=True, help="Say which answers no expectation would miss.")
@click.option(
    "--cover-min",
    type=Percent(0, 100),
    metavar="PERCENT",
    help="End with 1 where expectations cover less of a set than this; it says what is not covered.",
)
@click.option(
    "--mutate", is_flag=True, help="Make small mistakes in the files, in memory: one has to notice each."
)
@click.option(
    "--write",
    is_flag=True,
    help="First write the lists of the files anew, as the policy is, for review.",
)
@click.option(
    "--write-all", is_flag=True, help="The same, and add a list for everybody who has none in `holds`."
)
@click.option(
    "--prove",
    multiple=True,
    metavar="SENTENCE",
    help="Decide an invariant, such as `never payments.refund for role:agent`, in the place of the "
    "expectations; may be repeated.",
)
@options.at
@options.output_format("text", "json", "junit", "tap", "github", "gitlab", "sarif")
def command(
    sources: tuple[Source, ...],
    only: tuple[str, ...],
    coverage: bool,
    cover_min: float | None,
    mutate: bool,
    write: bool,
    write_all: bool,
    prove: tuple[str, ...],
    at: datetime | None,
    format: str,
) -> int:
    """Say whether a policy set answers what is expected of it."""
    if prove:
        others = (only, coverage, mutate, write, write_all, cover_min is not None)
        if any(others) or format not in ("text", "json"):
            raise click.UsageError(_ALONE)
        return _prove(sources or (Path(),), prove, at, Output(format))
    coverage, limits = coverage or cover_min is not None, chosen_limits()
    sets = sets_of(sources or (Path(),))
    if write or write_all:
        _write(sets, at, only, everybody=write_all)
    runs, refused = run_each(sets, at=at, only=only, coverage=coverage, mutants=mutate, limits=limits)
    if not refused and not any(run.results for run in runs):
        passed_over = sum(run.passed_over for run in runs)
        why = f"none of {passed_over} expectations has such a name or file" if passed_over else _NONE
        raise UnreadableInputError(f"there is nothing to run: {why}")
    _show(Output(format), format, runs, refused, cover_min)
    covered = [run.coverage for run in runs if run.coverage is not None]
    enough = cover_min is None or all(found.percent >= cover_min for found in covered)
    if not enough:
        least = min(found.percent for found in covered)
        complain(f"the expectations cover {least} % of the answers, which is less than {cover_min:g} %")
    if refused:
        return USAGE
    return YES if enough and all(run.ok for run in runs) else NO


def _show(
    output: Output,
    format: str,
    runs: Sequence[rolegate.ExpectationRun],
    refused: Sequence[RefusedSet],
    cover_min: float | None,
) -> None:
    """Print the results in the form that was asked for; stderr says which sets were not run, and why."""
    from rolegate.review.expectation_formats import junit_text, tap_text
    from rolegate_cli.render.repository_paths import repository_path

    said = [say_refused(one) for one in refused]
    if output.json:
        told = refused_json(said, refused) if refused else {}
        ok = not refused and all(run.ok for run in runs)
        output.answer({"ok": ok, **told, "sets": [run.to_dict() for run in runs]})
    elif format == "junit":
        output.write(junit_text(runs, cover_min, repository_path, refused))
    elif format == "tap":
        output.write(tap_text(runs, cover_min, refused))
    elif format != "text":
        output.write(_found(format, runs, refused, cover_min))
    elif runs:
        show_runs(output, runs)


def _found(
    format: str,
    runs: Sequence[rolegate.ExpectationRun],
    refused: Sequence[RefusedSet],
    cover_min: float | None,
) -> str:
    """What is not as expected in a form for hosts of repositories."""
    from rolegate.review.expectation_problems import expectation_problems
    from rolegate_cli.render.expectations_text import runs_line
    from rolegate_cli.render.listed_findings import ListedFindings, write_findings

    summary = runs_line(runs, lambda text, _: text)
    survivors = sum(len(run.survivors) for run in runs)
    summary += f", {counted(survivors, 'mutant')} survived" if survivors else ""
    summary += f", {counted(len(refused), 'set')} not run" if refused else ""
    found = expectation_problems(runs, cover_min, refused)
    return write_findings(format, ListedFindings("test", found, summary=summary))


def _write(sets: tuple[Source, ...], at: datetime | None, only: tuple[str, ...], *, everybody: bool) -> None:
    """Write the lists, and say on standard error what was written."""
    for source in sets:
        try:
            written = rolegate.write_expectations(
                source, at=at, only=only, everybody=everybody, limits=chosen_limits()
            )
        except rolegate.InvalidPolicyError:
            continue  # why nothing is written is why nothing is run
        if written.files:
            names = ", ".join(plain(path.as_posix()) for path in written.files)
            complain(f"wrote {counted(written.lists, 'list')} in {names}; review them before you commit them")


def _prove(
    sources: tuple[Source, ...], sentences: tuple[str, ...], at: datetime | None, output: Output
) -> int:
    """Decide each of *sentences* for each policy set."""
    read, refused = read_each(sets_of(sources), at)
    proofs = [(source, rolegate.prove(policy, one, at=at)) for source, policy in read for one in sentences]
    said = [say_refused(one) for one in refused]
    ok = not refused and all(proof.holds for _, proof in proofs)
    if output.json:
        listed = [{"source": str(source), **proof.to_dict()} for source, proof in proofs]
        output.answer({"ok": ok, **(refused_json(said, refused) if said else {}), "proofs": listed})
    else:
        for source, proof in proofs:
            show_proof(output, str(source), proof, at)
    return USAGE if refused else YES if ok else NO


_ALONE = "`--prove` runs no expectations: leave out the other options but --at and --format text or json"

_NONE = "the policy sets have no expectations (YAML files in a folder `tests`)"
