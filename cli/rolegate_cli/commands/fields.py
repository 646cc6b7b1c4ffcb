"""`rolegate fields`: what a subject may do with each field of a form."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.render.answers_text import show_fields

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command("fields", epilog="Exit codes: 0 answered, 2 the question or the set cannot be read.")
@options.source
@options.group
@options.subject
@options.domain
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    group: str,
    subject: options.SubjectOption,
    domain: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say which fields a subject may see or edit."""
    subject.need()
    from rolegate.answers.fields import fields, scopes_of_fields

    policy = read_policy(source, at)
    question = rolegate.Question(
        group, subject.user, subject.team, subject.role, options.in_domain(policy, subject, domain)
    )
    states = fields(group, question, policy.snapshot())
    scopes = scopes_of_fields(group, question, policy.snapshot())
    output = Output(format)
    if output.json:
        more = {"scopes": {field: list(held) for field, held in scopes.items()}} if scopes else {}
        output.answer({"group": group, **subject.to_dict(), "domain": domain, "fields": states, **more})
    else:
        show_fields(output, states, scopes)
    tell_of_stranger(policy, subject.user, domain)
    return YES
