"""`rolegate who-can`: everybody who may do something, and without a permission who has what."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import click

from rolegate_cli import complete_names, options
from rolegate_cli.asked_strangers import tell_of_stranger
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy, read_policy_or_lines
from rolegate_cli.render.answers_text import show_holders
from rolegate_cli.render.bindings_text import show_bindings

if TYPE_CHECKING:
    from rolegate import Policy
    from rolegate.loading.sources import Source


class _End(options.Moment):
    """A date, which begins in the zone of the domain of each line, or a time."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            return super().convert(value, param, ctx)


@click.command(
    "who-can",
    epilog="""SOURCE is a policy set: a folder, or REVISION:FOLDER as in git; also a folder of compiled files.
PERMISSION is a path of the catalog, such as tickets.show, or an alias.

Without PERMISSION: the lines of bindings that are in force, which say who has what, where, and until when.
--user and --team give those that reach them, through teams as well; --role who has the role.

Exit codes: 0 somebody may, or some lines, 1 nobody may, or no line, 2 the question or the set cannot be
read.""",
)
@options.source
@click.argument("permission", required=False, shell_complete=complete_names.permissions)
@options.subject
@options.domain
@options.limits
@click.option(
    "--ends-before",
    type=_End(),
    metavar="TIME",
    help="Without PERMISSION: only lines that end at this time or earlier.",
)
@options.answer_locale
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    permission: str | None,
    subject: options.SubjectOption,
    domain: str | None,
    limits: options.AskedPart,
    ends_before: date | None,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """List who may do something, or who has what."""
    if permission is None:
        if limits != options.AskedPart() or locale is not None:
            raise click.UsageError(_LINES_ALONE)
        return _lines(read_policy(source, at), subject, domain, ends_before, Output(format))
    if subject.kind or ends_before is not None:
        raise click.UsageError(_HOLDERS_ALONE)
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


def _lines(
    policy: Policy,
    subject: options.SubjectOption,
    domain: str | None,
    ends_before: date | None,
    output: Output,
) -> int:
    """Print the lines of bindings that are in force; the exit code says whether there are any."""
    lines = policy.bindings(
        user=subject.user, team=subject.team, role=subject.role, domain=domain, ends_before=ends_before
    )
    if output.json:
        output.answer({"lines": [line.to_dict() for line in lines]})
    else:
        show_bindings(output, lines)
    if not lines:
        tell_of_stranger(policy, subject.user, domain)
    return YES if lines else NO


_LINES_ALONE = "--on, --scope, --any and --locale are about a permission: name it after SOURCE"
_HOLDERS_ALONE = (
    "with a permission everybody is listed who may use it: leave out --user, --team, --role and "
    "--ends-before, or ask `rolegate check`"
)
