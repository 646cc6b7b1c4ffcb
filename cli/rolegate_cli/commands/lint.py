"""`rolegate lint`: what is valid in policy sets, and questionable."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate.loading.sources import sets_of
from rolegate.texts.escaping import plain
from rolegate_cli import complete_names, options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import NO, USAGE, YES, refused_json
from rolegate_cli.output import Output, counted
from rolegate_cli.read_policy import read_each
from rolegate_cli.render.bindings_text import show_missing
from rolegate_cli.render.diagnostics_text import counts_of, say_findings, say_refused
from rolegate_cli.render.listed_findings import FINDING_FORMATS, LEVELS, ListedFindings, write_findings

if TYPE_CHECKING:
    from rolegate.linting.lint_levels import Level
    from rolegate.loading.sources import Source


@click.command(
    "lint",
    epilog="SOURCE is a policy set or a folder that contains some, or REVISION:FOLDER as in git; the current "
    "folder when left out. "
    "Exit codes: 0 nothing at the level that fails, 1 findings, 2 a set has errors or cannot be read.",
)
@options.sources
@click.option(
    "--fail-level",
    type=click.Choice(["off", "note", "warning", "error"]),
    help="The lowest level that makes lint fail; `off` never fails. Warning when left out.",
)
@click.option("--fix", is_flag=True, help="Remove from the files what can go without any change of access.")
@click.option(
    "--labels",
    metavar="LOCALE",
    shell_complete=complete_names.locales,
    help="In the place of the findings, list the labels that this language does not have yet.",
)
@options.at
@options.output_format(*FINDING_FORMATS)
def command(
    sources: tuple[Source, ...],
    fail_level: Level | None,
    fix: bool,
    labels: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Report what is valid and questionable."""
    if labels is not None:
        if fail_level or fix or format not in ("text", "json"):
            raise click.UsageError(_LABELS_ALONE)
        return _labels(sources or (Path(),), labels, Output(format))
    settings = rolegate.read_settings().failing_at(fail_level)
    sources, limits = sources or (Path(),), chosen_limits()
    fixed = rolegate.lint_fix(sources, at=at, settings=settings, limits=limits) if fix else None
    result = rolegate.lint(sources, at=at, settings=settings, limits=limits)
    if fixed is not None:
        result = replace(result, diagnostics=fixed.explained(result.diagnostics))
    counts = counts_of(len(result.sets), result.diagnostics)
    counts |= {"notes": len(result.diagnostics) - counts["errors"] - counts["warnings"]}
    counts |= {"accepted": len(result.accepted)}
    output = Output(format)
    said = [say_refused(one) for one in result.refused]
    if output.json:
        output.answer(
            {
                "ok": result.ok,
                **(refused_json(said, result.refused) if said else {}),
                "sets": list(result.sets),
                "diagnostics": [found.to_dict() for found in _all_of(result)],
                "accepted": [found.to_dict() for found in result.accepted],
                "fixed": [found.to_dict() for found in fixed.fixed] if fixed is not None else [],
                "summary": counts,
            }
        )
    elif format == "text":
        if fixed is not None and fixed.fixed:
            files = ", ".join(plain(path.as_posix()) for path in fixed.files)
            output.line(f"mended {counted(len(fixed.fixed), 'finding')} in {files}")
        if result.sets:
            output.line(_summary(counts, say_findings(output, result.diagnostics, result.read)))
    else:
        output.write(write_findings(format, _listed(result, _summary(counts, str))))
    if said:
        return USAGE
    return YES if result.ok else NO


def _listed(result: rolegate.LintResult, summary: str) -> ListedFindings:
    """What is found as the formats for machines take it; an error fails at every level."""
    fails = LEVELS.index(result.fail_level) + 1 if result.fail_level in LEVELS else 0
    failing = frozenset({"error", *LEVELS[:fails]})
    return ListedFindings("lint", _all_of(result), result.accepted, result.sets, failing, summary)


def _all_of(result: rolegate.LintResult) -> tuple[rolegate.Diagnostic, ...]:
    """What is found, and the errors of the sets that no rule looked at."""
    return (*(error for one in result.refused for error in one.errors), *result.diagnostics)


def _labels(sources: tuple[Source, ...], locale: str, output: Output) -> int:
    """List the labels that each policy set does not have in *locale*; the exit code says whether any."""
    read, refused = read_each(sets_of(sources))
    missing = {str(source): policy.missing_labels(locale) for source, policy in read}
    said = [say_refused(one) for one in refused]
    if output.json:
        listed = [
            {"source": source, "missing": [label.to_dict() for label in found]}
            for source, found in missing.items()
        ]
        ok = not refused and not any(missing.values())
        told = refused_json(said, refused) if said else {}
        output.answer({"ok": ok, **told, "locale": locale, "sets": listed})
    else:
        for source, found in missing.items():
            show_missing(output, source if len(missing) > 1 else "", found)
    return USAGE if refused else NO if any(missing.values()) else YES


_LABELS_ALONE = "`--labels` lists labels alone: leave out the other options but --format text or json"


def _summary(counts: Mapping[str, int], style: Callable[[str], str]) -> str:
    found = style(", ".join(counted(counts[f"{level}s"], level) for level in LEVELS))
    accepted = f", {counts['accepted']} accepted" if counts["accepted"] else ""
    return f"{counted(counts['sets'], 'policy set')}: {found}{accepted}"
