"""What a guard asks for, in parts, and whether another one asks for less."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from rolegate.documents.route_lock import GUARDS, NOTHING, OPEN, GuardedRoute

_PARAMETER = re.compile(r"\{[^{}]*\}|<[^<>]*>")


def is_less(before: str, after: str) -> bool:
    """Whether a route with the guard *after* is less guarded than with *before*.

    It has none any more, or lets in everyone, or everyone who has signed in; or one of several guards is
    gone, or the instance, the scope or the record of one. Another permission in the place of one is not less.
    """
    was, now = _parts(before), _parts(after)
    if after in OPEN:
        return bool(was.keys() - now.keys()) or (after == NOTHING != before)
    if sum(map(len, was.values())) > 1 and any(len(now.get(part, ())) < len(was[part]) for part in was):
        return True
    return any(_extras(was[part]) - _extras(now[part]) for part in was.keys() & now.keys())


def same_routes(gone: Iterable[GuardedRoute], new: Iterable[GuardedRoute]) -> Mapping[str, GuardedRoute]:
    """The route that each of *new*, by its name, was before, if only the names of parameters differ.

    Of several, it is one that asked for more than it does now, if there is such a one.
    """
    found: dict[tuple[str, str], list[GuardedRoute]] = {}
    for route in gone:
        found.setdefault(_shape(route), []).append(route)
    pairs: dict[str, GuardedRoute] = {}
    for route in new:
        known = found.get(_shape(route))
        if known:
            pairs[route.name] = max(known, key=lambda was: is_less(was.guard, route.guard))
    return pairs


def more_guarded(route: GuardedRoute, before: Iterable[GuardedRoute], gone: Iterable[str]) -> tuple[str, ...]:
    """Those of *before* that *route*, which is new and open, may answer for: they asked for more.

    A route that is *gone* may be at any other path now; one that stays has the same path, but for the names
    of parameters, and is called by one of the same methods.
    """
    if route.guard not in OPEN:
        return ()
    names = frozenset(gone)
    return tuple(
        known.name
        for known in before
        if _may_be(known, route, known.name in names) and is_less(known.guard, route.guard)
    )


def _may_be(old: GuardedRoute, new: GuardedRoute, is_gone: bool) -> bool:
    same_method = old.method == new.method or "ANY" in (old.method, new.method)
    same_path = _shape(old)[1] == _shape(new)[1]
    return (same_method or same_path) if is_gone else (same_method and same_path)


def _shape(route: GuardedRoute) -> tuple[str, str]:
    return route.method, _PARAMETER.sub("{}", route.path)


def _parts(guard: str) -> dict[str, list[str]]:
    """Each permission that is asked for, or `signed in`, with what follows it; `public` asks for nothing."""
    found: dict[str, list[str]] = {}
    for part in GUARDS.split(guard):
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
