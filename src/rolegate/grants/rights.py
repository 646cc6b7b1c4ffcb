"""Rights: one permission on one instance pattern at one scope.

An instance pattern is `-` (takes none), `*` (every instance), `a/*` (all below `a`) or a whole
instance path; ids are encoded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from rolegate.catalog.model import Catalog, Dependency, Permission
from rolegate.catalog.syntax import Grant


class Right(NamedTuple):
    """Exactly the object, action and scope columns of a compiled line."""

    path: str
    obj: str
    scope: str


def covers(pattern: str, obj: str) -> bool:
    """Whether everything *obj* stands for is part of *pattern*."""
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
    """The pattern of a permission with chain *onto* that belongs to *obj*; None if they share no kind.

    The first kinds the two share are kept; what is deeper means everything below.
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
    """What a dependency asks for; None means that any serves."""

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
    """*wanted* in the notation of grants; what may be any is left out."""
    path, obj, scope = wanted
    instance = None if obj in (None, "-") else obj
    return str(Grant(path, False, instance, None if scope in (None, "-") else scope))


def need(catalog: Catalog, right: Right, entry: Dependency) -> Need:
    """What *entry* asks of a holder of *right*."""
    owner, target = catalog.permission(right.path), catalog.permission(entry.path)
    return Need(target.path, _obj(owner, target, right, entry), _scope(owner, target, right, entry))


def _scope(owner: Permission, target: Permission, right: Right, entry: Dependency) -> str | None:
    if entry.scope is not None:
        return entry.scope
    if target.ladder is None:
        return "-"
    return right.scope if target.ladder is owner.ladder else None


def _obj(owner: Permission, target: Permission, right: Right, entry: Dependency) -> str | None:
    return entry.instance if entry.instance is not None else project(right.obj, owner.chain, target.chain)


def implied(catalog: Catalog, right: Right) -> Iterator[tuple[Dependency, tuple[Right, ...]]]:
    """Each `implies` entry of *right* with the rights it brings."""
    for entry in catalog.permission(right.path).implies:
        wanted = need(catalog, right, entry)
        if wanted.obj is None or wanted.scope is None:
            continue  # the catalog has reported the entry
        target = catalog.permission(wanted.path)
        scopes = target.ladder.within(wanted.scope) if target.ladder else ("-",)
        yield entry, tuple(Right(wanted.path, wanted.obj, scope) for scope in scopes)


def needs(catalog: Catalog, right: Right) -> Iterator[tuple[Dependency, Need]]:
    """What *right* requires and implies; in the place of a hidden permission, what that implies."""
    for entry in catalog.permission(right.path).requires:
        yield entry, need(catalog, right, entry)
    passed = {right: None}
    waiting = [right]
    while waiting:
        each = waiting.pop()
        for entry in catalog.permission(each.path).implies:
            wanted = need(catalog, each, entry)
            if not catalog.permission(entry.path).hidden:
                yield entry, wanted
            elif wanted.obj is not None and wanted.scope is not None:
                hidden = Right(wanted.path, wanted.obj, wanted.scope)
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


class Held:
    """A set of rights that is asked by permission, without a look at each of them."""

    __slots__ = ("_known",)

    def __init__(self, rights: Iterable[Right]) -> None:
        self._known: set[tuple[str, str | None, str | None]] = set()
        for path, obj, scope in rights:
            self._known |= {(path, obj, scope), (path, obj, None), (path, None, scope), (path, None, None)}

    def meets(self, wanted: Need) -> bool:
        path, obj, scope = wanted
        if obj is None:
            return wanted in self._known
        return any((path, each, scope) in self._known for each in patterns(obj))

    def covers(self, wanted: Right) -> bool:
        return self.meets(Need(*wanted))


def widest(rights: Iterable[Right]) -> list[Right]:
    """*rights* without those another one covers."""
    by_key: dict[tuple[str, str], dict[str, None]] = {}
    for right in rights:
        by_key.setdefault((right.path, right.scope), {})[right.obj] = None
    return [
        Right(path, obj, scope)
        for (path, scope), objs in by_key.items()
        for obj in objs
        if not any(each != obj and each in objs for each in patterns(obj))
    ]
