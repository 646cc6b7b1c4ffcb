"""What a change does to the routes of an application: which guard each has now, and who may call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from rolegate.diagnostics import quoted
from rolegate.documents.route_lock import NOTHING, GuardedRoute
from rolegate.errors import UnknownNameError
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.lost_guards import is_less, more_guarded, same_routes
from rolegate.texts.escaping import plain

_WHO = {NOTHING: "everyone", "public": "everyone", "signed in": "everyone who has signed in"}
_NAMES = 8


@dataclass(frozen=True, slots=True)
class RouteChange:
    """A route with another guard than before, or whose permission somebody gains or loses.

    A guard is None where there is no such route. `callers` may call it now; for a route with several
    permissions, each list of them is of one permission. `was` is its name before, where parameters in it
    have other names now. `instead` are routes that asked for more than this one, which is new and open:
    they go in the same change or have its path, so it may answer what they answered.
    """

    name: str
    before: str | None
    after: str | None
    callers: tuple[tuple[str, ...], ...] = ()
    was: str | None = None
    instead: tuple[str, ...] = ()

    @property
    def unguarded(self) -> bool:
        """Whether the route lost its guard, or a part of it, or is new and has none."""
        if self.after is None:
            return False
        if self.before is None:
            return self.after == NOTHING or bool(self.instead)
        return is_less(self.before, self.after)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "route": self.name,
            "before": self.before,
            "after": self.after,
            "unguarded": self.unguarded,
            "callers": [list(names) for names in self.callers],
            **({} if self.was is None else {"was": self.was}),
            **({"instead": list(self.instead)} if self.instead else {}),
        }


def route_changes(
    before: Mapping[str, GuardedRoute],
    after: Mapping[str, GuardedRoute],
    diff: AccessDiff,
    new: Policy,
    at: date | None = None,
) -> tuple[RouteChange, ...]:
    """Each route with another guard, and each whose permission changes hands by *diff*."""
    moved = {change.permission.path for subjects in diff.subjects for change in subjects.changes}
    moved |= {condition.permission for condition in diff.conditions}
    new_ones = [after[name] for name in sorted(after.keys() - before.keys())]
    was = same_routes((before[name] for name in sorted(before.keys() - after.keys())), new_ones)
    renamed = {route.name for route in was.values()}
    gone = [before[name] for name in sorted(before.keys() - after.keys() - renamed)]
    leaving = [route.name for route in gone]
    found = [RouteChange(route.name, route.guard, None) for route in gone]
    for name, route in after.items():
        old = was.get(name) or before.get(name)
        changed = old is None or name in was or old.guard != route.guard
        if changed or any({text, _path(new, text)} & moved for text in route.permissions):
            guards = (None if old is None else old.guard, route.guard)
            former = was[name].name if name in was else None
            instead = more_guarded(route, before.values(), leaving) if old is None else ()
            callers = tuple(_callers(route, new, at))
            found.append(RouteChange(name, *guards, callers, former, instead))
    return tuple(sorted(found, key=lambda known: known.name))


def route_lines(changes: tuple[RouteChange, ...]) -> Iterator[str]:
    """The changes as text; routes that lost their guard come first."""
    for change in sorted(changes, key=lambda known: not known.unguarded):
        guard = f"{change.before or 'new'} → {change.after or 'gone'}"
        same = change.before == change.after
        mark = "!" if change.unguarded else "~"
        yield plain(f"{mark} {change.name}  {change.after if same else guard}")
        if change.was is not None:
            yield plain(f"    called before: {change.was}")
        if change.unguarded:
            yield plain(f"    refused: {_why(change)}")
        for names in change.callers:
            more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
            yield plain(f"    may be called by: {'; '.join(names[:_NAMES]) or 'nobody'}{more}")


def _why(change: RouteChange) -> str:
    if not change.instead:
        return "the route is less guarded than before"
    more = f" and {len(change.instead) - 1} more" if len(change.instead) > 1 else ""
    return (
        f"it may answer in the place of {quoted(change.instead[0])}{more}, which asked for more; "
        "if it does not, add it in a later change"
    )


def _callers(route: GuardedRoute, new: Policy, at: date | None) -> Iterator[tuple[str, ...]]:
    if route.guard in _WHO:
        yield (_WHO[route.guard],)
    for permission in route.permissions:
        try:
            holders = new.who_can(permission, any=True, at=at)
        except UnknownNameError:
            yield (f"nobody, since the policy does not have {quoted(permission)}",)
            continue
        domains: dict[str, list[str]] = {}
        for holder in holders:
            said = domains.setdefault(f"{holder.kind} {holder.name or ''}".rstrip(), [])
            said += [] if holder.domain is None else [holder.domain]
        yield tuple(f"{who} in {', '.join(where)}" if where else who for who, where in domains.items())


def _path(new: Policy, text: str) -> str:
    found = new.catalog.find(text)
    return text if found is None else found.path
