"""The tables of the index: masks by permission, by instance, and by user."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from rolegate.compiled.lines import EVERY, user_name
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

    Every permission that can be asked has an entry in `allow`, if only 0; `deny_all` has what is denied on
    every instance, `deny` that and the questions about every instance.
    """

    __slots__ = ("allow", "at", "deny", "deny_all")

    def __init__(self) -> None:
        self.allow: dict[str, int] = {}
        self.deny: dict[str, int] = {}
        self.deny_all: dict[str, int] = {}
        self.at: dict[str, Instances] = {}

    def copy(self) -> View:
        twin = View()
        twin.allow, twin.deny, twin.deny_all = dict(self.allow), dict(self.deny), dict(self.deny_all)
        twin.at = {act: at.copy() for act, at in self.at.items()}
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

    def reach(self, path: str) -> int:
        """The bits that may use *path* on some instance, before denials."""
        bits = self.allow.get(path, 0)
        at = self.at.get(path)
        for masks in (at.exact, at.below) if at is not None else ():
            for each in masks.values():
                bits |= each
        return bits

    def contests(self, path: str) -> bool:
        """Whether denials have to be looked at for *path*."""
        at = self.at.get(path)
        return path in self.deny or (at is not None and at.denies)


Views = dict[Scope, View]
Reaches = tuple[tuple[tuple[int, tuple[str, ...]], ...], frozenset[str]]
"""Permissions by the bits that may use them at all, and those for which denials have to be looked at."""


class Vocabulary:
    """Every text that may stand for a permission, ready to make the views of a table answer to it.

    INVARIANT: what all tables have in common (`depth`, the zeros) is one object, not one for each domain.
    """

    __slots__ = ("_aliases", "_broadest", "_zeros", "depth", "scopes")

    def __init__(self, names: Names) -> None:
        self.depth = {name: each.depth for name, each in names.items()}
        self.scopes = {name: each.scopes for name, each in names.items() if name == each.path}
        self._aliases = [(name, each) for name, each in names.items() if name != each.path]
        self._zeros: dict[str, dict[str, int]] = {}
        self._broadest: dict[str, list[str]] = {}
        for path, scopes in self.scopes.items():
            self._broadest.setdefault(scopes[0], []).append(path)
            for scope in scopes:
                self._zeros.setdefault(scope, {})[path] = 0

    def views(self, found: Mapping[str, View]) -> Views:
        """The views of one table; `None` is the one for questions without a scope."""
        empty = View()
        made: Views = {}
        for scope, zeros in self._zeros.items():
            made[view_key(scope)] = _over(zeros, found.get(scope, empty))
        for name, (path, scopes, _) in self._aliases:
            for scope in scopes:
                _call(made[view_key(scope)], name, path)
        if list(self._zeros) == ["-"]:
            made[None] = made[UNSCOPED]
            return made
        plain = made[None] = View()
        for scope, paths in self._broadest.items():
            source = made[view_key(scope)]
            for path in paths:
                _call(plain, path, path, source)
        for name, (path, _, _) in self._aliases:
            _call(plain, name, path)
        return made

    def reaches(self, views: Views) -> Reaches:
        """The permissions that each set of bits may use at all, and the contested ones."""
        bits: dict[str, int] = {}
        contested = set()
        for path, scopes in self.scopes.items():
            for scope in scopes:
                view = views[view_key(scope)]
                bits[path] = bits.get(path, 0) | view.reach(path)
                if view.contests(path):
                    contested.add(path)
        alike: dict[int, list[str]] = {}
        for path, mask in bits.items():
            if mask:
                alike.setdefault(mask, []).append(path)
        return tuple((mask, tuple(paths)) for mask, paths in alike.items()), frozenset(contested)


def _over(zeros: dict[str, int], source: View) -> View:
    view = View()
    view.allow = zeros | source.allow
    view.deny, view.at = source.deny, source.at
    return view


def _call(view: View, name: str, path: str, source: View | None = None) -> None:
    """Let *view* answer to *name* as *source*, or itself, does to *path*."""
    source = source or view
    view.allow[name] = source.allow[path]
    if path in source.deny:
        view.deny[name] = source.deny[path]
    if path in source.at:
        view.at[name] = source.at[path]


class Masks(dict[str, int]):
    """The bits each user acts for. After a change to a team they are worked out when they are asked for.

    A user the table does not know raises KeyError and leaves no trace.
    """

    __slots__ = ("_table",)

    def __init__(self, table: Table) -> None:
        super().__init__()
        self._table = table

    def __missing__(self, user: str) -> int:
        sub = user_name(user)
        if sub not in self._table.links and sub not in self._table.bits:
            raise KeyError(user)
        # Whoever changes a link stores the new mask afterwards: what stands here by now is never older.
        return self.setdefault(user, self._table.mask(sub))


class Table:
    """One domain: the views, and the mask of each user, team and role there."""

    __slots__ = ("_reaches", "_vocabulary", "bits", "links", "others", "shared", "users", "views")

    def __init__(
        self,
        views: Views,
        vocabulary: Vocabulary | None,
        bits: dict[str, int],
        links: dict[str, tuple[str, ...]],
        shared: Mapping[str, int],
    ) -> None:
        self.views = views
        self._vocabulary = vocabulary
        self._reaches: Reaches | None = None
        self.bits = bits
        self.links = links
        self.shared = shared
        self.users: dict[str, int] = {}
        self.others: dict[str, int] = {}
        for sub in dict.fromkeys((*bits, *links)):
            if sub.startswith("user:"):
                self.users[decode(sub[5:])] = self.mask(sub)
            else:
                self.others[sub] = self.mask(sub)

    @property
    def reaches(self) -> Reaches:
        """Who may use which permission at all; worked out once, when somebody first asks for everything."""
        if self._reaches is None:
            self._reaches = self._vocabulary.reaches(self.views) if self._vocabulary else ((), frozenset())
        return self._reaches

    def user_mask(self, user: str) -> int:
        """The bits *user* acts for; 0 for somebody nothing is bound to."""
        try:
            return self.users[user]
        except KeyError:
            return 0

    def refresh(self, sub: str) -> None:
        """Work out the mask of *sub* again, and, when they are asked for, those of a team's members."""
        if sub.startswith("user:"):
            self.users[decode(sub[5:])] = self.mask(sub)
        else:
            self.others[sub] = self.mask(sub)
            self.users = Masks(self)

    def mask(self, sub: str) -> int:
        """The bits of *sub* and of all its teams and roles."""
        mask = 0
        found = [sub]
        for each in found:
            for bit in (self.bits.get(each, 0), self.shared.get(each, 0)):
                # One bit stays the object it is, which all domains share.
                mask = mask | bit if mask and bit else mask or bit
            found += [role for role in self.links.get(each, ()) if role not in found]
        return mask
