"""What is given to a subject, and the instances that are known: to its domain, and by name."""

from __future__ import annotations

from collections.abc import Iterable

from rolegate.compiled.names import ALL
from rolegate.encoding import encode
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
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
        if line.role is not None and line.subject.kind == "everyone":
            found.update(line.role.rights)  # where restrictions take from it, it is no link
    return frozenset(found)


def known_paths(
    dom: str, chain: tuple[str, ...], rights: Iterable[Right], snapshot: Snapshot
) -> tuple[str, ...]:
    """The encoded instances of *chain* that are known: to the domain, then those that *rights* name."""
    catalog = snapshot.resolved.catalog
    named = set()
    for right in rights:
        parts = right.obj.split("/")[: len(chain)]
        fits = catalog.permission(right.path).chain[: len(chain)] == chain and len(parts) == len(chain)
        if fits and ALL not in parts:
            named.add("/".join(parts))
    return tuple(dict.fromkeys((*known_instances(dom, chain[-1], snapshot), *sorted(named))))


def known_instances(dom: str, kind: str, snapshot: Snapshot) -> tuple[str, ...]:
    """The encoded instance paths of *kind* that the files know in an encoded domain."""
    for domain in snapshot.resolved.domains:
        if encode(domain.name) == dom:
            return domain.instances.get(kind, ())
    return ()
