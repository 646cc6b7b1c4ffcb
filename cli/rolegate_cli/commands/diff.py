"""`rolegate diff`: what a change of a policy set does to people's access."""

from __future__ import annotations

from datetime import datetime

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
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
@options.output_format("text", "json", "markdown")
def command(old: str, new: str, exit_code: bool, at: datetime | None, format: str) -> int:
    """Say who gains and who loses access by a change."""
    from rolegate.review.diff_markdown import diff_markdown
    from rolegate.review.diff_text import diff_lines

    limits = chosen_limits()
    before, after = (rolegate.load_source(source, limits=limits) for source in (old, new))
    diff = rolegate.access_diff(before, after, at=at)
    output = Output(format)
    if output.json:
        output.answer(diff.to_dict())
    elif format == "markdown":
        output.write(diff_markdown(diff, elsewhere=f"rolegate diff {old} {new}"))
    else:
        for line in diff_lines(diff):
            output.line(line)
    return NO if exit_code and diff else YES
