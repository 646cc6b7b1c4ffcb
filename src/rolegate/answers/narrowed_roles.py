"""Roles that would allow what is denied, were they not narrowed to some instances by `only`."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.answers.suggest import wanted
from rolegate.compiled.names import is_domain, of_subject
from rolegate.diagnostics import Span
from rolegate.encoding import decode, readable
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.rights import RightSet
from rolegate.grants.roles import Role
from rolegate.wording.phrases import Listing, Phrase, SaidName, named

_SHOWN = 12
"""As many instances are named; a line may have thousands."""


def narrowed_roles(asked: Asked, snapshot: Snapshot) -> Iterator[tuple[Phrase, Span]]:
    """What each line says that gives such a role, and where it says `only`."""
    if not is_domain(asked.dom):
        return
    domains = snapshot.resolved.domains
    for line in snapshot.lines_about(snapshot.lookup.subjects(asked.sub, asked.dom), asked.dom):
        role = line.role_in(decode(asked.dom), domains) if line.limited else None
        if role is not None and line.shape is not None and _would_allow(role, line, asked, snapshot):
            who = snapshot.said(of_subject(line.subject), asked.dom)
            what = named("role", role.name, role.domain or "")
            yield Phrase("only_for", who=who, what=what, ids=_ids(line)), line.shape.at("only")


def _would_allow(role: Role, line: Binding, asked: Asked, snapshot: Snapshot) -> bool:
    """Whether *role* would allow what was asked, where the plan does, and what *line* leaves would not."""
    held, left = RightSet(role.rights), RightSet(right for copy in line.copies for right in copy.rights)
    return any(
        held.covers(wanted(request))
        and not left.covers(wanted(request))
        and not snapshot.unavailable(request.permission, asked.dom)
        for request in asked.requests
    )


def _ids(line: Binding) -> Listing:
    only = line.shape.only if line.shape is not None else None
    ids = [(str(kind), readable(path)) for kind, paths in (only or {}).items() for path in paths]
    shown: list[object] = [
        Phrase("instance_of", kind=SaidName("resource", kind), id=SaidName("instance", path, kind))
        for kind, path in ids[:_SHOWN]
    ]
    return Listing("and", [*shown, *(["…"] if len(ids) > _SHOWN else [])])
