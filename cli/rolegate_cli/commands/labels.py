"""`rolegate labels`: the labels that a language does not have yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rolegate_cli import complete_names, options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.render.bindings_text import show_missing

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command("labels", epilog="Exit codes: 0 none is missing, 1 some are, 2 the policy set cannot be read.")
@options.source
@click.argument("locale", shell_complete=complete_names.locales)
@options.output_format("text", "json")
def command(source: Source, locale: str, format: str) -> int:
    """List the labels that a language does not have yet."""
    missing = read_policy(source).missing_labels(locale)
    output = Output(format)
    if output.json:
        output.answer({"locale": locale, "missing": [label.to_dict() for label in missing]})
    else:
        show_missing(output, missing)
    return NO if missing else YES
