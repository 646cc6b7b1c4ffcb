"""`check --list`: the instances that a subject may use, as a dropdown offers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.render.answers_text import show_instances

if TYPE_CHECKING:
    from rolegate import Policy, Question


def answer_list(policy: Policy, asked: Question, locale: str | None, format: str) -> int:
    """Print the instances on which *asked* is answered yes; the exit code says whether there is one.

    Raises:
        UnknownNameError: for whatever does not exist.
    """
    if asked.on is not None or asked.any:
        raise click.UsageError("with --list every instance is asked about: leave out --on and --any")
    found = policy.instances(
        asked.permission,
        user=asked.user,
        team=asked.team,
        role=asked.role,
        domain=asked.domain,
        scope=asked.scope,
        locale=locale,
    )
    output = Output(format)
    if output.json:
        output.answer(found.to_dict())
    else:
        show_instances(output, found, locale)
    tell_of_stranger(policy, asked.user, asked.domain, locale)
    return YES if found.every or found.known or found.later else NO
