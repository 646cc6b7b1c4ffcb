"""What somebody holds of one permission: rights and denials, each at a scope and on instances."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from rolegate.catalog.ladders import Ladder
from rolegate.catalog.model import Resource
from rolegate.compiled.names import ALL, EVERY, NONE, parse_object
from rolegate.records.errors import RecordError


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
        """The right of a compiled line; None if the line only answers questions about everything below."""
        ids, end = parse_object(obj)
        if end == EVERY:
            return None
        return cls(None if scope == NONE else scope, ids, end == ALL)

    def covers(self, path: tuple[str, ...]) -> bool:
        """Whether the instance *path* is one of the pattern."""
        deep = len(self.path)
        return (
            path == self.path if not (self.below and path) else len(path) > deep and path[:deep] == self.path
        )

    def includes(self, other: HeldRight) -> bool:
        """Whether every instance of *other* is one of this pattern."""
        if self.below and other.below:
            return other.path[: len(self.path)] == self.path
        return (not other.below and self.covers(other.path)) or self.pattern == other.pattern

    @property
    def pattern(self) -> tuple[tuple[str, ...], bool]:
        return self.path, self.below


@dataclass(frozen=True, slots=True)
class HeldPermission:
    """What somebody holds of *permission*, and what is denied of it.

    `ladder` and `chain` are those of the permission, the chain as resources. Rights may be given at each
    scope or only at the broadest they were granted at: a right at a scope is a right at everything within
    it, a denial at a scope is a denial at everything broader. Each of `others` is another way to hold the
    permission: what is denied here is not denied there. `domain_attribute` holds the domain of a record:
    no record of another domain than the user's is allowed.
    """

    permission: str
    ladder: Ladder | None = None
    chain: tuple[Resource, ...] = ()
    rights: tuple[HeldRight, ...] = ()
    denied: tuple[HeldRight, ...] = ()
    others: tuple[HeldPermission, ...] = ()
    domain_attribute: str | None = None

    def __post_init__(self) -> None:
        for right in (*self.rights, *self.denied):
            fits = right.scope is None if self.ladder is None else right.scope in self.ladder.scopes
            if not fits:
                raise RecordError(f"`{self.permission}` has no scope `{right.scope}`")

    @classmethod
    def of_lines(
        cls,
        permission: str,
        ladder: Ladder | None,
        chain: tuple[Resource, ...],
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
        ladder: Ladder | None,
        chain: tuple[Resource, ...],
        ways: Sequence[HeldPermission],
    ) -> HeldPermission:
        """What is held in at least one of several *ways*."""
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
