"""A policy set as a store keeps it: whole texts of some files, and items in the place of the others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from operator import attrgetter

from rolegate.documents.file_kinds import (
    APPROVALS,
    CATALOG,
    DOMAINS,
    INVARIANTS,
    LABELS,
    REVIEW,
    FileKind,
)
from rolegate.store.item import Item, Owner, canonical, digest_of

WHOLE: tuple[FileKind[object], ...] = (CATALOG, LABELS, REVIEW, APPROVALS, INVARIANTS)
"""The files of which a store keeps the text. Their comments stay; those of all others are in git."""

NO_DOMAINS = f"{DOMAINS.key}: {{}}\n"
"""A file that declares no domain: not the same as none, which has one domain for all."""


FORMER = "former/"
"""Begins the names of catalogs under which something that run time stored was read last."""


_IDENTITY = attrgetter("domain", "kind", "key")


@dataclass(frozen=True, slots=True)
class StoredSet:
    """Texts of whole files by their names, and items sorted by what they are.

    INVARIANT: equal sets have equal digests, whichever files the items were in.
    """

    texts: Mapping[str, str]
    items: tuple[Item, ...]

    @classmethod
    def of(cls, texts: Mapping[str, str], items: Iterable[Item]) -> StoredSet:
        """The set of these texts and items, in any order."""
        ordered = sorted(items, key=_IDENTITY)
        return cls({name: texts[name] for name in sorted(texts)}, tuple(ordered))

    def of_owner(self, owner: Owner) -> StoredSet:
        """The texts, and the items of one owner."""
        return StoredSet(self.texts, tuple(item for item in self.items if item.owner == owner))

    @property
    def today(self) -> StoredSet:
        """What of it is in force, as the catalog reads it."""
        read = (item.today for item in self.items)
        return StoredSet(self.texts, tuple(item for item in read if item is not None))

    @property
    def digest(self) -> str:
        """SHA-256 of everything, in hexadecimal digits."""
        items = [[*item.identity, item.digest] for item in self.items]
        return digest_of(canonical([sorted(self.texts.items()), items]))


def changed_texts(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """The files that are kept as they are written and are others now."""
    for name in sorted({*before, *after}):
        if before.get(name) != after.get(name) and not name.startswith(FORMER):
            yield name
