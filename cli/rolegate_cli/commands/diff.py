"""`rolegate diff`: what a change of a policy set does to people's access."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from rolegate_cli import options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output


@click.command(
    "diff",
    epilog="OLD and NEW are policy sets: a folder, or REVISION:FOLDER as in git, with FOLDER seen from the "
    "top of the repository. "
    "Exit codes: 0 compared, 1 with --exit-code if access changes, 2 one of them cannot be read.",
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--exit-code", is_flag=True, help="End with 1 if somebody's access changes.")
@options.at
@options.output_format("text", "json")
def command(old: str, new: str, exit_code: bool, at: datetime | None, format: str) -> int:
    """Say who gains and who loses access from one policy set to another."""
    from rolegate.loading.sources import load_source
    from rolegate.review.access_diff import access_diff
    from rolegate.review.diff_text import diff_lines

    sides = [load_source(source) for source in (old, new)]
    diff = access_diff(sides[0].resolved, sides[1].resolved, at or datetime.now(UTC))
    output = Output(format)
    if output.json:
        output.answer(diff.to_dict())
    else:
        for line in diff_lines(diff):
            output.line(line)
    return NO if exit_code and diff else YES
