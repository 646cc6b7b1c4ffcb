"""Restrictions that a change lifts: for some who are named, in some domains, in part or for some time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

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


@dataclass(frozen=True, slots=True)
class LiftedRestriction:
    """What the newer side restricts no longer, of an entry of the older one, and from when to when.

    `sub` and `domain` are called as on the newer side. `paths` are the permissions of the domain of which the
    entry took what is not restricted now; of a star there may be none, where a list of all has its place. Of
    `unnamed` times, no line switches the restriction on that the entry belongs to.
    """

    sub: str
    domain: str
    entry: GrantEntry
    paths: frozenset[str]
    times: tuple[_Times, ...]
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
        for taken in entries.values():
            entry = taken[0][1]
            paths, times = self._left(binding, taken, known)
            if not times:
                continue
            by_name = [one for one in known if entry.by is not None and str(entry.by) in one.restrictions]
            unnamed = tuple(dict.fromkeys(left for time in times for left in _without(time, by_name)))
            catalog, place = self._sides[1].catalog, self._sides[1].domains[domain]
            offered = (path for path in paths if place.offers(catalog.permission(path).availability))
            yield LiftedRestriction(sub, domain, entry, frozenset(offered), times, unnamed)

    def _left(
        self, binding: Binding, taken: Iterable[_Taken], known: Iterable[Binding]
    ) -> tuple[list[str], tuple[_Times, ...]]:
        """What of *taken* the newer side restricts no longer while *binding* does, and when."""
        begins = binding.begins if binding.begins is not None and binding.begins > self._since else None
        paths: list[str] = []
        found: dict[_Times, None] = {}
        for path, covers_it in self._takes.parts(taken):
            covering = [other for other in known if covers_it(other.takes)]
            times = _without((begins, binding.until), covering)
            left = [time for time in times if time[1] is None or time[1] > self._since]
            found.update(dict.fromkeys(left))
            paths += [path] if left and path is not None else []
        return paths, tuple(found)

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

    def parts(
        self, taken: Iterable[_Taken]
    ) -> Iterator[tuple[str | None, Callable[[Iterable[_Taken]], bool]]]:
        """Each permission of *taken* that is left, and whether what others take has all that it takes of it.

        A star takes what is added later as well, which only a star does: that is a part without a path.
        """
        for take, _ in taken:
            for pair in self._pairs.get(take.permission.path, ()):
                yield pair.paths[1], partial(_some_has, take, pair)
        for entry in dict.fromkeys(entry for _, entry in taken):
            node = self.new.catalog.find(entry.grant.path) if entry.grant.path else None
            if entry.grant.star and (node is not None or not entry.grant.path):
                yield None, partial(self._some_star_has, entry, "" if node is None else node.path)

    def _some_star_has(self, entry: GrantEntry, path: str, others: Iterable[_Taken]) -> bool:
        return any(self._is_star_of(other, entry, path) for _, other in others)

    def _is_star_of(self, other: GrantEntry, entry: GrantEntry, path: str) -> bool:
        grant, wanted = other.grant, entry.grant
        scopes = {wanted.scope, None}
        if wanted.scope is not None:
            scopes |= {ladder.today(wanted.scope) for ladder in self.new.catalog.ladders.values()}
        around = grant.path in ("", path) or path.startswith(f"{grant.path}.")
        return grant.star and around and grant.instance in (None, wanted.instance) and grant.scope in scopes


def _some_has(take: Take, pair: PairedPermission, others: Iterable[_Taken]) -> bool:
    return any(_has(other, take, pair) for other, _ in others)


def _has(other: Take, take: Take, pair: PairedPermission) -> bool:
    """Whether *other*, of the newer side, takes all of *take*, whose permission is *pair*."""
    if pair.new is None or other.permission.path != pair.new.path:
        return False
    if other.obj is not None and (take.obj is None or not covers(other.obj, take.obj)):
        return False
    wanted = {pair.scope_names.get(scope, scope) for scope in take.scopes} & {*pair.new.scope_names}
    return (wanted or {*pair.new.scope_names}) <= {*other.scopes}


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
