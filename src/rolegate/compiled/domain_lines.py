"""The lines of one domain and of those inside it, compiled over those of default roles, which are kept.

INVARIANT: they are the lines of the whole set that have one of these domains in their domain column, so
whoever has changed something in a domain replaces these and no others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from rolegate.catalog.availability import Availability
from rolegate.compiled.check_limits import report_long
from rolegate.compiled.deny_lines import EVERYWHERE, AllowedLines, by_subject, deny_lines
from rolegate.compiled.line_collector import LineCollector
from rolegate.compiled.lines import G2Line, GLine, Line, PLine, Provenance
from rolegate.compiled.names import is_availability, of_role
from rolegate.compiled.removed_lines import removed_lines
from rolegate.diagnostics import Report
from rolegate.encoding import encode
from rolegate.grants.resolve import Resolved
from rolegate.grants.size import SetTooLargeError, Sized


@dataclass(frozen=True, slots=True)
class DomainLines:
    """The lines of one domain, sorted; those that it shares with all others are not among them."""

    p: Mapping[PLine, Provenance]
    g: Mapping[GLine, Provenance]
    g2: tuple[G2Line, ...]

    @property
    def lines(self) -> tuple[tuple[str, Line], ...]:
        """Every line with its Casbin section, sorted."""
        parts: tuple[tuple[str, Iterable[Line]], ...] = (("g", self.g), ("g2", self.g2), ("p", self.p))
        return tuple((section, line) for section, lines in parts for line in lines)


@dataclass(frozen=True, slots=True, eq=False)
class DefaultLines:
    """The lines of default roles, which every domain shares, in the forms that those of domains depend on."""

    allowed: AllowedLines
    per_instance: Sequence[PLine]
    gates: frozenset[str]
    """The availabilities that they name in the place of a domain."""
    names: Mapping[Availability, str]
    """What availabilities are called in lines."""

    def of_role(self, sub: str) -> Sequence[PLine]:
        """The lines of one default role."""
        return [line for where in EVERYWHERE for line in self.allowed.get((sub, where), ())]

    @classmethod
    def of(cls, ground: Resolved) -> DefaultLines:
        """Those of a set without domains, or of whatever has the same default roles."""
        lines = LineCollector(ground, [], Report())
        for role in ground.roles.values():
            if role.domain is None:
                lines.role_lines(of_role(role), None, role.rights)
        return cls(
            by_subject(lines.p),
            tuple(line for line in lines.p if ground.catalog.permission(line.act).chain),
            frozenset(line.dom for line in lines.p if is_availability(line.dom)),
            dict(lines.doms),
        )


def compile_domain(
    resolved: Resolved,
    default: DefaultLines,
    domain: str | Collection[str],
    at: datetime | None,
    report: Report,
) -> dict[str, DomainLines]:
    """The lines of *domain*, or several, and of each inside, by name, in force at *at* or those of any time.

    *resolved* has at least these and all around them. Lines that are too many, and values that are too long
    for a column, are reported.
    """
    wanted = (domain,) if isinstance(domain, str) else domain
    places = tuple(sorted({name for one in wanted for name in resolved.domains.inside(one)}))
    active = [line for line in resolved.bindings if at is None or line.active(at)]
    lines = _DomainCollector(
        resolved, active, Sized(limits=resolved.limits), default=default, places=frozenset(places)
    )
    try:
        lines.collect()
    except SetTooLargeError as large:
        report.take([large.finding])
    report_long((*lines.g.items(), *lines.p.items()), report)
    return _by_domain(lines, places)


def _by_domain(lines: LineCollector, places: Sequence[str]) -> dict[str, DomainLines]:
    names = {encode(name): name for name in places}
    p: dict[str, dict[PLine, Provenance]] = {dom: {} for dom in names}
    g: dict[str, dict[GLine, Provenance]] = {dom: {} for dom in names}
    g2: dict[str, list[G2Line]] = {dom: [] for dom in names}
    for line in sorted(lines.p):
        if line.dom in p:
            p[line.dom][line] = lines.p[line]
    for link in sorted(lines.g):
        if link.dom in g:
            g[link.dom][link] = lines.g[link]
    for offer in sorted(lines.g2):
        if offer.dom in g2:
            g2[offer.dom].append(offer)
    return {name: DomainLines(p[dom], g[dom], tuple(g2[dom])) for dom, name in names.items()}


@dataclass(slots=True)
class _DomainCollector(LineCollector):
    """Collects the lines of some domains, which are all that is inside one of them."""

    default: DefaultLines = field(kw_only=True)
    places: Collection[str] = field(kw_only=True)

    def roles(self) -> None:
        for role in self.resolved.roles.values():
            if role.domain is not None:
                self._count(len(role.rights), f"role `{role.name}`", role.span, role.domain)
                self.role_lines(of_role(role), role.domain, role.rights)
        self.copies()

    def restrictions_and_removals(self) -> None:
        gone = removed_lines(self.resolved, self.p, self.g, self.report, self.default.per_instance)
        denied = deny_lines(
            self.resolved, self.active, self.p, self.g, self.report, self.default.allowed, self.places
        )
        self.p.update({**gone, **denied})

    def availability(self) -> None:
        self.doms = dict(self.default.names)
        LineCollector.availability(self)

    def used_gates(self) -> set[str]:
        return set(self.default.gates)

    def impliers(self) -> None:
        """They are the catalog's."""

    def _inside(self, domain: str) -> tuple[str, ...]:
        return tuple(name for name in self.resolved.domains.inside(domain) if name in self.places)
