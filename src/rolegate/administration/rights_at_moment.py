"""What everybody holds in each domain at one moment, as the compiled lines say it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import CompiledPolicy, Links, PLine, links_by_domain
from rolegate.compiled.names import EVERY, EVERYONE, STRANGER, is_team, is_user
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.encoding import encode
from rolegate.giving.timed_rights import TimedRight, TimedRights
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right


@dataclass(slots=True)
class RightsAtMoment:
    """The rights of subjects, by their names in lines; those of an unknown one are those of a stranger."""

    compiled: CompiledPolicy
    links: Links
    offered: Mapping[str, frozenset[str]]
    """By domain, what lines that hold there say in the place of the domain."""
    own: Mapping[str, list[PLine]]
    _known: dict[tuple[str, tuple[str, ...]], TimedRights] = field(default_factory=dict)

    @classmethod
    def at(cls, resolved: Resolved, moment: datetime | None) -> RightsAtMoment:
        compiled = compile_policy(resolved, moment)
        offered: dict[str, set[str]] = {}
        for dom, availability in compiled.g2:
            offered.setdefault(dom, {dom}).add(availability)
        own: dict[str, list[PLine]] = {}
        lines = compiled.p
        for line in lines.others if isinstance(lines, UnwrittenLines) else lines:
            own.setdefault(line.sub, []).append(line)
        known = {dom: frozenset(found) for dom, found in offered.items()}
        return cls(compiled, links_by_domain(compiled), known, own)

    def of(self, sub: str, domain: str) -> TimedRights:
        """What *sub* holds in a domain, by itself, its teams and roles, and what everyone has."""
        dom = encode(domain)
        reached = tuple(sorted(self._reached(sub, dom)))
        found = self._known.get((dom, reached))
        if found is None:
            found = self._known[dom, reached] = self._rights(reached, dom)
        return found

    def people(self, domain: str) -> frozenset[str]:
        """The users and teams whom lines name there, and one whom none names."""
        dom = encode(domain)
        named = {sub for sub, lines in self.own.items() if any(line.dom == dom for line in lines)}
        for sub, roles in self.links.get(dom, {}).items():
            named |= {sub, *roles}
        return frozenset(sub for sub in (*named, STRANGER) if is_user(sub) or is_team(sub))

    def _reached(self, sub: str, dom: str) -> Iterator[str]:
        """The subjects for which something is said that concerns *sub*; others are left out."""
        here = self.links.get(dom, {})
        found = dict.fromkeys([sub, EVERYONE] if is_user(sub) else [sub])
        waiting = list(found)
        while waiting:
            for role in here.get(waiting.pop(), ()):
                if role not in found:
                    found[role] = None
                    waiting.append(role)
        return (one for one in found if self._lines(one))

    def _lines(self, sub: str) -> Iterable[PLine]:
        lines = self.compiled.p
        return self.own.get(sub) or (lines.of_role(sub) if isinstance(lines, UnwrittenLines) else ())

    def _rights(self, reached: Iterable[str], dom: str) -> TimedRights:
        offered = self.offered.get(dom, frozenset({dom}))
        allowed, denied = set[TimedRight](), set[TimedRight]()
        for sub in reached:
            for line in self._lines(sub):
                if line.dom in offered and not line.obj.endswith(EVERY):
                    right = TimedRight(Right(line.act, line.obj, line.scope))
                    (allowed if line.eft == "allow" else denied).add(right)
        return TimedRights(frozenset(allowed), frozenset(denied))


def with_every_plan(resolved: Resolved) -> Resolved:
    """The same set, in which each domain has every plan and add-on.

    What somebody gives and no plan has today is held with the next plan.
    """
    domains = resolved.domains
    made = {domain.name: replace(domain, offers_everything=True) for domain in domains}
    return replace(resolved, domains=replace(domains, by_name=made))
