"""The matrix of compiled lines: what lines give each role, of the permissions that somebody holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from rolegate.answers.build_matrix import WantedCells, chosen_columns, group_path, shown_name
from rolegate.answers.matrix import Matrix, MatrixCell, MatrixColumn, MatrixRow, Needs
from rolegate.answers.matrix_rows import OFF, cell_of
from rolegate.catalog.labels import Words, words_of
from rolegate.catalog.model import Permission
from rolegate.compiled.lines import CompiledPolicy, PLine
from rolegate.compiled.names import is_availability, is_role, needs_of, parse_subject, unlimited
from rolegate.encoding import decode, encode
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role, RoleKey

_Held = dict[tuple[RoleKey, str], list[Right]]
"""What lines give a role, by the role and the permission."""


def matrix_of_lines(names: Resolved, compiled: CompiledPolicy, wanted: WantedCells) -> Matrix:
    """What lines give each role, before restrictions; in a domain, what the domain has of it.

    A row is a permission: of a group, nobody knows what else is in it. A scope is listed beside those within
    it, since lines do not say which one is broader.

    Raises:
        UnknownNameError: for a role or a group that no line names.
    """
    offered = None if wanted.domain is None else _offered(compiled, wanted.domain)
    held: _Held = {}
    doms: dict[str, set[str]] = {}
    for line in compiled.p:
        if not _is_of_role(line) or (offered is not None and line.dom not in offered):
            continue
        doms.setdefault(line.act, set()).add(line.dom)
        own = parse_subject(line.sub)
        held.setdefault(((own.domain, own.name), line.act), []).append(Right(line.act, line.obj, line.scope))
    columns = list(_columns(names, compiled, wanted.domain))
    if wanted.roles is not None:
        columns = chosen_columns(columns, wanted.roles)
    part = "" if wanted.group is None else group_path(names.catalog, wanted.group)
    words = words_of(names.labels, None)
    roles = [role for role, _ in columns]
    rows = []
    for permission in names.catalog.permissions:
        path = permission.path
        if not part or path == part or path.startswith(f"{part}."):
            cells = tuple(_cell(permission, held.get((role.key, path), ()), words) for role in roles)
            needs = _needs(doms.get(path, ())) if offered is None else ()
            rows.append(MatrixRow(path, path, 0, False, cells, needs))
    return Matrix(names.catalog.title, tuple(column for _, column in columns), tuple(rows))


def _is_of_role(line: PLine) -> bool:
    """Whether a line gives something to a role itself, and not to a copy for some instances."""
    return line.eft == "allow" and is_role(line.sub) and unlimited(line.sub) == line.sub


def _offered(compiled: CompiledPolicy, domain: str) -> frozenset[str]:
    """The domains of lines that hold in *domain*."""
    dom = encode(domain)
    return frozenset({dom, *(line.availability for line in compiled.g2 if line.dom == dom)})


def _columns(
    names: Resolved, compiled: CompiledPolicy, domain: str | None
) -> Iterator[tuple[Role, MatrixColumn]]:
    """The roles that lines name; in a domain, default ones, its own, and those that somebody has there."""
    dom = None if domain is None else encode(domain)
    had = {parse_subject(link.role) for link in compiled.g if link.dom == dom and is_role(link.role)}
    for role in names.roles.values():
        there = role.domain in (None, domain) or any((one.domain, one.name) == role.key for one in had)
        if domain is None or there:
            yield role, MatrixColumn(shown_name(role), shown_name(role))


def _cell(permission: Permission, rights: Iterable[Right], words: Words) -> MatrixCell:
    found = tuple(rights)
    if not found:
        return OFF
    cell = cell_of(permission, found, words)
    return cell if permission.ladder is None else replace(cell, state="partial")


def _needs(doms: Iterable[str]) -> Needs:
    """What a domain needs for a permission whose lines are of *doms*."""
    found = [dom for dom in doms if is_availability(dom)]
    if len(found) != 1:
        return ()
    parts = (part.partition("=") for part in needs_of(found[0]).split("&"))
    return tuple((kind, tuple(map(decode, values.split("|")))) for kind, _, values in parts)
