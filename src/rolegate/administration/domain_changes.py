"""The life of tenants: domains that come and go, their plans, add-ons and instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypedDict

from rolegate.administration.change_error import (
    changed_since,
    domains_inside,
    no_former_names,
    no_such_instance,
    not_there,
    removed_before,
    there_already,
)
from rolegate.administration.tenant_documents import (
    Document,
    DocumentChange,
    DocumentName,
    TenantDocuments,
    listed,
)


@dataclass(frozen=True, slots=True)
class CreateDomain:
    """A new domain, as domains.yaml would say it, with `domain` for its name; *owner* gets a role in it."""

    document: Document = field(hash=False)
    owner: str | None = None
    role: str = "owner"

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        name = DocumentName.of("domain", self.document)
        if name in documents.by_name:
            raise there_already(name)
        if self.document.get("renamed_from"):
            raise no_former_names(name.name)
        changes = [DocumentChange(name, None, document) for name, document in self._documents(name)]
        if self.owner is not None:
            changes.append(_line(name.name, self.owner, self.role))
        return documents.with_changes(changes)

    def _documents(self, name: DocumentName) -> Iterator[tuple[DocumentName, Document]]:
        """The document of the domain, and one for each of its teams, which are found there alone."""
        teams = self.document.get("teams")
        if not isinstance(teams, Mapping):
            yield name, self.document
            return
        yield name, {key: value for key, value in self.document.items() if key != "teams"}
        for team, members in teams.items():
            yield (
                DocumentName("team", name.name, team),
                {"team": team, "domain": name.name, "members": members},
            )


@dataclass(frozen=True, slots=True)
class DeleteDomain:
    """A domain goes, with everything that is of it; those inside it have to go before."""

    domain: str

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        _domain(documents, self.domain)
        inside = [
            str(one["domain"]) for one in documents.of_kind("domain") if one.get("within") == self.domain
        ]
        if inside:
            raise domains_inside(self.domain, inside)
        gone = ((name, found) for name, found in documents.by_name.items() if name.domain == self.domain)
        return documents.with_changes([DocumentChange(name, found, None) for name, found in gone])


class Appointed(TypedDict, total=False):
    """Who manages a domain from now on, where nobody would otherwise, and in which role: as with an owner."""

    manager: str
    role: str


@dataclass(frozen=True, slots=True)
class SetPlan:
    """A domain has another plan, or None of its own; *manager* gets a role, where nobody manages then."""

    domain: str
    plan: str | None
    manager: str | None = None
    role: str = "owner"

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _appointed(_with(documents, self.domain, plan=self.plan), self)


@dataclass(frozen=True, slots=True)
class SetAddons:
    """A domain adds these add-ons, and no others, to those around it; *manager* as with a plan."""

    domain: str
    addons: tuple[str, ...]
    manager: str | None = None
    role: str = "owner"

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        return _appointed(_with(documents, self.domain, addons=list(self.addons) or None), self)


@dataclass(frozen=True, slots=True)
class AddInstance:
    """Something exists in a domain. An id that was removed there comes back with *revive* alone.

    Grants on it that slept are awake then.
    """

    domain: str
    kind: str
    path: str
    title: str | None = None
    revive: bool = False

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        found = _domain(documents, self.domain)
        instances = dict(found.get("instances") or {})
        removed = dict(found.get("removed") or {})
        if self.path in _ids(removed.get(self.kind)):
            if not self.revive:
                raise removed_before(self.kind, self.path, self.domain)
            removed[self.kind] = _without(removed[self.kind], self.path)
        here = instances.get(self.kind)
        if self.path in _ids(here):
            raise there_already(DocumentName("domain", self.domain, f"{self.kind} {self.path}"))
        if self.title is not None or isinstance(here, dict):
            instances[self.kind] = {**_titled(here), self.path: self.title or self.path}
        else:
            instances[self.kind] = [*listed(here), self.path]
        return _with(documents, self.domain, instances=instances, removed=_kept(removed))


@dataclass(frozen=True, slots=True)
class RemoveInstance:
    """Something is gone. Its id stays among those removed, so that nothing is awake when it comes again."""

    domain: str
    kind: str
    path: str

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        found = _domain(documents, self.domain)
        instances = dict(found.get("instances") or {})
        removed = dict(found.get("removed") or {})
        if self.path not in _ids(instances.get(self.kind)):
            raise no_such_instance(self.kind, self.path, self.domain)
        instances[self.kind] = _without(instances[self.kind], self.path)
        removed[self.kind] = [*_ids(removed.get(self.kind)), self.path]
        return _with(documents, self.domain, instances=_kept(instances), removed=removed)


@dataclass(frozen=True, slots=True)
class Undo:
    """What a change did is taken back, unless somebody changed the same since."""

    done: tuple[DocumentChange, ...] = field(hash=False)

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        for name, _, after in self.done:
            if documents.by_name.get(name) != after:
                raise changed_since(name)
        return documents.with_changes(
            DocumentChange(name, after, before) for name, before, after in self.done
        )


def _line(domain: str, user: str, role: str) -> DocumentChange:
    line = {"user": user, "role": role, "domain": domain}
    return DocumentChange(DocumentName.of("line", line), None, line)


def _appointed(documents: TenantDocuments, change: SetPlan | SetAddons) -> TenantDocuments:
    """*documents* with the line of whoever manages after the change, if it says who."""
    if change.manager is None:
        return documents
    return documents.with_changes([_line(change.domain, change.manager, change.role)])


def _domain(documents: TenantDocuments, domain: str) -> Document:
    found = documents.get("domain", domain, domain)
    if found is None:
        raise not_there(DocumentName("domain", domain, domain))
    return found


def _with(documents: TenantDocuments, domain: str, **keys: Any) -> TenantDocuments:
    """The documents in which the one of *domain* says *keys*; those that are None are left out."""
    before = _domain(documents, domain)
    after = {key: value for key, value in {**before, **keys}.items() if value is not None}
    return documents.with_changes([DocumentChange(DocumentName("domain", domain, domain), before, after)])


def _ids(value: Any) -> list[str]:
    return list(value) if isinstance(value, dict) else listed(value)


def _titled(value: Any) -> dict[str, Any]:
    return dict(value) if isinstance(value, dict) else {path: path for path in listed(value)}


def _without(value: Any, path: str) -> Any:
    if isinstance(value, dict):
        return {one: title for one, title in value.items() if one != path}
    return [one for one in listed(value) if one != path]


def _kept(by_kind: dict[str, Any]) -> dict[str, Any] | None:
    """Without kinds of which nothing is left; None where no kind is."""
    return {kind: value for kind, value in by_kind.items() if value} or None
