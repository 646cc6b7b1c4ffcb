"""What a subject holds of a permission, from the compiled lines; of a hidden one, what implies it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rolegate.catalog.model import SAME, Implier, Permission
from rolegate.compiled.names import ALL, NONE, all_below
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.records.held_permission import HeldPermission

Columns = tuple[str, str, str]
"""Object, scope and effect of a line."""


def held_of(permission: Permission, sub: str, dom: str, snapshot: Snapshot) -> HeldPermission:
    """What *sub* holds of *permission* in *dom*, both in the words of the compiled policy."""
    catalog = snapshot.resolved.catalog
    chain = tuple(catalog.resources[kind] for kind in permission.chain)
    ways = [_lines(permission, permission.scope_names, sub, dom, snapshot)]
    if permission.hidden:
        ways = [
            way
            for implier in catalog.impliers.get(permission.path, ())
            for way in _through(permission, implier, sub, dom, snapshot)
        ]
    parts = [HeldPermission.of_lines(permission.path, permission.ladder, chain, way) for way in ways]
    found = HeldPermission.any_of(permission.path, permission.ladder, chain, parts)
    records = catalog.records
    return found if records is None else replace(found, domain_attribute=records.domain)


def _lines(
    permission: Permission, scopes: Iterable[str], sub: str, dom: str, snapshot: Snapshot
) -> list[Columns]:
    return [
        (line.obj, line.scope, line.eft)
        for scope in scopes
        for line in snapshot.lookup.matching(sub, dom, permission.path, scope)
    ]


def _through(
    hidden: Permission, implier: Implier, sub: str, dom: str, snapshot: Snapshot
) -> Iterator[list[Columns]]:
    """Ways in which *hidden* is held because *implier* is, as if there were lines of it.

    Where any scope of the implier serves, each is a way by itself: a right at one and a denial at another do
    not meet.
    """
    owner = snapshot.resolved.catalog.permission(implier.path)
    kept = implier.scope == SAME
    for scopes in [owner.scope_names] if kept else [(scope,) for scope in owner.scope_names]:
        if implier.instance == SAME:
            deeper = len(hidden.chain) > len(owner.chain)
            lines = [
                (all_below(obj) if deeper else obj, scope, effect)
                for obj, scope, effect in _lines(owner, scopes, sub, dom, snapshot)
            ]
        else:
            region = ALL if owner.chain else NONE
            some = (Request(owner, region, (scope,), some=True) for scope in scopes)
            lines = [
                (implier.instance, request.scopes[0], "allow")
                for request in some
                if snapshot.holds(sub, dom, request)
            ]
        yield lines if kept else list(_at(implier.scope, hidden, lines))


def _at(scope: str, hidden: Permission, lines: Iterable[Columns]) -> Iterator[Columns]:
    """*lines* of one scope of an implier as ones of *hidden*: at *scope* and at each within it."""
    within = (NONE,) if hidden.ladder is None else hidden.ladder.within(scope)
    return ((obj, inner, effect) for obj, _, effect in lines for inner in within)
