"""`rolegate matrix`: every role against every permission."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate_cli import complete_names, options
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy_or_lines
from rolegate_cli.render.matrix_table import show_matrix

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "matrix",
    epilog="SOURCE is a policy set: a folder, or REVISION:FOLDER as in git; also a folder of compiled files. "
    "Exit codes: 0 shown, 2 the policy set cannot be read.",
)
@options.source
@options.domain
@click.option(
    "--role",
    "roles",
    metavar="ROLE",
    multiple=True,
    help="Only this role; may be given several times.",
    shell_complete=complete_names.roles,
)
@click.option("--group", metavar="GROUP", help="Only this group.", shell_complete=complete_names.paths)
@options.depth
@options.locale
@options.at
@options.output_format("text", "markdown", "csv", "html", "json")
def command(
    source: Source,
    domain: str | None,
    roles: tuple[str, ...],
    group: str | None,
    depth: int | None,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Show roles against permissions.

    With --domain, the roles that the domain can use, and the permissions that it has. Bindings have
    times, and roles have none, so the matrix is the same at each.
    """
    policy = read_policy_or_lines(source, at)
    matrix = policy.matrix(domain=domain, locale=locale, roles=roles or None, group=group, depth=depth)
    output = Output(format)
    match format:
        case "json":
            output.answer(matrix.to_dict())
        case "csv":
            output.write(rolegate.matrix_csv(matrix))
        case "markdown":
            output.write(rolegate.matrix_markdown(matrix, matrix.title))
        case "html":
            output.write(rolegate.matrix_html(matrix))
        case _:
            from rolegate.answers.page_words import page_words

            show_matrix(output, matrix, page_words(matrix.locale))
    return YES
