"""`rolegate fmt`: the files of policy sets in one form of white space."""

from __future__ import annotations

import click

import rolegate
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output, counted


@click.command(
    "fmt",
    epilog="SOURCE is a policy set or a folder that contains some; the current folder when left out. "
    "Exit codes: 0 written, or nothing to write; 1 with --check if a file is not in its form; 2 not written.",
)
@click.argument("sources", metavar="[SOURCE]...", nargs=-1)
@click.option("--check", is_flag=True, help="Write nothing, and end with 1 if a file is not in its form.")
def command(sources: tuple[str, ...], check: bool) -> int:
    """Write files in one form of white space."""
    changed = rolegate.format_sets(sources or (".",), check=check)
    output = Output("text")
    for path in changed:
        output.line(path.as_posix())
    done = "would be written" if check else "written"
    output.line(f"{counted(len(changed), 'file')} {done}")
    return NO if check and changed else YES
