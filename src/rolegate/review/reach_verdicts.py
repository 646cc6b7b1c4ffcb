"""Which invariants of the kind `reach` do not hold, each with the changes that show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations

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
    managing = {kind.manage for kind in side.resolved.catalog.kinds_of_roles if kind.manage is not None}
    places = _places(side, held_access(side, named)) if managing else {}
    rule = _ReachRule(invariant, side.resolved)
    for name, place in places.items():
        if invariant.domains is not None and place.here.domain not in invariant.domains:
            continue
        roles = [
            sub for sub in place.here.declared if is_role(sub) and (not invariant.actors or rule.acts(sub))
        ]
        makers = list(filter(place.manages, roles))
        # Two who manage add to each other only where different permissions do.
        pairs = [*combinations(makers, 2)] if len(managing) > 1 else []
        pairs += [(one, other) for one in makers for other in roles if other not in makers]
        for one, other in pairs:
            group = ReachGroup(places, side.resolved, [one, other], name, one_person=True)
            if (place.held(one) | place.held(other)) & rule.at(place) and any(_steps(rule, group, name)):
                yield one, other


@dataclass(slots=True)
class _ReachRule:
    """What an invariant is about, and whom it means: each is worked out once, however many places ask."""

    invariant: Invariant
    resolved: Resolved
    _regions: dict[int, int] = field(default_factory=dict)
    _meant: dict[str, bool] = field(default_factory=dict)
    _acting: dict[str, bool] = field(default_factory=dict)

    def at(self, place: ReachPlace) -> int:
        """What it is about, in the cells of a place; places with the same cells share it."""
        cells = place.here.cells
        if id(cells) not in self._regions:
            self._regions[id(cells)] = region_mask(cells, self.invariant.regions[0])
        return self._regions[id(cells)]

    def means(self, sub: str) -> bool:
        """Whether *sub* is not to be given it."""
        subjects = self.invariant.subjects
        if sub not in self._meant:
            self._meant[sub] = not subjects or is_named(subjects, sub, self.resolved)
        return self._meant[sub]

    def acts(self, sub: str) -> bool:
        """Whether *sub* is one of those who act; quick for users where none are named."""
        actors = self.invariant.actors
        if is_user(sub) and not _names_some(actors, "user"):
            return False
        if sub not in self._acting:
            self._acting[sub] = is_named(actors, sub, self.resolved)
        return self._acting[sub]


def _witnesses(
    invariant: Invariant, places: dict[str, ReachPlace], side: PolicySide, managed: list[str]
) -> Iterator[Witness]:
    rule = _ReachRule(invariant, side.resolved)
    for group, names in _groups(rule, places, managed):
        for name in names:
            place = places[name]
            if invariant.domains is None or place.here.domain in invariant.domains:
                for step in _steps(rule, group, name):
                    yield reach_witness(step, place, places, side)


def _groups(
    rule: _ReachRule, places: dict[str, ReachPlace], managed: list[str]
) -> Iterator[tuple[ReachGroup, Sequence[str]]]:
    """The users who act, together; then somebody with one role, or in one team, for each place.

    Each with the places where they may have somebody hold something.
    """
    resolved, actors = rule.resolved, managed
    if rule.invariant.actors:
        having = (sub for place in places.values() for sub in place.users_with(rule.acts))
        actors = list(dict.fromkeys(having))
    if actors:
        yield ReachGroup(places, resolved, actors), list(places)
    for name, place in places.items():
        inside = (name,) if name == FULL else resolved.domains.inside(name)
        for sub in place.here.declared:
            if rule.invariant.actors and not rule.acts(sub):
                continue
            if any(places[inner].manages(sub) for inner in inside):
                yield ReachGroup(places, resolved, [sub], name), inside


def _steps(rule: _ReachRule, group: ReachGroup, name: str) -> Iterator[ReachStep]:
    """Each way in which somebody comes to hold a part of what a rule is about in a domain."""
    place, invariant = group.places[name], rule.invariant
    region = rule.at(place)
    around = (name,) if name == FULL else rule.resolved.domains.outward(name)
    holding = [
        one
        for one in around
        if any(group.places[one].held(sub) & rule.at(group.places[one]) for sub in group.actors)
    ]
    if not holding:
        return  # nobody of them has anything of it to give
    if name in holding:
        for sub in filter(rule.means, _people(invariant, place)):
            for cell, giver in group.gained(sub, name, region):
                yield ReachStep(sub, cell, giver)
        custom = (InvariantSubject("roles"), InvariantSubject("custom_roles"))
        if not invariant.subjects or any(one in invariant.subjects for one in custom):
            for kind, cell, giver in group.gained_by_new_role(name, region):
                yield ReachStep(None, cell, giver, kind=kind)
    for sub in filter(rule.means, place.here.declared):
        if is_role(sub):
            for gain in group.gained_by_role(sub, name, rule.at):
                yield ReachStep(sub, gain.cell, gain.giver, gain)
    for sub in filter(rule.means, _people(invariant, place)):
        for gain in group.gained_through_roles(sub, name, rule.at):
            yield ReachStep(sub, gain.cell, gain.giver, gain)


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


def _names_some(subjects: Sequence[InvariantSubject], kind: str) -> bool:
    """Whether some of *subjects* are of a kind."""
    return any(one.sort in (kind, f"{kind}s") for one in subjects)
