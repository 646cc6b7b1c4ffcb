"""Rights: each is one permission on one instance pattern at one scope.

An instance pattern is `-` (the permission takes none), `*` (every instance), `a/*` (all below `a`) or a
whole instance path; ids are encoded.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from typing import NamedTuple

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.grant_syntax import Grant
from rolegate.catalog.model import Catalog, Permission


class Right(NamedTuple):
    """Exactly the object, action and scope columns of a compiled line."""

    path: str
    obj: str
    scope: str


def covers(pattern: str, obj: str) -> bool:
    """Whether *pattern* takes in everything that *obj* stands for."""
    if pattern == obj:
        return True
    if pattern == "*":
        return obj != "-"
    return pattern.endswith("/*") and obj.startswith(pattern[:-1])


def overlap(one: str, other: str) -> str | None:
    """What two patterns have in common, or None."""
    if covers(one, other):
        return other
    return one if covers(other, one) else None


def project(obj: str, chain: tuple[str, ...], onto: tuple[str, ...]) -> str | None:
    """What *obj* under *chain* means for a permission with the chain *onto*; None if they share no kind.

    The ids of the kinds that both chains begin with are kept, and everything below them is meant.
    """
    if not onto:
        return "-"
    shared = 0
    while shared < min(len(chain), len(onto)) and chain[shared] == onto[shared]:
        shared += 1
    if not shared:
        return None
    parts = obj.split("/")[:shared]
    if parts[-1] == "*":
        return "/".join(parts)
    return "/".join(parts if shared == len(onto) else [*parts, "*"])


class Need(NamedTuple):
    """What a dependency asks for; None means that any instance, or any scope, serves."""

    path: str
    obj: str | None
    scope: str | None

    def met_by(self, right: Right) -> bool:
        return (
            right.path == self.path
            and (self.scope is None or right.scope == self.scope)
            and (self.obj is None or covers(right.obj, self.obj))
        )


def shown(wanted: Need | Right) -> str:
    """*wanted* as a grant is written, without an instance or a scope where any serves."""
    path, obj, scope = wanted
    instance = None if obj in (None, "-") else obj
    return str(Grant(path, False, instance, None if scope in (None, "-") else scope))


def need(catalog: Catalog, right: Right, entry: Dependency) -> Need:
    """What *entry* asks of a holder of *right*."""
    owner, target = catalog.permission(right.path), catalog.permission(entry.path)
    return Need(target.path, _obj(owner, target, right.obj, entry), _scope(owner, target, right, entry))


def _scope(owner: Permission, target: Permission, right: Right, entry: Dependency) -> str | None:
    if entry.scope is not None:
        return entry.scope
    if target.ladder is None:
        return "-"
    return right.scope if target.ladder is owner.ladder else None


def _obj(owner: Permission, target: Permission, obj: str, entry: Dependency) -> str | None:
    return entry.instance if entry.instance is not None else project(obj, owner.chain, target.chain)


def implied(
    catalog: Catalog, right: Right, entry: Dependency, held: Container[Right] = ()
) -> Iterable[Right]:
    """What *entry* of `implies` brings with *right*, but for what is *held* with all within it."""
    target = catalog.permission(entry.path)
    if target.ladder is None and not target.chain:
        whole = Right(target.path, "-", "-")
        return () if whole in held else (whole,)
    wanted = need(catalog, right, entry)
    if wanted.obj is None or wanted.scope is None:
        return ()  # the catalog has reported the entry
    return down(Right(wanted.path, wanted.obj, wanted.scope), target, held)


def down(right: Right, permission: Permission, held: Container[Right] = ()) -> Iterator[Right]:
    """*right* and the same at each scope within it, but for what is *held*.

    INVARIANT: whoever holds a right holds it at each scope within, so nothing new is within what is held.
    """
    waiting = [right.scope]
    while waiting:
        narrower = Right(right.path, right.obj, waiting.pop())
        if narrower not in held:
            yield narrower
            if permission.ladder is not None:
                waiting += reversed(permission.ladder.inner(narrower.scope))


def needs(
    catalog: Catalog, right: Right, count: Callable[[], None] = lambda: None
) -> Iterator[tuple[Dependency, Need]]:
    """What *right* requires and implies; instead of a hidden permission, what that implies.

    *count* is called for each hidden permission on the way.
    """
    for entry in catalog.permission(right.path).requires:
        yield entry, need(catalog, right, entry)
    passed = {right: None}
    waiting = [right]
    while waiting:
        holder = waiting.pop()
        for entry in catalog.permission(holder.path).implies:
            wanted = need(catalog, holder, entry)
            if not catalog.permission(entry.path).hidden:
                yield entry, wanted
            elif wanted.obj is not None and wanted.scope is not None:
                hidden = Right(wanted.path, wanted.obj, wanted.scope)
                count()
                if hidden not in passed:
                    passed[hidden] = None
                    waiting.append(hidden)


def patterns(obj: str) -> Iterator[str]:
    """Every pattern that covers *obj*, itself first."""
    yield obj
    if obj not in ("-", "*"):
        inner = len(obj) - 2 if obj.endswith("/*") else len(obj)
        while (inner := obj.rfind("/", 0, inner)) >= 0:
            yield f"{obj[:inner]}/*"
        yield "*"


Shape = frozenset[tuple[str, frozenset[str]]]
"""Instance patterns, each with scopes."""


class RightSet:
    """A set of rights, in which the rights on a permission are found without a look at all the others."""

    __slots__ = ("_kinds", "_known", "_scopes", "_shapes")

    def __init__(self, rights: Iterable[Right]) -> None:
        self._known: dict[str, dict[str, set[str]]] = {}
        self._scopes: dict[str, set[str]] = {}
        self._shapes: dict[str, Shape] = {}
        self._kinds: dict[Shape, Shape] = {}
        for path, obj, scope in rights:
            objs = self._known.get(path)
            if objs is None:
                objs = self._known[path] = {}
            scopes = objs.get(obj)
            if scopes is None:
                objs[obj] = {scope}
            else:
                scopes.add(scope)

    def __iter__(self) -> Iterator[str]:
        """The permissions of which something is held."""
        return iter(self._known)

    def effort(self, path: str) -> int:
        """How many steps it takes to look at every right on *path*."""
        return sum(6 + len(scopes) // 8 for scopes in self._known.get(path, {}).values())

    def meets(self, wanted: Need) -> bool:
        path, obj, scope = wanted
        objs = self._known.get(path)
        if objs is None:
            return False
        if obj is None:
            return scope is None or scope in self._anywhere(path)
        return any(held in objs and (scope is None or scope in objs[held]) for held in patterns(obj))

    def covers(self, wanted: Right) -> bool:
        return self.meets(Need(*wanted))

    def alike(self, owner: Permission, target: Permission, entry: Dependency) -> bool:
        """Whether *target* is held just as *owner* is, which meets *entry* wherever it is the same."""
        if entry.instance is not None or entry.scope is not None or entry.path != target.path:
            return False
        if target.path not in self._known or target.ladder is not owner.ladder or target.chain != owner.chain:
            return False
        return not owner.limited or self._shape(owner.path) is self._shape(target.path)

    def _shape(self, path: str) -> Shape:
        """The instance patterns and scopes that *path* is held on; equal ones are the same object."""
        shape = self._shapes.get(path)
        if shape is None:
            fresh = frozenset((obj, frozenset(scopes)) for obj, scopes in self._known[path].items())
            shape = self._shapes[path] = self._kinds.setdefault(fresh, fresh)
        return shape

    def meets_all(self, owner: Permission, target: Permission, entry: Dependency) -> bool:
        """Whether each right on *owner* is held with what *entry*, a dependency on *target*, asks for."""
        theirs = self._known.get(target.path)
        if theirs is None:
            return False
        if target.ladder is None and not target.chain:
            return True
        mine = self._known[owner.path]
        along = entry.scope is None and target.ladder is not None and target.ladder is owner.ladder
        if not along:  # at whatever scope, the same is asked for
            wanted = entry.scope if entry.scope is not None or target.ladder is not None else "-"
            return all(self.meets(Need(target.path, _obj(owner, target, obj, entry), wanted)) for obj in mine)
        return all(self._meets_each(target.path, _obj(owner, target, obj, entry), mine[obj]) for obj in mine)

    def _meets_each(self, path: str, obj: str | None, scopes: set[str]) -> bool:
        """Whether *path* is held on *obj* at each of *scopes*."""
        if obj is None:
            return scopes <= self._anywhere(path)
        objs = self._known[path]
        if scopes <= objs.get(obj, _NONE):
            return True
        return scopes <= _NONE.union(*(objs.get(pattern, ()) for pattern in patterns(obj)))

    def _anywhere(self, path: str) -> set[str]:
        """The scopes at which something of *path* is held."""
        found = self._scopes.get(path)
        if found is None:
            found = self._scopes[path] = set().union(*self._known.get(path, {}).values())
        return found


_NONE: frozenset[str] = frozenset()


_WHOLE = ("-", "*")


def widest(rights: Iterable[Right]) -> list[Right]:
    """*rights* without those that another one of them covers."""
    every = list(rights)
    objs: dict[tuple[str, str], set[str]] = {}
    for path, obj, scope in every:
        if obj not in _WHOLE:  # most have no instance, or are on all of them
            objs.setdefault((path, scope), set()).add(obj)
    if not objs:
        return every
    for path, obj, scope in every:
        if obj == "*" and (path, scope) in objs:
            objs[path, scope].add(obj)
    return [right for right in every if right[1] in _WHOLE or not covered(right[1], objs[right[0], right[2]])]


def covered(obj: str, objs: Container[str]) -> bool:
    """Whether one of *objs* is broader than *obj*."""
    if "/" not in obj:
        return obj not in ("-", "*") and "*" in objs
    return any(pattern != obj and pattern in objs for pattern in patterns(obj))
