"""What a change does to the routes of an application: which guard each has now, and who may call it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rolegate.diagnostics import quoted
from rolegate.documents.guard_parts import guard_parts
from rolegate.documents.route_lock import NOTHING, GuardedRoute
from rolegate.review.lost_guards import MOST_NAMED, RoutesBefore, is_less, same_routes
from rolegate.review.placed_guards import placed_guards
from rolegate.review.routed_sets import RoutedSet, callers_in, opened_in
from rolegate.texts.escaping import plain

_NAMES = 8
LOOKED_UP = (
    "not known: `[?]` is what a function looks up, and perhaps not the instance in the path; read the code"
)
"""What is said of a guard with the instance of a path on one side, and one of a function on the other."""


@dataclass(frozen=True, slots=True)
class RouteChange:
    """A route with another guard than before, or whose permission somebody gains or loses.

    A guard is None where there is no such route. `callers` may call it now; for a route with several
    permissions, each list of them is of one permission. `was` is its name before, where parameters in it
    have other names now. `instead` are routes that asked for more than this one, which is new and open:
    they go in the same change or have its path, so it may answer what they answered; the first
    `MOST_NAMED` are named. `opened` may call it
    with its guard now, and could not with the one before: it is a weaker one.
    """

    name: str
    before: str | None
    after: str | None
    callers: tuple[tuple[str, ...], ...] = ()
    was: str | None = None
    instead: tuple[str, ...] = ()
    opened: tuple[str, ...] = ()

    @property
    def unguarded(self) -> bool:
        """Whether the route lost its guard, or a part of it, or has a weaker one, or is new and has none."""
        if self.after is None:
            return False
        if self.before is None:
            return self.after == NOTHING or bool(self.instead)
        return bool(self.opened) or is_less(self.before, self.after)

    @property
    def looked_up(self) -> bool:
        """Whether a function looks up the instance on one side only, so that it may be another one."""
        return any(("?" in was) != ("?" in now) for was, now in self._instances())

    @property
    def looks_up(self) -> bool:
        """Whether a function looks up now what was named before."""
        return any("?" in now and "?" not in was for was, now in self._instances())

    def _instances(self) -> Iterator[tuple[str, str]]:
        """What each permission of both guards is asked about, before and now."""
        if self.before is None or self.after is None:
            return
        was, now = (
            {part.permission: part.on for part in guard_parts(guard) if part.on is not None}
            for guard in (self.before, self.after)
        )
        yield from ((was[path], now[path]) for path in was.keys() & now.keys())

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "route": self.name,
            "before": self.before,
            "after": self.after,
            "unguarded": self.unguarded,
            "callers": [list(names) for names in self.callers],
            **({} if self.was is None else {"was": self.was}),
            **({"looked_up": True} if self.looked_up else {}),
            **({"instead": list(self.instead)} if self.instead else {}),
            **({"opened": list(self.opened)} if self.opened else {}),
        }


def route_changes(
    before: Mapping[str, GuardedRoute],
    after: Mapping[str, GuardedRoute],
    sets: Sequence[RoutedSet],
    at: date | None = None,
) -> tuple[RouteChange, ...]:
    """Each route with another guard, and each whose permission changes hands in one of *sets*."""
    new_ones = [after[name] for name in sorted(after.keys() - before.keys())]
    was = same_routes((before[name] for name in sorted(before.keys() - after.keys())), new_ones)
    renamed = {route.name for known in was.values() for route in known}
    gone = [before[name] for name in sorted(before.keys() - after.keys() - renamed)]
    older = RoutesBefore(before.values(), (route.name for route in gone))
    pairs = {name: was.get(name) or _one(before.get(name)) for name in after}
    asked = (_other_guards(old, after[name]) for name, known in pairs.items() for old in known)
    opening = opened_in(sets, filter(None, asked), at)
    found = [RouteChange(route.name, route.guard, None) for route in gone]
    for name, known in pairs.items():
        route = after[name]
        # Of several, the one counts that asked for more: by itself, or for those who are let in now.
        weaker = (one for one in known if opening.get(placed_guards(one, route)))
        old = next((one for one in known if is_less(one.guard, route.guard)), None)
        old = old or next(weaker, known[0] if known else None)
        changed = old is None or old != route
        if changed or any(one.moves(route.permissions) for one in sets):
            found.append(
                RouteChange(
                    route.name,
                    None if old is None else old.guard,
                    route.guard,
                    tuple(callers_in(sets, route, at)),
                    None if old is None or old.name == route.name else old.name,
                    older.more_guarded(route) if old is None else (),
                    () if old is None else opening.get(placed_guards(old, route), ()),
                )
            )
    return tuple(sorted(found, key=lambda change: change.name))


def _one(route: GuardedRoute | None) -> tuple[GuardedRoute, ...]:
    return () if route is None else (route,)


def _other_guards(old: GuardedRoute, route: GuardedRoute) -> tuple[str, str] | None:
    """The guards of a route that has another one than before, of which nobody knows yet that it is less."""
    before, now = placed_guards(old, route)
    return None if before == now or is_less(old.guard, route.guard) else (before, now)


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
            yield plain(f"    refused: {why_refused(change)}")
        if change.looked_up:
            yield f"    {LOOKED_UP}"
        for names in change.callers:
            yield plain(f"    may be called by: {named_texts(names)}")


def why_refused(change: RouteChange) -> str:
    """Why a route that is less guarded is refused."""
    if change.opened and change.looks_up:
        return (
            f"its guard asks about what a function looks up now: {named_texts(change.opened)} may call it"
            " with an instance that they hold, and perhaps get at another one in the path"
        )
    if change.opened:
        return f"its guard is weaker: {named_texts(change.opened)} may call it now, and could not before"
    if not change.instead:
        return "the route is less guarded than before"
    number = "many" if len(change.instead) == MOST_NAMED else len(change.instead) - 1
    more = f" and {number} more" if number else ""
    return (
        f"it may answer in the place of {quoted(change.instead[0])}{more}, which asked for more; "
        "if it does not, add it in a later change"
    )


def named_texts(names: Sequence[str]) -> str:
    """The first of *names*, and how many more there are."""
    more = f" and {len(names) - _NAMES} more" if len(names) > _NAMES else ""
    return f"{'; '.join(names[:_NAMES]) or 'nobody'}{more}"
