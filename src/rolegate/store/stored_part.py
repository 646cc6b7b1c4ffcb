"""The part of a store that a change of some domains concerns: as it is stored, and as it is read today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.tenant_documents import (
    DocumentChange,
    DocumentName,
    TenantDocuments,
    takes_away,
)
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import DOMAINS
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.errors import ChangeError
from rolegate.store.domain_rows import NearDomains, domains_near
from rolegate.store.expected_revisions import compare_revisions, expect_revisions
from rolegate.store.files_of_items import files_of_items
from rolegate.store.in_force import in_force
from rolegate.store.item import NO_DOMAIN, Document, Identity, Item, ItemKind, key_of
from rolegate.store.known_parts import Ground, KnownItem, KnownParts, document_kind
from rolegate.store.numbering import LockedDomain, lock_domains
from rolegate.store.part_labels import texts_of_part
from rolegate.store.stored_set import FORMER, NO_DOMAINS, StoredSet
from rolegate.store.stored_states import StoredState
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import item_rows, read_digests, read_texts


@dataclass(frozen=True, slots=True)
class StoredPart:
    """Documents of some domains, with those around and inside them, and what is of no single domain.

    `stored` has the item of each document as it is written, and `states` what of items the catalog cannot
    give today: that stays where it is when the rest of an item is changed.
    """

    domains: Collection[str] | None
    """Those that were read, as they are encoded; None for all."""
    texts: Mapping[str, str]
    ground: Ground
    items: Sequence[KnownItem]
    stored: Mapping[DocumentName, Item]
    documents: TenantDocuments
    folder: Path
    limits: Limits
    states: tuple[StoredState, ...]

    @classmethod
    def read(
        cls,
        connection: Connection,
        tables: StoreTables,
        domains: Collection[str] | None,
        name: str,
        limits: Limits,
        known: KnownParts | None = None,
        near: NearDomains | None = None,
    ) -> StoredPart:
        """What concerns *domains*, as people write them, and those *near*; all of the store for None."""
        wanted: frozenset[str] | None = None
        if domains is None:
            digests = read_digests(connection, tables)
        else:
            near = near or domains_near(connection, tables, domains)
            digests = near.digests
            wanted = frozenset([NO_DOMAIN, *map(encode, near.around | near.inside)])
        known = KnownParts() if known is None else known
        items = known.items(wanted, list(item_rows(connection, tables, wanted)))
        texts = known.texts(digests, lambda: read_texts(connection, tables, formers=True))
        if (wanted is not None and wanted != {NO_DOMAIN}) or _had_domains(connection, tables, items):
            texts = {**texts, DOMAINS.place: NO_DOMAINS}  # whichever of them come and go
        shared = (one.text for one in items if one.item.kind == "role" and one.item.domain == NO_DOMAIN)
        today = [(one.item, *one.today) for one in items if one.today is not None]
        return cls(
            wanted,
            texts,
            (digests, tuple(shared), DOMAINS.place in texts),
            items,
            {named: item for item, named, _ in today},
            TenantDocuments({named: document for _, named, document in today}),
            Path(name),
            limits,
            _sleeping(texts, [one.item for one in items], wanted is None, Path(name), limits),
        )

    def files_of(self, documents: TenantDocuments) -> Files:
        """*documents* as files of a set, beside the texts of the store."""
        items = [_item(name, document) for name, document in documents.by_name.items()]
        texts = {name: text for name, text in self.texts.items() if not name.startswith(FORMER)}
        return files_of_items(StoredSet.of(texts, items), self.folder, self.limits)

    def set_of(self, items: Iterable[Item]) -> StoredSet:
        """*items* beside the texts of the store: a part has no labels of what is not in it."""
        return _set_of(self.texts, list(items), whole=self.domains is None)

    def files_alone(self, documents: TenantDocuments) -> Files:
        """*documents* as files of a set in which there is nothing else."""
        stored = self.set_of(_item(name, document) for name, document in documents.by_name.items())
        texts = {name: text for name, text in stored.texts.items() if not name.startswith(FORMER)}
        return files_of_items(StoredSet.of(texts, stored.items), self.folder, self.limits)

    def expect(self, connection: Connection, tables: StoreTables, expected: Mapping[Identity, int]) -> None:
        """Refuse to go on unless each item has the revision *expected* of it; see `expect_revisions`."""
        if self.domains is not None and any(domain not in self.domains for domain, _, _ in expected):
            expect_revisions(connection, tables, expected)
        elif expected:
            compare_revisions({one.item.identity: one.item.revision for one in self.items}, expected)

    @property
    def asleep(self) -> Mapping[DocumentName, Item]:
        """The items of which nothing is in force, such as a line that grants what is gone."""
        found = (one.item for one in self.items if one.today is None)
        return {DocumentName.of(document_kind(item.kind), item.document): item for item in found}

    @property
    def is_read_as_written(self) -> bool:
        """Whether nothing of it sleeps, or is called otherwise today, nor what is written now could sleep.

        A new grant sleeps at once if it names an instance that a domain has no longer.
        """
        removes = any(document.get("removed") for document in self.documents.of_kind("domain"))
        return not removes and all(one.item.reading is None for one in self.items)

    def gone_asleep(self, change: AdministrativeChange) -> tuple[DocumentChange, ...]:
        """What sleeps as a whole and goes with *change*, such as the lines of a user who is removed."""
        asleep = self.asleep
        if not asleep:
            return ()
        whole = {**{name: item.document for name, item in asleep.items()}, **self.documents.by_name}
        try:
            made = change.made(TenantDocuments(whole))
        except ChangeError:
            return ()
        return tuple(
            DocumentChange(name, item.document, None)
            for name, item in asleep.items()
            if name not in made.by_name
        )

    def items_after(self, done: Iterable[DocumentChange]) -> list[Item]:
        """All items of the part after these changes; run time owns those that are new or others."""
        kept = {**self.asleep, **self.stored}
        for change in done:
            before = kept.pop(change.name, None)
            if change.after is not None:
                kept[change.name] = self._item_after(change.name, change.after, before)
        return list(kept.values())

    def _item_after(self, name: DocumentName, document: Document, before: Item | None) -> Item:
        """What is stored of *document*, with all that sleeps in the item there was."""
        if before is None:
            return replace(_item(name, document), owner="run time")
        whole: dict[str, Any] = dict(document)
        for state in self.states:
            if state.identity == before.identity and state.key is not None:
                kept, text = whole.get(state.key, ()), state.grant.text
                whole[state.key] = [*kept, *([] if text in kept else [text])]
        return replace(before, document=whole, owner="run time", reading=None)


def _set_of(texts: Mapping[str, str], items: Sequence[Item], *, whole: bool) -> StoredSet:
    return StoredSet.of(texts if whole else texts_of_part(texts, items), items)


def _sleeping(
    texts: Mapping[str, str], items: Sequence[Item], whole: bool, folder: Path, limits: Limits
) -> tuple[StoredState, ...]:
    """What of *items* the catalog cannot give today."""
    if all(item.reading is None for item in items):
        return ()
    read = in_force(_set_of(texts, items, whole=whole), folder, limits)
    return tuple(state for state in read.states if state.is_asleep)


def _had_domains(connection: Connection, tables: StoreTables, items: Sequence[KnownItem]) -> bool:
    """Whether all tenants of a set have left, and nobody has anything: the one domain of sets without
    domains does not come back with it."""
    if any(one.item.kind in ("domain", "binding", "restriction") for one in items):
        return False
    domains = tables.domains.c
    known = domains.name != NO_DOMAIN, domains.entries > 0
    return bool(connection.scalar(select(select(domains.name).where(*known).exists())))


def declares_beside(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> bool:
    """Whether the set declares domains, whether or not *domains* are there."""
    files, items, names = tables.files.c, tables.items.c, [encode(one) for one in domains if one]
    said = select(files.name).where(files.name == DOMAINS.place).exists()
    others = select(items.key).where(items.kind == "domain", items.domain.not_in(names)).exists()
    return bool(connection.scalar(select(said | others)))


class LockedDomains(NamedTuple):
    """The domains whose rows are locked, as they are encoded; where these are some, also what is in the rows.

    `near` has the domains that these are around, and inside of.
    """

    names: tuple[str, ...]
    near: NearDomains | None = None
    rows: Mapping[str, LockedDomain] = MappingProxyType({})


def lock_for_change(
    connection: Connection, tables: StoreTables, domains: Collection[str], *, new: bool
) -> LockedDomains:
    """Lock the rows of *domains* and of all inside them, outermost first.

    INVARIANT: whoever makes a domain locks that of no domain and those around it before, so that none comes
    up inside a domain that is locked.
    """
    if new:
        lock_domains(connection, tables, [NO_DOMAIN])
        around = domains_near(connection, tables, domains).around - set(domains)
        for outer in sorted(around, key=lambda one: len(domains_near(connection, tables, [one]).around)):
            lock_domains(connection, tables, [encode(outer)])
    own = sorted(encode(one) if one else NO_DOMAIN for one in domains)
    rows = lock_domains(connection, tables, own)
    near = domains_near(connection, tables, [one for one in domains if one])
    inside = set(map(encode, near.inside)) - set(own)
    if inside:
        rows |= lock_domains(connection, tables, inside)
    return LockedDomains((*own, *sorted(inside)), near, rows)


def _item(name: DocumentName, document: Document) -> Item:
    if name.kind == "line":
        kind: ItemKind = "restriction" if takes_away(document) else "binding"
        key = key_of(document, None)
    else:
        kind, key = name.kind, key_of(document, name.name)
    return Item(kind, NO_DOMAIN if name.domain is None else encode(name.domain), key, document)
