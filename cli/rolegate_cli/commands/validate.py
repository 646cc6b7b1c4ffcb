"""`rolegate validate`: every finding about some policy sets, in one run."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate.codes import CODES
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import NO, USAGE, YES, UnreadableInputError
from rolegate_cli.output import Output, counted
from rolegate_cli.render.diagnostics_text import counts_of, say_findings
from rolegate_cli.render.listed_findings import FINDING_FORMATS, ListedFindings, write_findings

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "validate",
    epilog="SOURCE is a policy set or a folder that contains some, or REVISION:FOLDER as in git; the current "
    "folder when left out. "
    "Exit codes: 0 clean (warnings do not count without --strict), 1 findings, 2 something cannot be read.",
)
@options.sources
@click.option("--strict", is_flag=True, help="Count warnings as findings.")
@click.option(
    "--as", "name", metavar="FILE", help="The file that the text on stdin is, with `-` as the path."
)
@options.at
@options.output_format(*FINDING_FORMATS)
def command(
    sources: tuple[Source, ...], strict: bool, name: str | None, at: datetime | None, format: str
) -> int:
    """Report everything that is wrong in policy sets."""
    unsaved = _on_stdin(sources, name)
    for file in unsaved:
        # The first file of its kind is in a folder that need not exist either.
        there = (one for one in (Path(file), *Path(file).parents) if os.path.lexists(one))
        sources = (next(there, Path()),)
    result = rolegate.validate(sources or (Path(),), at=at, limits=chosen_limits(), unsaved=unsaved)
    if not result.sets and not result.diagnostics:
        from rolegate.documents.file_kinds import CATALOG

        folders = ", ".join(map(str, sources or (".",)))
        raise UnreadableInputError(f"no policy set (a folder with a {CATALOG.place}) in {folders}")
    for file in map(os.path.abspath, unsaved):
        if not any(Path(file).is_relative_to(os.path.abspath(folder)) for folder in result.sets):
            raise UnreadableInputError(f"{name}: the file is not in a policy set")
    counts = counts_of(len(result.sets), result.diagnostics)
    counts |= {"accepted": len(result.accepted), "set_aside": len(result.set_aside)}
    findings = counts["errors"] + (counts["warnings"] if strict else 0)
    output = Output(format)
    if output.json:
        output.answer(
            {
                "ok": not findings,
                "sets": [folder.as_posix() for folder in result.sets],
                "diagnostics": [found.to_dict() for found in result.diagnostics],
                "accepted": [found.to_dict() for found in result.accepted],
                "set_aside": [part.to_dict() for part in result.set_aside],
                "summary": counts,
            }
        )
    elif format == "text":
        output.line(_summary(counts, say_findings(output, result.diagnostics, result.read)))
    else:
        places = tuple(map(str, result.sets))
        summary = _summary(counts, str)
        failing = frozenset({"error", "warning"} if strict else {"error"})
        listed = ListedFindings("validate", result.diagnostics, result.accepted, places, failing, summary)
        output.write(write_findings(format, listed))
    if any(CODES[found.code].unreadable for found in result.diagnostics):
        return USAGE
    return NO if findings else YES


def _on_stdin(sources: tuple[Source, ...], name: str | None) -> dict[Path | str, bytes]:
    """The text on stdin by the name of the file that it is, if it is asked for."""
    if (sources == (Path("-"),)) != (name is not None):
        raise click.UsageError(
            "a text on stdin is named by `-` and `--as FILE`; write `validate - --as FILE`"
        )
    if name is None:
        return {}
    from rolegate.documents.unreadable import MAX_BYTES

    return {name: sys.stdin.buffer.read(MAX_BYTES + 1)}


def _summary(counts: Mapping[str, int], style: Callable[[str], str]) -> str:
    found = style(f"{counted(counts['errors'], 'error')}, {counted(counts['warnings'], 'warning')}")
    accepted = f", {counts['accepted']} accepted" if counts["accepted"] else ""
    aside = f", {counts['set_aside']} set aside" if counts["set_aside"] else ""
    return f"{counted(counts['sets'], 'policy set')}: {found}{accepted}{aside}"
