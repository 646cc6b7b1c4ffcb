"""Changes of roles: each gives the documents after it, or says why it cannot be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.administration.change_error import a_default_role, not_edited, not_there, there_already
from rolegate.administration.tenant_documents import (
    Document,
    DocumentChange,
    DocumentName,
    TenantDocuments,
    listed,
    takes_away,
)

NOT_CLONED = ("source", "assumed", "renamed_from", "replaces", "locked", "accept")
"""What a role says of itself alone."""

_WORDS = ("title", "labels")
"""What people choose a role by: two that read alike are chosen by chance."""


@dataclass(frozen=True, slots=True)
class CreateRole:
    """A new role: what its file would say, with `role` and `domain`. With `replaces` it is a version."""

    document: Document

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName.of("role", self.document)
        if name in documents.by_name:
            raise there_already(name)
        return documents.with_changes([DocumentChange(name, None, self.document)])


@dataclass(frozen=True, slots=True)
class CloneRole:
    """A new role of *domain* that holds what *role* does there today, and does not follow it."""

    role: str
    domain: str | None
    name: str
    title: str | None = None
    labels: Mapping[str, Any] | None = field(default=None, hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        source = visible_role(documents, self.role, self.domain)
        kept = {key: value for key, value in source.items() if key not in (*NOT_CLONED, *_WORDS, "domain")}
        made: dict[str, Any] = {**kept, "role": self.name, "clone_of": self.role}
        if self.domain is not None:
            made["domain"] = self.domain
        if self.title is not None:
            made["title"] = self.title
        if self.labels:
            made["labels"] = self.labels
        return CreateRole(made).made(documents)


@dataclass(frozen=True, slots=True)
class EditRole:
    """Some keys of a role say something else; one that is None is left out."""

    role: str
    domain: str | None
    keys: Mapping[str, Any] = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("role", self.domain, self.role)
        before = _own(documents, name)
        for key, mine in (("role", self.role), ("domain", self.domain)):
            if self.keys.get(key, mine) != mine:
                raise not_edited(key)
        said = {**before, **self.keys}
        after = {key: value for key, value in said.items() if value is not None}
        own = {"role": self.role} if self.domain is None else {"role": self.role, "domain": self.domain}
        return documents.with_changes([DocumentChange(name, before, {**after, **own})])


@dataclass(frozen=True, slots=True)
class RenameRole:
    """A role is called something else; its former name keeps working, so nothing that says it changes."""

    role: str
    domain: str | None
    name: str

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        old = DocumentName("role", self.domain, self.role)
        new = DocumentName("role", self.domain, self.name)
        before = _own(documents, old)
        if new in documents.by_name:
            raise there_already(new)
        former = [name for name in listed(before.get("renamed_from")) if name != self.name]
        after = {**before, "role": self.name, "renamed_from": [*former, self.role]}
        return documents.with_changes([DocumentChange(old, before, None), DocumentChange(new, None, after)])


@dataclass(frozen=True, slots=True)
class DeleteRole:
    """A role goes. Its holders have the role *move_to* instead, or nothing: then their lines go as well."""

    role: str
    domain: str | None
    move_to: str | None = None

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName("role", self.domain, self.role)
        before = _own(documents, name)
        changes = [DocumentChange(name, before, None)]
        for line in _lines_naming(documents, name, before):
            changes.append(DocumentChange(DocumentName.of("line", line), line, None))
            if self.move_to is not None and not takes_away(line):
                moved = {**line, "role": self.move_to}
                changes.append(DocumentChange(DocumentName.of("line", moved), None, moved))
        return documents.with_changes(changes)


def visible_role(documents: TenantDocuments, role: str, domain: str | None) -> Document:
    """What a domain calls *role*: the nearest version of a default role, a default role, or its own."""
    around = documents.around(domain)
    for outer in around:
        for document in documents.of_kind("role"):
            if document.get("domain") == outer and role in (document["role"], document.get("replaces")):
                return document
    return _own(documents, DocumentName("role", None, role))


def _own(documents: TenantDocuments, name: DocumentName) -> Document:
    found = documents.by_name.get(name)
    if found is None and name.domain is not None and documents.get("role", None, name.name):
        raise a_default_role(name.name)
    if found is None:
        raise not_there(name)
    return found


def _lines_naming(documents: TenantDocuments, role: DocumentName, document: Document) -> Iterator[Document]:
    """The lines that name a role by the name it has, or had, where it can be named."""
    names = (role.name, *listed(document.get("renamed_from")))
    for line in documents.of_kind("line"):
        if line.get("role") in names and (
            role.domain is None or role.domain in documents.around(line.get("domain"))
        ):
            yield line
