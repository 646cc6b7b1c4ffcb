"""What giving depends on in each domain: who holds and who is denied what, and what is offered."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from rolegate.catalog.role_kind import RoleKind
from rolegate.compiled.names import EVERYONE, NONE
from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants.resolve import Resolved
from rolegate.review.cells import Cell
from rolegate.review.held_access import HeldAccess
from rolegate.review.invariant_checks import object_of, region_mask
from rolegate.review.invariants import granted_region, touched_region


@dataclass(slots=True)
class ReachPlace:
    """One domain, or `:full`, where roles without a domain are asked and everything is offered."""

    here: HeldAccess
    resolved: Resolved
    _offered: int | None = field(default=None, init=False)
    _allowed: dict[str | None, int] = field(default_factory=dict, init=False)
    _whole: dict[str, tuple[Cell, int]] = field(default_factory=dict, init=False)
    _managing: int | None = field(default=None, init=False)

    @property
    def name(self) -> str:
        """The name of the domain, or that of the place without one."""
        return self.here.domain or self.here.dom

    def held(self, sub: str) -> int:
        return self.here.held(sub)

    def denied(self, sub: str) -> int:
        """The cells that *sub* is denied, by lines about them, and about what they have and are in."""
        found = 0
        for one in self.here.access.reached(sub):
            found |= self.here.access.masks[one][1]
        return found

    @property
    def offered(self) -> int:
        """The cells of what the domain offers."""
        if self._offered is None:
            self._offered = 0
            for pair in self.here.cells.pairs:
                if self.offers(self.resolved.catalog.permission(pair.path).availability):
                    self._offered |= self.here.cells.mask(pair, bool)
        return self._offered

    def offers(self, availability: object) -> bool:
        domain = self.here.domain
        return domain is None or self.resolved.domains[domain].offers(availability)  # type: ignore[arg-type]

    def whole(self, path: str) -> tuple[Cell, int]:
        """The question about all of a permission, and its bit."""
        if path not in self._whole:
            pair = next(pair for pair in self.here.cells.pairs if pair.path == path)
            numbered = self.here.cells.numbered(pair)
            found = next((at, cell) for at, cell in numbered if not cell.on and cell.scope is None)
            self._whole[path] = (found[1], 1 << found[0])
        return self._whole[path]

    def manages(self, sub: str) -> bool:
        """Whether *sub* may edit roles of some kind here."""
        return bool(self.held(sub) & self._manage_bits())

    def managing_users(self) -> Iterator[str]:
        """The users who may edit roles of some kind here."""
        bits = self._manage_bits()
        return (sub for sub, held in self.here.users.items() if held & bits)

    def users_with(self, wanted: Callable[[str], bool]) -> Iterator[str]:
        """The users who are *wanted*, or have a role or are in a team that is; each name is asked once."""
        access = self.here.access
        groups = {EVERYONE}.union(*access.links.values())
        meant = set(filter(wanted, groups))
        leading = {one for one in groups if not meant.isdisjoint(access.linked(one))}
        for sub in self.users:
            if EVERYONE in leading or wanted(sub) or not leading.isdisjoint(access.links.get(sub, ())):
                yield sub

    def _manage_bits(self) -> int:
        if self._managing is None:
            catalog, self._managing = self.resolved.catalog, 0
            for manage in {kind.manage for kind in catalog.kinds_of_roles if kind.manage is not None}:
                self._managing |= self.whole(catalog.permission_of(manage).path)[1]
        return self._managing

    def given_with(self, cell: Cell) -> int:
        """What whoever is given *cell* of another domain is given here: all that it includes."""
        permission = cell.permission.new
        assert permission is not None  # noqa: S101 - both sides are one catalog
        scopes: Iterable[str] = (NONE,)
        if permission.ladder is not None:
            scopes = permission.ladder.within(cell.scope or permission.ladder.broadest)
        found = 0
        for scope in scopes:
            found |= self.here.access.side.covered(permission.path, scope, object_of(cell))
        return found

    def role_may_hold(self, kind: RoleKind) -> int:
        """The cells that a role of *kind* may hold."""
        if kind.name not in self._allowed:
            self._allowed[kind.name] = self._of_kind(kind)
        return self._allowed[kind.name]

    def _of_kind(self, kind: RoleKind) -> int:
        cells, report = self.here.cells, Report()
        mask = (1 << len(cells.all)) - 1
        if kind.may is not None:
            mask = 0
            for _, text, span in kind.may:
                mask |= region_mask(cells, granted_region(Text(text, span), self.resolved, report))
        for _, text, span in kind.never:
            mask &= ~region_mask(cells, touched_region(Text(text, span), self.resolved, report))
        return mask

    def holders(self, role: str) -> Iterator[str]:
        """The users and teams that have a role here."""
        return (sub for sub, roles in self.here.access.links.items() if role in roles)

    @property
    def users(self) -> Iterable[str]:
        """The users whom lines tell apart here, one whom none names included."""
        return self.here.users
