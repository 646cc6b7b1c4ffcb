"""A policy as it is for one user in one domain, with roles and teams that an application gives.

The application says what lines in the files could say: that the user has a role in the domain, and is in a
team. So it is the policy with these lines that is compiled, as far as it speaks about the user: the domain
with those around it, and the lines that reach the user there.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.names import of_role, team_name, user_name
from rolegate.diagnostics import Report, Span, did_you_mean
from rolegate.documents.bindings_file import BindingShape
from rolegate.documents.text import Text
from rolegate.encoding import encode
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidPolicyError, UnknownNameError
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domain, Domains, InnerTeams
from rolegate.grants.kind_holders import check_holders
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_bindings import resolve_bindings
from rolegate.grants.roles import role_help, visible

GIVEN = Span("(given by the application)")
"""The place of lines that are in no file."""


@dataclass(frozen=True, slots=True, eq=False)
class GivenLines:
    """What an application gives a user in one domain: `bindings` of roles, for some user, and `teams`.

    The teams are there by domain and name; `around` has those that contain them.
    """

    domain: str
    bindings: tuple[Binding, ...]
    teams: tuple[tuple[str, str], ...]
    around: tuple[tuple[str, str], ...]

    @property
    def subjects(self) -> tuple[str, ...]:
        """What the user acts for by them, in the words of compiled lines."""
        teams = [team_name(name, owner) for owner, name in (*self.teams, *self.around)]
        roles = [of_role(line.role) for line in self.bindings if line.role is not None]
        return tuple(dict.fromkeys((*teams, *roles)))


def given_lines(
    user: str, domain: str, roles: Iterable[str], teams: Iterable[str], resolved: Resolved
) -> GivenLines:
    """The lines that give *user* these roles and teams, by the names they have in *domain*.

    Raises:
        UnknownNameError: for a role or a team that *domain* does not know.
        InvalidPolicyError: where files could not say so.
    """
    domains = resolved.domains
    shapes = []
    for role in dict.fromkeys(roles):
        if visible(resolved.roles, role, domain, domains) is None:
            # The roles of other tenants are nobody's business.
            help = role_help(resolved.roles, role, domain, domains, elsewhere=False)
            raise UnknownNameError("role", role, help=help)
        shapes.append(_shape(user, role, domain if domains.declared else None))
    owned = dict.fromkeys(_owned(team, domain, domains) for team in teams)
    report = Report()
    catalog, restrictions = resolved.catalog, resolved.restrictions
    bindings = resolve_bindings(tuple(shapes), catalog, domains, resolved.roles, restrictions, report)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
    return GivenLines(domain, bindings, tuple(owned), tuple(_containing(owned, domain, domains)))


def _shape(user: str, role: str, domain: str | None) -> BindingShape:
    named = {"user": user, "role": role, "domain": domain}
    return BindingShape.model_validate({key: Text(name, GIVEN) for key, name in named.items() if name})


def _owned(team: str, domain: str, domains: Domains) -> tuple[str, str]:
    owner = domains.team_owner(team, domain)
    if owner is None:
        names = sorted({name for outer in domains.outward(domain) for name in domains[outer].teams})
        raise UnknownNameError("team", team, help=did_you_mean(team, names))
    return owner, str(team)


def _containing(teams: Iterable[tuple[str, str]], domain: str, domains: Domains) -> Iterator[tuple[str, str]]:
    """The teams that contain one of *teams* and hold in *domain*."""
    for outer in domains.outward(domain):
        for name, inner in domains[outer].inner_teams.items():
            if any(team in inner.teams for team in teams):
                yield outer, name


class LinesAround:
    """The lines of bindings of a snapshot by whom they are about, each with its place among all of them.

    Those about everyone and about the holders of roles are found by their domain.
    """

    __slots__ = ("_about", "_snapshot", "_wide", "_wide_ones")

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._about: dict[str, list[tuple[int, Binding]]] = {}
        self._wide: dict[str, list[tuple[int, Binding]]] = {}
        self._wide_ones: dict[str, bool] = {}
        for number, line in enumerate(snapshot.resolved.bindings):
            kind, name, owner = line.subject.kind, line.subject.name, line.subject.domain
            if kind == "user":
                self._about.setdefault(user_name(name), []).append((number, line))
            elif kind == "team" and owner is not None:
                self._about.setdefault(team_name(name, owner), []).append((number, line))
            else:
                self._wide.setdefault(line.domain, []).append((number, line))

    def reaching(self, subjects: Iterable[str], around: Iterable[str]) -> tuple[Binding, ...]:
        """The lines of the domains *around* about one of *subjects*, everyone or holders, in their order."""
        around = tuple(around)
        found = [pair for sub in subjects for pair in self._about.get(sub, ()) if pair[1].domain in around]
        found += [pair for name in around for pair in self._wide.get(name, ())]
        return tuple(line for _, line in sorted(found, key=lambda pair: pair[0]))

    def restricted(self, user: str, domain: str) -> bool:
        """Whether a restriction in force in *domain* may reach *user*, given some team or role."""
        around = self._snapshot.resolved.domains.outward(domain)
        return self._restricted(domain, around) or self._takes(self._about.get(user_name(user), ()), around)

    def _restricted(self, domain: str, around: tuple[str, ...]) -> bool:
        """Whether teams, the holders of a role, or everyone are restricted in *domain*."""
        found = self._wide_ones.get(domain)
        if found is None:
            domains = self._snapshot.resolved.domains
            teams = (team_name(team, outer) for outer in around for team in domains[outer].teams)
            lines = [pair for name in around for pair in self._wide.get(name, ())]
            lines += [pair for sub in teams for pair in self._about.get(sub, ())]
            found = self._wide_ones[domain] = self._takes(lines, around)
        return found

    def _takes(self, lines: Iterable[tuple[int, Binding]], around: Container[str]) -> bool:
        at = self._snapshot.at
        return any(line.takes and line.domain in around and line.active(at) for _, line in lines)

    def with_given(self, user: str, given: GivenLines, *, decides_only: bool = False) -> Snapshot:
        """The policy for *user* in the domain of what is *given*, with it.

        If it *decides_only*, it has no other roles than those that lines give.
        """
        at, narrow = self._snapshot.at, self._narrow(user, given, decides_only)
        return Snapshot.of(narrow, compile_policy(narrow, at), at)

    def check(self, user: str, given: GivenLines) -> None:
        """Return if lines in files could give *user* this, beside those that are there.

        Raises:
            InvalidPolicyError: otherwise.
        """
        ruled = any(kind.never for kind in self._snapshot.resolved.catalog.kinds_of_roles)
        if ruled or any(line.role is not None and line.role.kind is not None for line in given.bindings):
            narrow, report = self._narrow(user, given, True), Report()
            check_holders(narrow.bindings, narrow.catalog, narrow.domains, report)
            if report.failed:
                raise InvalidPolicyError(report.sorted())

    def _narrow(self, user: str, given: GivenLines, decides_only: bool) -> Resolved:
        """The lines, roles and domains that can reach *user*, with what is *given*."""
        snapshot = self._snapshot
        resolved = snapshot.resolved
        around = resolved.domains.outward(given.domain)
        own = dict.fromkeys(snapshot.lookup.roles(user_name(user), encode(given.domain)))
        domains = Domains(
            {name: _for_user(resolved.domains[name], user, own, given) for name in sorted(around)},
            declared=resolved.domains.declared,
            sound=resolved.domains.sound,
        )
        teams = (team_name(team, name) for name in around for team in domains[name].teams)
        mine = own.keys() | set(given.subjects)
        members = [sub for sub in teams if sub in mine]
        named = tuple(_about(line, user) for line in given.bindings)
        bindings = (*self.reaching((user_name(user), *members), around), *named)
        roles = resolved.roles
        if decides_only:
            given_here = (line.role_in(given.domain, domains) for line in bindings)
            roles = roles.only({role.key for role in given_here if role is not None})
        else:
            roles = roles.only({key for key in roles if key[0] is None or key[0] in around})
        return replace(resolved, domains=domains, roles=roles, bindings=bindings)


def _about(line: Binding, user: str) -> Binding:
    return replace(line, subject=replace(line.subject, name=user))


def _for_user(domain: Domain, user: str, own: Mapping[str, None], given: GivenLines) -> Domain:
    """*domain* with no other member in its teams than *user*, who is also in those that are *given*."""
    teams: dict[str, tuple[Text, ...]] = {}
    inner: dict[str, InnerTeams] = {}
    for team, members in domain.teams.items():
        key = (domain.name, team)
        within = domain.inner_teams.get(team)
        by = within.users.get(user) if within is not None else None
        mine: tuple[Text, ...] = ()
        if team_name(team, domain.name) in own:
            mine = tuple(member for member in members if member == user)
        elif key in given.teams or key in given.around:
            mine = (Text(user, GIVEN),)
        if within is not None and key not in given.teams and by is None and mine and mine[0].span is GIVEN:
            by = next(within.teams[team] for team in given.teams if team in within.teams)
        teams[team] = mine
        if within is not None:
            inner[team] = InnerTeams(within.teams, {} if by is None else {user: by})
    return replace(domain, teams=teams, inner_teams=inner)
