"""Deny lines for instances that are gone: whoever is allowed something there is denied it.

A removed instance is no restriction. Every instance at once may still be used, and nothing is lost that
requires something on what is gone. So each line that allows something on a removed instance gets a line
beside it that denies the same subject that instance: users, teams and roles reach both or none.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from rolegate.compiled.lines import GLine, PLine, Provenance
from rolegate.compiled.names import ALL, all_below, is_availability, unlimited
from rolegate.diagnostics import Report
from rolegate.encoding import encode, readable
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import overlap

_LOOK = 2
"""Steps to see whether a line is about an instance."""


def removed_lines(
    resolved: Resolved,
    allowed: Iterable[PLine],
    links: Collection[GLine],
    report: Report,
    everywhere: Sequence[PLine] = (),
) -> dict[PLine, Provenance]:
    """The lines that deny removed instances, given the lines *allowed* and *links*.

    Those *everywhere* are about permissions that are per instance, and for several domains.
    """
    made: dict[PLine, Provenance] = {}
    losing = [domain for domain in resolved.domains if domain.removed]
    if losing:
        by_domain = _per_instance(resolved, allowed)
        by_domain[ALL] = [*everywhere, *by_domain.get(ALL, ())]
        bound = {(link.role, link.dom) for link in links}
        for domain in losing:
            for line, source in _denied(resolved, domain, by_domain, bound, report):
                made.setdefault(line, source)
    return made


def _per_instance(resolved: Resolved, allowed: Iterable[PLine]) -> dict[str, list[PLine]]:
    """The lines about permissions that are per instance, by their domain; those for several are together."""
    found: dict[str, list[PLine]] = {}
    for line in allowed:
        if resolved.catalog.permission(line.act).chain:
            found.setdefault(ALL if is_availability(line.dom) else line.dom, []).append(line)
    return found


def _denied(
    resolved: Resolved,
    domain: Domain,
    allowed: Mapping[str, list[PLine]],
    bound: Collection[tuple[str, str]],
    report: Report,
) -> Iterator[tuple[PLine, Provenance]]:
    dom = encode(domain.name)
    for line in (*allowed.get(ALL, ()), *allowed.get(dom, ())):
        permission = resolved.catalog.permission(line.act)
        # What everyone has may be written out in the place of limited copies of roles: nobody has these.
        if unlimited(line.sub) != line.sub and (line.sub, dom) not in bound:
            continue
        if not domain.offers(permission.availability):
            continue
        for depth, kind in enumerate(permission.chain, 1):
            gone = domain.removed.get(kind, {})
            what, at = f"the removed instances of domain `{domain.name}`", domain.span
            report.steps(_LOOK * len(gone), what, at)
            for path, written in gone.items():
                obj = path if depth == len(permission.chain) else all_below(path)
                if overlap(line.obj, obj) is not None:
                    report.lines(1, what, at)
                    text = f"{kind}/{readable(path)}"
                    denied = line._replace(dom=dom, obj=obj, eft="deny")
                    yield denied, Provenance("removed", text, written.span)
