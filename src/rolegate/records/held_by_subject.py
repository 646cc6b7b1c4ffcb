"""What a subject holds of a permission, from the index; of a hidden one, what implies it.

What is held follows from the bits that the subject acts for, so whoever acts for the same holds the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from rolegate.catalog.dependency_entries import SAME, Implier
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import NONE
from rolegate.engine.views import View, view_key
from rolegate.engine.vocabulary import Views
from rolegate.records.held_permission import HeldPermission, HeldRight


class _Said(NamedTuple):
    """What lines say about one permission, for the bits of a mask."""

    rights: list[HeldRight]
    denied: list[HeldRight]


def held_of(permission: Permission, mask: int, views: Views, catalog: Catalog) -> HeldPermission:
    """What the bits of *mask* hold of *permission*, by the *views* of a domain."""
    chain = tuple(catalog.resources[kind] for kind in permission.chain)
    ways = [_said(permission, permission.scope_names, mask, views)]
    if permission.hidden:
        ways = [
            way
            for implier in catalog.impliers.get(permission.path, ())
            for way in _through(permission, implier, mask, views, catalog)
        ]
    parts = [
        HeldPermission(permission.path, permission.ladder, chain, tuple(way.rights), tuple(way.denied))
        for way in ways
    ]
    found = HeldPermission.any_of(permission.path, permission.ladder, chain, parts)
    records = catalog.records
    return found if records is None else replace(found, domain_attribute=records.domain)


def _said(permission: Permission, scopes: Iterable[str], mask: int, views: Views) -> _Said:
    path, below = permission.path, bool(permission.chain)
    said = _Said([], [])
    for name in scopes:
        view = views.get(view_key(name))
        if view is None:
            continue
        scope = None if name == NONE else name
        at = view.at.get(path)
        # Denials of a question alone, about every instance, are only there beside named instances.
        denied = view.deny.get(path, 0) if at is None else at.deny_all
        if view.allow.get(path, 0) & mask:
            said.rights.append(HeldRight(scope, (), below))
        if denied & mask:
            said.denied.append(HeldRight(scope, (), below))
        if at is not None:
            said.rights.extend(_on(scope, mask, at.exact, at.below))
            said.denied.extend(_on(scope, mask, at.deny_exact, at.deny_below))
    return said


def _on(
    scope: str | None, mask: int, exact: dict[tuple[str, ...], int], below: dict[tuple[str, ...], int]
) -> Iterator[HeldRight]:
    for masks, deeper in ((exact, False), (below, True)):
        for path, bits in masks.items():
            if bits & mask:
                yield HeldRight(scope, path, deeper)


def _through(
    hidden: Permission, implier: Implier, mask: int, views: Views, catalog: Catalog
) -> Iterator[_Said]:
    """Ways in which *hidden* is held because *implier* is, as if there were lines of it.

    Where any scope of the implier serves, each is a way by itself: a right at one and a denial at another do
    not meet.
    """
    owner = catalog.permission(implier.path)
    kept = implier.scope == SAME
    for scopes in [owner.scope_names] if kept else [(scope,) for scope in owner.scope_names]:
        if implier.instance == SAME:
            said = _said(owner, scopes, mask, views)
            if len(hidden.chain) > len(owner.chain):
                said = _Said(*([HeldRight(r.scope, r.path, True) for r in rights] for rights in said))
        else:
            held = [scope for scope in scopes if _holds_some(views.get(view_key(scope)), owner.path, mask)]
            rights = (HeldRight.of(implier.instance, scope) for scope in held)
            said = _Said([right for right in rights if right is not None], [])
        yield said if kept else _Said(*(list(_at(implier.scope, hidden, rights)) for rights in said))


def _holds_some(view: View | None, path: str, mask: int) -> bool:
    return view is not None and path in view.allow and view.some(path, None, mask)


def _at(scope: str, hidden: Permission, rights: Iterable[HeldRight]) -> Iterator[HeldRight]:
    """*rights* at one scope of an implier as ones of *hidden*: at *scope* and at each within it."""
    within: tuple[str | None, ...] = (None,) if hidden.ladder is None else hidden.ladder.within(scope)
    return (HeldRight(inner, right.path, right.below) for right in rights for inner in within)
