"""`rolegate diff --routes`: the routes of an application, joined with what changes in the policy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rolegate import Policy
    from rolegate.review.access_diff import AccessDiff
    from rolegate.review.route_changes import RouteChange

_LINES = 100
"""Of so many lines about routes a comment is made; those that lost their guard come first."""


def compared_routes(
    file: str, sources: tuple[str, str], diff: AccessDiff, new: Policy, at: date | None
) -> tuple[RouteChange, ...]:
    """What changes for the routes in *file* between two sources, the older one a revision."""
    from rolegate import RouteLockError
    from rolegate.loading.past_files import routes_at
    from rolegate.loading.sources import RevisionSource, parse_source
    from rolegate.review.route_changes import route_changes

    old, now = map(parse_source, sources)
    if not isinstance(old, RevisionSource):
        raise click.UsageError("--routes needs a revision as OLD: main:policies/helpdesk policies/helpdesk")
    before, after = routes_at(file, old), routes_at(file, now)
    if after is None:
        raise RouteLockError(
            f"there is no `{file}` on the side of NEW; write it, as the audit of routes does"
        )
    return route_changes(before or {}, after, diff, new, at)


def routes_in_json(changes: Sequence[RouteChange], *, gate: bool) -> dict[str, Any]:
    """What is said of routes beside the access; a gate does not allow one that is less guarded."""
    refused = gate and any(change.unguarded for change in changes)
    listed: dict[str, Any] = {"routes": [change.to_dict() for change in changes]}
    return listed | {"allowed": False} if refused else listed


def route_report(changes: Sequence[RouteChange], *, markdown: bool) -> list[str]:
    """The lines of a report, below those of the access."""
    from rolegate.review.route_changes import route_lines

    lines = list(route_lines(tuple(changes)))
    if not markdown or not lines:
        return ["", "routes:", *(f"  {line}" for line in lines)] if lines else []
    from rolegate.texts.escaping import in_code_block

    more = [f"and {len(lines) - _LINES} lines more"] if len(lines) > _LINES else []
    return ["", "### Routes", "", in_code_block([*lines[:_LINES], *more])]
