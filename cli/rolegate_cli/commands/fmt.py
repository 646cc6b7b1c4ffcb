"""`rolegate fmt`: the files of policy sets in one form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
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
@click.option(
    "--textconv",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Print one file as `git diff` should compare it, and write nothing.",
)
def command(sources: tuple[Source, ...], check: bool, textconv: Path | None) -> int:
    """Write files in one form."""
    if textconv is not None:
        if sources or check:
            raise click.UsageError("--textconv takes one file, and nothing beside it")
        _show(textconv)
        return YES
    changed = rolegate.format_sets(sources or (Path(),), check=check, limits=chosen_limits())
    output = Output("text")
    for path in changed:
        output.line(plain(path.as_posix()))
    done = "would be written" if check else "written"
    output.line(f"{counted(len(changed), 'file')} {done}")
    return NO if check and changed else YES


def _show(path: Path) -> None:
    """Print a file for a comparison; one that cannot be read as what it should be is printed as it is."""
    from rolegate.linting.compared_text import compared_text

    sys.stdout.flush()
    sys.stdout.buffer.write(compared_text(path.read_bytes()))
    sys.stdout.flush()
