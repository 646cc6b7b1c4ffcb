"""`rolegate report`: a policy set as one web page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate.texts.escaping import plain
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import tell_set_aside
from rolegate_cli.write_files import write_all

if TYPE_CHECKING:
    from rolegate.loading.sources import Source

SECTIONS = (
    "matrix",
    "roles",
    "fields",
    "who-can",
    "bindings",
    "ending",
    "invariants",
    "expectations",
    "catalog",
)
"""Written again, because commands are read without the library: a test compares them."""


@click.command(
    "report",
    epilog="SOURCE is a policy set: a folder, or REVISION:FOLDER as in git. Without -o the page goes to "
    "stdout. Exit codes: 0 written, 2 the policy set cannot be read.",
)
@options.source
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page there.",
)
@click.option(
    "--section",
    "only",
    type=click.Choice(SECTIONS),
    multiple=True,
    metavar="NAME",
    help=f"Only this part of the page, and others named so: {', '.join(SECTIONS)}.",
)
@click.option(
    "--without", type=click.Choice(SECTIONS), multiple=True, metavar="NAME", help="Leave this part out."
)
@options.locale
@options.at
def command(
    source: Source,
    file: Path | None,
    only: tuple[str, ...],
    without: tuple[str, ...],
    locale: str | None,
    at: datetime | None,
) -> int:
    """Write one web page that says who may do what.

    It has the matrix, what each role and each person holds, the bindings and what ends soon, whether the
    invariants hold and the expectations are met. It needs no server and no script, and can be printed.
    """
    wanted = [name for name in only or SECTIONS if name not in without]
    if not wanted:
        raise click.UsageError("no part of the page is left; leave out --without, or name another --section")
    # Read once: the whole page is about one state of the files.
    moment, limits = at or datetime.now(UTC), chosen_limits()
    run = None
    if "expectations" in wanted:
        run = rolegate.run_expectations(source, at=moment, coverage=True, limits=limits)
    policy = rolegate.load_source(source, at=moment, limits=limits) if run is None else run.policy
    tell_set_aside(policy)
    page = rolegate.report_html(policy, run, locale=locale, sections=wanted)
    output = Output()
    if file is None:
        output.write(page)
        return YES
    (written,) = write_all(file.parent, {file.name: page}, replace=True)
    output.line(f"wrote {plain(str(written))}")
    return YES
