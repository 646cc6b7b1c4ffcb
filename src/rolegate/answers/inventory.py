"""What is bound: which lines reach somebody or give a role, and in which domains somebody is named."""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from rolegate.answers.bound_lines import BoundLine, bound_line
from rolegate.compiled.names import team_name, user_name
from rolegate.diagnostics import did_you_mean
from rolegate.encoding import encode
from rolegate.engine.asked_moment import moment_of
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import UnknownNameError, wrong_kind
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.resolve import Resolved
from rolegate.grants.roles import RoleKey, name_in, visible
from rolegate.grants.zones import zone_called


@dataclass(frozen=True, slots=True)
class WantedLines:
    """Which lines are asked for; what is None does not matter."""

    user: str | None = None
    team: str | None = None
    role: str | None = None
    domain: str | None = None
    ends_before: date | None = None


def bound_lines(wanted: WantedLines, snapshot: Snapshot) -> tuple[BoundLine, ...]:
    """The lines in force that are *wanted*, in the order of the files.

    Raises:
        UnknownNameError: for an unknown team, role or domain.
        InvalidQuestionError: for an end that is neither a date nor a time.
    """
    resolved = snapshot.resolved
    _check(wanted, snapshot)
    reaching: set[int] | None = None
    if wanted.user is not None or wanted.team is not None:
        reaching = {id(line) for line in _reaching(wanted, snapshot)}
    meant = frozenset() if wanted.role is None else resolved.roles.keys_called(wanted.role)
    return tuple(
        bound_line(line, resolved.domains)
        for line in resolved.bindings
        if line.active(snapshot.at)
        and (reaching is None or id(line) in reaching)
        and (wanted.domain is None or holds_in(line, wanted.domain, resolved.domains))
        and (wanted.role is None or _gives(line, wanted.role, meant, wanted.domain, resolved))
        and (wanted.ends_before is None or _ends(line, wanted.ends_before, resolved.domains))
    )


def _gives(
    line: Binding, name: str, meant: Container[RoleKey], domain: str | None, resolved: Resolved
) -> bool:
    """Whether *line* gives the role that *name* means in *domain*; without one, whether it names one *meant*.

    A line also names the roles that domains have in the place of the one in the file.
    """
    if line.role is None:
        return False
    domains = resolved.domains
    if domain is None:
        inside = {} if line.limited else line.versions
        given = (role.key for at, role in inside.items() if line.domain in domains.outward(at))
        named = line.role.key if line.role_named == line.role.name else (None, line.role_named)
        return any(key in meant for key in (named, line.role.key, *given))
    role = line.role_in(domain, domains)
    return role is not None and visible(resolved.roles, name, domain, domains) == role.key


def _ends(line: Binding, before: date, domains: Domains) -> bool:
    """Whether *line* ends at *before* or earlier; a day begins in the zone of the line's domain."""
    if not isinstance(before, datetime):
        zone = zone_called(domains[line.domain].zone)
        before = datetime(before.year, before.month, before.day, tzinfo=zone)
    return line.until is not None and line.until <= moment_of(before)


def holds_in(line: Binding, domain: str, domains: Domains) -> bool:
    """Whether *line* holds in *domain*; a role that `only` narrows does not hold in inner domains."""
    return line.domain == domain or (not line.limited and line.domain in domains.outward(domain))


def _check(wanted: WantedLines, snapshot: Snapshot) -> None:
    resolved = snapshot.resolved
    domains = resolved.domains
    check_domain(wanted.domain, domains)
    for key in ("user", "team", "role"):
        if not isinstance(getattr(wanted, key), str | None):
            raise wrong_kind(key)
    if wanted.ends_before is not None:
        moment_of(wanted.ends_before)
    around = domains.names if wanted.domain is None else domains.outward(wanted.domain)
    if wanted.team is not None:
        teams = {team for name in around for team in domains[name].teams}
        if wanted.team not in teams:
            raise UnknownNameError("team", wanted.team, help=did_you_mean(wanted.team, sorted(teams)))
    if wanted.role is not None:
        roles = roles_of(wanted.domain, resolved)
        if wanted.domain is not None:  # also by a name beside the one that is listed
            known = visible(resolved.roles, wanted.role, wanted.domain, domains) is not None
        else:
            known = bool(resolved.roles.called(wanted.role))
        if not known:
            raise UnknownNameError("role", wanted.role, help=did_you_mean(wanted.role, roles))


def check_domain(domain: str | None, domains: Domains) -> None:
    """Return if *domain* is declared, or None.

    Raises:
        UnknownNameError: otherwise.
        InvalidQuestionError: when it is not a text.
    """
    if domain is not None and not isinstance(domain, str):
        raise wrong_kind("domain")
    if domain is not None and domain not in domains:
        raise UnknownNameError("domain", domain, help=domains.help(domain))


def _reaching(wanted: WantedLines, snapshot: Snapshot) -> Iterator[Binding]:
    """The lines that reach the user or the team, those about the user's teams included."""
    domains = snapshot.resolved.domains
    for domain in domains.names if wanted.domain is None else (wanted.domain,):
        sub = None if wanted.user is None else user_name(wanted.user)
        if wanted.team is not None:
            owner = domains.team_owner(wanted.team, domain)
            sub = None if owner is None else team_name(wanted.team, owner)
        if sub is not None:
            dom = encode(domain)
            yield from snapshot.lines_about(snapshot.lookup.subjects(sub, dom), dom)


def roles_of(domain: str | None, resolved: Resolved) -> tuple[str, ...]:
    """The roles that *domain* can use, by the names they have there; without a domain, all names, sorted.

    What the domain has in the place of a default role is listed by the name of that one.
    """
    if domain is None:
        return tuple(sorted({name for _, name in resolved.roles}))
    outward = resolved.domains.outward(domain)
    usable = (role for role in resolved.roles.values() if role.domain is None or role.domain in outward)
    names = (name_in(role, domain, resolved.roles, resolved.domains) for role in usable)
    return tuple(sorted(name for name in names if name is not None))


def domains_of(user: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The domains in which a line in force or a team names *user*, and those inside where it holds.

    Raises:
        InvalidQuestionError: for a user that is not a text.
    """
    if not isinstance(user, str):
        raise wrong_kind("user")
    sub, domains = user_name(user), snapshot.resolved.domains
    found = {name for name in domains.names if snapshot.index.tables[name].links.get(sub)}
    for line in snapshot.lines.get(sub, ()):
        found.update((line.domain,) if line.limited else domains.inside(line.domain))
    return tuple(name for name in domains.names if name in found)
