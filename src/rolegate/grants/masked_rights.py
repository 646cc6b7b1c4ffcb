"""What a role holds as one number: each right is a bit of it, and rights are made for who asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from weakref import ref

from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.roles import Origin, Rights

WHOLE = ("-", "*")


@dataclass(slots=True, eq=False)
class RightNumbers:
    """The number of each right, in the order in which they are met, and what is often asked about them."""

    of: dict[Right, int] = field(default_factory=dict)
    rights: list[Right] = field(default_factory=list)
    by_path: dict[str, int] = field(default_factory=dict)
    """The rights on each permission, as bits."""
    named: int = 0
    """The rights on named instances, as bits."""
    others: int = 0
    """How many others there are."""

    def mask(self, rights: Iterable[Right]) -> int:
        """*rights* as bits."""
        mask = 0
        for right in rights:
            number = self.of.get(right)
            if number is None:
                number = self.of[right] = len(self.rights)
                self.rights.append(right)
                self.by_path[right.path] = self.by_path.get(right.path, 0) | 1 << number
                if right.obj not in WHOLE:
                    self.named |= 1 << number
                else:
                    self.others += 1
            mask |= 1 << number
        return mask

    def broader(self, number: int) -> int:
        """What covers the right of a *number*, without it, as bits."""
        path, obj, scope = self.rights[number]
        found = (self.of.get(Right(path, pattern, scope)) for pattern in patterns(obj) if pattern != obj)
        return sum(1 << other for other in found if other is not None)

    def within(self, mask: int) -> Iterator[Right]:
        """The rights that are bits of *mask*."""
        return (self.rights[number] for number in bits(mask))


def bits(mask: int) -> Iterator[int]:
    """The numbers of the bits of *mask*."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low


class KnownPart(NamedTuple):
    """What an entry brings, the steps to know it, and the same as bits."""

    whole: tuple[Right, ...]
    steps: int
    mask: int


class MaskedRights(Mapping[Right, Origin]):
    """The rights of a role by what they are made of: those of its parents and entries, less some.

    INVARIANT: they are the rights, in the order and with the origins, that are had by adding one after the
    other and taking away.
    """

    __slots__ = (
        "__weakref__", "_made", "_role", "_same", "grants", "mask", "numbers", "parents", "parts",
    )  # fmt: skip

    def __init__(
        self,
        numbers: RightNumbers,
        role: str,
        parents: Sequence[MaskedRights],
        grants: Sequence[GrantEntry],
        parts: Sequence[KnownPart],
    ) -> None:
        self.numbers = numbers
        self._role = role
        self.parents = tuple(parents)
        self.grants = tuple(grants)
        self.parts = tuple(parts)
        self.mask = 0
        self._made: Rights | None = None
        self._same: ref[MaskedRights] | None = None

    @property
    def before(self) -> int:
        """What parents and grants bring, before anything is taken, as bits."""
        mask = 0
        for parent in self.parents:
            mask |= parent.mask
        for part in self.parts:
            mask |= part.mask
        return mask

    @property
    def taken(self) -> int:
        """What is taken of it, as bits."""
        return self.before & ~self.mask

    @property
    def held(self) -> Iterator[Right]:
        """The rights, by their numbers; nothing is made of them."""
        return self.numbers.within(self.mask)

    def _make(self) -> Rights:
        """The rights with their origins; first those of the parents, on a stack: chains can be very long."""
        made = self._made
        if made is not None:
            return made
        stack = [self]
        while stack:
            here = stack[-1]
            missing = [parent for parent in here.parents if parent._made is None]
            if missing:
                stack += missing
                continue
            stack.pop()
            if here._made is None:
                made = here._made = here._joined()
        assert made is not None  # noqa: S101 - the last one is this one
        return made

    def _joined(self) -> Rights:
        """The rights with their origins, where those of the parents are made."""
        rights: dict[Right, Origin] = {}
        for parent in self.parents:
            for right, origin in (parent._made or {}).items():
                rights.setdefault(right, origin)
        for entry, (whole, _, _) in zip(self.grants, self.parts, strict=True):
            origin = Origin(entry.text, entry.span, self._role)
            for right in whole:
                rights.setdefault(right, origin)
        for right in self.numbers.within(self.taken):
            del rights[right]
        return rights

    def __getitem__(self, right: Right) -> Origin:
        if self._made is not None:
            return self._made[right]
        if right not in self:
            raise KeyError(right)
        bit, here = 1 << self.numbers.of[right], self
        while above := next((parent for parent in here.parents if parent.mask & bit), None):
            here = above
        parts = zip(here.grants, here.parts, strict=True)
        entry = next(entry for entry, part in parts if part.mask & bit)
        return Origin(entry.text, entry.span, here._role)

    def __iter__(self) -> Iterator[Right]:
        return iter(self._make())

    def __len__(self) -> int:
        return self.mask.bit_count()

    def __contains__(self, right: object) -> bool:
        number = self.numbers.of.get(right)  # type: ignore[call-overload]  # whatever is asked for
        return number is not None and bool(self.mask >> number & 1)

    def __eq__(self, other: object) -> bool:
        """Equal as mappings are; rights are made only where what they are made of differs."""
        if self is other:
            return True
        if not isinstance(other, MaskedRights):
            return super().__eq__(other)
        if len(self) != len(other):
            return False
        if self._made_alike(other):
            return True
        rights = self.numbers.within(self.mask)
        if not all(right in other for right in rights) or self._make() != other._make():
            return False
        self._same = ref(other)
        return True

    def _made_alike(self, other: MaskedRights) -> bool:
        """Whether both are made of the same in the same places; pairs that are known are passed over."""
        met: dict[tuple[int, int], tuple[MaskedRights, MaskedRights]] = {}
        pairs = [(self, other)]
        while pairs:
            ours, theirs = pair = pairs.pop()
            known = ours._same is not None and ours._same() is theirs
            if ours is theirs or known or (id(ours), id(theirs)) in met:
                continue
            if not ours._adds_as(theirs):
                return False
            met[id(ours), id(theirs)] = pair
            pairs += zip(ours.parents, theirs.parents, strict=True)
        for ours, theirs in met.values():
            ours._same = ref(theirs)  # a chain of parents is walked once, and the other policy is not kept
        return True

    def _adds_as(self, other: MaskedRights) -> bool:
        """Whether the same is added to as many parents, and the same is taken."""
        if len(self.parents) != len(other.parents) or len(self.grants) != len(other.grants):
            return False
        if self.grants and self._role != other._role:
            return False
        for entry, their in zip(self.grants, other.grants, strict=True):
            if (entry.text, entry.span) != (their.text, their.span):
                return False
        if any(part.whole != theirs.whole for part, theirs in zip(self.parts, other.parts, strict=True)):
            return False
        taken = set(self.numbers.within(self.taken))
        return taken == set(other.numbers.within(other.taken))

    __hash__ = None  # type: ignore[assignment]  # as that of any mapping


