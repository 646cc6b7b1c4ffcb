"""The matrix: what each role holds of each permission, in the order of the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Group, Permission
from rolegate.encoding import readable
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest
from rolegate.grants.roles import Role


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
    """`roles` are the columns, as (id, title); the id of a custom role is `domain/role`."""

    roles: tuple[tuple[str, str], ...]
    rows: tuple[MatrixRow, ...] = field(repr=False)

    def to_dict(self) -> dict[str, Any]:
        return {
            "roles": [{"id": name, "title": title} for name, title in self.roles],
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


def build_matrix(resolved: Resolved, words: Words) -> Matrix:
    """What each role holds of each permission, before any plan or restriction."""
    roles = sorted(
        resolved.roles.values(), key=lambda role: (role.domain is not None, role.domain or "", role.name)
    )
    columns = tuple((shown_name(role), words.role(role.name, role.title)) for role in roles)
    rows = []
    for path, node in resolved.catalog.nodes.items():
        if isinstance(node, Group) and path and resolved.catalog.shown(path):
            title = words.filled(words.title(node), {}, resolved.catalog)
            rows.append(MatrixRow(path, title, path.count("."), True, (MatrixCell(),) * len(roles)))
        elif isinstance(node, Permission) and not node.hidden:
            cells = tuple(cell_of(role, node) for role in roles)
            title = words.filled(words.title(node), {}, resolved.catalog)
            rows.append(MatrixRow(path, title, path.count("."), False, cells))
    return Matrix(columns, tuple(rows))


def shown_name(role: Role) -> str:
    """A role as one text: `agent`, or `acme/lead` for a custom one."""
    return role.name if role.domain is None else f"{role.domain}/{role.name}"


def cell_of(role: Role, permission: Permission) -> MatrixCell:
    """All of *permission*, or a label for each instance held, with the broadest scopes there."""
    held = widest(right for right in role.rights if right.path == permission.path)
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
