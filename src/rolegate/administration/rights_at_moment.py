"""What everybody holds in each domain at one moment, as the compiled lines say it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.deny_lines import EVERYWHERE
from rolegate.compiled.domain_lines import DefaultLines, DomainLines
from rolegate.compiled.lines import G2Line, Links, PLine, links_by_domain, links_by_subject
from rolegate.compiled.names import EVERY, EVERYONE, STRANGER, is_team, is_user
from rolegate.compiled.unwritten_lines import UnwrittenLines
from rolegate.encoding import encode
from rolegate.giving.timed_rights import TimedRight, TimedRights
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right


@dataclass(slots=True)
class RightsAtMoment:
    """The rights of subjects, by their names in lines; those of an unknown one are those of a stranger."""

    links: Links
    offered: Mapping[str, frozenset[str]]
    """By domain, what lines that hold there say in the place of the domain."""
    own: Mapping[str, list[PLine]]
    roles: Callable[[str], Collection[PLine]]
    """The other lines of a role."""
    default: KnownRights | None = None
    """What these come from, if it is kept: then they are the same wherever it is."""
    _known: dict[tuple[str, tuple[str, ...]], TimedRights] = field(default_factory=dict)

    @classmethod
    def at(cls, resolved: Resolved, moment: datetime | None) -> RightsAtMoment:
        compiled = compile_policy(resolved, moment)
        lines = compiled.p
        if isinstance(lines, UnwrittenLines):
            return cls(links_by_domain(compiled), _offered(compiled.g2), _own(lines.others), lines.of_role)
        return cls(links_by_domain(compiled), _offered(compiled.g2), _own(lines), _nothing)

    @classmethod
    def in_domains(cls, made: Mapping[str, DomainLines], default: KnownRights) -> RightsAtMoment:
        """The rights in the domains of which there are lines, where those of default roles are kept."""
        links = {encode(name): links_by_subject(lines.g) for name, lines in made.items()}
        offered = _offered(offer for lines in made.values() for offer in lines.g2)
        own = _own(line for lines in made.values() for line in lines.p)
        return cls(links, offered, own, default.lines.of_role, default)

    def of(self, sub: str, domain: str) -> TimedRights:
        """What *sub* holds in a domain, by itself, its teams and roles, and what everyone has."""
        dom = encode(domain)
        reached = tuple(sorted(self._reached(sub, dom)))
        found = self._known.get((dom, reached))
        if found is None:
            found = self._known[dom, reached] = self._rights(reached, dom)
        return found

    def about(self, sub: str, domain: str, path: str) -> TimedRights:
        """The same of one permission."""
        return self._rights(self._reached(sub, encode(domain)), encode(domain), path)

    def unlike(self, other: RightsAtMoment, domain: str) -> Iterator[str]:
        """The people who may hold something else there than they do in *other*."""
        dom = encode(domain)
        people = sorted(self.people(domain) | other.people(domain))
        alike = self.default is not None and self.default is other.default
        if not alike or self.offered.get(dom) != other.offered.get(dom):
            yield from people
            return
        changed = {
            sub for sub in self.own.keys() | other.own.keys() if self.own.get(sub) != other.own.get(sub)
        }
        sides = self.links.get(dom, {}), other.links.get(dom, {})
        changed |= {
            sub for sub in sides[0].keys() | sides[1].keys() if sides[0].get(sub) != sides[1].get(sub)
        }
        reaching = _reaching(changed, sides)
        everyone = EVERYONE in reaching
        yield from (sub for sub in people if sub in reaching or (everyone and is_user(sub)))

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
        says = self.roles if self.default is None else self.default.says
        return (one for one in found if one in self.own or says(one))

    def _rights(self, reached: Iterable[str], dom: str, path: str | None = None) -> TimedRights:
        offered = self.offered.get(dom, frozenset({dom}))
        parts = []
        for sub in reached:
            if self.default is None:
                parts.append(rights_of(self.roles(sub), offered, path))
            else:
                parts.append(self.default.of(sub, offered - {dom}, path))
            if sub in self.own:
                parts.append(rights_of(self.own[sub], offered, path))
        if len(parts) == 1:
            return parts[0]
        none = frozenset[TimedRight]()
        allowed, denied = ([one.allowed for one in parts], [one.denied for one in parts])
        return TimedRights(none.union(*allowed), none.union(*denied))


@dataclass(slots=True)
class KnownRights:
    """What default roles hold where some availabilities are offered, worked out once for all domains."""

    lines: DefaultLines
    _known: dict[tuple[str, frozenset[str], str | None], TimedRights] = field(default_factory=dict)

    def says(self, sub: str) -> bool:
        """Whether it is a default role that holds something."""
        return any((sub, where) in self.lines.allowed for where in EVERYWHERE)

    def of(self, sub: str, offered: frozenset[str], path: str | None) -> TimedRights:
        """The rights of one default role, or of them one permission."""
        if not self.says(sub):
            return _NOTHING
        found = self._known.get((sub, offered, path))
        if found is None:
            found = self._known[sub, offered, path] = rights_of(self.lines.of_role(sub), offered, path)
        return found


def rights_of(lines: Iterable[PLine], offered: Container[str], path: str | None = None) -> TimedRights:
    """What *lines* say that hold where something is *offered*, or of that one permission."""
    allowed, denied = set[TimedRight](), set[TimedRight]()
    for line in lines:
        if path is not None and line.act != path:
            continue
        if line.dom in offered and not line.obj.endswith(EVERY):
            right = TimedRight(Right(line.act, line.obj, line.scope))
            (allowed if line.eft == "allow" else denied).add(right)
    return TimedRights(frozenset(allowed), frozenset(denied))


def _reaching(wanted: Collection[str], sides: Iterable[Mapping[str, Collection[str]]]) -> set[str]:
    """Those who are among *wanted*, or have something of it by the links of one of the *sides*."""
    back: dict[str, list[str]] = {}
    for side in sides:
        for sub, roles in side.items():
            for role in roles:
                back.setdefault(role, []).append(sub)
    found, waiting = set(wanted), list(wanted)
    while waiting:
        more = [sub for sub in back.get(waiting.pop(), ()) if sub not in found]
        found.update(more)
        waiting += more
    return found


_NOTHING = TimedRights()


def _offered(offers: Iterable[G2Line]) -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for dom, availability in offers:
        found.setdefault(dom, {dom}).add(availability)
    return {dom: frozenset(names) for dom, names in found.items()}


def _own(lines: Iterable[PLine]) -> dict[str, list[PLine]]:
    own: dict[str, list[PLine]] = {}
    for line in lines:
        own.setdefault(line.sub, []).append(line)
    return own


def _nothing(_: str) -> tuple[PLine, ...]:
    return ()


def with_every_plan(resolved: Resolved) -> Resolved:
    """The same set, in which each domain has every plan and add-on, and no instance is removed.

    What somebody gives and no plan has today is held with the next plan, and so is what was removed when it
    comes back.
    """
    domains = resolved.domains
    made = {domain.name: replace(domain, offers_everything=True, removed={}) for domain in domains}
    return replace(resolved, domains=replace(domains, by_name=made))
