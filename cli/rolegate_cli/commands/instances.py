"""`rolegate instances`: the instances that a subject may use, as a dropdown offers them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from rolegate_cli import complete_names, options
from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.render.answers_text import show_instances

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "instances", epilog="Exit codes: 0 some instance, 1 none, 2 the question or the set cannot be read."
)
@options.source
@click.argument("permission", shell_complete=complete_names.instance_permissions)
@options.subject
@options.domain
@click.option(
    "--scope",
    metavar="SCOPE",
    help="The scope; the broadest one when left out.",
    shell_complete=complete_names.scopes,
)
@options.locale
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    permission: str,
    subject: options.SubjectOption,
    domain: str | None,
    scope: str | None,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """List the instances a subject may use."""
    subject.need()
    policy = read_policy(source, at)
    found = policy.instances(
        permission,
        user=subject.user,
        team=subject.team,
        role=subject.role,
        domain=options.in_domain(policy, subject, domain),
        scope=scope,
        locale=locale,
    )
    output = Output(format)
    if output.json:
        output.answer(found.to_dict())
    else:
        show_instances(output, found, locale)
    tell_of_stranger(policy, subject.user, domain, locale)
    return YES if found.every or found.known or found.later else NO
