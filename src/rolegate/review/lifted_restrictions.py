"""Restrictions that a change lifts: for some who are named, in some domains, in part or for some time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from rolegate.compiled.names import EVERYONE, is_role, of_subject, parse_subject, role_name, team_name
from rolegate.grants.bindings import Binding
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import visible
from rolegate.review.compared_takes import LATER, ComparedTakes, Taken, TakenPart, Taking
from rolegate.review.paired_names import PairedNames, renamed_domains

_Times = tuple[datetime | None, datetime | None]


@dataclass(frozen=True, slots=True)
class LiftedRestriction:
    """What the newer side restricts no longer, of an entry of the older one, from one time to another.

    `sub` and `domain` are called as on the newer side. `parts` are those that the domain offers, and `whole`
    says that nothing of the entry is restricted then. Of `unnamed` times, no line switches the restriction on
    that the entry belongs to.
    """

    sub: str
    domain: str
    entry: GrantEntry
    parts: frozenset[TakenPart]
    whole: bool
    unnamed: tuple[_Times, ...]


class LiftedRestrictions:
    """Compares the restrictions of two policies from *since* on."""

    def __init__(self, old: Resolved, new: Resolved, since: datetime) -> None:
        self._sides, self._since = (old, new), since
        self._domains = renamed_domains(old, new)
        self._paired = PairedNames.of(old, new)
        self._takes = ComparedTakes(old.catalog, new.catalog)
        self._parts: dict[str, tuple[TakenPart, ...]] = {}
        self._takings: dict[tuple[str, ...], Taking] = {}
        self._after: dict[tuple[str, str], list[Binding]] = {}
        for binding in new.bindings:
            if binding.takes:
                self._after.setdefault((binding.domain, _key(of_subject(binding.subject))), []).append(
                    binding
                )

    def __iter__(self) -> Iterator[LiftedRestriction]:
        """Each that is lifted, in the domain of its line first, then in those inside it.

        A domain that is gone may come again without it, unless its name is kept as a removed one.
        """
        old, new = self._sides
        for binding in old.bindings:
            if not binding.takes or (binding.until is not None and binding.until <= self._since):
                continue
            inside = sorted(old.domains.inside(binding.domain), key=lambda name: name != binding.domain)
            for domain in inside:
                now = self._domains.get(domain, domain)
                kept = now in new.domains.removed or now in new.domains.dark
                sub = None if kept else self._today(binding, domain, now)
                if sub is not None:
                    yield from self._lifted(binding, sub, now)

    def _lifted(self, binding: Binding, sub: str, domain: str) -> Iterator[LiftedRestriction]:
        known = [*self._on(sub, domain)]
        entries: dict[tuple[str, str | None], list[Taken]] = {}
        for take, entry in binding.takes:
            entries.setdefault((entry.text, entry.by), []).append((take, entry))
        catalog, place = self._sides[1].catalog, self._sides[1].domains.by_name.get(domain)
        for taken in entries.values():
            entry = taken[0][1]
            by_name = [one for one in known if entry.by is not None and str(entry.by) in one.restrictions]
            parts = self._parts_of(entry, taken)
            for time, left in self._left(binding, entry, parts, known).items():
                offered = frozenset(
                    part
                    for part in left
                    if part == LATER
                    or place is None
                    or place.offers(catalog.permission(part.path).availability)
                )
                unnamed = tuple(_without(time, by_name))
                yield LiftedRestriction(sub, domain, entry, offered, len(left) == len(parts), unnamed)

    def _left(
        self, binding: Binding, entry: GrantEntry, parts: Iterable[TakenPart], known: Iterable[Binding]
    ) -> dict[_Times, list[TakenPart]]:
        """What of *parts* the newer side restricts no longer while *binding* does, by when that is."""
        begins = binding.begins if binding.begins is not None and binding.begins > self._since else None
        takings = [(other, self._taking(other)) for other in known]
        found: dict[_Times, list[TakenPart]] = {}
        for part in parts:
            covering = [other for other, taking in takings if self._takes.has(taking, part, entry)]
            for time in _without((begins, binding.until), covering):
                if time[1] is None or time[1] > self._since:
                    found.setdefault(time, []).append(part)
        return found

    def _parts_of(self, entry: GrantEntry, taken: Iterable[Taken]) -> tuple[TakenPart, ...]:
        """The parts of an entry of the older side; one text always takes the same."""
        if entry.text not in self._parts:
            self._parts[entry.text] = tuple(dict.fromkeys(self._takes.parts(entry, taken)))
        return self._parts[entry.text]

    def _taking(self, binding: Binding) -> Taking:
        """What a line of the newer side takes; lines with the same texts take the same."""
        texts = tuple(dict.fromkeys(entry.text for _, entry in binding.takes))
        if texts not in self._takings:
            self._takings[texts] = self._takes.taking(binding.takes)
        return self._takings[texts]

    def _on(self, sub: str, domain: str) -> Iterator[Binding]:
        """The lines of the newer side that restrict *sub* in *domain*, those about everyone among them."""
        domains = self._sides[1].domains
        for outer in domains.outward(domain):
            for key in dict.fromkeys((_key(sub), *(() if is_role(sub) else (EVERYONE,)))):
                for binding in self._after.get((outer, key), ()):
                    if of_subject(binding.subject_in(domain, domains)) in (sub, EVERYONE):
                        yield binding

    def _today(self, binding: Binding, domain: str, now: str) -> str | None:
        """Whom the name that *binding* restricts in a domain means there *now*; None for nobody.

        Those who were in a team that is gone are still there; nobody has a role that is.
        """
        old, new = self._sides
        subject = binding.subject_in(domain, old.domains)
        if subject.kind == "team":
            owner = new.domains.team_owner(subject.name, now)
            return of_subject(subject) if owner is None else team_name(subject.name, owner)
        if subject.kind != "role":
            return of_subject(subject)
        role = old.roles.by_key.get((subject.domain, subject.name))
        replaced = None if role is None or role.replaces is None else role_name(str(role.replaces), None)
        for sub in (of_subject(subject), replaced):
            parts = parse_subject(self._paired.today(sub)) if sub is not None else None
            key = None if parts is None else visible(new.roles, parts.name, now, new.domains)
            if parts is not None and key is not None and parts.domain in (None, key[0]):
                return role_name(key[1], key[0])
        return None


def _without(time: _Times, covering: Iterable[Binding]) -> list[_Times]:
    """What is left of *time* outside the times of *covering*."""
    left = [time]
    for binding in covering:
        begins, ends = binding.begins, binding.until
        rest: list[_Times] = []
        for since, until in left:
            if begins is not None and (since is None or since < begins):
                rest.append((since, begins if until is None else min(begins, until)))
            if ends is not None and (until is None or ends < until):
                rest.append((ends if since is None else max(ends, since), until))
        left = rest
    return left


def _key(sub: str) -> str:
    return "role" if is_role(sub) else sub
