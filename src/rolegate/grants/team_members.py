"""Who is in the teams of all domains, members of member teams included."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from rolegate.diagnostics import Report
from rolegate.documents.domains_file import DomainShape, MemberTeamShape
from rolegate.documents.text import Text
from rolegate.grants import binding_problems, domain_problems
from rolegate.grants.domains import Domains, InnerTeams, TeamMember

_Key = tuple[str, str]
"""The domain that declares a team, and its name."""


def with_inner_teams(shapes: Mapping[Text, DomainShape], domains: Domains, report: Report) -> Domains:
    """*domains*, in whose teams are also the members of the teams that *shapes* name as members.

    A member team is looked up from the domain that declares the team it is in. Teams in a circle, and those
    that contain them, are left as they are, since that is reported.
    """
    direct = {
        (str(name), str(team)): found
        for name, shape in shapes.items()
        for team, members in shape.teams.items()
        if (found := _member_teams(name, members, domains, report))
    }
    if not direct:
        return domains
    users: dict[_Key, dict[str, Text]] = {}
    inner: dict[_Key, InnerTeams] = {}
    for key in _innermost_first(direct, report):
        domain, team = key
        own = {str(user): user for user in domains[domain].teams[team]}
        teams: dict[_Key, TeamMember] = {}
        brought: dict[str, TeamMember] = {}
        for member in direct[key]:
            below = member.domain, member.name
            deeper = inner.get(below)
            theirs = users.get(below) or {str(user): user for user in domains[below[0]].teams[below[1]]}
            what = f"team `{team}` of domain `{domain}`"
            report.steps(
                1 + len(theirs) + (len(deeper.teams) if deeper is not None else 0), what, member.span
            )
            for known in (below, *(deeper.teams if deeper is not None else ())):
                teams.setdefault(known, member)
            for user, written in theirs.items():
                if user not in own:
                    own[user] = written
                    brought[user] = member
        users[key] = own
        inner[key] = InnerTeams(teams, brought)
    return _with(users, inner, domains, report)


def _with(
    users: Mapping[_Key, Mapping[str, Text]],
    inner: Mapping[_Key, InnerTeams],
    domains: Domains,
    report: Report,
) -> Domains:
    """*domains* with these users and inner teams of teams."""
    made = {
        domain.name: replace(
            domain,
            teams={
                team: tuple(users[domain.name, team].values()) if (domain.name, team) in users else members
                for team, members in domain.teams.items()
            },
            inner_teams={
                team: inner[domain.name, team] for team in domain.teams if (domain.name, team) in inner
            },
        )
        for domain in domains
    }
    return replace(domains, by_name=made, sound=domains.sound and not report.failed)


def _member_teams(
    name: Text, members: Iterable[Text | MemberTeamShape], domains: Domains, report: Report
) -> tuple[TeamMember, ...]:
    found = []
    for member in members:
        if isinstance(member, Text):
            continue
        team = member.team
        owner = domains.team_owner(team, name)
        if owner is None:
            binding_problems.team_unknown(report, team, name, domains)
        else:
            found.append(TeamMember(str(team), owner, team.span))
    return tuple(found)


def _innermost_first(direct: Mapping[_Key, tuple[TeamMember, ...]], report: Report) -> Iterable[_Key]:
    """The teams with member teams, each after those it contains; circles are reported and left out."""
    containing: dict[_Key, list[_Key]] = {}
    open_members: dict[_Key, int] = {}
    for key, members in direct.items():
        below = {(member.domain, member.name) for member in members} & direct.keys()
        open_members[key] = len(below)
        for inner in below:
            containing.setdefault(inner, []).append(key)
    order = [key for key, number in open_members.items() if not number]
    for key in order:
        for outer in containing.get(key, ()):
            open_members[outer] -= 1
            if not open_members[outer]:
                order.append(outer)
    _report_circles(direct, {key for key, number in open_members.items() if number}, report)
    return order


def _report_circles(direct: Mapping[_Key, tuple[TeamMember, ...]], left: set[_Key], report: Report) -> None:
    """Report the circles among the teams *left*, each of which contains another of them."""
    done: set[_Key] = set()
    for start in direct:
        here, steps = start, dict[_Key, TeamMember]()
        while here in left and here not in done and here not in steps:
            steps[here] = next(m for m in direct[here] if (m.domain, m.name) in left)
            here = steps[here].domain, steps[here].name
        done.update(steps)
        if here in steps:
            circle = list(steps)[list(steps).index(here) :]
            domain_problems.team_in_circle(report, [steps[key] for key in circle])
