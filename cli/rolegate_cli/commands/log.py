"""`rolegate log`: which commit gave access, and which took it away."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import datetime

import click

from rolegate_cli import complete_names, options
from rolegate_cli.chosen_limits import chosen_limits
from rolegate_cli.exit_codes import YES
from rolegate_cli.output import Output
from rolegate_cli.render.diff_colours import coloured
from rolegate_cli.source_argument import complete_source, named

_PATIENCE = 1.0
"""Seconds after which somebody at a terminal hears that commits are read."""


@click.command(
    "log",
    epilog="SOURCE is a policy set in git: a folder, or REVISION:FOLDER with FOLDER seen from the top of the "
    "repository. PERMISSION is a permission, or a group of them. "
    "Exit codes: 0 the history is told, 2 there is none, or a shallow clone lacks a part of it.",
)
@click.argument("source", metavar="SOURCE", shell_complete=complete_source, callback=named)
@click.argument(
    "permission", metavar="[PERMISSION]", required=False, shell_complete=complete_names.permissions
)
@options.subject
@click.option("--domain", metavar="DOMAIN", help="Only what changes in this domain.")
@click.option("--since", metavar="REV | DATE", help="Only commits after this revision or date.")
@click.option("-n", "limit", type=click.IntRange(1), metavar="N", help="Only so many commits, the newest.")
@options.at
@options.output_format("text", "json")
def command(
    source: str,
    permission: str | None,
    subject: options.SubjectOption,
    domain: str | None,
    since: str | None,
    limit: int | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say which commits gave access, and which took it away.

    Each commit that changed the access of a user, a team or a role, or of anybody, the newest first.
    """
    from rolegate.review.access_history import access_history
    from rolegate.review.asked_access import AskedAccess
    from rolegate.review.history_text import history_lines

    name = None if subject.kind is None else getattr(subject, subject.kind)
    asked = AskedAccess(subject.kind, name, domain, permission)
    tell, finish = _progress()
    try:
        found = access_history(
            source, asked, since=since, limit=limit, at=at, limits=chosen_limits(), tell=tell
        )
    finally:
        finish()
    output = Output(format)
    if output.json:
        output.answer(found.to_dict())
    else:
        for line in history_lines(found):
            output.line(coloured(output, line))
    return YES


def _progress() -> tuple[Callable[[int, int], None], Callable[[], None]]:
    """What tells a terminal how far the reading is, and what takes that line away."""
    began, shown = time.monotonic(), []

    def tell(number: int, of: int) -> None:
        if sys.stderr is not None and sys.stderr.isatty() and time.monotonic() - began > _PATIENCE:
            shown.append(number)
            sys.stderr.write(f"\rreading commit {number + 1} of {of}")
            sys.stderr.flush()

    def finish() -> None:
        if shown:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    return tell, finish
