"""Cells: every question about a permission that can have an answer of its own, each with a bit.

A policy tells finitely many questions apart: a permission, a scope, and an instance that some line names, one
that none names, or everything below a path. So what somebody may do is one integer, and what two policies
answer differently is the difference of two.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from rolegate.catalog.dependency_entries import SAME, TAKES_NONE
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.names import ALL, NONE, every_below
from rolegate.engine.request import Request, visible
from rolegate.grants.rights import covers
from rolegate.review.paired_permissions import PairedPermission

UNNAMED = ":unnamed"
"""In an instance path, an id that no line names: all of these have the same answers."""


class Cell(NamedTuple):
    """A question without its subject; `scope` is None where the question names none.

    `on` has encoded ids; a path shorter than what the permission takes asks about everything below it. A side
    that knows fewer kinds or other scopes is asked what includes the question, so that a permission which
    gets scopes, or becomes one per instance, is the same access for whoever held all of it.
    """

    permission: PairedPermission
    on: tuple[str, ...]
    scope: str | None


Paths = frozenset[tuple[str, ...]]
"""Encoded instance paths, each with every path that it lies within but the empty one."""


class Cells:
    """The cells that the policies of one or two catalogs can tell apart; the bit of each is its position.

    `named` are the instance paths that lines name. Those on which hidden permissions are implied are added,
    since no line names them.
    """

    __slots__ = ("_numbers", "_sides", "_starts", "all", "pairs")

    def __init__(self, pairs: Sequence[PairedPermission], catalogs: Sequence[Catalog], named: Paths) -> None:
        named |= paths_in(pattern for catalog in catalogs for pattern in _implied_on(catalog))
        paths = {depth: _paths(named, depth) for depth in {pair.depth for pair in pairs}}
        self.pairs = tuple(pairs)
        self._numbers = {pair: number for number, pair in enumerate(pairs)}
        self._starts = [0]
        found: list[Cell] = []
        for pair in pairs:
            scopes = (None, *pair.scopes)
            found += (Cell(pair, on, scope) for on in paths[pair.depth] for scope in scopes)
            self._starts.append(len(found))
        self.all = tuple(found)
        self._sides = [CellsOfSide(self.all, catalog, number) for number, catalog in enumerate(catalogs)]

    def side(self, number: int) -> CellsOfSide:
        """How one of the catalogs asks these questions."""
        return self._sides[number]

    def of_permission(self, pair: PairedPermission) -> Sequence[Cell]:
        """The cells of one of the pairs."""
        number = self._numbers[pair]
        return self.all[self._starts[number] : self._starts[number + 1]]

    def bit_of(self, cell: Cell) -> int:
        """The bit of a cell of other instances: an id that is not named here is one that no line names."""
        start = self._starts[self._numbers[cell.permission]]
        known = {
            own.on: at
            for at, own in enumerate(self.of_permission(cell.permission))
            if own.scope == cell.scope
        }
        on: tuple[str, ...] = ()
        for step in cell.on:
            on = (*on, step) if (*on, step) in known else (*on, UNNAMED)
        return 1 << start + known[on] if on in known else 0

    def mask(self, pair: PairedPermission, wanted: Callable[[Cell], bool]) -> int:
        """Those cells of one of the pairs that are *wanted*."""
        start = self._starts[self._numbers[pair]]
        bits = (1 << start + at for at, cell in enumerate(self.of_permission(pair)) if wanted(cell))
        return sum(bits)

    def numbered(self, pair: PairedPermission) -> Iterator[tuple[int, Cell]]:
        """The cells of one of the pairs, each with the position of its bit."""
        number = self._numbers[pair]
        for position in range(self._starts[number], self._starts[number + 1]):
            yield position, self.all[position]

    def by_permission(self, *masks: int) -> Iterator[tuple[PairedPermission, tuple[frozenset[Cell], ...]]]:
        """Each permission of which one of *masks* has a cell, with its cells in each of them."""
        some = 0
        for mask in masks:
            some |= mask
        return self.touched_by(some, *masks)

    def touched_by(
        self, some: int, *masks: int
    ) -> Iterator[tuple[PairedPermission, tuple[frozenset[Cell], ...]]]:
        """Each permission of which *some* has a cell, with its cells in each of *masks*."""
        while some:
            number = bisect_right(self._starts, (some & -some).bit_length() - 1) - 1
            start, end = self._starts[number], self._starts[number + 1]
            whole = (1 << end - start) - 1
            parts = (mask >> start & whole for mask in masks)
            yield self.pairs[number], tuple(frozenset(self.of(part << start)) for part in parts)
            some = some >> end << end

    def of(self, mask: int) -> Iterator[Cell]:
        """The cells of *mask*, in their order."""
        while mask:
            low = mask & -mask
            yield self.all[low.bit_length() - 1]
            mask ^= low


class CellsOfSide:
    """The questions of all cells in the words of one side's compiled lines, and what each line covers."""

    __slots__ = ("_covered", "_hidden", "_requests", "_unions")

    def __init__(self, cells: Sequence[Cell], catalog: Catalog, number: int) -> None:
        self._requests: dict[tuple[str, str], dict[str, int]] = {}
        self._covered: dict[tuple[str, str, str], int] = {}
        self._unions: dict[tuple[str, str, str], int] = {}
        self._hidden: list[tuple[int, Request]] = []
        for position, cell in enumerate(cells):
            permission, bit = cell.permission.side(number), 1 << position
            if permission is None:
                continue
            scope = cell.permission.scope_on(number, cell.scope)
            on = cell.permission.on_side(number, cell.on)
            obj = _object(on, permission)
            if permission.hidden:
                region = "/".join((*on, ALL)) if len(on) < len(permission.chain) else obj
                asked = Request(permission, region, (scope,))
                self._hidden += ((bit, shown) for shown in visible(asked, catalog))
            else:
                here = self._requests.setdefault((permission.path, scope), {})
                here[obj] = here.get(obj, 0) | bit

    @property
    def has_hidden(self) -> bool:
        """Whether some cell is held where another one is, which implies it."""
        return bool(self._hidden)

    def covered(self, act: str, scope: str, obj: str) -> int:
        """The cells that a line with these columns speaks about."""
        key = (act, scope, obj)
        mask = self._covered.get(key)
        if mask is None:
            asked = self._requests.get((act, scope), {})
            if not obj.endswith(ALL):
                mask = asked.get(obj, 0)
            else:
                mask = 0
                for wanted, bit in asked.items():
                    if covers(obj, wanted):
                        mask |= bit
            self._covered[key] = mask
        return mask

    def with_hidden(self, mask: int) -> int:
        """*mask* with the cells of hidden permissions: each is held where a visible one implies it."""
        for bit, asked in self._hidden:
            if not mask & bit and any(mask & self.answering(asked, scope) for scope in asked.scopes):
                mask |= bit
        return mask

    def answering(self, asked: Request, scope: str) -> int:
        """The cells of which one has to be held, for *asked* to be allowed at *scope*."""
        key = (asked.permission.path, scope, f"some {asked.region}" if asked.some else asked.obj)
        mask = self._unions.get(key)
        if mask is None:
            at = self._requests.get((asked.permission.path, scope), {})
            mask = 0
            for obj, bit in at.items():
                if obj == asked.obj or (asked.some and covers(asked.region, obj)):
                    mask |= bit
            self._unions[key] = mask
        return mask


