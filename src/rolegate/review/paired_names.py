"""The roles, teams and domains of two policies, paired: what has another name now is the same thing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.compiled.names import parse_subject, role_name, team_name
from rolegate.encoding import encode
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import RoleKey
from rolegate.wording.phrases import Phrase, SaidName


@dataclass(frozen=True, slots=True)
class PairedNames:
    """What has another name on the newer side, by the names in compiled lines.

    A former name of either side pairs what has it on the other side with what was, or is, called so. Where
    two became one, both are paired with it.
    """

    subjects: Mapping[str, str] = field(default_factory=dict)
    """Roles and teams, by their names on the older side."""
    domains: Mapping[str, str] = field(default_factory=dict)
    _before: dict[str, list[str]] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        for was, now in (*self.subjects.items(), *self.domains.items()):
            self._before.setdefault(now, []).append(was)

    @classmethod
    def of(cls, old: Resolved, new: Resolved) -> PairedNames:
        """Those of two policies."""
        domains = renamed_domains(old, new)
        roles = renamed_roles(old, new).items()
        subjects = {role_name(was[1], was[0]): role_name(now[1], now[0]) for was, now in roles}
        subjects |= {
            team_name(str(team), was): team_name(str(team), now)
            for was, now in domains.items()
            for team in old.domains[was].teams
        }
        return cls(subjects, {encode(was): encode(now) for was, now in domains.items()})

    def pairs(self, before: Iterable[str], after: Iterable[str]) -> list[tuple[str, str]]:
        """The names of one thing on the older and on the newer side, for every name that is given."""
        known = set(before)
        if not self._before:
            return [(name, name) for name in known.union(after)]
        found = {was: (was, self.today(was)) for was in sorted(known)}
        pairs = dict.fromkeys(found.values())
        for now in sorted(after):
            for was in self._before.get(now, ()):
                pairs[was, now] = None
            if now not in self._before and now not in found:
                pairs[now, now] = None
        return list(pairs)

    def today(self, name: str) -> str:
        """The name on the newer side of what is called *name* on the older one."""
        return self.subjects.get(name) or self.domains.get(name, name)

    def on(self, number: int, name: str) -> str:
        """The name on the older side, 0, or the newer one, 1, of what the other side calls *name*."""
        return self.today(name) if number else next(iter(self._before.get(name, ())), name)

    def said_on(self, number: int, fact: str) -> str:
        """What the other side says, with the names of roles on this one."""
        if not self.subjects:
            return fact
        there = self.subjects if number else self.subjects.values()
        return str(_said(fact, {_called(name): _called(self.on(number, name)) for name in there}))


def _called(sub: str) -> str:
    return parse_subject(sub).name


def _said(part: Any, back: Mapping[str, str]) -> Any:
    if isinstance(part, SaidName):
        return part._replace(name=back.get(part.name, part.name)) if part.kind == "role" else part
    if isinstance(part, Phrase):
        return Phrase(part.key, **{key: _said(value, back) for key, value in part.values.items()})
    return part


def renamed_domains(old: Resolved, new: Resolved) -> dict[str, str]:
    """What each domain that has another name now is called."""
    found = {was: now for now, was in old.domains.former.items()}
    found = {was: now for was, now in found.items() if was not in new.domains and now in new.domains}
    found |= new.domains.former
    return {was: now for was, now in found.items() if was in old.domains and now in new.domains}


def renamed_roles(old: Resolved, new: Resolved) -> dict[RoleKey, RoleKey]:
    """What each role that has another name, or a domain of another name, is called now."""
    domains = renamed_domains(old, new)
    back = {now: was for was, now in domains.items()}
    found: dict[RoleKey, RoleKey] = {}
    for now, was in old.roles.former.items():
        moved = (domains.get(now[0], now[0]) if now[0] else None, now[1])
        if moved in new.roles and (moved[0], was[1]) not in new.roles:
            found[was] = moved
    for was in [(domain, name) for domain in domains for name in old.roles.names(domain)]:
        found.setdefault(was, (domains[was[0]], was[1]))
    for was, now in new.roles.former.items():
        found[back.get(was[0], was[0]) if was[0] else None, was[1]] = now
    return {was: now for was, now in found.items() if was in old.roles and now in new.roles}
