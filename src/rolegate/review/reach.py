"""What people who may edit roles can bring somebody to hold, by any sequence of changes that they may make.

Nobody gives what they do not hold (`giving`), so what can be given in a domain is what those hold there who
manage there, or who can be made to. A change in a domain holds inside it as well: it is refused where nobody
of them manages a domain further inside and the receiver would gain something there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from rolegate.catalog.role_kind import RoleKind
from rolegate.compiled.names import FULL, is_role, of_role
from rolegate.grants.resolve import Resolved
from rolegate.review.cells import Cell
from rolegate.review.reach_edits import role_edits
from rolegate.review.reach_places import ReachPlace

RegionAt = Callable[[ReachPlace], int]
"""What an invariant is about, in the cells of a place."""


class ReachGiver(NamedTuple):
    """Who gives something, and the permission that lets them.

    `maker` is who has to give them that before, if they do not hold it yet.
    """

    sub: str
    manage: str
    maker: str | None = None


class RoleGain(NamedTuple):
    """A cell that a role comes to hold where it is asked, by an edit of `edited` in the domain `home`."""

    cell: Cell
    giver: ReachGiver
    edited: str
    home: str


@dataclass(slots=True)
class ReachGroup:
    """People who act together; nobody else changes anything.

    `within` is the domain in which they are, with those inside it, for people who stand for a role there. It
    is None for users, who may act in each. With `one_person`, somebody has all that they have.
    """

    places: Mapping[str, ReachPlace]
    resolved: Resolved
    actors: Sequence[str]
    within: str | None = None
    one_person: bool = False
    _managers: dict[tuple[str, str], Sequence[str]] = field(default_factory=dict)
    _by_role: dict[tuple[str, str], tuple[RoleGain, ...]] = field(default_factory=dict)

    def gained(self, sub: str, name: str, region: int) -> Iterator[tuple[Cell, ReachGiver]]:
        """The cells of *region* that a user or a team does not hold in a domain and can come to hold."""
        place, manage = self.places[name], self.resolved.catalog.custom_roles.manage
        if manage is None or not self.managers(name, manage):
            return
        for cell, giver in self._givers(name, manage, region & ~place.held(sub)):
            if not self._is_kept_from(cell, sub, name):
                yield cell, giver

    def gained_by_role(self, sub: str, name: str, region: RegionAt) -> Iterator[RoleGain]:
        """The cells of *region* that a role does not hold in a domain and comes to hold by edits of roles."""
        key = (sub, name)
        if key not in self._by_role:
            self._by_role[key] = tuple(self._edited_gains(sub, name, region))
        return iter(self._by_role[key])

    def gained_through_roles(self, sub: str, name: str, region: RegionAt) -> Iterator[RoleGain]:
        """The cells that a user or a team comes to hold by edits of roles that they have."""
        place = self.places[name]
        lacking = ~(place.held(sub) | place.denied(sub))
        for role in filter(is_role, place.here.access.linked(sub)):
            for gain in self.gained_by_role(role, name, region):
                if lacking & place.here.cells.bit_of(gain.cell):
                    yield gain

    def _edited_gains(self, sub: str, name: str, region: RegionAt) -> Iterator[RoleGain]:
        place = self.places[name]
        lacking = region(place) & ~place.held(sub)
        for edit in role_edits(sub, place, self.places) if lacking else ():
            home, edited = self.places[edit.home], of_role(edit.role)
            wanted = edit.may_hold & (region(home) if edit.home != name else lacking & edit.kept)
            for cell, giver in self._givers(edit.home, edit.manage, wanted):
                used = dict.fromkeys((*self._used_in(edited, edit.home), *self._used_in(sub, edit.home)))
                if any(self._gains(cell, sub, inner, giver.sub) for inner in used):
                    continue
                if edit.home == name:
                    yield RoleGain(cell, giver, edited, edit.home)
                    continue
                found = place.given_with(cell) & lacking & edit.kept & place.offered & ~place.denied(sub)
                for inside in place.here.cells.of(found):
                    yield RoleGain(inside, giver, edited, edit.home)

    def gained_by_new_role(self, name: str, region: int) -> Iterator[tuple[RoleKind, Cell, ReachGiver]]:
        """The cells of *region* that a role can hold that is made in a domain, by kind of role."""
        place = self.places[name]
        for kind in self.resolved.catalog.kinds_of_roles:
            made = kind.name is not None or self.resolved.domains.declared
            if not made or kind.manage is None or not place.offers(kind.availability):
                continue
            for cell, giver in self._givers(name, kind.manage, region & place.role_may_hold(kind)):
                yield kind, cell, giver

    def managers(self, name: str, manage: str) -> Sequence[str]:
        """Those of them who hold *manage* in a domain without help from anybody else."""
        key = (name, manage)
        if self.within is not None and not self.is_inside(name):
            return ()
        if key not in self._managers:
            place = self.places[name]
            _, bit = place.whole(self.resolved.catalog.permission_of(manage).path)
            found = [sub for sub in self.actors if place.held(sub) & bit]
            self._managers[key] = self.actors if found and self.one_person else found
        return self._managers[key]

    def is_inside(self, name: str) -> bool:
        """Whether a domain is the one in which they are, or inside it."""
        return name == self.within or (name != FULL and self.within in self.resolved.domains.outward(name))

    def _givers(self, name: str, manage: str, wanted: int) -> Iterator[tuple[Cell, ReachGiver]]:
        """Each cell of *wanted* that one of them holds who manages, or can be made to."""
        place, managers = self.places[name], self.managers(name, manage)
        path = self.resolved.catalog.permission_of(manage).path
        for sub in managers:
            for cell in place.here.cells.of(place.held(sub) & wanted):
                yield cell, ReachGiver(sub, path)
            wanted &= ~place.held(sub)
        general = self.resolved.catalog.custom_roles.manage
        asked, bit = place.whole(path)
        makers = () if general is None else self.managers(name, general)
        maker = next((one for one in makers if place.held(one) & bit), None)
        for sub in self.actors if wanted and maker is not None else ():
            if place.held(sub) & wanted and not self._is_kept_from(asked, sub, name):
                for cell in place.here.cells.of(place.held(sub) & wanted):
                    yield cell, ReachGiver(sub, path, maker)
                wanted &= ~place.held(sub)

    def _is_kept_from(self, cell: Cell, sub: str, name: str) -> bool:
        """Whether nobody of them can give *cell* to *sub* in a domain, though one of them holds it there."""
        return self._is_denied_outside(cell, sub, name) or any(
            self._gains(cell, sub, inner) for inner in self._unmanaged(name)
        )

    def _is_denied_outside(self, cell: Cell, sub: str, name: str) -> bool:
        """Whether a restriction of a domain further outside denies it, which none of them can lift."""
        outer = None if name == FULL else self.resolved.domains[name].within
        if outer is None:
            return False
        place, manage = self.places[outer], self.resolved.catalog.custom_roles.manage
        if not place.denied(sub) & place.here.cells.bit_of(cell):
            return False
        lifted = manage is not None and self.managers(outer, manage)
        return not lifted or self._is_denied_outside(cell, sub, outer)

    def _unmanaged(self, name: str) -> Iterator[str]:
        """The domains inside one in which none of them gives and takes access."""
        manage = self.resolved.catalog.custom_roles.manage
        if name == FULL:
            return
        for inner in self.resolved.domains.inside(name):
            if inner != name and (manage is None or not self.managers(inner, manage)):
                yield inner

    def _used_in(self, role: str, name: str) -> Iterator[str]:
        """Those domains of `_unmanaged` where somebody has a role."""
        return (inner for inner in self._unmanaged(name) if any(self.places[inner].holders(role)))

    def _gains(self, cell: Cell, sub: str, inner: str, giver: str | None = None) -> bool:
        """Whether whoever is given *cell* outside gains something in *inner*, which *giver* does not hold."""
        place = self.places[inner]
        gained = place.given_with(cell) & place.offered & ~place.held(sub) & ~place.denied(sub)
        return bool(gained if giver is None else gained & ~place.held(giver))
