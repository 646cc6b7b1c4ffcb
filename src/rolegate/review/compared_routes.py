"""The routes of an application, compared with those of an older side and joined with the policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rolegate.diagnostics import Span, quoted
from rolegate.errors import RouteLockError
from rolegate.loading.past_files import routes_at
from rolegate.loading.sources import RevisionSource, Source
from rolegate.review.fitted_lines import fitted_lines, shortened
from rolegate.review.route_changes import RouteChange, route_changes, route_lines
from rolegate.review.routed_sets import RoutedSet
from rolegate.texts.escaping import in_code_block

NO_OLDER = "there was no file of routes before the change, so every route counts as new"


@dataclass(frozen=True, slots=True)
class ComparedRoutes:
    """The routes of *file* that change; `is_new` where the older side has no file of them."""

    file: str
    changes: tuple[RouteChange, ...]
    is_new: bool
    places: Mapping[str, int]
    """The line of each route in the file of the newer side."""

    @property
    def refused(self) -> int:
        """How many are less guarded than before."""
        return sum(change.unguarded for change in self.changes)

    def span(self, change: RouteChange) -> Span:
        """Where a route is in the file; the first line for one that is gone."""
        return Span(self.file, self.places.get(change.name, 1), 1)

    def to_dict(self, *, gate: bool) -> dict[str, Any]:
        """What is said beside the access; a gate does not allow a route that is less guarded."""
        listed: dict[str, Any] = {"routes": [change.to_dict() for change in self.changes]}
        listed |= {"routes_before": False} if self.is_new else {}
        return listed | ({"allowed": False} if gate and self.refused else {})

    def report(self) -> list[str]:
        """The lines of a report, below those of the access."""
        lines = list(self._lines())
        return ["", "routes:", *(f"  {line}" for line in lines)] if lines else []

    def markdown(self) -> str:
        """A part of a comment, which says what no longer fits into it."""
        lines = list(map(shortened, self._lines()))
        if not lines:
            return ""
        return f"### Routes\n\n{in_code_block(fitted_lines(lines, 10_000, 'lines'))}"

    def _lines(self) -> Iterator[str]:
        yield from [NO_OLDER] * self.is_new
        yield from route_lines(self.changes)


def compared_routes(
    file: str, old: RevisionSource, new: Source, sets: Sequence[RoutedSet], at: date | None = None
) -> ComparedRoutes:
    """What changes for the routes in *file* between a revision and *new*, with *sets* to ask who has what.

    Raises:
        RouteLockError: when one side has something else there, or *new* has no such file.
        RevisionError: when a revision cannot be read.
    """
    before, after = routes_at(file, old), routes_at(file, new)
    if after is None:
        raise RouteLockError(
            f"there is no {quoted(file)} on the side of NEW; write it with `rolegate.lock_text`"
        )
    places = {name: line for line, name in enumerate(after, 2)}  # the first line says what the file is
    return ComparedRoutes(file, route_changes(before or {}, after, sets, at), before is None, places)