def all_rights(held: Iterable[Rights]) -> set[Right]:
    """The rights that some of *held* has."""
    found: set[Right] = set()
    masks: dict[int, tuple[RightNumbers, int]] = {}
    for rights in held:
        if isinstance(rights, MaskedRights):
            key = id(rights.numbers)
            masks[key] = rights.numbers, masks[key][1] | rights.mask if key in masks else rights.mask
        else:
            found.update(rights)
    for numbers, mask in masks.values():
        found.update(numbers.within(mask))
    return found


def holders(held: Iterable[tuple[int, MaskedRights]]) -> dict[Right, int]:
    """For each right the bits of those who hold it, without what a broader right of theirs covers."""
    sets: dict[int, list[tuple[int, MaskedRights]]] = {}
    for bit, rights in held:
        sets.setdefault(id(rights.numbers), []).append((bit, rights))
    found: dict[Right, int] = {}
    for several in sets.values():
        numbers = several[0][1].numbers
        for number, who in _by_number(several, numbers).items():
            right = numbers.rights[number]
            if who:
                found[right] = found.get(right, 0) | who
    return found


def _by_number(held: Iterable[tuple[int, MaskedRights]], numbers: RightNumbers) -> dict[int, int]:
    """By right number, who holds it: whatever parents and entries bring, less what was taken or is covered.

    All of *held* are numbered alike.
    """
    parts: dict[int, int] = {}
    less: dict[int, int] = {}
    broader: dict[int, int] = {}
    for bit, rights in held:
        for parent in rights.parents:
            parts[parent.mask] = parts.get(parent.mask, 0) | bit
        for part in rights.parts:
            parts[part.mask] = parts.get(part.mask, 0) | bit
        gone = rights.taken
        for number in bits(rights.mask & numbers.named):
            if number not in broader:
                broader[number] = numbers.broader(number)
            if broader[number] & rights.mask:
                gone |= 1 << number
        if gone:
            less[gone] = less.get(gone, 0) | bit
    found: dict[int, int] = {}
    for mask, who in parts.items():
        for number in bits(mask):
            found[number] = found.get(number, 0) | who
    for mask, who in less.items():
        for number in bits(mask):
            found[number] &= ~who
    return found
