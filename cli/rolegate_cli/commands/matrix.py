"""`rolegate matrix`: every role against every permission."""

from __future__ import annotations

from pathlib import Path

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.guard import YES
from rolegate_cli.output import Output
from rolegate_cli.render import matrix


@click.command("matrix", epilog="Exit codes: 0 shown, 2 the set cannot be read.")
@options.policy_set
@options.locale
@options.output_format("text", "markdown", "csv", "html", "json")
def command(path: Path, locale: str | None, format: str) -> int:
    """Show roles against permissions."""
    policy = rolegate.load(path)
    table = policy.matrix(locale=locale)
    output = Output(format)
    title = policy.title or policy.name
    if format == "json":
        output.answer({"title": title, **table.to_dict()})
    elif format == "text":
        matrix.show(output, table)
    else:
        written = {"markdown": matrix.as_markdown, "csv": matrix.as_csv, "html": matrix.as_html}
        output.write(written[format](table, title))
    return YES
