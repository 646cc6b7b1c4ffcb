"""`rolegate explain`: the reasons for an answer, each with its file and line."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from rolegate_cli import options
from rolegate_cli.code_pages import CodeOrQuestion, refuse_code
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.read_policy import read_policy_or_lines
from rolegate_cli.render.answers_text import show_explanation

if TYPE_CHECKING:
    from rolegate.loading.sources import Source


@click.command(
    "explain",
    cls=CodeOrQuestion,
    epilog="""SOURCE is a policy set: a folder, or REVISION:FOLDER as in git; also a folder of compiled files.
PERMISSION is a path of the catalog, such as tickets.show, or an alias.

`rolegate explain RG310` prints the page of a code, and so does its name.

Exit codes: 0 allowed, 1 denied, 2 the question or the set cannot be read.""",
)
@options.source
@options.permission
@options.subject
@options.domain
@options.limits
@options.answer_locale
@options.at
@options.output_format("text", "json")
def command(
    source: Source,
    permission: str,
    subject: options.SubjectOption,
    domain: str | None,
    limits: options.AskedPart,
    locale: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say why, or what would have to change."""
    refuse_code(permission)
    subject.need()
    policy = read_policy_or_lines(source, at)
    asked = options.question(policy, permission, subject, domain, limits)
    explanation = policy.explain_question(asked, locale=locale)
    output = Output(format)
    if output.json:
        output.answer(explanation.to_dict())
    else:
        show_explanation(output, explanation)
    return YES if explanation.decision.allowed else NO
