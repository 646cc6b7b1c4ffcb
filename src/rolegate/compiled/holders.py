"""Who has which teams and roles in a domain, and whom a restriction reaches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rolegate.compiled.lines import GLine
from rolegate.compiled.names import EVERYONE, is_role, is_team, is_user, unlimited


@dataclass(slots=True)
class Holders:
    """The links of a policy, by domain, and the users whom its lines name there."""

    _roles: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _members: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    _copies: dict[tuple[str, str], dict[str, None]] = field(default_factory=dict)
    _users: dict[str, dict[str, None]] = field(default_factory=dict)

    def name(self, user: str, dom: str) -> None:
        """Remember that a line for *dom* names *user*."""
        self._users.setdefault(dom, {})[user] = None

    def link(self, link: GLine) -> None:
        """Remember a link."""
        self._roles.setdefault((link.sub, link.dom), []).append(link.role)
        self._members.setdefault((link.role, link.dom), []).append(link.sub)
        if is_user(link.sub):
            self.name(link.sub, link.dom)
        role = unlimited(link.role)
        if role != link.role:
            self._copies.setdefault((role, link.dom), {})[link.role] = None

    def copies(self, role: str, dom: str) -> Iterable[str]:
        """The limited copies of *role* that somebody has in *dom*."""
        return self._copies.get((role, dom), ())

    def roles(self, sub: str, dom: str) -> Sequence[str]:
        """The teams and roles that *sub* has in *dom* by itself."""
        return self._roles.get((sub, dom), ())

    def subjects(self, sub: str, dom: str) -> list[str]:
        """*sub*, and all that it acts for in *dom*: its teams and roles, and for a user those of everyone."""
        found = [sub, EVERYONE] if is_user(sub) else [sub]
        seen = set(found)
        for subject in found:
            fresh = [role for role in self.roles(subject, dom) if role not in seen]
            seen.update(fresh)
            found += fresh
        return found

    def reached(self, restricted: Iterable[str], dom: str) -> dict[str, list[str]]:
        """The users whom restrictions on *restricted* reach, each with the others of these they act for.

        Users whom no line names are not among them: nobody can list those.
        """
        restricted = list(restricted)
        reached: dict[str, list[str]] = {sub: [] for sub in restricted if is_user(sub)}
        for sub in restricted:
            if not is_user(sub):
                for user in dict.fromkeys(self._users_of(sub, dom, reached)):
                    reached.setdefault(user, []).append(sub)
        return reached

    def teams_within(self, restricted: Iterable[str], dom: str) -> dict[str, list[str]]:
        """The teams that restrictions on *restricted* reach as members of other teams, each with these."""
        reached: dict[str, list[str]] = {}
        for sub in sorted(restricted):
            for member in self._members.get((sub, dom), ()) if is_team(sub) else ():
                if is_team(member):
                    reached.setdefault(member, []).append(sub)
        return reached

    def _users_of(self, sub: str, dom: str, more: Iterable[str]) -> Iterator[str]:
        """The users who act for *sub*; *more* users are known beside those of links and rights."""
        if sub == EVERYONE:
            yield from self._users.get(dom, ())
            yield from list(more)
            return
        for role in (sub, *(self.copies(sub, dom) if is_role(sub) else ())):
            for member in self._members.get((role, dom), ()):
                if is_user(member):
                    yield member
                else:
                    yield from self._users_of(member, dom, more)
