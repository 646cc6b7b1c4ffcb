"""What one policy says about some subjects, in the words of explanations: to see what another one lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rolegate.answers.explain import link_steps
from rolegate.compiled.lines import GLine
from rolegate.compiled.names import of_role, of_subject, unlimited
from rolegate.encoding import decode
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.roles import Role
from rolegate.wording.phrases import Phrase, SaidName, named


def known_facts(subjects: Iterable[str], dom: str, snapshot: Snapshot) -> frozenset[str]:
    """Every membership, role, grant and `implies` that *snapshot* has for *subjects* in a domain."""
    return frozenset(_facts(tuple(subjects), dom, snapshot))


def _facts(subjects: tuple[str, ...], dom: str, snapshot: Snapshot) -> Iterator[str]:
    for sub in subjects:
        for role in snapshot.lookup.roles(sub, dom):
            yield from (step.text for step in link_steps(GLine(sub, role, dom), snapshot))
        held = snapshot.roles.get(unlimited(sub))
        if held is not None:
            yield from _of_role(held, snapshot)
    for line in snapshot.lines_about(subjects, dom):
        domains = snapshot.resolved.domains
        who = snapshot.said(of_subject(line.subject_in(decode(dom), domains)), dom)
        for entry in line.entries:
            yield Phrase("is_granted", who=who, grant=SaidName("grant", entry.text))
    for path, entries in snapshot.resolved.catalog.entries("implies").items():
        owner = SaidName("permission", path)
        for implied in entries:
            yield Phrase("implies", owner=owner, path=SaidName("permission", implied.path))


def _of_role(role: Role, snapshot: Snapshot) -> Iterator[str]:
    who = _role(role)
    for author in with_parents(role, snapshot):
        if author is not role:
            yield Phrase("extends", who=who, role=_role(author))
        for entry in author.grants:
            yield Phrase("grants", who=_role(author), grant=SaidName("grant", entry.text))


def with_parents(role: Role, snapshot: Snapshot) -> tuple[Role, ...]:
    """*role*, and every role that it extends."""
    found = {of_role(role): role}
    waiting = [role]
    for known in waiting:
        for key in known.parents:
            parent = snapshot.resolved.roles.get(key)
            if parent is not None and of_role(parent) not in found:
                found[of_role(parent)] = parent
                waiting.append(parent)
    return tuple(waiting)


def _role(role: Role) -> Phrase:
    return named("role", role.name, role.domain or "")
