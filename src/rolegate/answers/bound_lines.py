"""The lines of bindings that are in force, as an application lists them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from rolegate.encoding import readable
from rolegate.grants.bindings import Binding
from rolegate.grants.domains import Domains
from rolegate.grants.zones import zone_called


@dataclass(frozen=True, slots=True)
class BoundLine:
    """A line of bindings: whom it is about, where, and what it gives or takes away.

    `kind` is `user`, `team`, `everyone`, or `role` where the holders of a role are restricted. One of `role`,
    `grants`, `restrict` and `restrictions` says something; `role_kind` is the kind that the role names.
    `begins` and `until` are in the zone of the domain. `users` has the users whom the line is about by name:
    the user, or the members of the team.
    """

    kind: str
    name: str
    domain: str
    role: str | None
    role_kind: str | None
    grants: tuple[str, ...]
    restrict: tuple[str, ...]
    restrictions: tuple[str, ...]
    only: Mapping[str, tuple[str, ...]]
    rest: str | None
    begins: datetime | None
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
            "role_kind": self.role_kind,
            "grants": list(self.grants),
            "restrict": list(self.restrict),
            "restrictions": list(self.restrictions),
            "only": {kind: list(ids) for kind, ids in self.only.items()},
            "rest": self.rest,
            "begins": None if self.begins is None else self.begins.isoformat(),
            "until": None if self.until is None else self.until.isoformat(),
            "users": list(self.users),
            "file": self.file,
            "line": self.line,
        }


def _in_zone(moment: datetime | None, zone: tzinfo) -> datetime | None:
    try:
        return None if moment is None else moment.astimezone(zone)
    except OverflowError:  # on the first or the last day there is
        return moment


def bound_line(binding: Binding, domains: Domains) -> BoundLine:
    """*binding* as an application sees it."""
    subject = binding.subject
    users: tuple[str, ...] = (subject.name,) if subject.kind == "user" else ()
    if subject.kind == "team" and subject.domain is not None:
        users = tuple(map(str, domains[subject.domain].teams[subject.name]))
    zone = zone_called(domains[binding.domain].zone)
    only = binding.shape.only if binding.shape is not None else None
    return BoundLine(
        kind=subject.kind,
        name=subject.name,
        domain=binding.domain,
        role=None if binding.role is None else binding.role_named,
        role_kind=None if binding.role is None or binding.role.kind is None else binding.role.kind.name,
        grants=tuple(entry.text for entry in binding.entries),
        restrict=tuple(dict.fromkeys(entry.text for _, entry in binding.takes if entry.by is None)),
        restrictions=binding.restrictions,
        only={str(kind): tuple(map(readable, ids)) for kind, ids in (only or {}).items()},
        rest=None if binding.shape is None or binding.shape.rest is None else str(binding.shape.rest),
        begins=_in_zone(binding.begins, zone),
        until=_in_zone(binding.until, zone),
        users=users,
        file=binding.span.file,
        line=binding.span.line,
    )
