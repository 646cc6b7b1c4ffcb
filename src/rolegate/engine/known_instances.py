"""What is given to a subject, and the instances that are known: to its domain, and by name."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.catalog.labels import Words
from rolegate.compiled.names import ALL, is_domain
from rolegate.encoding import decode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.domains import Domain
from rolegate.grants.resolve import Resolved
from rolegate.grants.rights import Right


def given_to(asked: Asked, snapshot: Snapshot) -> frozenset[Right]:
    """All that roles and lines give to a subject, narrower rights beside the wider ones that cover them."""
    subjects = snapshot.lookup.subjects(asked.sub, asked.dom)
    found: set[Right] = set()
    for sub in subjects:
        if sub in snapshot.roles:
            found.update(snapshot.roles[sub].rights)
    for line in snapshot.lines_about(subjects, asked.dom):
        found.update(line.rights or ())
        for copy in line.copies:
            found.update(copy.rights)
        role = line.role_in(decode(asked.dom), snapshot.resolved.domains)
        if role is not None and line.subject.kind == "everyone":
            found.update(role.rights)  # where restrictions take from it, it is no link
    return frozenset(found)


def known_paths(
    dom: str, chain: tuple[str, ...], rights: Iterable[Right], resolved: Resolved
) -> tuple[str, ...]:
    """The encoded instances of *chain* that are known: to the domain, then those that *rights* name."""
    catalog = resolved.catalog
    named = set()
    for right in rights:
        parts = right.obj.split("/")[: len(chain)]
        fits = catalog.permission(right.path).chain[: len(chain)] == chain and len(parts) == len(chain)
        if fits and ALL not in parts:
            named.add("/".join(parts))
    domain = _domain(dom, resolved)
    known = domain.instances.get(chain[-1], ()) if domain is not None else ()
    there = (path for path in sorted(named) if domain is None or not domain.has_lost(chain, path))
    return tuple(dict.fromkeys((*known, *there)))


def instance_title(dom: str, kind: str, path: str, words: Words, resolved: Resolved) -> str | None:
    """The title of an instance in an encoded domain: its label, or what the files call it."""
    domain = _domain(dom, resolved)
    if domain is None:
        return None
    label = words.instance(resolved.domains.outward(domain.name), kind, path)
    return label if label is not None else domain.titles.get(kind, {}).get(path)


def _domain(dom: str, resolved: Resolved) -> Domain | None:
    domains = resolved.domains
    name = decode(dom) if is_domain(dom) else ""
    if name not in domains:
        return None
    return domains[name]
