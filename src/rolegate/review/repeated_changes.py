"""What a role gains in a domain only because it gains where it belongs, which is told there."""

from __future__ import annotations

from datetime import datetime

from rolegate.catalog.former_names import Noun
from rolegate.compiled.names import FULL, is_role, parse_subject
from rolegate.encoding import decode, encode
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.review.access import SideAccess
from rolegate.review.cells import Cells
from rolegate.review.differences import PolicySide, SubjectDifference, meant_there
from rolegate.review.lifted_restrictions import LiftedRestrictions
from rolegate.review.paired_names import PairedNames


def home_of(resolved: Resolved, sub: str, dom: str) -> tuple[str, str]:
    """Where what a role means in a domain is told: in the domain to which it belongs, or everywhere.

    What a domain has in the place of a default role belongs to that domain.
    """
    domain = parse_subject(meant_there(resolved, sub, dom)).domain
    return (sub, FULL if domain is None else encode(domain))


def is_only_the_place_new(
    difference: SubjectDifference, sides: tuple[PolicySide, PolicySide], homes: dict[Cells, SideAccess]
) -> bool:
    """Whether a role holds in a new domain what it holds where it belongs: then it gains nothing by it.

    What it gains where it belongs is told there, and whoever has the role in the new domain is told by name.
    A domain that was set aside is not new.
    """
    if not is_role(difference.sub) or difference.before:
        return False
    home = home_of(sides[1].resolved, difference.sub, difference.dom)[1]
    was, before = decode(difference.was[1]), sides[0].resolved.domains
    if home == difference.dom or was in before or was in before.dark:
        return False
    access = homes.get(difference.cells)
    if access is None:
        access = homes[difference.cells] = SideAccess(sides[1].lines, difference.cells, 1)
    meant = meant_there(sides[1].resolved, difference.sub, difference.dom)
    return not difference.after & ~access.at(home).held(meant)


class UnchangedDomains:
    """Tells for which roles a domain itself is as it was, from *since* on.

    Where it is not, a role gains by that as well, whatever it gains where it belongs.
    """

    def __init__(self, sides: tuple[Resolved, Resolved], since: datetime) -> None:
        self._sides, self._since = sides, since
        self._paired = PairedNames.of(*sides)
        self._lifted: set[tuple[str, str]] | None = None

    def keep(self, difference: SubjectDifference) -> bool:
        """Whether the domain itself gives the role of *difference* nothing there."""
        old, new = self._sides
        was, now = (decode(difference.names(number)[1]) for number in (0, 1))
        if now not in new.domains:
            return True  # nobody gains there
        if was not in old.domains:
            return False
        before, after = old.domains[was], new.domains[now]
        return (
            self._is_offered_alike(before, after)
            and self._means_the_same(difference, was)
            and self._removed(before) <= self._removed(after)
            and not self._is_lifted(difference)
        )

    def _is_offered_alike(self, before: Domain, after: Domain) -> bool:
        """Whether a domain is of one kind, with one plan and the same add-ons, under whatever names."""
        return (
            before.offers_everything == after.offers_everything
            and self._alike("kind of domain", before.kind, after.kind)
            and self._alike("plan", before.plan, after.plan)
            and all(any(self._alike("add-on", one, other) for other in after.addons) for one in before.addons)
            and all(any(self._alike("add-on", one, other) for one in before.addons) for other in after.addons)
        )

    def _alike(self, noun: Noun, was: str | None, now: str | None) -> bool:
        if was is None or now is None:
            return was == now
        former = [side.catalog.former.of(noun) for side in self._sides]
        return was == now or former[1].get(was) == now or former[0].get(now) == was

    def _means_the_same(self, difference: SubjectDifference, was: str) -> bool:
        """Whether the name is that of one role there, which the domain knew before if it is of one around."""
        old, new = self._sides
        before, after = meant_there(old, *difference.was), meant_there(new, difference.sub, difference.dom)
        moved = (difference.was[0], difference.sub) == (before, after)
        if not moved and self._paired.today(before) != after:
            return False
        owner = parse_subject(after).domain
        around = {self._paired.today(encode(outer)) for outer in old.domains.outward(was)}
        return owner is None or encode(owner) in around

    def _removed(self, domain: Domain) -> set[tuple[str, str]]:
        """The removed instances of a domain, with what their kinds are called now."""
        kinds = self._sides[1].catalog.former.of("resource")
        return {(kinds.get(kind, kind), path) for kind, paths in domain.removed.items() for path in paths}

    def _is_lifted(self, difference: SubjectDifference) -> bool:
        if self._lifted is None:
            found = LiftedRestrictions(*self._sides, self._since)
            self._lifted = {(one.sub, encode(one.domain)) for one in found}
        return (meant_there(self._sides[1], difference.sub, difference.dom), difference.dom) in self._lifted
