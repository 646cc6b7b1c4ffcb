"""Collects the compiled lines of a policy, kind by kind."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from sys import intern

from rolegate.catalog.availability import Availability
from rolegate.compiled.deny_lines import deny_lines
from rolegate.compiled.everyone import GivenToEveryone, given_less
from rolegate.compiled.lines import (
    G2Line,
    G3Line,
    GLine,
    PLine,
    Provenance,
    Why,
    carried,
)
from rolegate.compiled.names import (
    ALL,
    EMPTY,
    EVERYONE,
    FULL,
    availability_name,
    is_availability,
    of_role,
    of_subject,
    team_name,
    user_name,
)
from rolegate.compiled.removed_lines import removed_lines
from rolegate.diagnostics import Report, Span
from rolegate.encoding import decode, encode
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, covered, widest
from rolegate.grants.roles import Origin, Rights, Role, RoleKey


@dataclass(slots=True)
class LineCollector:
    """Collects the lines of a policy; each step adds those of one kind."""

    resolved: Resolved
    active: list[Binding]
    report: Report
    p: dict[PLine, Provenance] = field(default_factory=dict)
    g: dict[GLine, Provenance] = field(default_factory=dict)
    g2: set[G2Line] = field(default_factory=set)
    reach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pairs: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    doms: dict[Availability, str] = field(default_factory=dict)
    gates: dict[str, str] = field(default_factory=dict)
    g3: dict[G3Line, Provenance] = field(default_factory=dict)
    names: dict[RoleKey, str] = field(default_factory=dict)

    def collect(self) -> None:
        """Collect all lines."""
        for step in (
            self.roles,
            self.memberships,
            self.bindings,
            self.restrictions_and_removals,
            self.availability,
            self.impliers,
        ):
            step()

    def roles(self) -> None:
        for role in self.resolved.roles.values():
            self._count(len(role.rights), f"role `{role.name}`", role.span, role.domain)
            self.role_lines(of_role(role), role.domain, role.rights)
        self.copies()

    def copies(self) -> None:
        """What `only` leaves of roles, where the lines hold that say so: domains have no lines together."""
        done: set[tuple[str, str]] = set()
        for binding in self.active:
            for copy in binding.copies:
                assert binding.role is not None  # noqa: S101
                name = of_role(binding.role) + copy.label
                if (name, binding.domain) in done:
                    continue  # the name of a copy says what it holds
                done.add((name, binding.domain))
                what = f"role `{binding.role.name}` limited by `only`"
                self._count(len(copy.rights), what, binding.span, None)
                sources, reach = _Sources("role"), [(binding.domain, encode(binding.domain))]
                for right in widest(copy.rights):
                    self.allow(name, reach, right, sources.of(copy.rights[right]))

    def _count(self, number: int, what: str, at: Span, domain: str | None) -> None:
        """Count *number* lines, each of them once for *domain* and for every domain inside it."""
        times = 1 if domain is None else self.resolved.domains.width(domain)
        self.report.lines(number * times, what, at)

    def role_lines(self, sub: str, domain: str | None, rights: Rights) -> None:
        sources = _Sources("role")
        source_of, gates, put = sources.of, self.gates, self.p.setdefault
        for right in widest(rights):
            source = source_of(rights[right])
            if domain is not None:
                self.allow(sub, self.domains_in(domain), right, source)
                continue
            path, obj, scope = right
            dom = gates.get(path) or self.gate(path)
            put(_new(PLine, (dom, sub, obj, path, scope, "allow")), source)

    def gate(self, path: str) -> str:
        """What lines of default roles have as the domain of the permission *path*."""
        availability = self.resolved.catalog.permission(path).availability
        self.gates[path] = self.doms.setdefault(availability, availability_name(availability))
        return self.gates[path]

    def lines_with(self, constant: Mapping[PLine, Provenance]) -> Mapping[PLine, Provenance]:
        """The policy lines that were collected, and the *constant* ones; sorted."""
        return dict(sorted({**constant, **self.p}.items()))

    def offering(self, path: str, domain: str) -> Iterator[str]:
        """Where in *domain* and those inside it a permission is there, by their names in lines."""
        return (dom for name, dom in self.domains_in(domain) if self._available(path, name))

    def memberships(self) -> None:
        for domain in self.resolved.domains:
            for team, users in domain.teams.items():
                inner = domain.inner_teams[team].teams if team in domain.inner_teams else {}
                what = f"team `{team}` of domain `{domain.name}`"
                self._count(len(users) + len(inner), what, domain.span, domain.name)
                subject = BindingSubject("team", team, domain.name)
                for (owner, name), by in inner.items():
                    source = Provenance("member", f"team `{name}` is in team `{team}`", by.span)
                    for dom in self._encoded(domain.name):
                        self.g.setdefault(GLine(team_name(name, owner), of_subject(subject), dom), source)
                for user in users:
                    source = Provenance("member", f"`{user}` is in team `{team}`", user.span)
                    sub, role = user_name(user), of_subject(subject)
                    for dom in self._encoded(domain.name):
                        self.g.setdefault(GLine(sub, role, dom), source)

    def bindings(self) -> None:
        less, roles = given_less(self.resolved, self.active, self.report), len(self.p)
        for binding in self.active:
            sub = of_subject(binding.subject)
            apart = less if sub == EVERYONE else ()
            if binding.role is not None:
                self._bind(binding, binding.role, sub, apart)
            if binding.rights is not None:
                self._count(len(binding.rights), "a line of grants", binding.span, binding.domain)
                sources = _Sources("grants")
                for right in widest(binding.rights):
                    source = sources.of(binding.rights[right])
                    self.allow(sub, self._reach(binding, apart), right, source)
        for domain, given in less.items():
            self._given_less(encode(domain), given)
        self._drop_covered(roles)

    def _bind(self, binding: Binding, role: Role, sub: str, apart: Container[str]) -> None:
        """Give *sub* a role, or what is left of it."""
        limited, versions = binding.limited, binding.versions
        named = binding.role_named if versions else role.name
        labels = [copy.label for copy in binding.copies] if limited else _WHOLE
        if self.report.counts:
            what = f"role `{named}` bound to {binding.subject.words}"
            self._count(len(labels), what, binding.span, None if limited else binding.domain)
        source = _new(Provenance, ("binding", named, binding.span, None, None))
        put = self.g.setdefault
        for domain, dom in self._reach(binding, apart):
            here = binding.role_in(domain, self.resolved.domains) or role if versions else role
            name = self.names.get(here.key) or self.names.setdefault(here.key, of_role(here))
            for label in labels:
                put(_new(GLine, (sub, name + label, dom)), source)

    def _reach(self, binding: Binding, apart: Container[str]) -> Iterable[tuple[str, str]]:
        """The domains in which *binding* holds, without those *apart*, and their names in lines."""
        if binding.limited:
            domains: Sequence[tuple[str, str]] = [(binding.domain, encode(binding.domain))]
        else:
            domains = self.domains_in(binding.domain)
        return [pair for pair in domains if pair[0] not in apart] if apart else domains

    def _given_less(self, dom: str, given: GivenToEveryone) -> None:
        """What is left of what everyone is given in a domain, written out; everyone still has the roles."""
        what = f"what everyone has in domain `{decode(dom)}`"
        at = next(iter(given.kept.values()), None)
        self.report.lines(len(given.kept), what, at.span if at is not None else Span(""))
        sources = _Sources("role")
        for right, origin in given.kept.items():
            line = PLine(dom, EVERYONE, right.obj, right.path, right.scope, "allow")
            self.p.setdefault(line, sources.of(origin))
        for role in given.roles:
            source = Provenance("binding", role.name, role.span)
            self.g.setdefault(GLine(EVERYONE, of_role(role) + EMPTY, dom), source)

    def allow(self, sub: str, reach: Iterable[tuple[str, str]], right: Right, source: Provenance, /) -> None:
        for domain, dom in reach:
            if self._available(right.path, domain):
                self.p.setdefault(PLine(dom, sub, right.obj, right.path, right.scope, "allow"), source)

    def _drop_covered(self, first: int) -> None:
        """Drop each line that a broader line of the same subject covers, of those after the *first*.

        The lines before are those of roles: what one role has is the widest it has.
        """
        by_key: dict[tuple[str, str, str, str], dict[str, PLine]] = {}
        for line in islice(self.p, first, None):
            by_key.setdefault((line.sub, line.dom, line.act, line.scope), {})[line.obj] = line
        for objs in by_key.values():
            for obj, line in objs.items():
                if covered(obj, objs):
                    del self.p[line]

    def restrictions_and_removals(self) -> None:
        gone = removed_lines(self.resolved, self.p, self.g, self.report)
        self.p.update({**gone, **deny_lines(self.resolved, self.active, self.p, self.g, self.report)})

    def availability(self) -> None:
        used = self.used_gates()
        wanted = [(name, availability) for availability, name in self.doms.items() if name in used]
        known: dict[tuple[str | None, str | None, frozenset[str]], list[str]] = {}
        for domain in self.resolved.domains:
            what = f"the kind, the plan and the add-ons of domain `{domain.name}`"
            has = (domain.kind, domain.plan, domain.addons)
            if has not in known:
                self.report.steps(len(wanted), what, domain.span)
                known[has] = [name for name, availability in wanted if domain.offers(availability)]
            self.report.lines(len(known[has]), what, domain.span)
            self.g2 |= {G2Line(encode(domain.name), name) for name in (ALL, *known[has])}
        self.g2 |= {G2Line(FULL, name) for name in (ALL, *used)}

    def used_gates(self) -> set[str]:
        """The availabilities that lines name in the place of a domain."""
        return {dom for dom in {line.dom for line in self.p} if is_availability(dom)}

    def _encoded(self, domain: str) -> tuple[str, ...]:
        """*domain* and each domain inside it, by their names in lines."""
        found = self.reach.get(domain)
        if found is None:
            found = self.reach[domain] = tuple(intern(encode(name)) for name in self._inside(domain))
        return found

    def domains_in(self, domain: str) -> Sequence[tuple[str, str]]:
        """*domain* and those inside it, each with its name in lines."""
        found = self.pairs.get(domain)
        if found is None:
            found = tuple(zip(self._inside(domain), self._encoded(domain), strict=True))
            if len(found) == 1:  # most domains; those of long chains would take much to keep
                self.pairs[domain] = found
        return found

    def impliers(self) -> None:
        """What implies each hidden permission: it has no lines of its own and is asked as what implies it."""
        catalog = self.resolved.catalog
        for path, found in catalog.impliers.items():
            for implier in found:
                source = Provenance("implies", implier.entry.text, implier.entry.span)
                for how in carried(implier, catalog.permission(implier.path), catalog.permission(path)):
                    self.g3.setdefault(G3Line(path, implier.path, how), source)

    def _inside(self, domain: str) -> tuple[str, ...]:
        return self.resolved.domains.inside(domain)

    def _available(self, path: str, domain: str) -> bool:
        here = self.resolved.domains[domain]
        return here.offers(self.resolved.catalog.permission(path).availability)


_WHOLE = ("",)
"""The label of a role of which nothing is left out."""

_new = tuple.__new__
"""Half the price of a call of the class, for as many lines as there are."""


class _Sources:
    """Keeps one `Provenance` for all lines that one grant brings."""

    def __init__(self, why: Why) -> None:
        self._why = why
        self._known: dict[int, Provenance] = {}

    def of(self, origin: Origin) -> Provenance:
        # By identity: equality would follow what implies what, however long that is.
        source = self._known.get(id(origin))
        if source is None:
            source = self._known[id(origin)] = Provenance(self._why, origin.text, origin.span, origin)
        return source
