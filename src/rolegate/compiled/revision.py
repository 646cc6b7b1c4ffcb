"""The name of a state: a digest of its lines that is had without writing those of roles.

INVARIANT: it is equal for equal lines, whether they are written or not: a role's lines that allow are told by
who of the roles of one domain has each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import replace

from rolegate.compiled.lines import CompiledPolicy, PLine, Provenance
from rolegate.compiled.names import is_role, parse_subject, unlimited
from rolegate.compiled.unwritten_lines import Columns, RolesOfDomain, UnwrittenLines


def revision_of(compiled: CompiledPolicy) -> str:
    """The name of the state that *compiled* has the lines of."""
    lines = compiled.p
    if isinstance(lines, UnwrittenLines):
        others, roles = lines.others, lines.by_domain()
    else:
        others, roles = _apart(lines)
    digest = hashlib.sha256(replace(compiled, p=others).policy_text.encode())
    for part in sorted(roles, key=lambda known: known.domain or ""):
        digest.update(part.text.encode())
    return digest.hexdigest()[:12]


def _apart(lines: Mapping[PLine, Provenance]) -> tuple[dict[PLine, Provenance], Iterator[RolesOfDomain]]:
    """The *lines* that are not those by which a whole role is allowed something, and these."""
    others: dict[PLine, Provenance] = {}
    domains: dict[str, str | None] = {}
    groups: dict[str | None, dict[str, list[Columns]]] = {}
    for line, source in lines.items():
        dom, sub, obj, act, scope, eft = line
        if eft != "allow" or not is_role(sub) or unlimited(sub) != sub:
            others[line] = source
            continue
        if sub not in domains:
            domains[sub] = parse_subject(sub).domain
        groups.setdefault(domains[sub], {}).setdefault(sub, []).append((dom, obj, act, scope))
    return others, (_read(domain, held) for domain, held in groups.items())


def _read(domain: str | None, held: Mapping[str, list[Columns]]) -> RolesOfDomain:
    subs = sorted(held)
    who: dict[Columns, int] = {}
    for number, sub in enumerate(subs):
        for columns in held[sub]:
            who[columns] = who.get(columns, 0) | 1 << number
    return RolesOfDomain(domain, subs, who)
