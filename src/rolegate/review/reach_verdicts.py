"""Which invariants of the kind `reach` do not hold, each with the changes that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from rolegate.compiled.names import FULL, STRANGER, is_role, is_team, is_user, user_name
from rolegate.grants.resolve import Resolved
from rolegate.review.cells import Paths
from rolegate.review.differences import PolicySide
from rolegate.review.held_access import HeldAccess, held_access
from rolegate.review.invariant_checks import region_mask
from rolegate.review.invariants import Invariant, InvariantSubject
from rolegate.review.meant_subjects import is_named
from rolegate.review.reach import ReachGroup
from rolegate.review.reach_places import ReachPlace
from rolegate.review.reach_witness import ReachStep, reach_witness
from rolegate.review.witness import Witness


@dataclass(slots=True)
class ReachVerdicts:
    """Decides invariants moment after moment; whoever has managed at one moment may act at later ones."""

    _managed: dict[str, None] = field(default_factory=dict)

    def broken(
        self, invariants: Sequence[Invariant], side: PolicySide, access: Iterable[HeldAccess]
    ) -> Iterator[tuple[Invariant, Witness]]:
        """Those that do not hold at the moment of *side*, with a witness each."""
        places = _places(side, access)
        kinds = side.resolved.catalog.kinds_of_roles
        if all(kind.manage is None for kind in kinds):
            return  # nobody edits roles at run time
        self._managed |= dict.fromkeys(sub for place in places.values() for sub in place.managing_users())
        for invariant in invariants:
            witness = next(_witnesses(invariant, places, side, list(self._managed)), None)
            if witness is not None:
                yield invariant, witness


def _places(side: PolicySide, access: Iterable[HeldAccess]) -> dict[str, ReachPlace]:
    places = (ReachPlace(here, side.resolved) for here in access)
    return {place.name: place for place in places}


def pairs_that_reach(invariant: Invariant, side: PolicySide, named: Paths) -> Iterator[tuple[str, str]]:
    """Pairs of roles with which somebody who had both could give what neither lets them give alone."""
    manage = side.resolved.catalog.custom_roles.manage
    places = {} if manage is None else _places(side, held_access(side, named))
    for name, place in places.items():
        if invariant.domains is not None and place.here.domain not in invariant.domains:
            continue
        region = region_mask(place.here.cells, invariant.regions[0])
        _, bit = place.whole(side.resolved.catalog.permission_of(str(manage)).path)
        roles = [
            sub
            for sub in place.here.declared
            if is_role(sub) and (not invariant.actors or is_named(invariant.actors, sub, side.resolved))
        ]
        makers = [sub for sub in roles if place.held(sub) & bit]
        for one, other in ((one, other) for one in makers for other in roles if other not in makers):
            group = ReachGroup(places, side.resolved, [one, other], name)
            if place.held(other) & region and any(_steps(invariant, group, name, region)):
                yield one, other


@dataclass(slots=True)
class _Regions:
    """What an invariant is about, in the cells of each place; places with the same cells share it."""

    invariant: Invariant
    _known: dict[int, int] = field(default_factory=dict)

    def at(self, place: ReachPlace) -> int:
        cells = place.here.cells
        if id(cells) not in self._known:
            self._known[id(cells)] = region_mask(cells, self.invariant.regions[0])
        return self._known[id(cells)]


def _witnesses(
    invariant: Invariant, places: dict[str, ReachPlace], side: PolicySide, managed: list[str]
) -> Iterator[Witness]:
    regions = _Regions(invariant)
    for group, names in _groups(invariant, places, side, managed):
        for name in names:
            place = places[name]
            if invariant.domains is None or place.here.domain in invariant.domains:
                for step in _steps(invariant, group, name, regions.at(place)):
                    yield reach_witness(step, place, side)


def _groups(
    invariant: Invariant, places: dict[str, ReachPlace], side: PolicySide, managed: list[str]
) -> Iterator[tuple[ReachGroup, Sequence[str]]]:
    """The users who act, together; then somebody with one role, or in one team, for each place.

    Each with the places where they may have somebody hold something.
    """
    resolved, actors = side.resolved, managed
    if invariant.actors:
        named = partial(_is_one_of, invariant.actors, resolved=resolved)
        having = (sub for place in places.values() for sub in place.users_with(named))
        actors = list(dict.fromkeys(having))
    if actors:
        yield ReachGroup(places, resolved, actors), list(places)
    for name, place in places.items():
        inside = (name,) if name == FULL else resolved.domains.inside(name)
        for sub in place.here.declared:
            managing = any(places[inner].manages(sub) for inner in inside)
            if managing and (not invariant.actors or is_named(invariant.actors, sub, resolved)):
                yield ReachGroup(places, resolved, [sub], name), inside


def _steps(invariant: Invariant, group: ReachGroup, name: str, region: int) -> Iterator[ReachStep]:
    """Each way in which somebody comes to hold a part of *region* in a domain."""
    place = group.places[name]
    if not any(place.held(sub) & region for sub in group.actors):
        return
    for sub in _people(invariant, place):
        if _is_meant(invariant.subjects, sub, group):
            for cell, giver in group.gained(sub, name, region):
                yield ReachStep(sub, cell, giver)
    custom = (InvariantSubject("roles"), InvariantSubject("custom_roles"))
    if not invariant.subjects or any(one in invariant.subjects for one in custom):
        for kind, cell, giver in group.gained_by_new_role(name, region):
            yield ReachStep(None, cell, giver, kind)
    for sub in place.here.declared:
        if is_role(sub) and _is_meant(invariant.subjects, sub, group):
            for cell, giver in group.gained_by_role(sub, name, region):
                yield ReachStep(sub, cell, giver)


def _people(invariant: Invariant, place: ReachPlace) -> Iterable[str]:
    """The users and the teams who may come to hold something, one whom no line names first."""
    if place.name == FULL:
        return (STRANGER,)
    subjects = invariant.subjects
    if subjects and not _names_some(subjects, "user") and not _names_some(subjects, "team"):
        return ()
    named = (user_name(one.name) for one in invariant.subjects if one.sort == "user" and one.name is not None)
    teams = (sub for sub in place.here.declared if is_team(sub))
    return dict.fromkeys((STRANGER, *named, *place.users, *teams))


def _is_one_of(subjects: Sequence[InvariantSubject], sub: str, resolved: Resolved) -> bool:
    """The same as `is_named`, and quick for users where none are named."""
    return (not is_user(sub) or _names_some(subjects, "user")) and is_named(subjects, sub, resolved)


def _names_some(subjects: Sequence[InvariantSubject], kind: str) -> bool:
    """Whether some of *subjects* are of a kind."""
    return any(one.sort in (kind, f"{kind}s") for one in subjects)


def _is_meant(subjects: Sequence[InvariantSubject], sub: str, group: ReachGroup) -> bool:
    return not subjects or is_named(subjects, sub, group.resolved)
