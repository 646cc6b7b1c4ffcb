"""Roles with the same title, which people cannot tell apart when they choose one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from rolegate.catalog.labels import Labels, Words
from rolegate.diagnostics import Report, Span
from rolegate.documents.lookalikes import skeleton
from rolegate.documents.roles_file import Role as DeclaredRole
from rolegate.grants import problems
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Role, RoleKey, Roles, visible

_ENOUGH = 4
"""So many earlier roles with the title are looked at: one that has the title of many is reported anyway."""
_TOLD = 2000
"""So many pairs are reported, twice as many as are shown."""


def warn_of_same_titles(
    bodies: Iterable[DeclaredRole],
    roles: Roles,
    domains: Domains,
    labels: Labels,
    report: Report,
    known: TitledRoles | None = None,
) -> None:
    """Report two roles that some domain can use both, and that have one title in a language.

    Default roles that are *known* have been compared with each other.
    """
    places = {**({} if known is None else known.places), **_places(bodies)}
    before = {} if known is None else known.places
    in_force = (role for role in roles.values() if role.aside is None and role.key not in before)
    in_order = sorted(in_force, key=lambda role: (len(domains.outward(role.domain or "")), places[role.key]))
    comparison = _Comparison(roles, domains, places, labels.words(None) or Words(), report)
    if known is not None:
        comparison.by_owner = dict(known.by_owner)
    for role in in_order:
        comparison.add(role)
    for locale, words in _other_words(labels):
        labelled = [role for role in in_order if words.has_title(role.name, role.title)]
        comparison.relabel(locale, words, labelled, known)


@dataclass(frozen=True, slots=True, eq=False)
class TitledRoles:
    """Default roles by their titles as a hurried eye sees them, in the base words and in each language."""

    places: Mapping[RoleKey, Span]
    by_owner: Mapping[tuple[str | None, str], list[Role]]
    by_eye: Mapping[str, list[Role]]
    labelled: Mapping[str, Mapping[str, list[Role]]]

    @classmethod
    def of(cls, bodies: Iterable[DeclaredRole], roles: Iterable[Role], labels: Labels) -> TitledRoles:
        places, base = _places(bodies), labels.words(None) or Words()
        in_order = sorted(roles, key=lambda role: places[role.key])
        by_eye = _by_eye(in_order, base)
        labelled = {
            locale: _by_eye([role for role in in_order if words.has_title(role.name, role.title)], words)
            for locale, words in _other_words(labels)
        }
        return cls(places, {(None, eye): found for eye, found in by_eye.items()}, by_eye, labelled)


def _by_eye(roles: Iterable[Role], words: Words) -> dict[str, list[Role]]:
    found: dict[str, list[Role]] = {}
    for role in roles:
        found.setdefault(skeleton(words.role(role.name, role.title)), []).append(role)
    return found


def _places(bodies: Iterable[DeclaredRole]) -> dict[RoleKey, Span]:
    places: dict[RoleKey, Span] = {}
    for name, body in bodies:
        domain = None if body.domain is None else str(body.domain)
        places[domain, str(name)] = name.span if body.title is None else body.title.span
    return places


def _other_words(labels: Labels) -> Iterator[tuple[str, Words]]:
    """The languages in which roles may have other titles."""
    for locale in labels.by_locale:
        words = labels.words(locale) if locale != labels.base else None
        if words is not None:
            yield locale, words


@dataclass(slots=True)
class _Comparison:
    """The roles seen so far, by their titles as a hurried eye sees them."""

    roles: Roles
    domains: Domains
    places: dict[RoleKey, Span]
    base: Words
    report: Report
    by_owner: dict[tuple[str | None, str], list[Role]] = field(default_factory=dict)
    by_eye: dict[str, list[Role]] = field(default_factory=dict)
    told: set[tuple[RoleKey, RoleKey]] = field(default_factory=set)

    def add(self, role: Role) -> None:
        """Compare *role* with those before it: default roles, and those of its domain and around it."""
        eye = skeleton(self.base.role(role.name, role.title))
        for owner in self._owners(role):
            for other in islice(self.by_owner.get((owner, eye), ()), _ENOUGH):
                self._compare(role, other, self.base, None)
        self.by_owner.setdefault((role.domain, eye), []).append(role)
        self.by_eye.setdefault(eye, []).append(role)

    def relabel(
        self,
        locale: str,
        words: Words,
        labelled: list[Role],
        known: TitledRoles | None,
    ) -> None:
        """Compare the roles that have other titles in a language, with each other and with all others."""
        before = {} if known is None else known.labelled[locale]
        own: dict[tuple[str | None, str], list[Role]] = {(None, eye): found for eye, found in before.items()}
        for role in labelled:
            eye = skeleton(words.role(role.name, role.title))
            for owner in self._owners(role):
                for other in islice(own.get((owner, eye), ()), _ENOUGH):
                    self._compare(role, other, words, locale)
            own.setdefault((role.domain, eye), []).append(role)
            self._with_others(role, eye, locale, words, {} if known is None else known.by_eye)
        for eye in before.keys() & self.by_eye.keys():
            for role in before[eye]:
                self._with_others(role, eye, locale, words, {})

    def _with_others(
        self,
        role: Role,
        eye: str,
        locale: str,
        words: Words,
        known: Mapping[str, list[Role]],
    ) -> None:
        """Compare a role that has another title in a language with those that have not."""
        there = (*known.get(eye, ()), *self.by_eye.get(eye, ()))
        others = [other for other in there if not words.has_title(other.name, other.title)]
        self.report.steps(1 + len(others), f"role `{role.name}`", role.span)
        for other in others:
            inner, outer = (role, other) if self._within(role, other) else (other, role)
            if self._within(inner, outer):
                self._compare(inner, outer, words, locale)

    def _owners(self, role: Role) -> Iterator[str | None]:
        outward = self.domains.outward(role.domain) if role.domain is not None else ()
        self.report.steps((4 + len(outward)) // 4, f"role `{role.name}`", role.span)
        yield None
        yield from outward

    def _within(self, role: Role, other: Role) -> bool:
        """Whether *role* is of the domain of *other*, or of one inside it."""
        if other.domain is None or role.domain is None:
            return other.domain is None
        return other.domain in self.domains.outward(role.domain)

    def _compare(self, role: Role, other: Role, words: Words, locale: str | None) -> None:
        """Report *role* and *other*, which have one title, if they can be taken for each other."""
        if self._is_id(role, words) and self._is_id(other, words):
            return  # it is the ids that look alike, which is another finding
        if role.domain == other.domain and self.places[role.key] < self.places[other.key]:
            role, other = other, role
        pair = (role.key, other.key)
        if len(self.told) < _TOLD and pair not in self.told and self._both_usable(role, other):
            self.told.add(pair)
            place, first = self.places[role.key], self.places[other.key]
            title = words.role(role.name, role.title)
            problems.same_title(self.report, place, role.name, title, other.name, first, locale)

    def _is_id(self, role: Role, words: Words) -> bool:
        return words.role(role.name, role.title) == role.name

    def _both_usable(self, role: Role, other: Role) -> bool:
        """Whether some domain can use *role* and *other*, which is a default role or lies further out."""
        replaced = other.name if other.domain is None else other.replaces
        if role.replaces is not None and role.replaces == replaced:
            return False  # it takes the title of what it replaces
        if (
            role.domain is not None
            and other.domain is None
            and visible(self.roles, other.name, role.domain, self.domains) != other.key
        ):
            return False  # the domain has another role in its place
        kinds = [one.kind.availability for one in (role, other) if one.kind is not None]
        if all(there.kinds is None for there in kinds):
            return True
        inside = self.domains.names if role.domain is None else self.domains.inside(role.domain)
        return any(all(there.exists_in(self.domains[name].kind) for there in kinds) for name in inside)
