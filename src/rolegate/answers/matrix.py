"""The matrix as a value: what each role holds of each permission, in the order of the catalog."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rolegate.errors import wrong_argument
from rolegate.tree.tree_node import BoxState


@dataclass(frozen=True, slots=True)
class MatrixColumn:
    """A role. The `id` of a role of a domain is `domain/role`; in the matrix of one domain, its name there.

    `kind` is the title of the kind that the role names, `owner` that of the domain whose role it is; each is
    empty where there is none.
    """

    id: str
    title: str
    kind: str = ""
    owner: str = ""

    @property
    def name(self) -> str:
        """The title, and whose role it is."""
        return f"{self.title} ({self.owner})" if self.owner else self.title


StarKind = Literal["star", "cut"]
"""Whether all that a star includes is held, or something of it is taken away."""


@dataclass(frozen=True, slots=True)
class MatrixCell:
    """What one role holds of one permission or group.

    `state` is `on` for all of it and `partial` for some of it. `star` says that what is added later is held
    as well: instances, or the permissions of a group. `labels` are the scopes and instances of a permission
    as grants name them, `titles` are the same for people. For a group, `held` counts the permissions of which
    something is held, and `among` all of them; `cut_stars` are the stars (`*`, `*@my`) that the role holds of
    it but for something that is taken away, and `cut_titles` are their limits for people.
    """

    state: BoxState = "off"
    star: bool = False
    labels: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    held: int = 0
    among: int = 0
    cut_stars: tuple[str, ...] = ()
    cut_titles: tuple[str, ...] = field(default=(), repr=False)

    @property
    def signs(self) -> tuple[tuple[StarKind, str], ...]:
        """The stars that are shown, each with its limit for people, which is empty where there is none."""
        limits = self.titles if self.among else ()
        whole: list[tuple[StarKind, str]] = [("star", limit) for limit in (*[""] * self.star, *limits)]
        return (*whole, *(("cut", limit) for limit in self.cut_titles))

    def __str__(self) -> str:
        """`yes`, scopes and instances, or nothing; for a group `yes`, `3/7`, or nothing."""
        if self.among:
            return {"on": "yes", "partial": f"{self.held}/{self.among}", "off": ""}[self.state]
        return "; ".join(self.labels) if self.labels else "yes" if self.state == "on" else ""


Needs = tuple[tuple[str, tuple[str, ...]], ...]
"""What a domain has to be or to have: (`plan`, `addon` or `kind`, the titles of which one is needed)."""


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A permission or a group, with what each role holds of it; the path of the whole set is `*`.

    `needs` is what a domain needs for it, where the group around it does not need the same.
    """

    path: str
    title: str
    depth: int
    group: bool
    held: tuple[MatrixCell, ...]
    needs: Needs = ()
    deprecated: bool = False
    by_name: bool = False

    @property
    def cells(self) -> tuple[str, ...]:
        """The cells as texts, such as `yes`, `team; [Sales]` and, for a group, `3/7`."""
        return tuple(map(str, self.held))


@dataclass(frozen=True, slots=True)
class Matrix:
    """Roles against permissions, titled in the language `locale`.

    `left_out` counts the permissions that the domain asked about does not have.
    """

    title: str
    columns: tuple[MatrixColumn, ...] = field(repr=False)
    rows: tuple[MatrixRow, ...] = field(repr=False)
    left_out: int = 0
    locale: str = "en"

    @property
    def has_cut_stars(self) -> bool:
        """Whether some role holds a star beside an exception."""
        return any(cell.cut_stars for row in self.rows for cell in row.held)

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """The columns as (id, name)."""
        return tuple((column.id, column.name) for column in self.columns)

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        ids = [column.id for column in self.columns]
        return {
            "title": self.title,
            "roles": [
                {"id": c.id, "title": c.title, "kind": c.kind or None, "owner": c.owner or None}
                for c in self.columns
            ],
            "rows": [_row(row, ids) for row in self.rows],
            "left_out": self.left_out,
        }


def need_matrix(value: object, name: str) -> None:
    """Return if *value* is a matrix, in a call of *name*.

    Raises:
        TypeError: otherwise.
    """
    if not isinstance(value, Matrix):
        raise wrong_argument(name, value, "a matrix", f"write `{name}(policy.matrix())`")


def _row(row: MatrixRow, ids: list[str]) -> dict[str, Any]:
    return {
        "path": row.path,
        "title": row.title,
        "depth": row.depth,
        "group": row.group,
        "cells": dict(zip(ids, row.cells, strict=True)),
        "states": {id: cell.state for id, cell in zip(ids, row.held, strict=True)},
        "stars": [id for id, cell in zip(ids, row.held, strict=True) if cell.star],
        "cut_stars": {
            id: list(cell.cut_stars) for id, cell in zip(ids, row.held, strict=True) if cell.cut_stars
        },
        "needs": [{kind: list(titles)} for kind, titles in row.needs],
        "deprecated": row.deprecated,
        "by_name": row.by_name,
    }
