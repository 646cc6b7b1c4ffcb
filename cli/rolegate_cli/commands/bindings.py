"""`rolegate bindings`: the lines of bindings that are in force."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from rolegate_cli import options
from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy
from rolegate_cli.render.bindings_text import show_bindings

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


class _End(options.Moment):
    """A date, which begins in the zone of the domain of each line, or a time."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return super().convert(value, param, ctx)


@click.command("bindings", epilog="Exit codes: 0 some lines, 1 none, 2 the policy set cannot be read.")
@options.source
@options.subject
@options.domain
@click.option(
    "--ends-before",
    type=_End(),
    metavar="TIME",
    help="Only lines that end at this time or earlier.",
)
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    subject: options.SubjectOption,
    domain: str | None,
    ends_before: date | None,
    at: datetime | None,
    format: str,
) -> int:
    """List who has what, where, and until when.

    With --user or --team, the lines that reach them, through teams as well; with --role, who has the role.
    """
    policy = read_policy(source, at)
    lines = policy.bindings(
        user=subject.user, team=subject.team, role=subject.role, domain=domain, ends_before=ends_before
    )
    output = Output(format)
    if output.json:
        output.answer({"lines": [line.to_dict() for line in lines]})
    else:
        show_bindings(output, lines)
    if not lines:
        tell_of_stranger(policy, subject.user, domain)
    return YES if lines else NO
