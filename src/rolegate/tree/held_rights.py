"""The rights of a role while somebody edits it, by permission: a tick changes few of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rolegate.grants.rights import Need, Right, covers, patterns

_NONE: frozenset[Right] = frozenset()


@dataclass(frozen=True, slots=True, repr=False)
class HeldRights:
    """Rights with all that lies within them, in sets by permission."""

    by_path: Mapping[str, frozenset[Right]] = field(default_factory=dict)

    @classmethod
    def of(cls, rights: Iterable[Right]) -> HeldRights:
        return cls().plus(rights)

    def __iter__(self) -> Iterator[Right]:
        return (right for rights in self.by_path.values() for right in rights)

    def __contains__(self, right: object) -> bool:
        return isinstance(right, Right) and right in self.by_path.get(right.path, _NONE)

    def on(self, path: str) -> frozenset[Right]:
        """The rights on one permission."""
        return self.by_path.get(path, _NONE)

    def meets(self, wanted: Need) -> bool:
        """Whether one right has all that is *wanted*."""
        found = self.by_path.get(wanted.path)
        if found is None:
            return False
        path, obj, scope = wanted
        if obj is not None and scope is not None:
            return any(Right(path, pattern, scope) in found for pattern in patterns(obj))
        return any(
            scope in (None, right.scope) and (obj is None or covers(right.obj, obj)) for right in found
        )

    def covers(self, right: Right) -> bool:
        return self.meets(Need(*right))

    def plus(self, rights: Iterable[Right]) -> HeldRights:
        """These rights and others."""
        fresh: dict[str, set[Right]] = {}
        for right in rights:
            fresh.setdefault(right.path, set()).add(right)
        if not fresh:
            return self
        return HeldRights({**self.by_path, **{path: self.on(path) | found for path, found in fresh.items()}})
