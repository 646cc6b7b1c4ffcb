"""The tables of the index: masks by permission, by instance, and by user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rolegate.compiled.lines import EVERY
from rolegate.encoding import decode

Path = tuple[str, ...]
Scope = str | None | tuple[()]

UNSCOPED: Scope = ()
"""The view of permissions without scopes; no text that somebody passes as a scope is equal to it."""


def view_key(scope: str) -> Scope:
    """The key of the view for a scope column."""
    return UNSCOPED if scope == "-" else scope



class Name(NamedTuple):
    """What a text that may stand for a permission means: its path, its scopes (broadest first), its depth."""

    path: str
    scopes: tuple[str, ...]
    depth: int


Names = Mapping[str, Name]


class Instances:
    """Who may, and who may not, use one permission on which instances, at one scope.

    Keys are paths of raw ids. `below` is for everything below a path, `every` for the questions about all
    of it; `deny_all` is denied on every instance. `one` and `deny_one` say the same for paths of one id,
    which most questions have, by that id.
    """

    __slots__ = ("below", "deny_all", "deny_below", "deny_every", "deny_exact", "deny_one", "exact", "one")

    def __init__(self, deny_all: int = 0) -> None:
        self.exact: dict[Path, int] = {}
        self.below: dict[Path, int] = {}
        self.deny_exact: dict[Path, int] = {}
        self.deny_below: dict[Path, int] = {}
        self.deny_every: dict[Path, int] = {}
        self.one: dict[str, int] = {}
        self.deny_one: dict[str, int] = {}
        self.deny_all = deny_all

    def put(self, obj: str, bit: int, eft: str) -> None:
        """Add a line on a named instance, on all below one, or on a question about all below one."""
        *outer, last = obj.split("/")
        path = tuple(decode(part) for part in outer)
        if last == EVERY:
            masks = self.deny_every
        elif last == "*":
            masks = self.below if eft == "allow" else self.deny_below
        else:
            path = (*path, decode(last))
            masks = self.exact if eft == "allow" else self.deny_exact
        masks[path] = masks.get(path, 0) | bit
        if len(path) == 1:
            ones = self.one if eft == "allow" else self.deny_one
            ones[path[0]] = ones.get(path[0], 0) | bit

    @property
    def denies(self) -> bool:
        return bool(self.deny_all or self.deny_exact or self.deny_below or self.deny_every)

    def copy(self) -> Instances:
        twin = Instances(self.deny_all)
        for each in ("exact", "below", "deny_exact", "deny_below", "deny_every", "one", "deny_one"):
            setattr(twin, each, dict(getattr(self, each)))
        return twin

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
        """Whether some instance at or below *path* is allowed; ids no file knows count, too."""
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


class View:
    """Masks by permission at one scope: all instances in `allow` and `deny`, named ones in `at`.

    Every permission that can be asked has an entry in `allow`, if only 0. `some_allow` and `contested` are
    filled in the view for questions without a scope: who may use a permission at all, and where denials
    have to be looked at first.
    """

    __slots__ = ("allow", "at", "contested", "deny", "deny_all", "depth", "some_allow")

    def __init__(self) -> None:
        self.allow: dict[str, int] = {}
        self.deny: dict[str, int] = {}
        self.deny_all: dict[str, int] = {}
        self.at: dict[str, Instances] = {}
        self.depth: dict[str, int] = {}
        self.some_allow: dict[str, int] = {}
        self.contested: set[str] = set()

    def copy(self) -> View:
        twin = View()
        twin.allow, twin.deny, twin.deny_all = dict(self.allow), dict(self.deny), dict(self.deny_all)
        twin.at = {act: at.copy() for act, at in self.at.items()}
        twin.depth = self.depth
        return twin

    def decide(self, name: str, path: Path | None, mask: int) -> bool:
        """The answer for a mask; without *path* the question is about every instance."""
        allowed = self.allow[name]
        if path:
            at = self.at.get(name)
            if at is not None:
                return at.decide(path, allowed, mask)
        return bool(allowed & mask) and not self.deny.get(name, 0) & mask

    def some(self, name: str, path: Path | None, mask: int) -> bool:
        """Whether some instance, at or below *path* if one is given, is allowed."""
        at = self.at.get(name)
        if at is not None:
            return at.some(path or (), self.allow[name], mask)
        return bool(self.allow[name] & mask) and not self.deny.get(name, 0) & mask


def named_views(views: Mapping[str, View], names: Names | None) -> dict[Scope, View]:
    """*views* that answer to every name; the view `None` is for questions without a scope."""
    finished: dict[Scope, View] = {}
    if names is None:
        return {view_key(scope): view for scope, view in views.items()}
    plain = finished[None] = View()
    if all(scopes == ("-",) for _, scopes, _ in names.values()):
        finished[UNSCOPED] = plain
    empty = View()
    for name, (path, scopes, depth) in names.items():
        for scope in scopes:
            source = views.get(scope, empty)
            view = finished.get(view_key(scope))
            if view is None:
                view = finished[view_key(scope)] = View()
            targets = {view, plain} if scope == scopes[0] else {view}
            for target in targets:
                target.allow[name] = source.allow.get(path, 0)
                target.depth[name] = depth
                if path in source.deny:
                    target.deny[name] = source.deny[path]
                if path in source.at:
                    target.at[name] = source.at[path]
            if name == path:
                _note(plain, path, source)
    return finished


def _note(plain: View, path: str, source: View) -> None:
    """Remember who may use *path* at some scope on some instance, unless a denial makes that a longer question."""
    at = source.at.get(path)
    bits = source.allow.get(path, 0)
    if at is not None:
        for masks in (at.exact, at.below):
            for each in masks.values():
                bits |= each
    plain.some_allow[path] = plain.some_allow.get(path, 0) | bits
    if path in source.deny or (at is not None and at.denies):
        plain.contested.add(path)


class Table:
    """One domain: the views, and the mask of each user, team and role there."""

    __slots__ = ("bits", "links", "others", "users", "views")

    def __init__(
        self, views: dict[Scope, View], bits: dict[str, int], links: dict[str, tuple[str, ...]],
        shared: Mapping[str, int],
    ) -> None:
        self.views = views
        self.bits = bits
        self.links = links
        self.users: dict[str, int] = {}
        self.others: dict[str, int] = {}
        for sub in dict.fromkeys((*bits, *links)):
            self._set(sub, self._mask(sub, shared))

    def refresh(self, sub: str, shared: Mapping[str, int]) -> None:
        """Work out the mask of *sub* again, and of the members of a team."""
        self._set(sub, self._mask(sub, shared))
        if sub.startswith("team:"):
            for member, roles in self.links.items():
                if sub in roles:
                    self._set(member, self._mask(member, shared))

    def _mask(self, sub: str, shared: Mapping[str, int]) -> int:
        mask = 0
        found = [sub]
        for each in found:
            mask |= self.bits.get(each, 0) | shared.get(each, 0)
            found += [role for role in self.links.get(each, ()) if role not in found]
        return mask

    def _set(self, sub: str, mask: int) -> None:
        if sub.startswith("user:"):
            self.users[decode(sub[5:])] = mask
        else:
            self.others[sub] = mask