def paths_in(objects: Iterable[str]) -> Paths:
    """The instance paths that the objects of lines name."""
    found: set[tuple[str, ...]] = set()
    for obj in objects:
        parts = tuple(part for part in obj.split("/") if part not in (ALL, NONE) and not part.startswith(":"))
        found |= {parts[:depth] for depth in range(1, len(parts) + 1)}
    return frozenset(found)


def _implied_on(catalog: Catalog) -> Iterator[str]:
    """The instance patterns on which hidden permissions are implied."""
    impliers = (implier for several in catalog.impliers.values() for implier in several)
    return (implier.instance for implier in impliers if implier.instance not in (SAME, TAKES_NONE))


def _paths(named: Paths, depth: int) -> tuple[tuple[str, ...], ...]:
    """Every path worth asking about: the named ones, and below each of them one that is not named."""
    found: list[tuple[str, ...]] = []
    waiting: list[tuple[str, ...]] = [()]
    below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    for path in sorted(named):
        below.setdefault(path[:-1], []).append(path)
    for path in waiting:
        found.append(path)
        if len(path) < depth:
            waiting += [*below.get(path, ()), (*path, UNNAMED)]
    return tuple(found)


def _object(on: tuple[str, ...], permission: Permission) -> str:
    if not permission.chain:
        return NONE
    return "/".join(on) if len(on) == len(permission.chain) else every_below("/".join(on))
