"""A policy set with lines and members of teams that come from elsewhere, as far as it is about one domain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from rolegate.diagnostics import Report
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.text import Text
from rolegate.grants import domain_problems
from rolegate.grants.bindings import Binding
from rolegate.grants.check_lines import check_lines
from rolegate.grants.domains import Domain, Domains, InnerTeams, TeamMember
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_bindings import resolve_bindings


@dataclass(frozen=True, slots=True, eq=False)
class AddedLines:
    """What is added to one domain: lines of bindings, and users in its teams, which are declared by it."""

    lines: tuple[BindingShape, ...] = ()
    members: Mapping[Text, tuple[Text, ...]] | None = None


class LinesByDomain:
    """The lines of bindings of a set, by domain, each with its place among all of them."""

    __slots__ = ("_lines", "resolved")

    def __init__(self, resolved: Resolved) -> None:
        self.resolved = resolved
        self._lines: dict[str, list[tuple[int, Binding]]] = {}
        for number, line in enumerate(resolved.bindings):
            self._lines.setdefault(line.domain, []).append((number, line))

    def around(self, domain: str, added: Mapping[str, AddedLines], report: Report) -> Resolved:
        """The set in *domain* and around it, with what is *added* to each of these.

        What is wrong with it goes to *report*, as when files are read.
        """
        resolved = self.resolved
        around = resolved.domains.outward(domain)
        domains = _with_members(resolved.domains, {name: added[name] for name in around}, report)
        shapes = tuple(line for name in reversed(around) for line in added[name].lines)
        bindings = resolve_bindings(
            shapes, resolved.catalog, domains, resolved.roles, resolved.restrictions, report
        )
        there = sorted(
            (pair for name in around for pair in self._lines.get(name, ())), key=lambda pair: pair[0]
        )
        narrow = replace(
            resolved,
            domains=_only(domains, sorted(around)),
            roles=resolved.roles.only({key for key in resolved.roles if key[0] is None or key[0] in around}),
            bindings=(*(line for _, line in there), *bindings),
        )
        check_lines(narrow.bindings, narrow.catalog, narrow.roles, narrow.domains, report)
        return narrow


def _only(domains: Domains, names: Iterable[str]) -> Domains:
    by_name = {name: domains[name] for name in names}
    return Domains(by_name, declared=domains.declared, sound=domains.sound)


def _with_members(domains: Domains, added: Mapping[str, AddedLines], report: Report) -> Domains:
    """*domains* with the users that are *added* to teams, and to the teams around these."""
    joining: dict[tuple[str, str], tuple[Text, ...]] = {}
    for name, more in added.items():
        for team, users in (more.members or {}).items():
            owner = domains.team_owner(team, name)
            if owner is None or owner == name:
                joining[name, str(team)] = users
            else:
                domain_problems.team_shadows(report, team, name, owner)
    if not joining:
        return domains
    made = {**domains.by_name, **{name: _joined(domains[name], joining) for name in added}}
    return Domains(made, declared=domains.declared, sound=domains.sound and not report.failed)


def _joined(domain: Domain, joining: Mapping[tuple[str, str], tuple[Text, ...]]) -> Domain:
    """*domain*, in whose teams are also the users *joining* them, or joining teams within them."""
    own = {team: users for (name, team), users in joining.items() if name == domain.name}
    teams = {team: _more(domain.teams.get(team, ()), own.get(team, ())) for team in (*domain.teams, *own)}
    inner = dict(domain.inner_teams)
    for team, within in domain.inner_teams.items():
        for key, users in joining.items():
            by = within.teams.get(key)
            if by is not None:
                inner[team] = _brought(inner[team], teams[team], users, by)
                teams[team] = _more(teams[team], users)
    return replace(domain, teams=teams, inner_teams=inner)


def _more(members: Iterable[Text], users: Iterable[Text]) -> tuple[Text, ...]:
    found = {str(user): user for user in members}
    for user in users:
        found.setdefault(str(user), user)
    return tuple(found.values())


def _brought(within: InnerTeams, there: Iterable[Text], users: Iterable[Text], by: TeamMember) -> InnerTeams:
    own = {str(user) for user in there}
    fresh = {str(user): by for user in users if user not in own}
    return InnerTeams(within.teams, {**within.users, **fresh})
