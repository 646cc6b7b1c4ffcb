"""`rolegate report`: a policy set as one web page."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.write_files import write_all


@click.command(
    "report",
    epilog="SOURCE is a policy set: a folder, or REVISION:FOLDER as in git. Without -o the page goes to "
    "stdout. Exit codes: 0 written, 2 the policy set cannot be read.",
)
@click.argument("path", metavar="SOURCE")
@click.option(
    "-o",
    "--output",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the page there.",
)
@options.locale
@options.at
def command(path: str, file: Path | None, locale: str | None, at: datetime | None) -> int:
    """Write one web page that says who may do what.

    It has the matrix, what each role and each person holds, the bindings and what ends soon, whether the
    invariants hold and the expectations are met. It needs no server and no script, and can be printed.
    """
    moment, limits = at or datetime.now(UTC), chosen_limits()
    policy = rolegate.load_source(path, at=moment, limits=limits)
    run = rolegate.run_expectations(path, at=moment, coverage=True, limits=limits)
    page = rolegate.report_html(policy, run, locale=locale)
    output = Output()
    if file is None:
        output.write(page)
        return YES
    (written,) = write_all(file.parent, {file.name: page}, replace=True)
    output.line(f"wrote {written}")
    return YES
