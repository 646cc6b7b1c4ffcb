"""Works out the matrix of a policy set, of one domain, or of some roles and one group of it."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from rolegate.answers.matrix import Matrix, MatrixColumn
from rolegate.answers.matrix_rows import MatrixRows
from rolegate.catalog.labels import Words
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import did_you_mean
from rolegate.errors import UnknownNameError
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import Role, Roles, name_in


@dataclass(frozen=True, slots=True)
class WantedCells:
    """The language of a matrix, its roles, and its part of the catalog; None is all of them."""

    locale: str
    domain: str | None = None
    roles: tuple[str, ...] | None = None
    group: str | None = None
    depth: int | None = None


def build_matrix(resolved: Resolved, words: Words, wanted: WantedCells) -> Matrix:
    """What each role holds of each permission, before any restriction.

    In a domain, of what its kind, plan and add-ons have, of the roles that it can use, and not on removed
    instances. Without one, before any plan.

    Raises:
        UnknownNameError: for an unknown role or group.
    """
    columns = _columns(resolved, words, wanted.domain)
    if wanted.roles is not None:
        columns = chosen_columns(columns, wanted.roles)
    part = "" if wanted.group is None else group_path(resolved.catalog, wanted.group)
    here = None if wanted.domain is None else resolved.domains[wanted.domain]
    rows = MatrixRows(resolved, words, here, [role for role, _ in columns])
    return Matrix(
        words.set_title(resolved.catalog.title),
        tuple(column for _, column in columns),
        tuple(rows.of(part, wanted.depth)),
        rows.left_out(part),
        wanted.locale,
    )


def _columns(resolved: Resolved, words: Words, domain: str | None) -> list[tuple[Role, MatrixColumn]]:
    """The roles with their columns: default roles by title, then those of each domain, by its title."""
    owners = _owners(resolved)
    found = []
    for role in resolved.roles.values():
        name = shown_name(role) if domain is None else name_in(role, domain, resolved.roles, resolved.domains)
        if name is not None:
            title = role_title(role, words, resolved.roles)
            kind = "" if role.kind is None else words.role_kind(role.kind)
            owner = "" if role.domain is None else owners[role.domain]
            found.append((role, MatrixColumn(name, title, kind, owner)))
    return sorted(found, key=lambda pair: _order(pair[1]))


def _order(column: MatrixColumn) -> tuple[tuple[str, str], tuple[str, str], str]:
    return _alphabetic(column.owner), _alphabetic(column.title), column.id


def _alphabetic(text: str) -> tuple[str, str]:
    """A key that sorts as a reader looks a word up: without capitals and accents, and 9 before 10."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    letters = re.sub(r"\d+", lambda number: number[0].zfill(12), letters)
    return "".join(c for c in letters if not unicodedata.combining(c)), text


def _owners(resolved: Resolved) -> dict[str, str]:
    """What each domain is called; where two have one title, with the id."""
    times = Counter(domain.title for domain in resolved.domains)
    return {
        domain.name: domain.title if times[domain.title] == 1 else f"{domain.title}, {domain.name}"
        for domain in resolved.domains
    }


def role_title(role: Role, words: Words, known: Roles) -> str:
    """The label of a role, or its title; where that is the one of the role which it replaces, its label."""
    key = (None, str(role.replaces))
    replaced = known[key] if role.replaces is not None and key in known else None
    same = replaced is not None and replaced.title == role.title
    return words.role(role.name, words.role(key[1], role.title) if same else role.title)


def shown_name(role: Role) -> str:
    """A role as one text: `agent`, or `acme/lead` for a custom one."""
    return role.name if role.domain is None else f"{role.domain}/{role.name}"


def chosen_columns(
    columns: Sequence[tuple[Role, MatrixColumn]], names: Sequence[str]
) -> list[tuple[Role, MatrixColumn]]:
    """The columns of the roles that are asked for, in the order in which they are named."""
    known = {column.id: (role, column) for role, column in columns}
    for name in names:
        if name not in known:
            raise UnknownNameError("role", name, help=did_you_mean(str(name), known))
    return [known[name] for name in dict.fromkeys(names)]


def group_path(catalog: Catalog, text: str) -> str:
    """The path of the group, or the permission, that *text* stands for."""
    if text in ("", "*"):
        return ""
    node = catalog.find(text)
    if node is None:
        help = catalog.fate(text) or did_you_mean(str(text), filter(None, catalog.nodes))
        raise UnknownNameError("group", text, help=help)
    return node.path
