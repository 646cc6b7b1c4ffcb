"""`rolegate check`: one question, or a stream of them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

import rolegate
from rolegate_cli import complete, options
from rolegate_cli.batch import answer_batch
from rolegate_cli.guard import NO, YES
from rolegate_cli.output import Output
from rolegate_cli.render.answers import decided


@click.command(
    "check",
    epilog="""\b
A batch holds one JSON object a line: "permission", one of "user", "team" and "role", and as wanted "domain",
"on" (a text is one id, a list is a path), "scope" and "any". Each is answered by one JSON line, in order;
a line that is no valid question is answered {"allowed": false, "error": ...}.

Exit codes: 0 allowed, 1 denied (in a batch: at least one), 2 the question or the set cannot be read.""",
)
@options.policy_set
@click.argument("permission", required=False, shell_complete=complete.permissions)
@options.subject
@options.domain
@options.limits
@options.at
@click.option(
    "--batch",
    type=click.Path(dir_okay=False, allow_dash=True),
    metavar="FILE",
    help="Read questions from FILE, or - for stdin.",
)
@options.output_format("text", "json")
def command(
    path: Path,
    permission: str | None,
    subject: options.SubjectOption,
    domain: str | None,
    limits: options.Limits,
    at: datetime | None,
    batch: str | None,
    format: str,
) -> int:
    """Say whether a subject may do something."""
    if batch is not None:
        if permission is not None or subject.kind or domain is not None or limits != options.Limits():
            raise click.UsageError(
                "with --batch the questions stand in the file: leave out the permission and its options"
            )
        return answer_batch(rolegate.load(path, at=at), batch)
    if permission is None:
        raise click.UsageError("which permission do you ask about? give it after the set, or --batch")
    subject.need()
    policy = rolegate.load(path, at=at)
    decision = policy.check(options.question(policy, permission, subject, domain, limits))
    output = Output(format)
    if output.json:
        output.answer(decision.to_dict())
    else:
        decided(output, decision)
    return YES if decision.allowed else NO
