"""The documents that people change at run time: those of domains, roles, teams and lines of bindings."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from rolegate.documents.bindings_file import TAKES

Document = Mapping[str, Any]
"""What a file would say of one domain, role, team or line: texts, lists and mappings, as in YAML."""

DocumentKind = Literal["domain", "role", "team", "line"]


class DocumentName(NamedTuple):
    """What tells a document from all others: a line of bindings is told by all that it says."""

    kind: DocumentKind
    domain: str | None
    name: str

    @classmethod
    def of(cls, kind: DocumentKind, document: Document) -> DocumentName:
        """That of *document*; a domain is in itself."""
        if kind == "line":
            return cls(kind, document.get("domain"), said(document))
        return cls(kind, document.get("domain"), document[kind])

    @property
    def words(self) -> str:
        """What it is, for a message."""
        where = f" of domain `{self.domain}`" if self.domain is not None else ""
        what = {"domain": "domain", "role": "role", "team": "team", "line": "line"}[self.kind]
        return f"{what} `{self.name}`{'' if self.kind == 'domain' else where}"


class DocumentChange(NamedTuple):
    """One document before and after a change; None where there is none."""

    name: DocumentName
    before: Document | None
    after: Document | None

    @property
    def domain(self) -> str | None:
        """The domain that the document is of."""
        return self.name.domain


@dataclass(frozen=True, slots=True)
class TenantDocuments:
    """Documents by their names. A change gives others, and these stay as they are."""

    by_name: Mapping[DocumentName, Document] = field(default_factory=dict, repr=False)

    @classmethod
    def of(cls, documents: Iterable[tuple[DocumentKind, Document]]) -> TenantDocuments:
        """The documents of a set; the kind of lines that restrict is `line` as well."""
        return cls({DocumentName.of(kind, document): document for kind, document in documents})

    def get(self, kind: DocumentKind, domain: str | None, name: str) -> Document | None:
        return self.by_name.get(DocumentName(kind, domain, name))

    def of_kind(self, kind: DocumentKind) -> Iterator[Document]:
        """All of one kind."""
        return (document for name, document in self.by_name.items() if name.kind == kind)

    def with_changes(self, changes: Iterable[DocumentChange]) -> TenantDocuments:
        """The documents after *changes*."""
        made = dict(self.by_name)
        for name, _, after in changes:
            made.pop(name, None)
            if after is not None:
                made[name] = after
        return TenantDocuments(made)

    def changes_to(self, other: TenantDocuments) -> tuple[DocumentChange, ...]:
        """What is different in *other*."""
        before, after = self.by_name, other.by_name
        # Most are the very same in both.
        names = [name for name, one in before.items() if after.get(name) is not one]
        names += [name for name in after if name not in before]
        pairs = ((name, before.get(name), after.get(name)) for name in names)
        return tuple(DocumentChange(*pair) for pair in pairs if pair[1] != pair[2])

    def around(self, domain: str | None) -> tuple[str, ...]:
        """*domain* and those around it, innermost first."""
        found: list[str] = []
        while domain is not None and domain not in found:
            found.append(domain)
            domain = (self.get("domain", domain, domain) or {}).get("within")
        return tuple(found)


def said(document: Document) -> str:
    """*document* as JSON without blanks, its keys sorted: equal documents have one text."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def takes_away(line: Document) -> bool:
    """Whether a line restricts."""
    return any(key in line for key in TAKES)


def listed(value: Any) -> list[Any]:
    """The entries of a list that may be written as one value, or left out."""
    if value is None:
        return []
    return list(value) if isinstance(value, list | tuple) else [value]
