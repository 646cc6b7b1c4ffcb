"""Changes of lines of bindings, and of the members of teams."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from rolegate.administration.change_error import not_about_that, not_there, there_already
from rolegate.administration.tenant_documents import (
    Document,
    DocumentChange,
    DocumentName,
    TenantDocuments,
    listed,
    said,
    takes_away,
)


@dataclass(frozen=True, slots=True)
class Assign:
    """A line that gives something: a role or grants, to a user, a team or everyone."""

    line: Document = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _added(documents, self.line, takes=False)


@dataclass(frozen=True, slots=True)
class Revoke:
    """A line that gives something goes."""

    line: Document = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _gone(documents, self.line, takes=False)


@dataclass(frozen=True, slots=True)
class Restrict:
    """A line that takes something away, whatever roles grant."""

    line: Document = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _added(documents, self.line, takes=True)


@dataclass(frozen=True, slots=True)
class Lift:
    """A line that takes something away goes."""

    line: Document = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _gone(documents, self.line, takes=True)


@dataclass(frozen=True, slots=True)
class Prolong:
    """A line ends at another time; without one it has no end."""

    line: Document = field(hash=False)
    until: str | None = None

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        rest = {key: value for key, value in self.line.items() if key != "until"}
        after = rest if self.until is None else {**rest, "until": self.until}
        takes = takes_away(self.line)
        return _added(_gone(documents, self.line, takes=takes), after, takes=takes)


@dataclass(frozen=True, slots=True)
class CreateTeam:
    team: str
    domain: str
    members: tuple[Any, ...] = ()

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("team", self.domain, self.team)
        if name in documents.by_name:
            raise there_already(name)
        return _with_members(documents, name, self.members)


@dataclass(frozen=True, slots=True)
class DeleteTeam:
    """A team goes. Lines that name it go as well, unless a domain around has a team of that name."""

    team: str
    domain: str

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("team", self.domain, self.team)
        found = _team(documents, name)
        changes = [DocumentChange(name, found, None)]
        outer = documents.around(self.domain)[1:]
        if not any(documents.get("team", domain, self.team) for domain in outer):
            changes += [
                DocumentChange(DocumentName.of("line", line), line, None)
                for line in documents.of_kind("line")
                if line.get("team") == self.team and self._means(line, documents)
            ]
        return documents.with_changes(changes)

    def _means(self, line: Document, documents: TenantDocuments) -> bool:
        around = documents.around(line.get("domain"))
        return self.domain == next((name for name in around if documents.get("team", name, self.team)), None)


@dataclass(frozen=True, slots=True)
class AddMember:
    """A user, or a team as `{"team": …}`, is in a team."""

    team: str
    domain: str
    member: Any

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("team", self.domain, self.team)
        members = listed(_team(documents, name).get("members"))
        if self.member in members:
            raise there_already(DocumentName("line", self.domain, said({"member": self.member})))
        return _with_members(documents, name, [*members, self.member])


@dataclass(frozen=True, slots=True)
class RemoveMember:
    team: str
    domain: str
    member: Any

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("team", self.domain, self.team)
        members = listed(_team(documents, name).get("members"))
        if self.member not in members:
            raise not_there(DocumentName("line", self.domain, said({"member": self.member})))
        return _with_members(documents, name, [one for one in members if one != self.member])


@dataclass(frozen=True, slots=True)
class RemoveUser:
    """Nothing names a user any more, in a domain and those inside it, or anywhere.

    Whoever has the same id later finds nothing that was theirs.
    """

    user: str
    domain: str | None = None

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        changes: list[DocumentChange] = []
        for name, document in documents.by_name.items():
            if self.domain is not None and self.domain not in documents.around(name.domain):
                continue
            if name.kind == "line" and document.get("user") == self.user:
                changes.append(DocumentChange(name, document, None))
            members = listed(document.get("members")) if name.kind == "team" else []
            if self.user in members:
                kept = [one for one in members if one != self.user]
                changes.append(DocumentChange(name, document, {**document, "members": kept}))
        return documents.with_changes(changes)


def _added(documents: TenantDocuments, line: Document, *, takes: bool) -> TenantDocuments:
    name = DocumentName.of("line", line)
    _check(line, takes=takes)
    if name in documents.by_name:
        raise there_already(name)
    return documents.with_changes([DocumentChange(name, None, line)])


def _gone(documents: TenantDocuments, line: Document, *, takes: bool) -> TenantDocuments:
    name = DocumentName.of("line", line)
    _check(line, takes=takes)
    if name not in documents.by_name:
        raise not_there(name)
    return documents.with_changes([DocumentChange(name, line, None)])


def _check(line: Document, *, takes: bool) -> None:
    if takes_away(line) is not takes:
        raise not_about_that(said(line), gives=takes)


def _team(documents: TenantDocuments, name: DocumentName) -> Document:
    found = documents.by_name.get(name)
    if found is None:
        raise not_there(name)
    return found


def _with_members(documents: TenantDocuments, name: DocumentName, members: Iterable[Any]) -> TenantDocuments:
    before = documents.by_name.get(name)
    own = {"team": name.name, "domain": name.domain}
    after = {**(before or own), "members": list(members)}
    return documents.with_changes([DocumentChange(name, before, after)])
