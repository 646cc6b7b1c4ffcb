"""`rolegate diff`: what a change of a policy set does to people's access."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

import click

from rolegate_cli import options
from rolegate_cli.compared_sources import (
    compared_pair,
    compared_revisions,
    compared_sets,
    judged_pair,
    named_pair,
    routes_of_pair,
    routes_of_sets,
)
from rolegate_cli.exit_codes import NO, YES
from rolegate_cli.render.shown_diff import FORMATS, show_diff, show_sets
from rolegate_cli.source_argument import complete_source, named

if TYPE_CHECKING:
    from rolegate.review.compared_routes import ComparedRoutes


@click.command(
    "diff",
    epilog="OLD and NEW are policy sets: a folder, or REVISION:FOLDER as in git, with FOLDER seen from the "
    "top of the repository. With REVISION..REVISION, a REVISION or a FOLDER alone, every set that changed is "
    "compared: between the two, with the files as they are, or with HEAD. "
    "Exit codes: 0 compared, 1 with --exit-code if access changes or with --gate if it is refused, "
    "or with --routes if a route lost its guard, 2 a source cannot be read.",
)
@click.argument("old", metavar="OLD", shell_complete=complete_source, callback=named)
@click.argument("new", metavar="[NEW]", required=False, shell_complete=complete_source, callback=named)
@click.option("--exit-code", is_flag=True, help="End with 1 if somebody's access changes.")
@click.option("--gate", is_flag=True, help="Refuse what the rules of OLD do not allow, and end with 1.")
@click.option(
    "--routes",
    metavar="FILE",
    help="Join the change with this file of routes, and end with 1 if a route is less guarded than before.",
)
@options.at
@options.output_format(*FORMATS)
def command(
    old: str,
    new: str | None,
    exit_code: bool,
    gate: bool,
    routes: str | None,
    at: datetime | None,
    format: str,
) -> int:
    """Say who gains and who loses access by a change."""
    revisions = compared_revisions(old, new)
    if revisions is not None:
        found = compared_sets(revisions, at, gate=gate, every=routes is not None)
        joined = None if routes is None else routes_of_sets(routes, revisions, found, at)
        show_sets(format, found, joined)
        return _code(found.allowed, joined, changed=exit_code and bool(found))
    sources = named_pair(old, new or old)
    sides = compared_pair(sources, gate=gate, routes=routes is not None)
    diff, verdict = judged_pair(sources, sides, at, gate=gate)
    joined = None if routes is None else routes_of_pair(routes, sources, sides, diff, at)
    show_diff(format, diff, verdict, joined, f"rolegate diff {old} {new}")
    return _code(verdict is None or bool(verdict), joined, changed=exit_code and bool(diff))


def _code(allowed: bool, routes: ComparedRoutes | None, *, changed: bool) -> int:
    lost = routes is not None and routes.refused > 0
    return NO if lost or changed or not allowed else YES
