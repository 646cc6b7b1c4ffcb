"""Custom roles and teams that move between nested domains: compared with what their name means there."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rolegate.compiled.names import FULL, parse_subject, role_name, team_name
from rolegate.encoding import decode
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import visible


@dataclass(frozen=True, slots=True)
class MovedSubjects:
    """The custom roles and the teams that only one of two policies declares, by their names in lines."""

    sides: tuple[Resolved, Resolved]
    only: tuple[frozenset[str], frozenset[str]]

    @classmethod
    def of(cls, old: Resolved, new: Resolved) -> MovedSubjects:
        before, after = _declared(old), _declared(new)
        return cls((old, new), (before - after, after - before))

    def pairs(
        self, subjects: Collection[tuple[str, str]], doms: tuple[str, str]
    ) -> Collection[tuple[str, str]]:
        """*subjects* of a domain, each by its names on both sides.

        What a side lacks is what its name means there in the domain: whoever moves to a domain around it, or
        inside it, keeps the access that the name had there.
        """
        if FULL in doms or not all(self.only):
            return subjects
        found: dict[tuple[str, str], None] = {}
        for was, now in subjects:
            before, after = was, now
            if was == now and now in self.only[1]:
                before = self._meant(0, now, doms[0])
            elif was == now and was in self.only[0]:
                after = self._meant(1, was, doms[1])
            found[before, after] = None
        return found

    def _meant(self, number: int, sub: str, dom: str) -> str:
        """What the name of *sub* means in a domain of a side that lacks it; else *sub*."""
        side, domain = self.sides[number], decode(dom)
        if domain not in side.domains:
            return sub
        kind, name = parse_subject(sub)[:2]
        named: str | None = None
        if kind == "team":
            owner = side.domains.team_owner(name, domain)
            named = None if owner is None else team_name(name, owner)
        else:
            key = visible(side.roles, name, domain, side.domains)
            named = None if key is None else role_name(key[1], key[0])
        return named if named is not None and named in self.only[number] else sub


def _declared(side: Resolved) -> frozenset[str]:
    roles = (role_name(name, domain) for domain, name in side.roles if domain is not None)
    teams = (team_name(str(team), domain.name) for domain in side.domains for team in domain.teams)
    return frozenset((*roles, *teams))
