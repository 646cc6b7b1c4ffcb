"""`rolegate check`: yes or no to one question, or to a batch of them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from rolegate_cli import complete_names, options
from rolegate_cli.asked_every import every_line, json_answer, unlisted_line
from rolegate_cli.asked_strangers import with_near_user
from rolegate_cli.batch import answer_batch
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.instance_list import answer_list
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy, read_policy_or_lines
from rolegate_cli.render.answers_text import show_decision

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "check",
    epilog="""SOURCE is a policy set: a folder, or REVISION:FOLDER as in git; also a folder of compiled files.
PERMISSION is a path of the catalog, such as tickets.show, or an alias.

With --list, the instances on which the answer is yes: those that the domain knows, and whether those that
are added later are included.

A batch has one question in each line, a JSON object with "permission" and one of "user", "team" and "role",
and optionally "domain", "on" (a text is one id, a list is a path), "scope" and "any". Every line is answered
by one JSON line, in order. A line that is not a valid question is answered {"allowed": false, "error": ...}.

Exit codes: 0 allowed (with --list: on some instance), 1 denied (in a batch: at least one), 2 a question or
the policy set cannot be read.""",
)
@options.source
@click.argument("permission", required=False, shell_complete=complete_names.permissions)
@options.subject
@options.domain
@options.limits
@options.answer_locale
@options.at
@click.option("--list", "listed", is_flag=True, help="List the instances on which it is allowed.")
@click.option(
    "--batch",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Read questions from FILE, or - for stdin.",
)
@options.output_format("text", "json")
def command(
    source: Source,
    permission: str | None,
    subject: options.SubjectOption,
    domain: str | None,
    limits: options.AskedPart,
    locale: str | None,
    at: datetime | None,
    listed: bool,
    batch: str | None,
    format: str,
) -> int:
    """Say whether a subject may do something."""
    if batch is not None:
        options_of_one = subject.kind or domain is not None or limits != options.AskedPart() or listed
        if permission is not None or options_of_one:
            raise click.UsageError(
                "with --batch the questions are in the file: leave out the permission and its options"
            )
        return answer_batch(read_policy_or_lines(source, at), batch, locale)
    if permission is None:
        raise click.UsageError("which permission is the question about? name it after SOURCE, or use --batch")
    subject.need()
    policy = read_policy(source, at) if listed else read_policy_or_lines(source, at)
    asked = options.question(policy, permission, subject, domain, limits)
    if listed:
        return answer_list(policy, asked, locale, format)
    decision = with_near_user(policy, policy.decide(asked, locale=locale), locale)
    output = Output(format)
    if output.json:
        output.answer(json_answer(policy, decision))
    else:
        show_decision(output, decision)
        if line := every_line(policy, decision, locale):
            output.line(line)
        if line := unlisted_line(policy, decision, locale):
            output.line(line)
    return YES if decision.allowed else NO
