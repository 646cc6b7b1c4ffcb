"""From a resolved policy set to Casbin lines, at one time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from sys import intern

from rolegate.catalog.availability import Availability
from rolegate.compiled.lines import NOTHING, Compiled, G2Line, G3Line, GLine, PLine, Provenance, Why, carried
from rolegate.compiled.model_conf import MODEL_CONF
from rolegate.compiled.names import (
    ALL,
    FULL,
    availability_name,
    is_availability,
    is_team,
    kind_of,
    of_role,
    of_subject,
    user_name,
)
from rolegate.compiled.restrict import Cost, Denied, blocked_objects, left_without, named, take_along
from rolegate.diagnostics import Report, Span
from rolegate.encoding import MAX_COLUMN, encode
from rolegate.grants.bindings import Binding, BindingSubject
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, covered, widest
from rolegate.grants.roles import Origin, Rights


def compile_policy(resolved: Resolved, at: datetime, report: Report | None = None) -> Compiled:
    """The lines in force at *at*; *report* counts them before they are made."""
    active = [binding for binding in resolved.bindings if binding.active(at)]
    lines = _Lines(resolved, active, report or Report())
    for step in (
        lines.roles,
        lines.memberships,
        lines.bindings,
        lines.restrictions,
        lines.availability,
        lines.impliers,
    ):
        step()
    ends = [b.until for b in resolved.bindings if b.until is not None and at < b.until]
    constant = {PLine(*NOTHING): Provenance("constant", "denies the empty request", Span(""))}
    return Compiled(
        model_text=MODEL_CONF,
        p=dict(sorted({**constant, **lines.p}.items())),
        g=dict(sorted(lines.g.items())),
        g2=tuple(sorted(lines.g2)),
        g3=dict(sorted(lines.g3.items())),
        holds_until=min(ends, default=None),
    )


def check_columns(compiled: Compiled, report: Report) -> None:
    """Report every value too long for a column of a `casbin_rule` table, once."""
    lines = chain(compiled.g, compiled.g3, compiled.p)
    if all(len(value) <= MAX_COLUMN for value in set(chain.from_iterable(lines))):
        return
    seen: set[str] = set()
    for line, source in (*compiled.g.items(), *compiled.g3.items(), *compiled.p.items()):
        for value in line:
            if len(value) > MAX_COLUMN and value not in seen:
                seen.add(value)
                what = _LONG.get(kind_of(value), "instance")
                report.add(
                    "RG501",
                    source.span,
                    f"the {what} `{value[:60]}…` is {len(value)} characters long once compiled;"
                    f" a column holds {MAX_COLUMN}",
                    "use shorter names: they are percent-encoded, and joined where one lies within another",
                )


_LONG = {"team": "team", "role": "role", "user": "user", "gate": "availability"}

_LIMITED = "limited"
"""Stands for all domains that an availability selects."""


@dataclass(slots=True)
class _Lines:
    """Collects lines; each step adds one kind."""

    resolved: Resolved
    active: list[Binding]
    report: Report
    p: dict[PLine, Provenance] = field(default_factory=dict)
    g: dict[GLine, Provenance] = field(default_factory=dict)
    g2: set[G2Line] = field(default_factory=set)
    reach: dict[str, tuple[str, ...]] = field(default_factory=dict)
    doms: dict[Availability, str] = field(default_factory=dict)
    g3: dict[G3Line, Provenance] = field(default_factory=dict)
    allows: dict[tuple[str, str], list[PLine]] = field(default_factory=dict)
    links: dict[tuple[str, str], list[str]] = field(default_factory=dict)

    def roles(self) -> None:
        for role in self.resolved.roles.values():
            self._count(len(role.rights), f"role `{role.name}`", role.span, role.domain)
            self._role_lines(of_role(role), role.domain, role.rights)
        done: set[str] = set()
        for binding in self.active:
            for copy in binding.copies:
                assert binding.role is not None  # noqa: S101
                name = of_role(binding.role) + copy.label
                if name in done:
                    continue  # the name of a copy says what it holds
                done.add(name)
                what = f"role `{binding.role.name}` limited by `only`"
                self._count(len(copy.rights), what, binding.span, binding.role.domain)
                self._role_lines(name, binding.role.domain, copy.rights)

    def _count(self, number: int, what: str, at: Span, domain: str | None) -> None:
        """Count *number* lines, which are repeated for each domain inside *domain*."""
        times = 1 if domain is None else self.resolved.domains.width(domain)
        self.report.lines(number * times, what, at)

    def _role_lines(self, sub: str, domain: str | None, rights: Rights) -> None:
        sources = _Sources("role")
        doms: dict[str, str] = {}
        for right in widest(rights):
            source = sources.of(rights[right])
            if domain is not None:
                self._allow(sub, self._domains(domain), right, source)
                continue
            dom = doms.get(right.path)
            if dom is None:
                availability = self.resolved.catalog.permission(right.path).availability
                name = availability_name(availability)
                dom = doms[right.path] = self.doms.setdefault(availability, name)
            self.p.setdefault(PLine(sub, dom, right.obj, right.path, right.scope, "allow"), source)

    def memberships(self) -> None:
        for domain in self.resolved.domains:
            for team, users in domain.teams.items():
                self._count(len(users), f"team `{team}` of domain `{domain.name}`", domain.span, domain.name)
                subject = BindingSubject("team", team, domain.name)
                for user in users:
                    source = Provenance("member", f"`{user}` is in team `{team}`", user.span)
                    sub, role = user_name(user), of_subject(subject)
                    for each in self._encoded(domain.name):
                        self.g.setdefault(GLine(sub, role, each), source)

    def bindings(self) -> None:
        for binding in self.active:
            sub = of_subject(binding.subject)
            if binding.role is not None:
                labels = [copy.label for copy in binding.copies] if binding.limited else [""]
                what = f"role `{binding.role.name}` bound to {binding.subject.kind} `{binding.subject.name}`"
                self._count(len(labels), what, binding.span, None if binding.limited else binding.domain)
                reach = (encode(binding.domain),) if binding.limited else self._encoded(binding.domain)
                source = Provenance("binding", f"role `{binding.role.name}`", binding.span)
                for each in reach:
                    for label in labels:
                        self.g.setdefault(GLine(sub, of_role(binding.role) + label, each), source)
            if binding.rights is not None:
                self._count(len(binding.rights), "a line of grants", binding.span, binding.domain)
                sources = _Sources("grants")
                for right in widest(binding.rights):
                    source = sources.of(binding.rights[right])
                    self._allow(sub, self._domains(binding.domain), right, source)
        self._drop_covered()

    def _allow(self, sub: str, reach: Iterable[tuple[str, str]], right: Right, source: Provenance) -> None:
        for domain, dom in reach:
            if self._available(right.path, domain):
                self.p.setdefault(PLine(sub, dom, right.obj, right.path, right.scope, "allow"), source)

    def _drop_covered(self) -> None:
        """Several lines of one subject may cover each other; the wider one stays."""
        by_key: dict[tuple[str, str, str, str], dict[str, PLine]] = {}
        for line in self.p:
            by_key.setdefault((line.sub, line.dom, line.act, line.scope), {})[line.obj] = line
        for objs in by_key.values():
            for obj, line in objs.items():
                if covered(obj, objs):
                    del self.p[line]

    def restrictions(self) -> None:
        taking: dict[str, list[tuple[int, Binding]]] = {}
        for number, binding in enumerate(self.active):
            if binding.takes:
                taking.setdefault(binding.domain, []).append((number, binding))
        if not taking:
            return
        for line in self.p:
            dom = _LIMITED if is_availability(line.dom) else line.dom
            self.allows.setdefault((line.sub, dom), []).append(line)
        members: dict[tuple[str, str], list[str]] = {}
        for link in self.g:
            self.links.setdefault((link.sub, link.dom), []).append(link.role)
            if is_team(link.role):
                members.setdefault((link.role, link.dom), []).append(link.sub)
        for domain in self.resolved.domains.names:
            here = [each for outer in self.resolved.domains.outward(domain) for each in taking.get(outer, ())]
            if here:
                self._restrict(
                    domain, [binding for _, binding in sorted(here, key=lambda each: each[0])], members
                )

    def _restrict(
        self, domain: str, bindings: Iterable[Binding], members: Mapping[tuple[str, str], list[str]]
    ) -> None:
        """Deny what the lines name and what requires it; then look at each user who is touched.

        Where any scope or instance of a required permission serves, a user loses what requires it when
        nothing is left of all the user holds. A team is not looked at that way: its denials reach
        members who may have something left, and a grant to the team could then take from them.
        """
        denied: dict[str, Denied] = {}
        sources: dict[str, dict[Right, Provenance]] = {}
        costs: dict[str, Cost] = {}
        for binding in bindings:
            sub = of_subject(binding.subject)
            what = f"the restrictions on {binding.subject.kind} `{binding.subject.name}`"
            cost = costs.setdefault(sub, Cost(self.report, what, binding.span))
            for take, entry in binding.takes:
                cost.lines(len(take.scopes))
                for right in named([take]):
                    denied.setdefault(sub, {})[right] = None
                    source = Provenance("restrict", entry.text, entry.span)
                    sources.setdefault(sub, {}).setdefault(right, source)
        for sub, own in denied.items():
            take_along(own, self.resolved.catalog, costs[sub])
        dom = encode(domain)
        teams: dict[str, list[str]] = {sub: [] for sub in denied if not is_team(sub)}
        for sub in denied:
            for user in members.get((sub, dom), ()):
                teams.setdefault(user, []).append(sub)
        for user in sorted(teams):
            from_teams: Denied = {}
            cost = costs[user] if user in costs else costs.setdefault(user, costs[teams[user][0]])
            for team in teams[user]:
                cost.steps(len(denied[team]))
                from_teams.update(denied[team])
            own = denied.get(user, {})
            everything = {**from_teams, **own}
            self._settle(user, domain, everything, cost)
            denied[user] = {r: why for r, why in everything.items() if r not in from_teams or r in own}
        for sub, own in denied.items():
            known = [sources.get(each, {}) for each in (sub, *teams.get(sub, ()))]
            costs[sub].steps(len(own) * len(known))
            self._deny(sub, domain, own, known, costs[sub])

    def _settle(self, sub: str, domain: str, denied: Denied, cost: Cost) -> None:
        """Close *denied* over what *sub* holds in the domain."""
        catalog = self.resolved.catalog
        held = self._held(sub, domain, cost)
        before = 0
        while len(denied) > before:
            paths = dict.fromkeys(right.path for right in islice(denied, before, None))
            before = len(denied)
            more = left_without(held, denied, paths, catalog, cost)
            denied.update(more)
            take_along(denied, catalog, cost, more)

    def _held(self, sub: str, domain: str, cost: Cost) -> dict[str, list[Right]]:
        """What *sub* holds in *domain* through itself, its teams and its roles, by path."""
        dom = encode(domain)
        subjects = [sub]
        seen = {sub}
        for each in subjects:
            reached = [role for role in self.links.get((each, dom), ()) if role not in seen]
            seen.update(reached)
            subjects += reached
        found: dict[str, list[Right]] = {}
        for each in subjects:
            for where in (dom, ALL, _LIMITED):
                lines = self.allows.get((each, where), ())
                cost.steps(2 * len(lines))
                for line in lines:
                    if where != _LIMITED or self._available(line.act, domain):
                        found.setdefault(line.act, []).append(Right(line.act, line.obj, line.scope))
        return {path: list(dict.fromkeys(rights)) for path, rights in found.items()}

    def _deny(
        self, sub: str, domain: str, denied: Denied, sources: list[dict[Right, Provenance]], cost: Cost
    ) -> None:
        lines: dict[PLine, Provenance] = {}
        found: dict[Right, Provenance] = {}
        for right in widest(denied):
            if self._available(right.path, domain):
                source = _source(right, denied, sources, found)
                cost.lines(right.obj.count("/"))  # the questions about everything above
                for obj in blocked_objects(right.obj):
                    line = PLine(sub, encode(domain), obj, right.path, right.scope, "deny")
                    lines.setdefault(line, source)
        self.p.update(lines)

    def availability(self) -> None:
        used = {line.dom for line in self.p if is_availability(line.dom)}
        wanted = [(name, availability) for availability, name in self.doms.items() if name in used]
        known: dict[tuple[str | None, frozenset[str]], list[str]] = {}
        for domain in self.resolved.domains:
            what = f"the plan and the add-ons of domain `{domain.name}`"
            has = (domain.plan, domain.addons)
            if has not in known:
                self.report.steps(len(wanted), what, domain.span)
                known[has] = [name for name, availability in wanted if domain.offers(availability)]
            self.report.lines(len(known[has]), what, domain.span)
            self.g2 |= {G2Line(encode(domain.name), name) for name in (ALL, *known[has])}
        self.g2 |= {G2Line(FULL, name) for name in (ALL, *used)}

    def _encoded(self, domain: str) -> tuple[str, ...]:
        """*domain* and each domain inside it, as they stand in lines."""
        found = self.reach.get(domain)
        if found is None:
            found = self.reach[domain] = tuple(intern(encode(each)) for each in self._inside(domain))
        return found

    def _domains(self, domain: str) -> Iterable[tuple[str, str]]:
        return zip(self._inside(domain), self._encoded(domain), strict=True)

    def impliers(self) -> None:
        """What implies each hidden permission, for whoever asks the lines: it has none of its own."""
        catalog = self.resolved.catalog
        for path, found in catalog.impliers.items():
            for each in found:
                source = Provenance("implies", each.entry.text, each.entry.span)
                for how in carried(each, catalog.permission(each.path), catalog.permission(path)):
                    self.g3.setdefault(G3Line(path, each.path, how), source)

    def _inside(self, domain: str) -> tuple[str, ...]:
        return self.resolved.domains.inside(domain)

    def _available(self, path: str, domain: str) -> bool:
        here = self.resolved.domains[domain]
        return here.offers(self.resolved.catalog.permission(path).availability)


class _Sources:
    """One source for all lines that one grant brings."""

    def __init__(self, why: Why) -> None:
        self._why = why
        self._known: dict[int, Provenance] = {}

    def of(self, origin: Origin) -> Provenance:
        # By identity: equality would follow what implies what, however long that is.
        source = self._known.get(id(origin))
        if source is None:
            source = self._known[id(origin)] = Provenance(self._why, origin.text, origin.span, origin)
        return source


def _source(
    right: Right, denied: Denied, sources: list[dict[Right, Provenance]], found: dict[Right, Provenance]
) -> Provenance:
    """The restriction that named *right*, or the one that took it along; *found* has what is known."""
    steps: dict[Right, None] = {}
    step: Right | None = right
    source: Provenance | None = None
    while step is not None and step not in steps and source is None:
        steps[step] = None
        source = found.get(step) or next((known[step] for known in sources if step in known), None)
        if source is None:
            step = denied.get(step)
    if source is None:
        first = next((source for known in sources for source in known.values()), None)
        source = Provenance("takes along", first.text if first else "", first.span if first else Span(""))
    along = replace(source, why="takes along")
    found.update({each: source if each == step else along for each in steps})
    return found[right]
