"""`rolegate fields`: what a subject may do with each field of a form."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from rolegate_cli import options
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.render.answers_text import show_fields


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
    """Say which fields a subject may see or edit."""
    subject.need()
    policy = read_policy(path, at)
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
        show_fields(output, states)
    return YES
