"""A draft is judged as a file of its set would be: the documents are resolved again with the role in them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents.acceptances import Acceptances, acceptances_in
from rolegate.documents.capture import Files
from rolegate.documents.documents import Documents
from rolegate.documents.draft_places import DraftPlaces
from rolegate.documents.former_domains import with_domains_of_today
from rolegate.documents.lookalikes import warn_of_lookalikes
from rolegate.documents.role_places import new_role_file
from rolegate.documents.roles_file import Role
from rolegate.documents.set_reader import read_set
from rolegate.documents.text import Text
from rolegate.grants.roles import RoleKey
from rolegate.loading.tenant_faults import resolve_around
from rolegate.texts.spelling import sparing

_Read = tuple[Documents, tuple[Diagnostic, ...]]
"""The documents of a set, and what was found while its files were read."""

_UNDRAFTED = ("accept", "renamed_from")
"""Keys of a role that no draft changes, and that findings depend on."""


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

    def place(self, name: str, domain: str | None) -> Span:
        """Where a new role would be written."""
        try:
            file = new_role_file(name, domain, self.files.contents)
        except ValueError:  # as for a name that cannot be written
            file = "draft"
        return Span(self.files.shown(file))

    def judge(
        self, drafted: tuple[Role, ...], edited: RoleKey | None, kept: Collection[str]
    ) -> tuple[Diagnostic, ...]:
        """What is found with the roles *drafted* in the place of the one *edited*, and is not known yet.

        The keys *kept* say what they said.
        """
        said, unread = self._documents()
        roles, homes = list(said.roles), dict(said.homes)
        place = next((number for number, role in enumerate(roles) if _key(role) == edited), None)
        if place is None:
            roles += drafted
        else:
            drafted = tuple(_as_saved(role, said.roles[place], kept) for role in drafted)
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
        known = {_apart_from_related(found) for found in self.known}
        return tuple(found for found in told.sorted() if _apart_from_related(found) not in known)


def _apart_from_related(found: Diagnostic) -> tuple[str, Span, str, str]:
    """What is the same of a finding elsewhere that refers to the role."""
    return found.code, found.span, found.message, found.entry


def _as_saved(role: Role, old: Role, kept: Iterable[str]) -> Role:
    """*role* with what a saved draft leaves as it is written; a role of another name is a new one."""
    name, body = role
    if _key(role) != _key(old):
        return role
    places = DraftPlaces(name.span, kept=True)

    def here(value: Any) -> Any:
        if isinstance(value, Text):  # each has a place of its own, as it has in its file
            return Text(str(value), places.next())
        if isinstance(value, Mapping):
            return {here(key): here(inner) for key, inner in value.items()}
        return list(map(here, value)) if isinstance(value, list | tuple) else value

    return name, body.model_copy(update={key: here(getattr(old[1], key)) for key in (*kept, *_UNDRAFTED)})


def _key(role: Role) -> RoleKey:
    name, body = role
    return None if body.domain is None else str(body.domain), str(name)


def _homes(drafted: tuple[Role, ...], home: str | None) -> Mapping[str, str]:
    """Where a role is in a file of its domain, what is at fault there is the fault of that domain."""
    return {} if home is None else {name.span.file: home for name, _ in drafted}
