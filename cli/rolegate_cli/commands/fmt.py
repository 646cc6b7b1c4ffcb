"""`rolegate fmt`: the files of policy sets in one form of white space."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output, counted

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "fmt",
    epilog="SOURCE is a policy set or a folder that contains some; the current folder when left out. "
    "Exit codes: 0 written, or nothing to write; 1 with --check if a file is not in its form; 2 not written.",
)
@options.sources
@click.option("--check", is_flag=True, help="Write nothing, and end with 1 if a file is not in its form.")
def command(sources: tuple[Source, ...], check: bool) -> int:
    """Write files in one form of white space."""
    changed = rolegate.format_sets(sources or (Path(),), check=check)
    output = Output("text")
    for path in changed:
        output.line(path.as_posix())
    done = "would be written" if check else "written"
    output.line(f"{counted(len(changed), 'file')} {done}")
    return NO if check and changed else YES
