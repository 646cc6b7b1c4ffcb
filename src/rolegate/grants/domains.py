"""Domains: nested tenants with their kinds, plans, teams and known instances."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from rolegate.catalog.availability import Availability, one_of
from rolegate.catalog.removed_names import RemovedWord
from rolegate.diagnostics import Report, Span, did_you_mean, short
from rolegate.documents.file_kinds import DOMAINS
from rolegate.documents.text import Text
from rolegate.grants.nesting import outermost_first
from rolegate.grants.zones import NO_ZONE
from rolegate.wording.phrases import Phrase, SaidName

DEFAULT = "default"
"""The one domain of a set without domains.yaml; it offers everything."""


class TeamMember(NamedTuple):
    """A team that is a member of another one: the domain that declares it, and where it is named."""

    name: str
    domain: str
    span: Span


@dataclass(frozen=True, slots=True)
class InnerTeams:
    """The teams within a team, however deep, and the users they bring.

    Each is there with the member of the team itself that brings it.
    """

    teams: Mapping[tuple[str, str], TeamMember]
    """By domain and name."""
    users: Mapping[str, TeamMember]


@dataclass(frozen=True, slots=True)
class Domain:
    """A tenant: its kind, and the plan, add-ons, zone and instances it has itself or from those around it.

    `removed` has the instances that are gone, and `titles` the titles of others, by kind and encoded path.
    `named` has what the domain itself lists, as known or as removed, with the instances that this lies
    within: a restriction may name all of them.
    """

    name: str
    title: str
    within: str | None
    plan: str | None
    addons: frozenset[str]
    teams: Mapping[str, tuple[Text, ...]]
    instances: Mapping[str, tuple[str, ...]]
    span: Span
    offers_everything: bool = False
    removed: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)
    titles: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    named: Mapping[str, frozenset[str]] = field(default_factory=dict)
    kind: str | None = None
    zone: str = NO_ZONE
    inner_teams: Mapping[str, InnerTeams] = field(default_factory=dict)
    """For each team that has teams as members, what they bring."""

    def gone(self, kind: str, path: str) -> Text | None:
        """The entry of `removed`, here or in a domain around, that names the instance *path*."""
        return self.removed.get(kind, {}).get(path)

    def has_lost(self, chain: Sequence[str], path: str) -> bool:
        """Whether an instance of *chain*, or one that it lies within, is removed."""
        parts = path.split("/")
        return any(
            self.gone(kind, "/".join(parts[:depth])) is not None
            for depth, kind in enumerate(chain[: len(parts)], 1)
        )

    def offers(self, availability: Availability) -> bool:
        """Whether what has *availability* is available in this domain."""
        if self.offers_everything:  # every plan and add-on; what it is does not change by that
            return availability.exists_in(self.kind)
        return availability.includes(self.kind, self.plan, self.addons)

    def lacks(self, permission: SaidName, availability: Availability) -> Phrase:
        """Why this domain does not have *permission*, or a grant, with *availability*, in words."""
        domain = SaidName("domain", self.name)
        if not availability.exists_in(self.kind):
            kinds = one_of(availability.kinds or ())
            kind = SaidName("kind_of_domain", self.kind or "")
            return Phrase("exists_only_in", permission=permission, kinds=kinds, domain=domain, kind=kind)
        needs = replace(availability, kinds=None).in_words
        return Phrase("needs", permission=permission, needs=needs, domain=domain)


@dataclass(frozen=True, slots=True)
class Domains:
    """All domains of a set, by name. INVARIANT: none lies within itself.

    If they are not `sound`, something was reported of them or of the catalog. Not among them are those that
    are `dark`, since they are set aside; each with the domains around it, or None if these are not known.
    """

    by_name: Mapping[str, Domain]
    declared: bool = True
    sound: bool = True
    dark: Mapping[str, tuple[str, ...] | None] = field(default_factory=dict)
    former: Mapping[str, str] = field(default_factory=dict)
    """What domains that files may call otherwise are called now."""
    removed: Mapping[str, RemovedWord] = field(default_factory=dict)
    """Those that are gone, by names that are never used again."""
    unfollowed: Mapping[str, str] = field(default_factory=dict)
    """A domain that says each former name which files may not call it, since another one says it as well."""
    partial: frozenset[str] = frozenset()
    """Those inside which there may be more domains than these."""
    _children: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _outward: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _inside: dict[str, tuple[str, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    _width: dict[str, int] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __repr__(self) -> str:
        return f"<{len(self.by_name)} Domains>"

    _none_offers: dict[tuple[Availability, str], bool] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _known: dict[tuple[str, str], frozenset[str] | None] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _listed: dict[tuple[str, str], frozenset[str]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _with_team: dict[str, dict[str, None]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )
    _around_dark: set[str] = field(default_factory=set, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for domain in self.by_name.values():
            if domain.within is not None:
                self._children.setdefault(domain.within, []).append(domain.name)
        for around in self.dark.values():
            self._around_dark.update(self.by_name if around is None else around)

    def __contains__(self, name: object) -> bool:
        return name in self.by_name

    def __getitem__(self, name: str) -> Domain:
        return self.by_name[name]

    def __iter__(self) -> Iterator[Domain]:
        return iter(self.by_name.values())

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.by_name)

    def help(self, name: str) -> str:
        """What to write instead of *name*, which is not a domain of the set."""
        if name in self.dark:
            return "it is set aside because of an error, which `rolegate validate` shows"
        if not self.declared:
            return f"the set has no {DOMAINS.place}: leave `domain` out, or declare it there"
        if name in self.removed:
            return self.removed[name].fate
        if name in self.former:
            return f"it is called `{short(self.former[name])}` now"
        if name in self.unfollowed:
            was = short(self.unfollowed[name])
            return f"it may be a former name of `{was}` or of another domain: write the name of today"
        if name in ("*", "all"):
            return "write a line for each domain; what is bound in a domain also holds in those inside it"
        return did_you_mean(name, self.by_name) or f"declare it in {DOMAINS.place}"

    def outward(self, name: str) -> tuple[str, ...]:
        """*name* and each domain around it, innermost first; empty for an unknown name."""
        known = self._outward.get(name)
        if known is None:
            found: list[str] = []
            outer: str | None = name
            while outer is not None and outer in self.by_name:
                found.append(outer)
                outer = self.by_name[outer].within
            known = tuple(found)
            if known:
                self._outward[name] = known
        return known

    def inside(self, name: str) -> tuple[str, ...]:
        """*name* and each domain inside it, sorted."""
        if name not in self._inside:
            found = [name] if name in self.by_name else []
            for outer in found:
                found += self._children.get(outer, ())
            self._inside[name] = tuple(sorted(found))
        return self._inside[name]

    def width(self, name: str) -> int:
        """How many domains `inside` gives, without a look at each of them."""
        if not self._width:
            for domain in self.by_name:
                self._width[domain] = 1
            outer = {domain.name: domain.within for domain in self}
            for domain in reversed(list(outermost_first(outer))):
                within = outer[domain]
                if within is not None:
                    self._width[within] += self._width[domain]
        return self._width.get(name, 0)

    def none_offers(self, availability: Availability, domain: str, report: Report) -> bool:
        """Whether neither *domain* nor one inside it offers *availability*, as far as this is known."""
        if availability.everywhere or not self.sound or domain in self.partial:
            return False
        if (availability, domain) not in self._none_offers:
            here = self.by_name[domain].span
            report.steps(self.width(domain), f"what the domains in `{domain}` have", here)
            inside = (self.by_name[name] for name in self.inside(domain))
            self._none_offers[availability, domain] = not any(
                self._may_offer(inner, availability) for inner in inside
            )
        return self._none_offers[availability, domain]

    def known(self, kind: str, domain: str, report: Report) -> frozenset[str] | None:
        """The instances that *domain*, or one around or inside it, has or had.

        None where neither *domain* nor one inside it says which instances of *kind* it has, and where one
        inside it is set aside, or not known here.
        """
        if domain in self._around_dark or domain in self.partial:
            return None
        if (kind, domain) not in self._known:
            here = self.by_name[domain].span
            what = f"the instances of `{kind}` in domain `{domain}`"
            report.steps(self.width(domain), what, here)
            inside = [self.by_name[name].named for name in self.inside(domain)]
            found: frozenset[str] | None = None
            if any(kind in named for named in inside):
                around = [self.by_name[name].named for name in self.outward(domain)]
                listed = [named[kind] for named in (*around, *inside) if kind in named]
                report.steps(sum(len(paths) for paths in listed), what, here)
                found = frozenset[str]().union(*listed)
            self._known[kind, domain] = found
        return self._known[kind, domain]

    def listed(self, kind: str, domain: str) -> frozenset[str]:
        """The instances of *kind* that *domain* has."""
        if (kind, domain) not in self._listed:
            self._listed[kind, domain] = frozenset(self.by_name[domain].instances.get(kind, ()))
        return self._listed[kind, domain]

    @staticmethod
    def _may_offer(domain: Domain, availability: Availability) -> bool:
        if domain.plan is None:
            availability = replace(availability, plans=None)  # that it has none was reported
        return domain.offers(availability)

    def way(self, member: str | tuple[str, str], team: str, domain: str) -> Iterator[tuple[TeamMember, Span]]:
        """The teams by which *member*, a user or a team by domain and name, is in *team*, innermost first.

        Each with the place where the one before it, or *member*, is named.
        """
        within = self.by_name[domain].inner_teams.get(team)
        brought: Mapping[Any, TeamMember] = {} if within is None else {**within.teams, **within.users}
        by = brought.get(member)
        if by is not None and member != (by.domain, by.name):
            yield from self.way(member, by.name, by.domain)
            yield TeamMember(team, domain, by.span), by.span
        elif by is not None:
            yield TeamMember(team, domain, by.span), by.span
        else:
            users = self.by_name[domain].teams[team]
            place = next(user.span for user in users if user == member)
            yield TeamMember(team, domain, place), place

    def team_owner(self, team: str, domain: str) -> str | None:
        """The domain that declares the team called *team* as seen from *domain*."""
        owners = self.with_team(team)
        return next((name for name in self.outward(domain) if name in owners), None) if owners else None

    def with_team(self, team: str) -> Collection[str]:
        """The domains that declare a team called *team*."""
        if not self._with_team:
            self._with_team[""] = {}  # no team is called that: where there are none, this is enough as well
            for domain in self:
                for name in domain.teams:
                    self._with_team.setdefault(str(name), {})[domain.name] = None
        return self._with_team.get(team, ())
