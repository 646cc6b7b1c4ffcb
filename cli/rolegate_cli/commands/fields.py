"""`rolegate fields`: what a form shows."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import rolegate
from rolegate_cli import options
from rolegate_cli.guard import YES
from rolegate_cli.output import Output
from rolegate_cli.render.answers import field_states


@click.command("fields", epilog="Exit codes: 0 answered, 2 the question or the set cannot be read.")
@options.policy_set
@options.group
@options.subject
@options.domain
@options.at
@options.output_format("text", "json")
def command(
    path: Path,
    group: str,
    subject: options.SubjectOption,
    domain: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say which fields are hidden, viewed or edited."""
    subject.need()
    policy = rolegate.load(path, at=at)
    states = policy.fields(
        group,
        user=subject.user,
        team=subject.team,
        role=subject.role,
        domain=options.in_domain(policy, subject, domain),
    )
    output = Output(format)
    if output.json:
        output.answer({"group": group, **subject.to_dict(), "domain": domain, "fields": states})
    else:
        field_states(output, states)
    return YES
