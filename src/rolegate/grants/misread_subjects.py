"""Subjects that a reader may take for more than they are: a user called like everyone, a restricted role."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import binding_problems
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.roles import Role, RoleKey, Roles

_EVERYONE = frozenset({"*", "everyone", "everybody", "anyone", "anybody"})


def warn_of_misread_users(bindings: Iterable[Binding], domains: Domains, report: Report) -> None:
    """Report users who are called like everyone, or like a team that is known where they are named."""
    for name, domain in _named(bindings, domains):
        if name.casefold() in _EVERYONE:
            binding_problems.user_like_everyone(report, name)
        elif domains.team_owner(name, domain) is not None:
            binding_problems.user_like_team(report, name, domain)


def _named(bindings: Iterable[Binding], domains: Domains) -> Iterator[tuple[Text, str]]:
    """Each user that the files name, at the first place in each domain."""
    seen: set[tuple[str, str]] = set()
    lines = (
        (Text(line.subject.name, line.span), line.domain) for line in bindings if line.subject.kind == "user"
    )
    members = ((user, domain.name) for domain in domains for users in domain.teams.values() for user in users)
    for name, domain in (*lines, *members):
        if (name, domain) not in seen:
            seen.add((name, domain))
            yield name, domain


def warn_of_heirs(bindings: tuple[Binding, ...], roles: Roles, domains: Domains, report: Report) -> None:
    """Report restrictions on holders of a role where a role that extends it is bound and keeps the rights."""
    restricting = [line for line in bindings if line.subject.kind == "role"]
    if not restricting:
        return
    bound: dict[RoleKey, set[str]] = {}
    for line in bindings:
        if line.role is not None:
            where = (line.domain,) if line.limited else domains.inside(line.domain)
            report.steps(len(where) // 4, "the domains of a line", line.span)
            bound.setdefault(line.role.key, set()).update(where)
    taken = {(line.subject.domain, line.subject.name) for line in restricting}
    for line in restricting:
        key = (line.subject.domain, line.subject.name)
        inside = frozenset(domains.inside(line.domain))
        report.steps(len(roles) + len(inside), f"the restriction on {line.subject.words}", line.span)
        here = (role for role in roles.values() if not inside.isdisjoint(bound.get(role.key, ())))
        heirs = [
            role.name
            for role in here
            if role.key not in taken and _extends(role, key, roles) and _holds_any(role, line)
        ]
        if heirs:
            binding_problems.heirs_keep(report, line.span, line.subject.name, sorted(heirs))


def _extends(role: Role, key: RoleKey, roles: Roles) -> bool:
    """Whether *role* extends the role of *key*, directly or through others."""
    waiting, seen = list(role.parents), set(role.parents)
    for parent in waiting:
        if parent == key:
            return True
        fresh = [above for above in roles[parent].parents if above not in seen] if parent in roles else []
        seen.update(fresh)
        waiting += fresh
    return False


def _holds_any(role: Role, line: Binding) -> bool:
    return any(take.hits(right) for take, _ in line.takes for right in role.rights)
