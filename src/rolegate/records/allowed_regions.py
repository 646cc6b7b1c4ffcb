"""The records that a held permission allows, as regions: instances, and a condition to meet there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rolegate.catalog.conditions import AllOf, Condition
from rolegate.records.errors import UndefinedScopeError
from rolegate.records.held_permission import HeldPermission, HeldRight


@dataclass(frozen=True, slots=True)
class Region:
    """The records of one scope (None: all) on allowed instances that are not denied.

    The negations of the condition are pushed down.
    """

    condition: Condition | None
    allowed: tuple[HeldRight, ...]
    denied: tuple[HeldRight, ...]


def regions(held: HeldPermission) -> tuple[Region, ...]:
    """The regions whose records are allowed: a record is allowed when it lies in one of them.

    Each scope is decided as Casbin decides the question "this permission, on the record's instance, at this
    scope": a right covers it and no denial does. The region of the broadest scope comes first; others on the
    same instances lie within it and are left out, so conditions are only missed where the answer needs them.
    Conditions on the broadest scope hold for every scope: nothing lies outside it.

    Raises:
        UndefinedScopeError: when the records of a region are not known.
    """
    ways = (held, *held.others)
    if held.ladder is None:
        return _some([_region(None, way.rights, way.denied) for way in ways])
    found: list[Region | None] = []
    everywhere: set[tuple[frozenset[HeldRight], frozenset[HeldRight]]] = set()
    outermost = next(iter(held.ladder.scopes.values())).test
    for place, (name, scope) in enumerate(held.ladder.scopes.items()):
        outer, inner = held.ladder.broader(name), held.ladder.within(name)
        for way in ways:
            region = _region(
                scope.test,
                (right for right in way.rights if right.scope in outer),
                (right for right in way.denied if right.scope in inner),
            )
            if region is None:
                continue
            instances = (frozenset(region.allowed), frozenset(region.denied))
            if place == 0:
                everywhere.add(instances)
            elif instances in everywhere:
                continue
            elif region.condition is None:
                raise UndefinedScopeError(held.permission, name)
            elif outermost is not None:
                region = replace(region, condition=AllOf((outermost, region.condition)))
            found.append(region)
    return _some(found)


def instances_at(held: HeldPermission, scope: str | None) -> tuple[Region, ...]:
    """The instances on which *held* is held at *scope*, whatever the conditions say."""
    ladder = held.ladder
    outer = None if ladder is None or scope is None else ladder.broader(scope)
    inner = None if ladder is None or scope is None else ladder.within(scope)
    return _some(
        [
            _region(
                None,
                (right for right in way.rights if outer is None or right.scope in outer),
                (denial for denial in way.denied if inner is None or denial.scope in inner),
            )
            for way in (held, *held.others)
        ]
    )


def _some(found: list[Region | None]) -> tuple[Region, ...]:
    """The regions that are not empty, each once."""
    return tuple(dict.fromkeys(region for region in found if region is not None))


def _region(
    condition: Condition | None, rights: Iterable[HeldRight], denials: Iterable[HeldRight]
) -> Region | None:
    """The region in short form; None when it is empty."""
    denied = _widest(denials)
    allowed = tuple(r for r in _widest(rights) if not any(denial.includes(r) for denial in denied))
    if not allowed:
        return None
    hit = tuple(d for d in denied if any(right.includes(d) or d.includes(right) for right in allowed))
    return Region(condition, allowed, hit)


def _widest(rights: Iterable[HeldRight]) -> tuple[HeldRight, ...]:
    """The patterns of *rights* without those that lie within another, in a fixed order."""
    patterns = sorted({right.pattern for right in rights})
    found = [HeldRight(None, path, below) for path, below in patterns]
    return tuple(r for r in found if not any(other != r and other.includes(r) for other in found))
