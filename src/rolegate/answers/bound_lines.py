"""The lines of bindings that are in force, as an application lists them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rolegate.compiled.names import is_domain, of_subject, unlimited
from rolegate.encoding import decode, readable
from rolegate.engine.question import Asked
from rolegate.engine.snapshot import Snapshot
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A line of bindings: whom it is about, where, and what it gives or takes away.

    `kind` is `user`, `team`, `everyone`, or `role` where the holders of a role are restricted. One of `role`,
    `grants`, `restrict` and `restrictions` says something. `users` has the users whom the line
    is about by name: the user, or the members of the team.
    """

    kind: str
    name: str
    domain: str
    role: str | None
    grants: tuple[str, ...]
    restrict: tuple[str, ...]
    restrictions: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]
    until: datetime | None
    users: tuple[str, ...]
    file: str
    line: int

    def to_dict(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "name": self.name,
            "domain": self.domain,
            "role": self.role,
            "grants": list(self.grants),
            "restrict": list(self.restrict),
            "restrictions": list(self.restrictions),
            "only": {kind: list(ids) for kind, ids in self.only.items()},
            "until": None if self.until is None else self.until.isoformat(),
            "users": list(self.users),
            "file": self.file,
            "line": self.line,
        }


def bound_line(binding: Binding, domains: Domains) -> BoundLine:
    """*binding* as an application sees it."""
    subject = binding.subject
    users: tuple[str, ...] = (subject.name,) if subject.kind == "user" else ()
    if subject.kind == "team" and subject.domain is not None:
        users = tuple(map(str, domains[subject.domain].teams[subject.name]))
    only = binding.shape.only if binding.shape is not None else None
    return BoundLine(
        kind=subject.kind,
        name=subject.name,
        domain=binding.domain,
        role=None if binding.role is None else binding.role.name,
        grants=tuple(entry.text for entry in binding.entries),
        restrict=tuple(dict.fromkeys(entry.text for _, entry in binding.takes if entry.by is None)),
        restrictions=binding.restrictions,
        only={str(kind): tuple(map(readable, ids)) for kind, ids in (only or {}).items()},
        until=binding.until,
        users=users,
        file=binding.span.file,
        line=binding.span.line,
    )


def holds_in(binding: Binding, domain: str, domains: Domains) -> bool:
    """Whether *binding* holds in *domain*; a role that `only` narrows does not hold in inner domains."""
    return binding.domain == domain or (not binding.limited and binding.domain in domains.outward(domain))


def lines_about(asked: Asked, snapshot: Snapshot) -> Iterator[Binding]:
    """The lines in force that reach the subject of a question, through its teams as well."""
    if not is_domain(asked.dom):
        return
    subjects = frozenset(map(unlimited, snapshot.lookup.subjects(asked.sub, asked.dom)))
    domain, domains = decode(asked.dom), snapshot.resolved.domains
    for binding in snapshot.resolved.bindings:
        if (
            binding.active(snapshot.at)
            and of_subject(binding.subject) in subjects
            and holds_in(binding, domain, domains)
        ):
            yield binding
