"""`rolegate lint`: what is valid in policy sets, and questionable."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output, counted
from rolegate_cli.render.diagnostics_text import counts_of, diagnostic_text

if TYPE_CHECKING:
    from rolegate.linting.lint_levels import Level


@click.command(
    "lint",
    epilog="SOURCE is a policy set or a folder that contains some, or REVISION:FOLDER as in git; the current "
    "folder when left out. "
    "Exit codes: 0 nothing at the level that fails, 1 findings, 2 a set has errors or cannot be read.",
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option(
    "--fail-level",
    type=click.Choice(["off", "note", "warning", "error"]),
    help="The lowest level that makes lint fail; `off` never fails. Warning when left out.",
)
@options.at
@options.output_format("text", "json")
def command(sources: tuple[str, ...], fail_level: Level | None, at: datetime | None, format: str) -> int:
    """Report what is valid and questionable."""
    settings = rolegate.read_settings()
    result = rolegate.lint(sources or (".",), at=at, settings=settings.failing_at(fail_level))
    counts = counts_of(len(result.sets), result.diagnostics)
    counts |= {"notes": len(result.diagnostics) - counts["errors"] - counts["warnings"]}
    counts |= {"accepted": len(result.accepted)}
    output = Output(format)
    if output.json:
        output.answer(
            {
                "ok": result.ok,
                "sets": list(result.sets),
                "diagnostics": [found.to_dict() for found in result.diagnostics],
                "accepted": [found.to_dict() for found in result.accepted],
                "summary": counts,
            }
        )
    else:
        frame = output.terminal
        for found in result.diagnostics:
            source = result.read.get(found.file) if frame else None
            output.line(diagnostic_text(found, colour=output.colour, source=source) + ("\n" if frame else ""))
        colour = "red" if counts["errors"] else "yellow" if counts["warnings"] else "green"
        numbers = [counted(counts[f"{level}s"], level) for level in ("error", "warning", "note")]
        summary = output.style(", ".join(numbers), fg=colour, bold=True)
        accepted = f", {counts['accepted']} accepted" if counts["accepted"] else ""
        output.line(f"{counted(counts['sets'], 'policy set')}: {summary}{accepted}")
    return YES if result.ok else NO
