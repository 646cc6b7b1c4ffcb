"""The rows of a matrix: what each role holds, by permission and by group."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rolegate.answers.matrix import MatrixCell, MatrixRow
from rolegate.answers.row_needs import Need, needed_by_all, titled
from rolegate.catalog.labels import Words
from rolegate.catalog.model import Group, Permission
from rolegate.encoding import readable
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest
from rolegate.grants.roles import Role
from rolegate.tree.cut_stars import GrowingStars, StarsByGroup
from rolegate.tree.tree_node import BoxState
from rolegate.tree.true_stars import Stars

OFF = MatrixCell()


@dataclass(frozen=True, slots=True)
class HeldByRole:
    """What one role holds: a cell for each permission of which it holds something, and its stars by group.

    `on` and `some` have a bit for each permission that it holds all of, and something of.
    """

    cells: Mapping[str, MatrixCell]
    on: int
    some: int
    stars: StarsByGroup


class MatrixRows:
    """The rows of some roles, in a domain or in none."""

    def __init__(self, resolved: Resolved, words: Words, here: Domain | None, roles: Sequence[Role]) -> None:
        self._catalog, self._words, self._here = resolved.catalog, words, here
        seen = [permission for permission in self._catalog.permissions if not permission.hidden]
        shown = [p for p in seen if here is None or here.offers(p.availability)]
        self._bits = {permission.path: 1 << number for number, permission in enumerate(shown)}
        self._left_out = [p.path for p in seen if p.path not in self._bits]
        self._below: dict[str, list[Permission]] = {"": shown}
        for permission in shown:
            steps = permission.path.split(".")
            for depth in range(1, len(steps) + 1):
                self._below.setdefault(".".join(steps[:depth]), []).append(permission)
        self._needs = {
            path: needed_by_all(permission.availability for permission in below)
            for path, below in self._below.items()
        }
        self._made: dict[object, MatrixCell] = {}
        self._roles = self._held(roles, resolved)

    def of(self, part: str, depth: int | None) -> Iterator[MatrixRow]:
        """The rows of the group *part*, of at most *depth* levels below it."""
        start = f"{part}." if part else ""
        for path in self._catalog.nodes:
            if path in self._below and (path == part or path.startswith(start)):
                level = path[len(start) :].count(".") + 1 if path != part else 0
                if depth is None or level <= depth:
                    yield self._row(path, level if part else max(level - 1, 0))

    def left_out(self, part: str) -> int:
        """How many permissions of the group *part* the domain does not have."""
        start = f"{part}." if part else ""
        return sum(path == part or path.startswith(start) for path in self._left_out)

    def _row(self, path: str, depth: int) -> MatrixRow:
        catalog, words, node = self._catalog, self._words, self._catalog.nodes[path]
        around = self._needs[path.rpartition(".")[0]] if path else frozenset[Need]()
        needs = self._needs[path] - around
        below = self._below[path]
        return MatrixRow(
            path or "*",
            words.filled(words.title(node), {}, catalog) if path else words.set_title(catalog.title),
            depth,
            isinstance(node, Group),
            tuple(self._cells(path, below)),
            titled(needs, catalog, words) if needs else (),
            bool(below) and all(permission.deprecated for permission in below),
            bool(below) and all(permission.by_name for permission in below),
        )

    def _cells(self, path: str, below: Sequence[Permission]) -> Iterator[MatrixCell]:
        if path in self._bits:
            yield from (role.cells.get(path, OFF) for role in self._roles)
            return
        every = sum(self._bits[permission.path] for permission in below)
        counted = sum(self._bits[permission.path] for permission in below if permission.starred) or every
        for role in self._roles:
            some = role.some & every
            whole = below and role.on & counted == counted
            state: BoxState = "on" if whole else "partial" if some else "off"
            stars, cut = role.stars.opens(path), role.stars.cut_stars(path)
            key = (state, stars, cut, some.bit_count(), len(below))
            if key not in self._made:
                limited = () if "" in stars or not below else tuple(sorted(stars))
                titles = tuple(map(self._limit, limited))
                cut = tuple(sorted(cut))
                cut_titles = tuple(self._limit(star[1:]) for star in cut)
                self._made[key] = MatrixCell(
                    state, "" in stars, limited, titles, *key[3:], cut_stars=cut, cut_titles=cut_titles
                )
            yield self._made[key]

    def _limit(self, suffix: str) -> str:
        """The suffix of a star for people: the title of the scope, where it has the same one everywhere."""
        titles = {
            self._words.scope(ladder.name, scope.name, scope.title)
            for ladder in self._catalog.ladders.values()
            for scope in ladder.scopes.values()
            if f"@{scope.name}" == suffix
        }
        return titles.pop() if len(titles) == 1 else suffix

    def _held(self, roles: Sequence[Role], resolved: Resolved) -> list[HeldByRole]:
        stars, keys = Stars(self._catalog), [role.key for role in roles]
        whole = stars.of_roles(keys, resolved.roles)
        growing = GrowingStars(self._catalog).of_roles(keys, resolved.roles)
        return [
            self._held_by(role, StarsByGroup.of(true, grown, stars, self._here))
            for role, true, grown in zip(roles, whole, growing, strict=True)
        ]

    def _held_by(self, role: Role, stars: StarsByGroup) -> HeldByRole:
        rights: defaultdict[str, list[Right]] = defaultdict(list)
        for right in role.rights:
            rights[right.path].append(right)
        cells, on, some = {}, 0, 0
        for path, held in rights.items():
            bit = self._bits.get(path)
            cell = OFF if bit is None else self._cell(self._catalog.permission(path), held)
            if bit is not None and cell is not OFF:
                cells[path] = cell
                some |= bit
                on |= bit if cell.state == "on" else 0
        return HeldByRole(cells, on, some, stars)

    def _cell(self, permission: Permission, rights: Sequence[Right]) -> MatrixCell:
        ladder = permission.ladder
        key = (permission.chain, None if ladder is None else ladder.name, *(right[1:] for right in rights))
        if key not in self._made:
            self._made[key] = cell_of(permission, rights, self._words, self._here)
        return self._made[key]


def cell_of(
    permission: Permission, rights: Sequence[Right], words: Words, here: Domain | None = None
) -> MatrixCell:
    """All of *permission*, or a label for each instance that *rights* are about, with the broadest scopes.

    In the domain *here*, instances that are removed there are held by nobody.
    """
    by_obj: dict[str, set[str]] = {}
    for right in widest(rights):
        if here is None or not here.has_lost(permission.chain, right.obj):
            by_obj.setdefault(right.obj, set()).add(right.scope)
    if not by_obj:
        return OFF
    ladder = permission.ladder
    whole = ladder is None or any(ladder.broadest in by_obj.get(obj, ()) for obj in ("-", "*"))
    state: BoxState = "on" if whole and ("-" in by_obj or "*" in by_obj) else "partial"
    labels, titles = [], []
    for obj, scopes in by_obj.items():
        on = "" if obj in ("-", "*") else f"[{readable(obj)}]"
        top = [] if ladder is None else [ladder.scopes[name] for name in ladder.topmost(scopes)]
        at = ", ".join(scope.name for scope in top)
        named = (
            ", ".join(words.scope(ladder.name, scope.name, scope.title) for scope in top) if ladder else ""
        )
        if on or at:
            labels.append(f"{on}@{at}" if on and at else on or at)
            titles.append(f"{on} {named}".strip())
    return MatrixCell(state, "*" in by_obj, tuple(labels), tuple(titles))
