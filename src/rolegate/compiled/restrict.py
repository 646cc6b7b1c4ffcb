"""What a restriction takes: what it names, everything broader, and what requires it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from rolegate.catalog.model import Catalog, Dependency, Permission
from rolegate.compiled.lines import EVERY
from rolegate.grants.expand import Take
from rolegate.grants.rights import Right, covers, need, project

Denied = dict[Right, Right | None]
"""Denied rights; the value is the right whose loss took this one along, or None for a named one."""


def named(takes: Iterable[Take]) -> Denied:
    """The rights that *takes* deny, broader scopes included."""
    denied: Denied = {}
    for each in takes:
        obj = each.obj or ("*" if each.permission.chain else "-")
        for scope in each.scopes:
            denied[Right(each.permission.path, obj, scope)] = None
    return denied


def take_along(denied: Denied, catalog: Catalog) -> None:
    """Add to *denied*, until nothing is left to add, what requires what is denied."""
    waiting = list(denied)
    while waiting:
        lost = waiting.pop()
        for path, entry in catalog.required_by.get(lost.path, ()):
            for right in _follows(lost, catalog.permission(path), entry, denied, catalog):
                if right not in denied:
                    denied[right] = lost
                    waiting.append(right)


def _follows(
    lost: Right, owner: Permission, entry: Dependency, denied: Mapping[Right, object], catalog: Catalog
) -> Iterator[Right]:
    target = catalog.permission(lost.path)
    scopes = _scopes(lost, owner, target, entry, denied)
    obj = _obj(lost, owner, target, entry)
    if obj is not None:
        yield from (Right(owner.path, obj, scope) for scope in scopes)


def _scopes(
    lost: Right, owner: Permission, target: Permission, entry: Dependency, denied: Mapping[Right, object]
) -> tuple[str, ...]:
    if entry.scope is not None:
        return owner.scope_names if entry.scope == lost.scope else ()
    if target.ladder is None:
        return owner.scope_names
    if target.ladder is owner.ladder:
        return (lost.scope,)
    # Any scope serves: only when each of them is denied is nothing left, whatever the subject holds.
    gone = all(
        any(d.path == lost.path and d.scope == scope and covers(d.obj, lost.obj) for d in denied)
        for scope in target.ladder.scopes
    )
    return owner.scope_names if gone else ()


def _obj(lost: Right, owner: Permission, target: Permission, entry: Dependency) -> str | None:
    everything = "*" if owner.chain else "-"
    if entry.instance is not None:
        return everything if covers(entry.instance, lost.obj) or covers(lost.obj, entry.instance) else None
    if not target.chain or lost.obj == "*":
        return everything
    return project(lost.obj, target.chain, owner.chain) if owner.chain else None


def left_without(held: Iterable[Right], denied: Denied, catalog: Catalog) -> Denied:
    """What a holder of *held* loses because, where any scope or instance serves, nothing is left.

    Each held right is looked at as a whole, and again at each denied instance inside it.
    """
    held = list(held)
    found: Denied = {}
    for right in held:
        owner = catalog.permission(right.path)
        for entry in owner.requires:
            target = catalog.permission(entry.path)
            for part in _parts(right, owner, target, denied):
                wanted = need(catalog, part, entry)
                if wanted.obj is not None and wanted.scope is not None:
                    continue
                # A star is lost only as a whole here; its denied parts are looked at one by one.
                whole = wanted.obj is None or (part is right and right.obj.endswith("*"))
                left = any(
                    wanted.met_by(other)
                    and not is_denied(Right(other.path, wanted.obj or other.obj, other.scope), denied, whole)
                    for other in held
                )
                if not left:
                    scopes = owner.ladder.broader(part.scope) if owner.ladder else ("-",)
                    found.update({Right(part.path, part.obj, s): Right(entry.path, "-", "-") for s in scopes})
    return {right: why for right, why in found.items() if right not in denied}


def _parts(right: Right, owner: Permission, target: Permission, denied: Mapping[Right, object]) -> Iterator[Right]:
    yield right
    for lost in denied:
        if lost.path == target.path and owner.chain and lost.obj not in ("*", "-"):
            obj = project(lost.obj, target.chain, owner.chain)
            if obj is not None and obj != right.obj and covers(right.obj, obj):
                yield right._replace(obj=obj)


def is_denied(right: Right, denied: Mapping[Right, object], whole: bool) -> bool:
    """Whether a denial reaches *right*: all of it when *whole*, any part of it otherwise."""
    return any(
        d.path == right.path
        and d.scope == right.scope
        and (covers(d.obj, right.obj) or (not whole and covers(right.obj, d.obj)))
        for d in denied
    )


def blocked_objects(obj: str) -> Iterator[str]:
    """The object columns that deny *obj*: itself, and the questions about everything above it."""
    yield obj
    if obj not in ("-", "*"):
        parts = obj.split("/")[:-1]
        for depth in range(len(parts) + 1):
            above = "/".join([*parts[:depth], EVERY])
            if not covers(obj, above):
                yield above
