"""What somebody holds in one domain: rights with their ends, less what is denied."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from rolegate.grants.rights import Right, covers, overlap


class TimedRight(NamedTuple):
    """A right, and when it ends; None for one without end."""

    right: Right
    until: datetime | None = None

    def lasts(self, until: datetime | None) -> bool:
        """Whether it is held until then, or without end where there is no *until*."""
        return self.until is None or (until is not None and until <= self.until)


@dataclass(frozen=True, slots=True)
class TimedRights:
    """The rights of somebody in one domain. Whoever holds a right holds it at each scope within it.

    `denied` is what restrictions take, whatever is allowed, and for how long.
    """

    allowed: frozenset[TimedRight] = frozenset()
    denied: frozenset[TimedRight] = frozenset()

    @classmethod
    def of(
        cls, rights: Iterable[Right], until: datetime | None = None, denied: Iterable[Right] = ()
    ) -> TimedRights:
        """These rights, all of them with the same end, without what is *denied* for ever."""
        return cls(
            frozenset(TimedRight(right, until) for right in rights), frozenset(map(TimedRight, denied))
        )

    def covers(self, wanted: TimedRight, without: Iterable[TimedRight] = ()) -> bool:
        """Whether all of *wanted* is held as long; what is denied there as well, *without*, is not asked for.

        One right has to do: several that are each a part of what is wanted never add up to it.
        """
        if wanted not in self.allowed and not any(
            _includes(held.right, wanted.right) and held.lasts(wanted.until) for held in self.allowed
        ):
            return False
        return not any(self._lacking(wanted, without))

    def beyond(self, other: TimedRights) -> Iterator[TimedRight]:
        """What is held and *other* does not hold, or not as long."""
        # Where nothing is denied that is not denied now, whoever held the same right lacks nothing of it.
        fresh = self.allowed - other.allowed if other.denied <= self.denied else self.allowed
        for held in sorted(fresh, key=lambda one: (one.right, str(one.until))):
            if TimedRights(other.allowed).covers(held):
                yield from (TimedRight(part, held.until) for part in other._lacking(held, self.denied))
            else:
                yield held

    def _lacking(self, wanted: TimedRight, without: Iterable[TimedRight]) -> Iterator[Right]:
        """What of *wanted* is denied here and, as long, not *without* as well."""
        for found in sorted(self.denied, key=lambda one: (one.right, str(one.until))):
            part = _common(found.right, wanted.right)
            if part is not None and not any(
                _includes(gone.right, part) and gone.lasts(found.until) for gone in without
            ):
                yield part


def _common(one: Right, other: Right) -> Right | None:
    """What two rights have in common."""
    if one[::2] != other[::2]:
        return None
    obj = overlap(one.obj, other.obj)
    return None if obj is None else Right(one.path, obj, one.scope)


def _includes(outer: Right, inner: Right) -> bool:
    return outer[::2] == inner[::2] and covers(outer.obj, inner.obj)
