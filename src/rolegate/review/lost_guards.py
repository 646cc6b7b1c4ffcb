"""What a guard asks for, in parts, and whether another one asks for less."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rolegate.documents.route_lock import NOTHING, OPEN, GuardedRoute, open_as, split_guards

MOST_NAMED = 20
"""So many routes are named that a new one may answer for."""

_PARAMETER = re.compile(r"\{[^{}]*\}|<[^<>]*>")


def is_less(before: str, after: str) -> bool:
    """Whether a route with the guard *after* is less guarded than with *before*.

    It has none any more, or lets in everyone, or everyone who has signed in; or one of several guards is
    gone, or the instance, the scope or the record of one. Another permission in the place of one is not less.
    """
    was, now = _parts(before), _parts(after)
    as_open = open_as(after)
    if as_open is not None:
        return bool(was.keys() - now.keys()) or (as_open == NOTHING != open_as(before))
    if sum(map(len, was.values())) > 1 and any(len(now.get(part, ())) < len(was[part]) for part in was):
        return True
    return any(_extras(was[part]) - _extras(now[part]) for part in was.keys() & now.keys())


def same_routes(
    gone: Iterable[GuardedRoute], new: Iterable[GuardedRoute]
) -> Mapping[str, tuple[GuardedRoute, ...]]:
    """What each of *new*, by its name, was before, if only the names of parameters differ.

    So is one that answered any method and answers some now, and the other way round. Of several, one for each
    guard, those come first that asked for more than it does now.
    """
    found: dict[tuple[str, str], dict[str, GuardedRoute]] = {}
    for route in gone:
        method, path = _shape(route)
        for one in (method, "") if method != "ANY" else (method,):
            found.setdefault((one, path), {}).setdefault(route.guard, route)
    pairs: dict[str, tuple[GuardedRoute, ...]] = {}
    for route in new:
        method, path = _shape(route)
        others = ("ANY", "") if method == "ANY" else (method, "ANY")
        known = next((found[one, path] for one in others if (one, path) in found), None)
        if known:
            first = sorted(known.values(), key=lambda was: not is_less(was.guard, route.guard))
            pairs[route.name] = tuple(first)
    return pairs


class RoutesBefore:
    """The routes of the older side; *gone* has the names of those that the newer side does not have.

    A route that is gone may be at any other path now; one that stays has the same path, but for the names of
    parameters, and is called by one of the same methods.
    """

    def __init__(self, routes: Iterable[GuardedRoute], gone: Iterable[str]) -> None:
        self._routes = tuple(routes)
        self._gone = frozenset(gone)
        self._tables: dict[str, Mapping[tuple[str, ...], list[int]]] = {}

    def more_guarded(self, route: GuardedRoute) -> tuple[str, ...]:
        """The first of those that *route*, which is new and open, may answer for: they asked for more."""
        as_open = open_as(route.guard)
        if as_open is None:
            return ()
        table = self._tables.get(as_open)
        if table is None:
            table = self._tables[as_open] = self._table(as_open)
        method, path = _shape(route)
        methods = ("",) if method == "ANY" else (method, "ANY")
        keys = [
            ("path", path),
            *(("gone", one) for one in methods),
            *(("stays", path, one) for one in methods),
        ]
        numbers = sorted({number for key in keys for number in table.get(key, [])[:MOST_NAMED]})
        return tuple(self._routes[number].name for number in numbers[:MOST_NAMED])

    def _table(self, as_open: str) -> Mapping[tuple[str, ...], list[int]]:
        """Those that asked for more than *as_open* does, by method and path; "" is every method."""
        found: dict[tuple[str, ...], list[int]] = {}
        for number, route in enumerate(self._routes):
            if not is_less(route.guard, as_open):
                continue
            method, path = _shape(route)
            if route.name in self._gone:
                keys: tuple[tuple[str, ...], ...] = (("path", path), ("gone", method), ("gone", ""))
            else:
                keys = (("stays", path, method), ("stays", path, ""))
            for key in keys:
                found.setdefault(key, []).append(number)
        return found


def _shape(route: GuardedRoute) -> tuple[str, str]:
    return route.method, _PARAMETER.sub("{}", route.path)


def _parts(guard: str) -> dict[str, list[str]]:
    """Each permission that is asked for, or `signed in`, with what follows it; `public` asks for nothing."""
    found: dict[str, list[str]] = {}
    for part in split_guards(guard):
        if part in (NOTHING, "public"):
            continue
        name = part if part in OPEN else re.split(r"[\[@ ]", part, maxsplit=1)[0]
        found.setdefault(name, []).append(part[len(name) :])
    return found


def _extras(asked: Iterable[str]) -> set[str]:
    """Which of an instance, a scope and a record is asked for, whatever they are called."""
    found: set[str] = set()
    for text in asked:
        on, _, rest = text.rpartition("]")
        found |= {"["} if on else set()
        found |= {mark for mark in ("@", " for a record") if mark in rest}
    return found
