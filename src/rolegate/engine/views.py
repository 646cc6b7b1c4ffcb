"""What lines say about permissions at one scope: masks by permission and by instance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from sys import intern
from typing import TypeVar

from rolegate.compiled.names import ALL, EVERY, NONE, parse_object

K = TypeVar("K")
Path = tuple[str, ...]

_WHOLE = (NONE, ALL)
"""The objects of lines about all that there is of a permission."""


class Unscoped(Enum):
    """The key of the view of permissions without scopes; nothing that is passed as a scope is equal to it."""

    UNSCOPED = NONE

    __hash__ = object.__hash__  # as quick as that of a text


Scope = str | None | Unscoped
UNSCOPED = Unscoped.UNSCOPED


def view_key(scope: str) -> Scope:
    """The key of the view for a scope column."""
    return UNSCOPED if scope == NONE else scope


@dataclass(slots=True)
class InstanceMasks:
    """Who is allowed, and who is denied, one permission on which instances, at one scope.

    Keys are paths of raw ids. `below` is for everything below a path, `every` for the questions about all
    of it; `allow_all` and `deny_all` are for every instance. `one` and `deny_one` say the same for paths of
    one id, which most questions have, by that id.
    """

    exact: dict[Path, int] = field(default_factory=dict)
    below: dict[Path, int] = field(default_factory=dict)
    deny_exact: dict[Path, int] = field(default_factory=dict)
    deny_below: dict[Path, int] = field(default_factory=dict)
    deny_every: dict[Path, int] = field(default_factory=dict)
    one: dict[str, int] = field(default_factory=dict)
    deny_one: dict[str, int] = field(default_factory=dict)
    allow_all: int = 0
    deny_all: int = 0

    def put(self, obj: str, bit: int, eft: str) -> None:
        """Add a line on a named instance, on all below one, or on a question about all below one."""
        path, end = parse_object(obj)
        if end == EVERY:
            masks = self.deny_every
        elif end == ALL:
            masks = self.below if eft == "allow" else self.deny_below
        else:
            masks = self.exact if eft == "allow" else self.deny_exact
        masks[path] = masks.get(path, 0) | bit
        if len(path) == 1:
            ones = self.one if eft == "allow" else self.deny_one
            ones[path[0]] = ones.get(path[0], 0) | bit

    @property
    def fingerprint(self) -> int:
        """Equal for equal instances."""
        masks = (self.exact, self.below, self.deny_exact, self.deny_below, self.deny_every)
        return hash(tuple(frozenset(mapping.items()) for mapping in masks))

    @property
    def denies(self) -> bool:
        return bool(self.deny_all or self.deny_exact or self.deny_below or self.deny_every)

    def add(self, other: InstanceMasks, moved: Mapping[int, int]) -> None:
        """Take in what *other* says; its view fills in `allow_all` and `deny_all`."""
        _join(self.exact, other.exact, moved)
        _join(self.below, other.below, moved)
        _join(self.deny_exact, other.deny_exact, moved)
        _join(self.deny_below, other.deny_below, moved)
        _join(self.deny_every, other.deny_every, moved)
        _join(self.one, other.one, moved)
        _join(self.deny_one, other.deny_one, moved)

    def decide(self, path: Path, allowed: int, mask: int) -> bool:
        """The answer for *path*, one instance or everything below it; *allowed* are allowed everywhere."""
        denied = self.deny_all | self.deny_exact.get(path, 0) | self.deny_every.get(path, 0)
        allowed |= self.exact.get(path, 0)
        if self.below or self.deny_below:
            for depth in range(1, len(path) + 1):
                allowed |= self.below.get(path[:depth], 0)
                denied |= self.deny_below.get(path[:depth], 0)
        return bool(allowed & mask) and not denied & mask

    def some(self, path: Path, allowed: int, mask: int) -> bool:
        """Whether some instance at or below *path* is allowed; ids that no file names count as well."""
        if self.deny_all & mask:
            return False
        if any(self._denied_below(path[:depth]) & mask for depth in range(1, len(path) + 1)):
            return False
        within = len(path)
        if allowed & mask or any(self.below.get(path[:d], 0) & mask for d in range(1, within + 1)):
            return not self.deny_exact.get(path, 0) & mask
        return any(
            key[:within] == path and bits & mask and self._open(key, mask, exact)
            for masks, exact in ((self.exact, True), (self.below, False))
            for key, bits in masks.items()
        )

    def _denied_below(self, path: Path) -> int:
        return self.deny_below.get(path, 0)

    def _open(self, key: Path, mask: int, exact: bool) -> bool:
        """Whether a right on *key* is not denied as a whole."""
        if exact and self.deny_exact.get(key, 0) & mask:
            return False
        depths = range(1, len(key) + 1)
        return not any(self._denied_below(key[:depth]) & mask for depth in depths)


@dataclass(slots=True)
class View:
    """Masks by permission at one scope: all instances in `allow` and `deny`, named ones in `at`.

    Every permission that can be asked has an entry in `allow`, if only 0; `deny_all` has what is denied on
    every instance, `deny` that and the questions about every instance.
    """

    allow: dict[str, int] = field(default_factory=dict)
    deny: dict[str, int] = field(default_factory=dict)
    deny_all: dict[str, int] = field(default_factory=dict)
    at: dict[str, InstanceMasks] = field(default_factory=dict)

    def put(self, bit: int, obj: str, act: str, eft: str) -> None:
        """Add a line about *act*."""
        allow = self.allow
        if eft == "allow" and obj in _WHOLE:
            held = allow.get(act)
            if held:
                allow[act] = held | bit
            else:
                # To save memory, a single bit and a name are one object in all domains.
                allow[intern(act)] = bit
            return
        allow.setdefault(act, 0)
        if obj in _WHOLE:
            self.deny[act] = self.deny.get(act, 0) | bit
            self.deny_all[act] = self.deny_all.get(act, 0) | bit
            return
        at = self.at.get(act)
        if at is None:
            at = self.at[act] = InstanceMasks()
        at.put(obj, bit, eft)
        if obj == EVERY:
            self.deny[act] = self.deny.get(act, 0) | bit

    def add(self, other: View, moved: Mapping[int, int]) -> None:
        """Take in what *other* says; *moved* has the mask to use here for each of its masks."""
        _join(self.allow, other.allow, moved)
        _join(self.deny, other.deny, moved)
        _join(self.deny_all, other.deny_all, moved)
        for act, at in other.at.items():
            self.at.setdefault(act, InstanceMasks()).add(at, moved)
        for act, at in self.at.items():
            at.allow_all = self.allow.get(act, 0)
            at.deny_all = self.deny_all.get(act, 0)

    @property
    def fingerprint(self) -> int:
        """Equal for equal views."""
        masks = (self.allow, self.deny, self.deny_all)
        at = frozenset((act, view.fingerprint) for act, view in self.at.items())
        return hash((at, *(frozenset(mapping.items()) for mapping in masks)))

    def decide(self, name: str, path: Path | None, mask: int) -> bool:
        """The answer for a mask; without *path* the question is about every instance."""
        allowed = self.allow[name]
        if path:
            at = self.at.get(name)
            if at is not None:
                return at.decide(path, allowed, mask)
        return bool(allowed & mask) and not self.deny.get(name, 0) & mask

    def granted(self, name: str, path: Path | None, mask: int) -> bool:
        """The answer for a mask before denials."""
        allowed = self.allow[name]
        at = self.at.get(name) if path else None
        if path and at is not None:
            allowed |= at.exact.get(path, 0)
            for depth in range(1, len(path) + 1):
                allowed |= at.below.get(path[:depth], 0)
        return bool(allowed & mask)

    def some(self, name: str, path: Path | None, mask: int) -> bool:
        """Whether some instance, at or below *path* if one is given, is allowed."""
        at = self.at.get(name)
        if at is not None:
            return at.some(path or (), self.allow[name], mask)
        return bool(self.allow[name] & mask) and not self.deny.get(name, 0) & mask

    def reach(self, path: str) -> int:
        """The bits that may use *path* on some instance, before denials."""
        bits = self.allow.get(path, 0)
        at = self.at.get(path)
        for masks in (at.exact, at.below) if at is not None else ():
            for mask in masks.values():
                bits |= mask
        return bits

    def contests(self, path: str) -> bool:
        """Whether denials have to be looked at for *path*."""
        at = self.at.get(path)
        return path in self.deny or (at is not None and at.denies)


def _join(mine: dict[K, int], theirs: Mapping[K, int], moved: Mapping[int, int]) -> None:
    for key, mask in theirs.items():
        held = mine.get(key)
        mine[key] = held | moved[mask] if held else moved[mask]
