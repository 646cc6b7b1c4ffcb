"""Reads documents over a catalog and default roles that are kept, many times faster than as files.

INVARIANT: where nothing is wrong, what is read is what the files of a set with these documents give. Where
something is, the files are read: they tell what is set aside, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rolegate.administration.administered_set import (
    AdministeredSet,
    read_as_files,
    with_roles_in_every_plan,
)
from rolegate.administration.tenant_documents import Document, TenantDocuments, takes_away
from rolegate.compiled.check_limits import check_compiled
from rolegate.diagnostics import Report, Span
from rolegate.documents.capture import Files
from rolegate.documents.item_shapes import DocumentKind, ItemDocument, ItemShapes, shapes_of
from rolegate.documents.set_reader import read_both
from rolegate.grants.ground import Ground
from rolegate.grants.resolve import Resolved
from rolegate.grants.resolve_domain import DomainDocuments, resolve_domain

FilesOf = Callable[[TenantDocuments], Files]


@dataclass(slots=True)
class GroundedSet:
    """Reads documents whose default roles are the same each time; `files_of` gives them as files."""

    files_of: FilesOf
    _grounds: dict[bool, Ground | None] = field(default_factory=dict)
    _shared: tuple[Document, ...] | None = None

    def __call__(self, documents: TenantDocuments) -> AdministeredSet:
        shared = tuple(one for one in documents.of_kind("role") if one.get("domain") is None)
        if self._shared is None:
            self._shared = shared
            self._ground(documents)
        read = self._read(documents, in_every_plan=False) if shared == self._shared else None
        if read is None:
            return read_as_files(documents, self.files_of(documents))
        return AdministeredSet(documents, read, (), lambda: self._in_every_plan(documents))

    def _ground(self, documents: TenantDocuments) -> None:
        """What all documents rest on: as the catalog is, and with roles of each kind in every plan."""
        found, _ = read_both(self.files_of(documents), Report())
        grounded = found is not None and found.domains is not None
        self._grounds[False] = Ground.of(found, Report()) if found is not None and grounded else None
        if found is not None and grounded:
            self._grounds[True] = Ground.of(with_roles_in_every_plan(found), Report())

    def _in_every_plan(self, documents: TenantDocuments) -> Resolved | None:
        return self._read(documents, in_every_plan=True)

    def _read(self, documents: TenantDocuments, *, in_every_plan: bool) -> Resolved | None:
        """What *documents* say; None where anything is wrong, but for what is with roles in every plan."""
        ground, report = self._grounds.get(in_every_plan), Report()
        if ground is None:
            return None
        parts = _by_domain(shapes_of(_written(documents), report))
        outermost = next((name for name, part in parts.items() if _within(part) not in parts), None)
        if report.failed or outermost is None or None in map(parts.get, _named(documents)):
            return None
        resolved = resolve_domain(ground, outermost, parts, report)
        if resolved is None or in_every_plan:
            return resolved
        check_compiled(resolved, report)
        return None if report.failed else resolved


def _written(documents: TenantDocuments) -> Iterable[ItemDocument]:
    for number, (name, document) in enumerate(documents.by_name.items()):
        if name.kind == "role" and name.domain is None:
            continue
        if name.kind == "line":
            kind: DocumentKind = "restriction" if takes_away(document) else "binding"
        else:
            kind = name.kind
        yield ItemDocument(kind, document, Span(f"{number}"))


def _named(documents: TenantDocuments) -> Iterable[str]:
    """The domains that documents say they are of."""
    return dict.fromkeys(name.domain or "" for name in documents.by_name if name[:2] != ("role", None))


def _within(part: DomainDocuments) -> str | None:
    return None if part.shape is None or part.shape.within is None else str(part.shape.within)


def _by_domain(shapes: ItemShapes) -> dict[str, DomainDocuments]:
    return {
        str(name): DomainDocuments(
            name,
            shape,
            tuple(role for role in shapes.roles if role[1].domain == name),
            tuple(line for line in shapes.lines if line.domain == name),
        )
        for name, shape in shapes.domains.items()
    }
