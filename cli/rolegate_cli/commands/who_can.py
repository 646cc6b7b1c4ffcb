"""`rolegate who-can`: everybody who may do something."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING

import click

from rolegate_cli import options
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy_or_lines
from rolegate_cli.render.answers_text import show_holders

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "who-can", epilog="Exit codes: 0 somebody may, 1 nobody may, 2 the question or the set cannot be read."
)
@options.source
@options.permission
@options.domain
@options.limits
@options.answer_locale
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    permission: str,
    domain: str | None,
    limits: options.AskedPart,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """List who may do something."""
    policy = read_policy_or_lines(source, at)
    holders = policy.who_can(
        permission, domain=domain, on=limits.on, scope=limits.scope, any=limits.any, locale=locale
    )
    output = Output(format)
    if output.json:
        asked = {"permission": permission, "domain": domain, **asdict(limits)}
        output.answer({**asked, "holders": [holder.to_dict() for holder in holders]})
    else:
        show_holders(output, permission, holders, locale)
    return YES if holders else NO
