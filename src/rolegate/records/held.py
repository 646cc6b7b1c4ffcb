"""What somebody holds of one permission, and in which regions of the records that allows it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rolegate.catalog.conditions import AllOf, Condition
from rolegate.encoding import decode
from rolegate.records.errors import RecordError, UndefinedScopeError

_NONE, _STAR, _EVERY = "-", "*", ":every"


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A right, or a denial, at one scope on the instances of a pattern.

    `path` has raw ids from the outermost kind inwards; with `below` it stands for every instance below them,
    and below the empty path for every instance. A permission without instances has the empty path.
    """

    scope: str | None
    path: tuple[str, ...] = ()
    below: bool = False

    @classmethod
    def of(cls, obj: str, scope: str) -> HeldRight | None:
        """The right of a compiled line; None for one on questions about everything below, not on records."""
        parts = [] if obj == _NONE else obj.split("/")
        if parts[-1:] == [_EVERY]:
            return None
        below = parts[-1:] == [_STAR]
        ids = tuple(decode(part) for part in (parts[:-1] if below else parts))
        return cls(None if scope == _NONE else scope, ids, below)

    def covers(self, path: tuple[str, ...]) -> bool:
        """Whether the instance *path* is one of the pattern."""
        deep = len(self.path)
        return (
            path == self.path if not (self.below and path) else len(path) > deep and path[:deep] == self.path
        )

    def includes(self, other: HeldRight) -> bool:
        """Whether each instance of *other* is one of this pattern, too."""
        if self.below and other.below:
            return other.path[: len(self.path)] == self.path
        return (not other.below and self.covers(other.path)) or self.pattern == other.pattern

    @property
    def pattern(self) -> tuple[tuple[str, ...], bool]:
        return self.path, self.below


class ScopeLike(Protocol):
    """A scope of a catalog."""

    @property
    def condition(self) -> Condition | None: ...


class LadderLike(Protocol):
    """A ladder of a catalog, broadest scope first."""

    @property
    def scopes(self) -> Mapping[str, ScopeLike]: ...
    def within(self, name: str) -> tuple[str, ...]:
        """*name* and each scope inside it."""
        ...

    def broader(self, name: str) -> tuple[str, ...]:
        """*name* and each scope it lies within."""
        ...


class ResourceLike(Protocol):
    """A resource kind of a catalog."""

    @property
    def kind(self) -> str: ...
    @property
    def attribute(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class HeldPermission:
    """What somebody holds of *permission*, and what is denied of it.

    `ladder` and `chain` are those of the permission, the chain as resources. Rights may be given at each
    scope or only at the broadest they were granted at: a right at a scope is a right at everything within
    it, a denial at a scope is a denial at everything broader. `others` allow by themselves what they hold:
    what is denied here is not denied there.
    """

    permission: str
    ladder: LadderLike | None = None
    chain: tuple[ResourceLike, ...] = ()
    rights: tuple[HeldRight, ...] = ()
    denied: tuple[HeldRight, ...] = ()
    others: tuple[HeldPermission, ...] = ()

    def __post_init__(self) -> None:
        for right in (*self.rights, *self.denied):
            fits = right.scope is None if self.ladder is None else right.scope in self.ladder.scopes
            if not fits:
                raise RecordError(f"`{self.permission}` has no scope `{right.scope}`")

    @classmethod
    def of_lines(
        cls,
        permission: str,
        ladder: LadderLike | None,
        chain: tuple[ResourceLike, ...],
        lines: Iterable[tuple[str, str, str]],
    ) -> HeldPermission:
        """What the compiled lines of one subject say: the columns `obj`, `scope` and `eft` of each."""
        found: dict[str, list[HeldRight]] = {"allow": [], "deny": []}
        for obj, scope, effect in lines:
            right = HeldRight.of(obj, scope)
            if right is not None:
                found[effect].append(right)
        return cls(permission, ladder, chain, tuple(found["allow"]), tuple(found["deny"]))

    @classmethod
    def any_of(
        cls,
        permission: str,
        ladder: LadderLike | None,
        chain: tuple[ResourceLike, ...],
        ways: Sequence[HeldPermission],
    ) -> HeldPermission:
        """What is held in one of several *ways*; nothing without any."""
        if not ways:
            return cls(permission, ladder, chain)
        return replace(ways[0], others=(*ways[0].others, *ways[1:]))

    def scopes_on(self, instance: tuple[str, ...]) -> list[str]:
        """The scopes that are held for an instance, broadest first."""
        ladder = self.ladder
        if ladder is None:
            return []
        return [
            scope
            for scope in ladder.scopes
            if any(
                any(r.scope in ladder.broader(scope) and r.covers(instance) for r in way.rights)
                and not any(d.scope in ladder.within(scope) and d.covers(instance) for d in way.denied)
                for way in (self, *self.others)
            )
        ]

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attributes of a record that hold the path of its instance.

        Raises:
            RecordError: when the catalog does not name one of them.
        """
        for resource in self.chain:
            if resource.attribute is None:
                raise RecordError(
                    f"`{self.permission}` is per `{resource.kind}`, and the catalog does not say which "
                    "attribute of a record holds its id; "
                    f"add `attribute:` to the resource `{resource.kind}`"
                )
        return tuple(resource.attribute or "" for resource in self.chain)


@dataclass(frozen=True, slots=True)
class Region:
    """The records of one scope (None: all) on allowed instances that are not denied."""

    condition: Condition | None
    allowed: tuple[HeldRight, ...]
    denied: tuple[HeldRight, ...]


def regions(held: HeldPermission) -> tuple[Region, ...]:
    """The regions whose records are allowed: a record is allowed when it lies in one of them.

    For each scope the question "this permission, on the record's instance, at this scope" decides as Casbin
    does: one right covers it and no denial hits it. The region of the broadest scope comes first and makes
    those on the same instances needless, so that a scope without conditions is missed only where the answer
    needs it. Conditions on the broadest scope hold for every scope: nothing lies outside it.

    Raises:
        ScopeUndefined: when the records of a region are not known.
    """
    ways = (held, *held.others)
    if held.ladder is None:
        return _some([_region(None, way.rights, way.denied) for way in ways])
    found: list[Region | None] = []
    everywhere: set[tuple[frozenset[HeldRight], frozenset[HeldRight]]] = set()
    outermost = next(iter(held.ladder.scopes.values())).condition
    for place, (name, scope) in enumerate(held.ladder.scopes.items()):
        outer, inner = held.ladder.broader(name), held.ladder.within(name)
        for way in ways:
            region = _region(
                scope.condition,
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
    each = [HeldRight(None, path, below) for path, below in patterns]
    return tuple(r for r in each if not any(other != r and other.includes(r) for other in each))
