"""The policy sets that guards of routes ask: who may call a route by each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from rolegate.catalog.model import Permission
from rolegate.diagnostics import quoted
from rolegate.documents.route_lock import NOTHING, GuardedRoute, open_as
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.opened_routes import Guards, opened

_WHO = {NOTHING: "everyone", "public": "everyone", "signed in": "everyone who has signed in"}


@dataclass(frozen=True)
class RoutedSet:
    """A policy set on both sides of a change, and what the change does; a side without it is None.

    `folder` names it where several are asked, and is empty otherwise.
    """

    old: Policy | None
    new: Policy | None
    diff: AccessDiff
    folder: str = ""

    def moves(self, permissions: Iterable[str]) -> bool:
        """Whether somebody gains or loses one of *permissions*."""
        if self.new is None or self.old is None:
            return any(map(self.has, permissions))
        return any({text, self._path(text)} & self._moved for text in permissions)

    @cached_property
    def _moved(self) -> frozenset[str]:
        moved = {change.permission.path for known in self.diff.subjects for change in known.changes}
        return frozenset(moved | {condition.permission for condition in self.diff.conditions})

    @cached_property
    def _holders(self) -> dict[tuple[str, date | None], tuple[str, ...]]:
        return {}

    def holders(self, permission: str, at: date | None) -> tuple[str, ...]:
        """Who holds *permission* on the newer side; many routes ask for the same one."""
        if self.new is None:
            return ()
        asked = permission, at
        if asked not in self._holders:
            self._holders[asked] = tuple(_holders(self.new, permission, at))
        return self._holders[asked]

    def has(self, text: str) -> bool:
        """Whether *text* is a permission of the newer side, or of a set that is gone."""
        side = self.new or self.old
        return side is not None and isinstance(side.catalog.find(text), Permission)

    def _path(self, text: str) -> str:
        found = None if self.new is None else self.new.catalog.find(text)
        return text if found is None else found.path


def callers_in(sets: Sequence[RoutedSet], route: GuardedRoute, at: date | None) -> Iterator[tuple[str, ...]]:
    """Who may call *route*, for each of its permissions, in all of the sets that have it."""
    as_open = open_as(route.guard)
    if as_open is not None:
        yield (_WHO[as_open],)
    for permission in route.permissions:
        having = [known for known in sets if known.new is not None and known.has(permission)]
        if not having:
            yield (f"nobody, since the policy does not have {quoted(permission)}",)
            continue
        yield tuple(
            f"{caller}{_where(known, having)}" for known in having for caller in known.holders(permission, at)
        )


def opened_in(
    sets: Sequence[RoutedSet], guards: Iterable[Guards], at: date | None
) -> Mapping[Guards, tuple[str, ...]]:
    """Of each two guards, who may call a route with the second by one of the sets, not with the first."""
    asked = tuple(dict.fromkeys(guards))
    found: dict[Guards, tuple[str, ...]] = dict.fromkeys(asked, ())
    if not asked:
        return found
    having = [known for known in sets if known.new is not None]
    for known in having:
        if known.new is not None:
            for both, who in opened(asked, known.old, known.new, at).items():
                found[both] += tuple(f"{name}{_where(known, having)}" for name in who)
    return found


def _where(known: RoutedSet, several: Sequence[RoutedSet]) -> str:
    return f" ({known.folder})" if len(several) > 1 else ""


def _holders(policy: Policy, permission: str, at: date | None) -> Iterator[str]:
    domains: dict[str, list[str]] = {}
    for holder in policy.who_can(permission, any=True, at=at):
        said = domains.setdefault(f"{holder.kind} {holder.name or ''}".rstrip(), [])
        said += [] if holder.domain is None else [holder.domain]
    yield from (f"{who} in {', '.join(where)}" if where else who for who, where in domains.items())
