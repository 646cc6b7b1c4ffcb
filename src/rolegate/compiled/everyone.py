"""What everyone is given in a domain, less what lacks what it requires after restrictions.

A denial reaches every user, those included who hold what is required through lines of their own. So a right
of everyone that lacks what it requires is not denied: it is not given, to anybody, in that domain.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.model import Catalog
from rolegate.compiled.names import EVERYONE, of_role, of_subject
from rolegate.compiled.restrict import Cost, Denied, left_without, named, take_along
from rolegate.diagnostics import Report
from rolegate.grants.bindings import Binding
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right, covers, need
from rolegate.grants.roles import Origin, Rights, Role


@dataclass(frozen=True, slots=True)
class GivenToEveryone:
    """What is left of what everyone is given in one domain, what is not, and the roles that everyone has."""

    kept: Rights
    lost: tuple[Right, ...]
    roles: tuple[Role, ...]


def given_less(resolved: Resolved, active: Iterable[Binding], report: Report) -> dict[str, GivenToEveryone]:
    """The domains in which something that everyone is given lacks what it requires."""
    given: dict[str, list[Binding]] = {}
    restricting: dict[str, list[Binding]] = {}
    for binding in active:
        if binding.takes and binding.subject.kind in ("everyone", "role"):
            restricting.setdefault(binding.domain, []).append(binding)
        elif not binding.takes and binding.subject.kind == "everyone":
            given.setdefault(binding.domain, []).append(binding)
    found: dict[str, GivenToEveryone] = {}
    for domain in resolved.domains.names if given and restricting else ():
        outward = resolved.domains.outward(domain)
        lines = [line for at in outward for line in given.get(at, ()) if at == domain or not line.limited]
        denying = [line for at in outward for line in restricting.get(at, ())]
        less = _less(resolved, domain, lines, denying, report) if lines and denying else None
        if less is not None and less.lost:
            found[domain] = less
    return found


def _less(
    resolved: Resolved, domain: str, lines: list[Binding], denying: list[Binding], report: Report
) -> GivenToEveryone | None:
    catalog, here = resolved.catalog, resolved.domains[domain]
    given = [role for line in lines if (role := line.role_in(domain, resolved.domains)) is not None]
    roles = {of_role(role): role for role in given}
    about = [(of_subject(line.subject_in(domain, resolved.domains)), line) for line in denying]
    reaching = [(sub, line) for sub, line in about if sub == EVERYONE or sub in roles]
    if not reaching:
        return None
    cost = Cost(report, "the restrictions on everyone", reaching[0][1].span)
    rights: dict[Right, Origin] = {}
    for line in lines:
        for part in _parts(line, line.role_in(domain, resolved.domains)):
            cost.steps(len(part))
            for right, origin in part.items():
                if here.offers(catalog.permission(right.path).availability):
                    rights.setdefault(right, origin)
    # Lines deny what each subject loses by itself; what is lost to several of them together is not given.
    by_subject: dict[str, Denied] = {}
    for sub, line in reaching:
        by_subject.setdefault(sub, {}).update(named(take for take, _ in line.takes))
    denied: Denied = {}
    for own in by_subject.values():
        take_along(own, catalog, cost)
        denied.update(own)
    lost = _lacking(rights, denied, catalog, cost)
    kept = {right: origin for right, origin in rights.items() if right not in lost}
    return GivenToEveryone(kept, tuple(lost), tuple(roles.values()))


def _parts(line: Binding, role: Role | None) -> Iterator[Rights]:
    """What *line* gives with *role*, a copy of it at a time."""
    if line.rights is not None:
        yield line.rights
    elif line.limited:
        for copy in line.copies:
            yield copy.rights
    elif role is not None:
        yield role.rights


def _lacking(rights: Rights, denied: Denied, catalog: Catalog, cost: Cost) -> dict[Right, None]:
    """Each of *rights* of which some part is not denied and lacks what it requires, until nothing is left.

    Each right is judged by itself: a wider one that is lost does not take a narrower one with it.
    """
    held: dict[str, list[Right]] = {}
    for right in rights:
        held.setdefault(right.path, []).append(right)
    lost: dict[Right, None] = {}
    paths = dict.fromkeys(right.path for right in denied)
    while paths:
        missing: dict[tuple[str, str], list[str]] = {}
        for right in left_without(held, denied, paths, catalog, cost):
            missing.setdefault((right.path, right.scope), []).append(right.obj)
        fresh = [
            right
            for path in dict.fromkeys(path for path, _ in missing)
            for right in held.get(path, ())
            if any(covers(right.obj, obj) for obj in missing.get((path, right.scope), ()))
        ]
        fresh += [right for right in _without(held, paths, catalog, cost) if right not in denied]
        lost.update(dict.fromkeys(fresh))
        paths = dict.fromkeys(right.path for right in fresh)
        for path in paths:
            cost.steps(len(held[path]))
            held[path] = [right for right in held[path] if right not in lost]
    return lost


def _without(
    held: Mapping[str, list[Right]], paths: Iterable[str], catalog: Catalog, cost: Cost
) -> Iterator[Right]:
    """The rights that require something of *paths* that is not held any more."""
    owners = dict.fromkeys(path for target in paths for path, _ in catalog.required_by.get(target, ()))
    for path in owners:
        for right in held.get(path, ()):
            for entry in catalog.permission(path).requires:
                others = held.get(entry.path, ())
                cost.steps(1 + len(others))
                wanted = need(catalog, right, entry)
                if not any(wanted.met_by(other) for other in others):
                    yield right
                    break
