"""A draft is judged as a file of its set would be: the documents are resolved again with the role in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from rolegate.diagnostics import Diagnostic, Report
from rolegate.documents.acceptances import Acceptances, acceptances_in
from rolegate.documents.capture import Files
from rolegate.documents.documents import Documents
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.roles_file import Role
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Text
from rolegate.grants.roles import RoleKey
from rolegate.loading.tenant_faults import resolve_around
from rolegate.texts.spelling import sparing

_Read = tuple[Documents, tuple[Diagnostic, ...]]
"""The documents of a set, and what was found while its files were read."""


@dataclass(frozen=True, slots=True)
class FilesWithDrafts:
    """The files of a set, and all that was found in them.

    The documents take as much memory as all that a gate keeps, so they are made when a draft is judged first.
    """

    files: Files = field(repr=False)
    known: frozenset[Diagnostic] = field(repr=False)
    _read: list[_Read] = field(default_factory=list, repr=False, compare=False)

    def _documents(self) -> _Read:
        if not self._read:
            report = Report()
            documents = read_set(self.files, report)
            assert documents is not None  # noqa: S101 - a set without errors was read from these files
            self._read.append((with_domains_of_today(documents, report), report.sorted()))
        return self._read[0]

    def judge(self, drafted: tuple[Role, ...], edited: RoleKey | None) -> tuple[Diagnostic, ...]:
        """What is found with the roles *drafted* in the place of the one *edited*, and is not known yet."""
        said, unread = self._documents()
        roles, homes = list(said.roles), dict(said.homes)
        place = next((number for number, role in enumerate(roles) if _key(role) == edited), None)
        if place is None:
            roles += drafted
        else:
            drafted = tuple(_accepting(role, said.roles[place]) for role in drafted)
            roles[place : place + 1] = drafted
            homes |= _homes(drafted, said.homes.get(said.roles[place][0].span.file))
        documents = replace(said, roles=tuple(roles), homes=homes)
        report = Report()
        report.take(unread)
        with sparing():
            warn_of_lookalikes("role", [name for name, _ in roles], report)
            resolve_around(documents, report)
        told = Report()
        Acceptances(tuple(acceptances_in(drafted, ""))).apart(report, told)
        return tuple(found for found in told.sorted() if found not in self.known)


def _accepting(role: Role, old: Role) -> Role:
    """*role* with what its file accepts, which a saved draft keeps; a role of another name is a new one."""
    name, body = role
    if _key(role) != _key(old):
        return role

    def here(text: Text) -> Text:
        return Text(str(text), name.span)

    accept = {
        here(code): {here(entry): why for entry, why in reasons.items()}
        for code, reasons in old[1].accept.items()
    }
    return name, body.model_copy(update={"accept": accept})


def _key(role: Role) -> RoleKey:
    name, body = role
    return None if body.domain is None else str(body.domain), str(name)


def _homes(drafted: tuple[Role, ...], home: str | None) -> Mapping[str, str]:
    """Where a role is in a file of its domain, what is at fault there is the fault of that domain."""
    return {} if home is None else {name.span.file: home for name, _ in drafted}
