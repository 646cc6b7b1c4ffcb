"""The stars that somebody holds in a domain: whatever is added below them later is held as well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.everyone import given_less
from rolegate.compiled.names import EVERY, EVERYONE, is_domain, parse_object, user_name
from rolegate.diagnostics import Report
from rolegate.encoding import decode
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domain, Domains
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role, RoleTable
from rolegate.tree.true_stars import Stars, Where


def held_stars(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """For each group, the suffixes of the stars that are true for *subjects* in the domain *dom*."""
    resolved = snapshot.resolved
    wanted = dict.fromkeys(subjects)
    lines = snapshot.lines_about(wanted, dom)
    held = [snapshot.roles[sub] for sub in wanted if sub in snapshot.roles]
    stars = Stars(resolved.catalog)
    true = stars.given(
        (entry for line in lines for entry in line.entries),
        *stars.of_roles([role.key for role in held], resolved.roles),
    )
    if any(line.takes for line in lines):
        true = stars.less(true, (entry for line in lines for _, entry in line.takes))
        true = stars.less_denied(true, _denied(frozenset(wanted), dom, lines, held, snapshot))
    return suffixes(true, stars, resolved.domains[decode(dom)] if is_domain(dom) else None)


def suffixes(true: Where, stars: Stars, here: Domain | None) -> dict[str, tuple[str, ...]]:
    """For each group, the suffixes of the stars that are *true* in the domain *here* and mean something."""
    found: dict[str, list[str]] = {}
    for limits, groups in true.items():
        if here is not None and limits.instance is not None and _removed(limits.instance, here):
            continue
        for group in groups:
            if not stars.can_grow(group, limits):
                continue
            found.setdefault(group, []).append(str(limits))
    return {group: tuple(suffixes) for group, suffixes in found.items()}


def _removed(instance: str, domain: Domain) -> bool:
    """Whether a star on *instance* names something that is gone, of whatever kind."""
    parts = [part for part in instance.split("/") if part != "*"]
    paths = ["/".join(parts[:depth]) for depth in range(1, len(parts) + 1)]
    return any(path in gone for gone in domain.removed.values() for path in paths)


def _denied(
    subjects: frozenset[str], dom: str, lines: list[Binding], held: list[Role], snapshot: Snapshot
) -> list[Right]:
    """What restrictions would deny *subjects* if the domain had every plan and add-on.

    A restriction also denies whatever requires what it names. What the plan of today leaves out has no lines,
    so those consequences show only when every plan and add-on is there.
    """
    resolved = snapshot.resolved
    domains = {
        name: replace(
            resolved.domains[name],
            offers_everything=True,
            removed={},
            teams={
                team: tuple(user for user in users if user_name(user) in subjects)
                for team, users in resolved.domains[name].teams.items()
            },
        )
        for name in resolved.domains.outward(decode(dom))
    }
    roles = RoleTable({role.key: role for role in held})
    alone = replace(resolved, domains=Domains(domains), roles=roles, bindings=tuple(lines))
    less = given_less(alone, lines, Report()).get(decode(dom)) if EVERYONE in subjects else None
    return [*(less.lost if less is not None else ())] + [
        Right(line.act, line.obj, line.scope)
        for line in compile_policy(alone, snapshot.at).p
        if line.eft == "deny"
        and line.dom == dom
        and line.sub in subjects
        and parse_object(line.obj).end != EVERY
    ]
