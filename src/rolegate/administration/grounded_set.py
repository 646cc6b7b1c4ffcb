"""Reads documents over a catalog and default roles that are kept, many times faster than as files.

INVARIANT: what is held and refused is what it is when the files of a set with these documents are read. Where
more is wrong than roles, the files are read: they tell what is set aside, and where.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field

from rolegate.administration.administered_set import AdministeredSet, read_as_files
from rolegate.administration.set_over_ground import SetOverGround, TenantGround
from rolegate.administration.tenant_documents import Document, TenantDocuments
from rolegate.diagnostics import Report
from rolegate.documents.capture import Files
from rolegate.documents.set_reader import read_both

FilesOf = Callable[[TenantDocuments], Files]

_DOMAINS, _SIDES = 64, 2
"""Of so many domains, so many sets are kept: what a change began with, and what it made."""


@dataclass(slots=True)
class GroundedSet:
    """Reads documents whose default roles are the same each time; `files_of` gives them as files."""

    files_of: FilesOf
    _ground: TenantGround | None = None
    _shared: tuple[Document, ...] | None = None
    _kept: dict[frozenset[str], list[AdministeredSet]] = field(default_factory=dict)

    def __call__(self, documents: TenantDocuments, domains: Collection[str] | None = None) -> AdministeredSet:
        """The set that *documents* are.

        With *domains*, these are the ones that change: of those around them, not everything inside is there.
        """
        shared = tuple(one for one in documents.of_kind("role") if one.get("domain") is None)
        if self._shared is None:
            self._shared, self._ground = shared, self._grounded(documents)
        if self._ground is not None and shared == self._shared:
            every = (str(one["domain"]) for one in documents.of_kind("domain"))
            own = frozenset(every if domains is None else domains)
            sides = self._kept.get(own, ())
            found = _known(sides, documents) or SetOverGround(self._ground, own)(
                documents, sides[-1] if sides else None
            )
            if found.resolved is not None:
                self._keep(own, found)
                return found
        return read_as_files(documents, self.files_of(documents))

    def _keep(self, own: frozenset[str], found: AdministeredSet) -> None:
        # What is there stays as it is, since other threads look at it; `own` comes last.
        others = [side for side in self._kept.get(own, ()) if side.documents != found.documents]
        kept = [(domains, sides) for domains, sides in self._kept.items() if domains != own]
        self._kept = dict([*kept, (own, [*others, found][-_SIDES:])][-_DOMAINS:])

    def _grounded(self, documents: TenantDocuments) -> TenantGround | None:
        """What all documents rest on; None for a set that does not declare domains."""
        found, _ = read_both(self.files_of(documents), Report())
        return None if found is None or found.domains is None else TenantGround.of(found, Report())


def _known(sides: Iterable[AdministeredSet], documents: TenantDocuments) -> AdministeredSet | None:
    """The same set, if it was read a moment ago: a change begins with what the one before it made."""
    known = next((side for side in sides if side.documents == documents), None)
    return None if known is None else known.anew()
