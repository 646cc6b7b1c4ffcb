"""Restrictions that a change lifts: for some who are named, in some domains, in part or for some time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import NamedTuple

from rolegate.compiled.names import EVERYONE, is_role, of_subject, parse_subject, role_name, team_name
from rolegate.grants.bindings import Binding
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import covers
from rolegate.grants.roles import visible
from rolegate.grants.takes import Take
from rolegate.review.paired_names import PairedNames, renamed_domains
from rolegate.review.paired_permissions import PairedPermission, paired_permissions

_Times = tuple[datetime | None, datetime | None]
_Taken = tuple[Take, GrantEntry]


class TakenPart(NamedTuple):
    """What is taken of one permission at one scope, in the words of the newer side; see `Take`."""

    path: str
    obj: str | None = None
    scope: str = "-"


LATER = TakenPart("")
"""What is added later, which a star takes."""
Covering = Callable[[Iterable[_Taken]], bool]
"""Whether something that is taken has a part in it."""


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
        self._takes = ComparedTakes(old, new)
        self._after: dict[tuple[str, str], list[Binding]] = {}
        for binding in new.bindings:
            if binding.takes:
                self._after.setdefault((binding.domain, _key(of_subject(binding.subject))), []).append(
                    binding
                )

    def __iter__(self) -> Iterator[LiftedRestriction]:
        """Each that is lifted, in the domain of its line first, then in those inside it."""
        old, new = self._sides
        for binding in old.bindings:
            if not binding.takes or (binding.until is not None and binding.until <= self._since):
                continue
            inside = sorted(old.domains.inside(binding.domain), key=lambda name: name != binding.domain)
            for domain in inside:
                now = self._domains.get(domain, domain)
                sub = self._today(binding, domain, now) if now in new.domains else None
                if sub is not None:
                    yield from self._lifted(binding, sub, now)

    def _lifted(self, binding: Binding, sub: str, domain: str) -> Iterator[LiftedRestriction]:
        known = [*self._on(sub, domain)]
        entries: dict[tuple[str, str | None], list[_Taken]] = {}
        for take, entry in binding.takes:
            entries.setdefault((entry.text, entry.by), []).append((take, entry))
        catalog, place = self._sides[1].catalog, self._sides[1].domains[domain]
        for taken in entries.values():
            entry = taken[0][1]
            by_name = [one for one in known if entry.by is not None and str(entry.by) in one.restrictions]
            parts = dict(self._takes.parts(taken))
            for time, left in self._left(binding, parts, known).items():
                offered = (
                    part
                    for part in left
                    if not part.path or place.offers(catalog.permission(part.path).availability)
                )
                unnamed = tuple(_without(time, by_name))
                yield LiftedRestriction(
                    sub, domain, entry, frozenset(offered), len(left) == len(parts), unnamed
                )

    def _left(
        self, binding: Binding, parts: Mapping[TakenPart, Covering], known: Iterable[Binding]
    ) -> dict[_Times, list[TakenPart]]:
        """What of *parts* the newer side restricts no longer while *binding* does, by when that is."""
        begins = binding.begins if binding.begins is not None and binding.begins > self._since else None
        found: dict[_Times, list[TakenPart]] = {}
        for part, covers_it in parts.items():
            covering = [other for other in known if covers_it(other.takes)]
            for time in _without((begins, binding.until), covering):
                if time[1] is None or time[1] > self._since:
                    found.setdefault(time, []).append(part)
        return found

    def _on(self, sub: str, domain: str) -> Iterator[Binding]:
        """The lines of the newer side that restrict *sub* in *domain*, those about everyone among them."""
        domains = self._sides[1].domains
        for outer in domains.outward(domain):
            for key in dict.fromkeys((_key(sub), *(() if is_role(sub) else (EVERYONE,)))):
                for binding in self._after.get((outer, key), ()):
                    if of_subject(binding.subject_in(domain, domains)) in (sub, EVERYONE):
                        yield binding

    def _today(self, binding: Binding, domain: str, now: str) -> str | None:
        """Whom the name that *binding* restricts in a domain means there *now*; None for nobody."""
        old, new = self._sides
        subject = binding.subject_in(domain, old.domains)
        if subject.kind == "team":
            owner = new.domains.team_owner(subject.name, now)
            return None if owner is None else team_name(subject.name, owner)
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


@dataclass(slots=True)
class ComparedTakes:
    """What entries of the older side take away, in the words of the newer side."""

    old: Resolved
    new: Resolved
    _pairs: dict[str, list[PairedPermission]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for pair in paired_permissions(self.old.catalog, self.new.catalog):
            if pair.old is not None and pair.new is not None and not pair.is_alias:
                self._pairs.setdefault(pair.old.path, []).append(pair)

    def parts(self, taken: Iterable[_Taken]) -> Iterator[tuple[TakenPart, Covering]]:
        """What of *taken* is left, and whether what others take has it.

        A star takes what is added later as well, which only a star does: that is a part without a path.
        """
        for take, _ in taken:
            for pair in self._pairs.get(take.permission.path, ()):
                assert pair.new is not None  # noqa: S101 - it is on both sides
                names = pair.new.scope_names
                wanted = {pair.scope_names.get(scope, scope) for scope in take.scopes}
                for scope in [name for name in names if name in wanted] or names:
                    part = TakenPart(pair.new.path, take.obj, scope)
                    yield part, partial(_some_has, part)
        for entry in dict.fromkeys(entry for _, entry in taken):
            node = self.new.catalog.find(entry.grant.path) if entry.grant.path else None
            if entry.grant.star and (node is not None or not entry.grant.path):
                path = "" if node is None else node.path
                yield LATER, partial(self._some_star_has, entry, path)

    def _some_star_has(self, entry: GrantEntry, path: str, others: Iterable[_Taken]) -> bool:
        return any(self._is_star_of(other, entry, path) for _, other in others)

    def _is_star_of(self, other: GrantEntry, entry: GrantEntry, path: str) -> bool:
        grant, wanted = other.grant, entry.grant
        scopes = {wanted.scope, None}
        if wanted.scope is not None:
            scopes |= {ladder.today(wanted.scope) for ladder in self.new.catalog.ladders.values()}
        around = grant.path in ("", path) or path.startswith(f"{grant.path}.")
        return grant.star and around and grant.instance in (None, wanted.instance) and grant.scope in scopes


def _some_has(part: TakenPart, others: Iterable[_Taken]) -> bool:
    return any(
        other.permission.path == part.path
        and part.scope in other.scopes
        and (other.obj is None or (part.obj is not None and covers(other.obj, part.obj)))
        for other, _ in others
    )


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
