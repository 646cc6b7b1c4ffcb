"""The matrix: what each role holds of each permission, in the order of the catalog."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Any

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Group, Permission
from rolegate.encoding import readable
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest
from rolegate.grants.roles import Role, Roles, name_in


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one role holds of one permission: all of it (`whole`), what its labels say, or nothing."""

    whole: bool = False
    labels: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "yes" if self.whole else "; ".join(self.labels)


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A permission with what each role holds of it, or a group, of which nothing is held."""

    path: str
    title: str
    depth: int
    group: bool
    held: tuple[MatrixCell, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells as texts: `yes`, or scopes and instances, or nothing."""
        return tuple(map(str, self.held))


@dataclass(frozen=True, slots=True)
class Matrix:
    """`roles` are the columns, as (id, title).

    The id of a role of a domain is `domain/role`; in the matrix of one domain it is the name that the role
    has there. `kinds` has the title of the kind of each role, empty where it names none.
    """

    roles: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...] = field(repr=False)
    kinds: tuple[str, ...] = field(default=(), repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "roles": [
                {"id": name, "title": title, "kind": kind or None}
                for (name, title), kind in zip_longest(self.roles, self.kinds)
            ],
            "rows": [
                {
                    "path": row.path,
                    "title": row.title,
                    "depth": row.depth,
                    "group": row.group,
                    "cells": {name: cell for (name, _), cell in zip(self.roles, row.cells, strict=True)},
                }
                for row in self.rows
            ],
        }


def build_matrix(resolved: Resolved, words: Words, domain: str | None = None) -> Matrix:
    """What each role holds of each permission, before any restriction.

    In a *domain*, of what its kind, plan and add-ons have, of the roles that it can use, and not on removed
    instances. Without one, before any plan.
    """
    catalog = resolved.catalog
    here = None if domain is None else resolved.domains[domain]
    roles = sorted(
        (role for role in resolved.roles.values() if domain is None or _usable(role, domain, resolved)),
        key=lambda role: (role.domain is not None, role.domain or "", role.name),
    )
    columns = tuple(
        (shown_name(role) if domain is None else _usable(role, domain, resolved) or role.name, title)
        for role, title in zip(roles, _titles(roles, words, resolved.roles), strict=True)
    )
    offered = {
        node.path
        for node in catalog.permissions
        if not node.hidden and (here is None or here.offers(node.availability))
    }
    rows = []
    for path, node in catalog.nodes.items():
        if isinstance(node, Group) and path and any(below.path in offered for below in catalog.below(path)):
            cells = (MatrixCell(),) * len(roles)
        elif isinstance(node, Permission) and path in offered:
            cells = tuple(cell_of(role, node, here) for role in roles)
        else:
            continue
        title = words.filled(words.title(node), {}, catalog)
        rows.append(MatrixRow(path, title, path.count("."), isinstance(node, Group), cells))
    kinds = ("" if role.kind is None else words.role_kind(role.kind) for role in roles)
    return Matrix(columns, tuple(rows), tuple(kinds))


def _titles(roles: list[Role], words: Words, known: Roles) -> list[str]:
    """The title of each role; of custom roles whose title another one has as well, with their domain."""
    titles = [words.role(role.name, _title(role, words, known)) for role in roles]
    times = Counter(titles)
    return [
        f"{title} ({role.domain})" if role.domain is not None and times[title] > 1 else title
        for title, role in zip(titles, roles, strict=True)
    ]


def _title(role: Role, words: Words, known: Roles) -> str:
    """The title in the file; where it is that of the role which this one replaces, its label."""
    key = (None, str(role.replaces))
    replaced = known[key] if role.replaces is not None and key in known else None
    same = replaced is not None and replaced.title == role.title
    return words.role(key[1], role.title) if same else role.title


def _usable(role: Role, domain: str, resolved: Resolved) -> str | None:
    """The name that *role* has in *domain*, if that can use it."""
    return name_in(role, domain, resolved.roles, resolved.domains)


def shown_name(role: Role) -> str:
    """A role as one text: `agent`, or `acme/lead` for a custom one."""
    return role.name if role.domain is None else f"{role.domain}/{role.name}"


def cell_of(role: Role, permission: Permission, domain: Domain | None = None) -> MatrixCell:
    """All of *permission*, or a label for each instance held, with the broadest scopes there.

    In a *domain*, instances that are removed there are held by nobody.
    """
    held = widest(
        right
        for right in role.rights
        if right.path == permission.path and not (domain and domain.has_lost(permission.chain, right.obj))
    )
    by_obj: dict[str, list[Right]] = {}
    for right in held:
        by_obj.setdefault(right.obj, []).append(right)
    labels = []
    for obj, rights in by_obj.items():
        scopes = {right.scope for right in rights}
        text = "" if obj in ("-", "*") else f"[{readable(obj)}]"
        if permission.ladder is not None:
            ladder = permission.ladder
            top = [s for s in ladder.scopes if s in scopes and not scopes & set(ladder.broader(s)[1:])]
            text += ("@" if text else "") + ", ".join(top)
        if not text:
            return MatrixCell(whole=True)
        labels.append(text)
    return MatrixCell(labels=tuple(labels))
