"""Deny lines: what restrictions take from whom they name, in a domain and in those inside it."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from types import MappingProxyType

from rolegate.compiled.holders import Holders
from rolegate.compiled.lines import GLine, PLine, Provenance
from rolegate.compiled.names import ALL, is_availability, is_user, of_subject
from rolegate.compiled.restrict import Cost, Denied, blocked_objects, left_without, named, take_along
from rolegate.diagnostics import Report, Span
from rolegate.encoding import encode
from rolegate.grants.bindings import Binding
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, widest

_LIMITED = "limited"
"""Stands for all domains that an availability selects."""

EVERYWHERE = (ALL, _LIMITED)
"""What stands for the domain where lines of default roles are kept by subject and domain."""

AllowedLines = Mapping[tuple[str, str], Sequence[PLine]]
"""The lines that allow something, by subject and domain."""


def by_subject(lines: Iterable[PLine]) -> dict[tuple[str, str], list[PLine]]:
    """*lines* by subject and domain; those that an availability selects are together."""
    found: dict[tuple[str, str], list[PLine]] = {}
    for line in lines:
        found.setdefault((line.sub, _LIMITED if is_availability(line.dom) else line.dom), []).append(line)
    return found


def deny_lines(
    resolved: Resolved,
    active: Iterable[Binding],
    allowed: Iterable[PLine],
    links: Iterable[GLine],
    report: Report,
    everywhere: AllowedLines = MappingProxyType({}),
    places: Container[str] | None = None,
) -> dict[PLine, Provenance]:
    """The lines that deny what *active* bindings restrict, given the lines *allowed* and *links*.

    Those *everywhere* are of default roles and allow something as well. Where *places* are given, only what
    is denied in these domains is wanted.
    """
    restricting: dict[str, list[tuple[int, Binding]]] = {}
    for number, binding in enumerate(active):
        if binding.takes:
            restricting.setdefault(binding.domain, []).append((number, binding))
    if not restricting:
        return {}
    lines = _DenyLines(resolved, report, everywhere)
    lines.read(allowed, links)
    for domain in resolved.domains.names:
        if places is not None and domain not in places:
            continue
        here = [found for outer in resolved.domains.outward(domain) for found in restricting.get(outer, ())]
        if here:
            in_file_order = sorted(here, key=lambda found: found[0])
            lines.restrict(domain, [binding for _, binding in in_file_order])
    return lines.made


@dataclass(slots=True)
class _Restricted:
    """What is denied in one domain, by subject: the rights, the restrictions that name them, and the cost."""

    denied: dict[str, Denied] = field(default_factory=dict)
    sources: dict[str, dict[Right, Provenance]] = field(default_factory=dict)
    costs: dict[str, Cost] = field(default_factory=dict)

    def name(self, binding: Binding, domain: str, resolved: Resolved, report: Report) -> None:
        """Add what *binding* names in *domain*."""
        sub = of_subject(binding.subject_in(domain, resolved.domains))
        what = f"the restrictions on {binding.subject.words}"
        cost = self.costs.setdefault(sub, Cost(report, what, binding.span))
        for take, entry in binding.takes:
            cost.lines(len(take.scopes))
            for right in named([take]):
                self.denied.setdefault(sub, {})[right] = None
                source = Provenance("restrict", entry.text, entry.span, by=entry.by)
                self.sources.setdefault(sub, {}).setdefault(right, source)


@dataclass(slots=True)
class _DenyLines:
    """Collects the deny lines of all domains."""

    resolved: Resolved
    report: Report
    everywhere: AllowedLines
    made: dict[PLine, Provenance] = field(default_factory=dict)
    _allows: dict[tuple[str, str], list[PLine]] = field(default_factory=dict)
    _holders: Holders = field(default_factory=Holders)
    _known: dict[tuple[str, str, str], Mapping[Right, None]] = field(default_factory=dict)
    _offers: dict[tuple[str, str], bool] = field(default_factory=dict)

    def read(self, allowed: Iterable[PLine], links: Iterable[GLine]) -> None:
        """Remember who is allowed what and who has which roles and teams, by domain."""
        self._allows = by_subject(allowed)
        for sub, dom in self._allows:
            if is_user(sub):
                self._holders.name(sub, dom)
        for link in links:
            self._holders.link(link)

    def restrict(self, domain: str, bindings: Iterable[Binding]) -> None:
        """Deny in *domain* what *bindings* name and what requires it, then look at each user concerned.

        Where any scope or instance of a required permission serves, a user loses what requires it once
        nothing is left of all that the user holds. Teams are not looked at like this: what is denied to a
        team is denied to members who may have something left, so a grant to the team could take from them.
        """
        here = _Restricted()
        for binding in bindings:
            here.name(binding, domain, self.resolved, self.report)
        dom = encode(domain)
        for sub, own in here.denied.items():
            take_along(own, self.resolved.catalog, here.costs[sub])
        reached = self._deny_teams(here, dom)
        users = self._holders.reached(here.denied, dom)
        alike: dict[tuple[str, ...], Denied] = {}
        for user in sorted(users):
            self._deny_user(user, domain, users[user], here, alike)
        reached |= users
        for sub, own in list(here.denied.items()):
            known = [here.sources.get(name, {}) for name in (sub, *reached.get(sub, ()))]
            here.costs[sub].steps(len(own) * len(known))
            for name in (sub, *self._holders.copies(sub, dom)):
                self._deny(name, domain, own, known, here.costs[sub])

    def _deny_teams(self, here: _Restricted, dom: str) -> dict[str, list[str]]:
        """Deny to teams within restricted teams what follows from several denials taken together.

        Given back are these teams, each with the others whose denials reach it.
        """
        reached = self._holders.teams_within(here.denied, dom)
        lost: dict[str, Denied] = {}
        for team, others in reached.items():
            together: Denied = {}
            cost = here.costs.setdefault(team, here.costs[others[0]])
            for other in others:
                cost.steps(len(here.denied[other]))
                together.update(here.denied[other])
            own = here.denied.get(team, {})
            everything = {**together, **own}
            take_along(everything, self.resolved.catalog, cost)
            lost[team] = {r: why for r, why in everything.items() if r not in together or r in own}
        here.denied.update(lost)
        return reached

    def _deny_user(
        self,
        user: str,
        domain: str,
        others: list[str],
        here: _Restricted,
        alike: dict[tuple[str, ...], Denied],
    ) -> None:
        """Deny to *user* what follows from the denials of the user and of *others* taken together.

        Users who have nothing of their own and the same teams and roles lose the same, so *alike* keeps it.
        """
        dom = encode(domain)
        own = here.denied.get(user, {})
        cost = here.costs.setdefault(user, here.costs[others[0] if others else user])
        key = None if own or (user, dom) in self._allows else tuple(sorted(self._holders.roles(user, dom)))
        if key is not None and key in alike:
            cost.steps(len(key))
            here.denied[user] = dict(alike[key])
            return
        from_others: Denied = {}
        for other in others:
            cost.steps(len(here.denied[other]))
            from_others.update(here.denied[other])
        everything = {**from_others, **own}
        self._settle(user, domain, everything, cost)
        lost = {r: why for r, why in everything.items() if r not in from_others or r in own}
        here.denied[user] = lost
        if key is not None:
            alike[key] = lost

    def _settle(self, sub: str, domain: str, denied: Denied, cost: Cost) -> None:
        """Add to *denied* what *sub* holds in *domain* and loses by it, until nothing is left to add."""
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
        found: dict[Right, None] = {}
        for subject in self._holders.subjects(sub, dom):
            for where in (dom, ALL, _LIMITED):
                lines = self._allows.get((subject, where)) or self.everywhere.get((subject, where), ())
                cost.steps(2 * len(lines))
                if lines:
                    found.update(self._allowed(subject, where, domain, lines))
        held: dict[str, list[Right]] = {}
        for right in found:
            held.setdefault(right.path, []).append(right)
        return held

    def _allowed(self, subject: str, where: str, domain: str, lines: Sequence[PLine]) -> Mapping[Right, None]:
        """The rights of *lines* that *domain* offers; the same for each user who has the same role."""
        key = subject, where, domain
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = {
                Right(line.act, line.obj, line.scope): None
                for line in lines
                if where != _LIMITED or self._offered(line.act, domain)
            }
        return known

    def _deny(
        self, sub: str, domain: str, denied: Denied, sources: list[dict[Right, Provenance]], cost: Cost
    ) -> None:
        lines: dict[PLine, Provenance] = {}
        found: dict[Right, Provenance] = {}
        for right in widest(denied):
            if self._offered(right.path, domain):
                source = _source(right, denied, sources, found)
                cost.lines(right.obj.count("/"))  # the questions about everything above
                for obj in blocked_objects(right.obj):
                    line = PLine(encode(domain), sub, obj, right.path, right.scope, "deny")
                    lines.setdefault(line, source)
        self.made.update(lines)

    def _offered(self, path: str, domain: str) -> bool:
        known = self._offers.get((path, domain))
        if known is None:
            here, permission = self.resolved.domains[domain], self.resolved.catalog.permission(path)
            known = self._offers[path, domain] = here.offers(permission.availability)
        return known


def _source(
    right: Right, denied: Denied, sources: list[dict[Right, Provenance]], found: dict[Right, Provenance]
) -> Provenance:
    """The restriction that names *right*, or takes it along; *found* keeps the answers given so far."""
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
        source = first or Provenance("requires", "", Span(""))
    along = source._replace(why="requires")
    found.update({lost: source if lost == step else along for lost in steps})
    return found[right]
