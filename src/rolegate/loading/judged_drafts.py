"""A draft is judged as a file of its set would be: the documents are resolved again with the role in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.documents import Documents
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.roles_file import Role
from rolegate.grants.roles import RoleKey
from rolegate.loading.tenant_faults import resolve_around
from rolegate.texts.spelling import sparing


@dataclass(frozen=True, slots=True)
class DocumentsWithDrafts:
    """The documents of a set, what was found while its files were read, and all that was found in it."""

    documents: Documents = field(repr=False)
    unread: tuple[Diagnostic, ...] = field(repr=False)
    known: frozenset[Diagnostic] = field(repr=False)

    def judge(self, drafted: tuple[Role, ...], edited: RoleKey | None) -> tuple[Diagnostic, ...]:
        """What is found with the roles *drafted* in the place of the one *edited*, and is not known yet."""
        roles, homes = list(self.documents.roles), dict(self.documents.homes)
        place = next((number for number, role in enumerate(roles) if _key(role) == edited), None)
        if place is None:
            roles += drafted
        else:
            roles[place : place + 1] = drafted
            file = self.documents.roles[place][0].span.file
            homes |= _homes(drafted, self.documents.homes.get(file))
        documents = replace(self.documents, roles=tuple(roles), homes=homes)
        report = Report()
        report.take(self.unread)
        with sparing():
            warn_of_lookalikes("role", [name for name, _ in roles], report)
            resolve_around(documents, report)
        return tuple(found for found in report.sorted() if found not in self.known)


def _key(role: Role) -> RoleKey:
    name, body = role
    return None if body.domain is None else str(body.domain), str(name)


def _homes(drafted: tuple[Role, ...], home: str | None) -> Mapping[str, str]:
    """Where a role is in a file of its domain, what is at fault there is the fault of that domain."""
    return {} if home is None else {name.span.file: home for name, _ in drafted}
