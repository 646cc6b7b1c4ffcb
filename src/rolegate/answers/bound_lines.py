"""The lines of bindings that are in force, as an application lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rolegate.encoding import readable
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
    rest: str | None
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
            "rest": self.rest,
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
        rest=None if binding.shape is None or binding.shape.rest is None else str(binding.shape.rest),
        until=binding.until,
        users=users,
        file=binding.span.file,
        line=binding.span.line,
    )
