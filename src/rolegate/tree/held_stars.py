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
from rolegate.grants.domains import Domains
from rolegate.grants.rights import Right
from rolegate.grants.roles import Role, RoleTable
from rolegate.tree.cut_stars import GrowingStars, StarsByGroup
from rolegate.tree.true_stars import Stars, Where


def held_stars(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> StarsByGroup:
    """The stars of *subjects* in the domain *dom*, those that are true and those with exceptions."""
    resolved = snapshot.resolved
    wanted = dict.fromkeys(subjects)
    lines = snapshot.lines_about(wanted, dom)
    held = [snapshot.roles[sub] for sub in wanted if sub in snapshot.roles]
    takes = any(line.takes for line in lines)
    denied = _denied(frozenset(wanted), dom, lines, held, snapshot) if takes else []
    stars, growing = Stars(resolved.catalog), GrowingStars(resolved.catalog)
    here = decode(dom)
    limited = tuple(growing.of_limited((line for line in lines if line.limited), here, resolved))
    return StarsByGroup.of(
        _where(stars, lines, held, denied, snapshot),
        _where(growing, lines, held, denied, snapshot, limited),
        stars,
        resolved.domains[here] if is_domain(dom) else None,
    )


def _where(
    stars: Stars,
    lines: list[Binding],
    held: list[Role],
    denied: list[Right],
    snapshot: Snapshot,
    more: Iterable[Where] = (),
) -> Where:
    """Where *stars* of the roles *held* and of *lines* are, and *more*, without what lines take away."""
    found = stars.given(
        (entry for line in lines for entry in line.entries),
        *stars.of_roles([role.key for role in held], snapshot.resolved.roles),
        *more,
    )
    taken = [entry for line in lines for _, entry in line.takes]
    return stars.less_denied(stars.less(found, taken), denied) if taken else found


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
