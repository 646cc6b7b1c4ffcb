"""Whether what somebody holds breaks an invariant, decided on sets of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Catalog
from rolegate.compiled.names import ALL, NONE
from rolegate.diagnostics import Span
from rolegate.grants.rights import Need, Right, covers, need
from rolegate.review.cells import Cell, Cells
from rolegate.review.invariants import Invariant, Region, RegionPart
from rolegate.review.paired_permissions import PairedPermission

Counterexample = tuple[tuple[Cell, bool], ...]
"""Questions with the answers that break an invariant together."""


@dataclass(slots=True)
class InvariantCheck:
    """One invariant in the bits of some cells; what is held alike by many is looked at once."""

    invariant: Invariant
    cells: Cells
    catalog: Catalog
    _pairs: dict[str, PairedPermission] = field(init=False)
    _regions: tuple[int, ...] = field(init=False)
    _held: int = field(init=False)
    _telling: int = field(init=False, default=0)
    _known: dict[int, Counterexample] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._pairs = {pair.path: pair for pair in self.cells.pairs}
        self._regions = tuple(region_mask(self.cells, region) for region in self.invariant.regions)
        self._held = region_mask(self.cells, self.invariant.held or ())
        for region in (self._held,) if self.invariant.held is not None else self._regions:
            self._telling |= region

    def suspects(self, holdings: Mapping[str, int]) -> list[str]:
        """Those of *holdings* who may break it: nobody else has anything to do with it."""
        if self._asks_for_all:
            region = self._regions[0]
            return [sub for sub, held in holdings.items() if region & ~held]
        telling = self._telling
        return [sub for sub, held in holdings.items() if held & telling]

    @property
    def _asks_for_all(self) -> bool:
        return self.invariant.rule == "includes" and self.invariant.held is None

    def broken_by(self, held: int, offers: Callable[[str], bool] = bool) -> Counterexample:
        """What shows that somebody who holds *held* breaks it; nothing if they do not.

        Where a domain does not offer a permission, which *offers* tells, nobody has to hold it always.
        """
        if self._asks_for_all:
            lacking = self._regions[0] & ~held
            cells = (cell for cell in self.cells.of(lacking) if offers(cell.permission.path))
            return tuple((cell, False) for cell in _first(cells))
        if not held & self._telling:
            return ()
        key = held if self.invariant.rule == "includes" else held & self._telling
        if key not in self._known:
            self._known[key] = self._broken_by(key)
        return self._known[key]

    def _broken_by(self, held: int) -> Counterexample:
        if self.invariant.rule == "includes":
            return next(self._unmet(held), ())
        wanted = 2 if self.invariant.rule == "separate" else 1
        hit = [region & held for region in self._regions if region & held]
        if len(hit) < wanted:
            return ()
        return tuple((next(self.cells.of(part)), True) for part in hit[:wanted])

    def _unmet(self, held: int) -> Iterator[Counterexample]:
        for cell in self.cells.of(held & self._held):
            for wanted in self._wanted_by(cell):
                if not wanted & held:
                    yield (cell, True), (next(self.cells.of(wanted)), False)

    def _wanted_by(self, cell: Cell) -> Iterator[int]:
        """For each permission that goes with *cell*, the cells of which one has to be held with it."""
        permission = cell.permission.side(0)
        assert permission is not None  # noqa: S101
        right = Right(permission.path, object_of(cell), _scope(cell))
        for part in self.invariant.regions[0]:
            target = part.permission
            entry = Dependency(target.path, part.obj, part.scope, "", Span(""))
            wanted = need(self.catalog, right, entry)
            yield self.cells.mask(self._pairs[target.path], partial(_meets, wanted))


def region_mask(cells: Cells, region: Region) -> int:
    """The cells of a region."""
    pairs = {pair.path: pair for pair in cells.pairs}
    found = 0
    for part in region:
        found |= cells.mask(pairs[part.permission.path], partial(_is_part, part))
    return found


def _is_part(part: RegionPart, cell: Cell) -> bool:
    return _scope(cell) in part.scopes and (part.obj is None or covers(part.obj, object_of(cell)))


def _meets(wanted: Need, cell: Cell) -> bool:
    return (wanted.obj is None or wanted.obj == object_of(cell)) and wanted.scope in (None, _scope(cell))


def _scope(cell: Cell) -> str:
    permission = cell.permission.side(0)
    assert permission is not None  # noqa: S101
    if permission.ladder is None:
        return NONE
    return cell.scope or permission.ladder.broadest


def object_of(cell: Cell) -> str:
    """The instances of a cell, as the pattern of a line."""
    permission = cell.permission.side(0)
    assert permission is not None  # noqa: S101
    if not permission.chain:
        return NONE
    return "/".join(cell.on if len(cell.on) == len(permission.chain) else (*cell.on, ALL))


def _first(cells: Iterator[Cell]) -> Iterator[Cell]:
    cell = next(cells, None)
    if cell is not None:
        yield cell
