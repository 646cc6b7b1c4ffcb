"""`rolegate diff --routes`: the routes of an application, joined with what changes in the policy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rolegate import Policy
    from rolegate.review.access_diff import AccessDiff
    from rolegate.review.route_changes import RouteChange

_NO_OLDER = "the older side has no file of routes, so every route counts as new"


@dataclass(frozen=True, slots=True)
class ComparedRoutes:
    """The routes that change; `is_new` where the older side has no file of them."""

    changes: tuple[RouteChange, ...]
    is_new: bool

    @property
    def refused(self) -> int:
        """How many are less guarded than before."""
        return sum(change.unguarded for change in self.changes)

    def to_dict(self, *, gate: bool) -> dict[str, Any]:
        """What is said beside the access; a gate does not allow a route that is less guarded."""
        listed: dict[str, Any] = {"routes": [change.to_dict() for change in self.changes]}
        listed |= {"routes_before": False} if self.is_new else {}
        return listed | ({"allowed": False} if gate and self.refused else {})

    def report(self) -> list[str]:
        """The lines of a report, below those of the access."""
        lines = self._lines()
        return ["", "routes:", *(f"  {line}" for line in lines)] if lines else []

    def markdown(self) -> str:
        """A part of a comment, which says what no longer fits into it."""
        from rolegate.review.fitted_lines import fitted_lines, shortened
        from rolegate.texts.escaping import in_code_block

        lines = list(map(shortened, self._lines()))
        if not lines:
            return ""
        return f"### Routes\n\n{in_code_block(fitted_lines(lines, 10_000, 'lines'))}"

    def _lines(self) -> list[str]:
        from rolegate.review.route_changes import route_lines

        return [*([_NO_OLDER] if self.is_new else []), *route_lines(self.changes)]


def compared_routes(
    file: str, sources: tuple[str, str], diff: AccessDiff, new: Policy, at: date | None
) -> ComparedRoutes:
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
    return ComparedRoutes(route_changes(before or {}, after, diff, new, at), before is None)
