"""The part of a store that a change of some domains concerns: as it is stored, and as it is read today."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from rolegate.administration.tenant_documents import (
    DocumentChange,
    DocumentKind,
    DocumentName,
    TenantDocuments,
    said,
    takes_away,
)
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import DOMAINS
from rolegate.documents.limits import Limits
from rolegate.encoding import decode, encode
from rolegate.store.domain_rows import outer_domains
from rolegate.store.files_of_items import files_of_items
from rolegate.store.in_force import in_force
from rolegate.store.item import NO_DOMAIN, Document, Item, ItemKind, canonical, digest_of, key_of
from rolegate.store.numbering import lock_domains
from rolegate.store.stored_set import FORMER, NO_DOMAINS, StoredSet
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import read_items, read_texts

_AT_ONCE = 500

_Identity = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class StoredPart:
    """Documents of some domains, with those around and inside them, and what is of no single domain.

    `stored` has the item of each document as it is written, and `asleep` what of it the catalog cannot give
    today: that stays where it is when the rest of an item is changed.
    """

    texts: Mapping[str, str]
    stored: Mapping[DocumentName, Item]
    documents: TenantDocuments
    folder: Path
    limits: Limits
    asleep: Mapping[_Identity, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)

    @classmethod
    def read(
        cls,
        connection: Connection,
        tables: StoreTables,
        domains: Collection[str] | None,
        name: str,
        limits: Limits,
    ) -> StoredPart:
        """What concerns *domains*, as people write them; all of the store for None."""
        wanted = None
        if domains is not None:
            near = domains_around(connection, tables, domains) | domains_inside(connection, tables, domains)
            wanted = {NO_DOMAIN, *map(encode, near)}
        items = read_items(connection, tables, domains=wanted)
        texts = read_texts(connection, tables, formers=True)
        if wanted is not None and wanted != {NO_DOMAIN} and all(item.kind != "domain" for item in items):
            texts[DOMAINS.place] = NO_DOMAINS  # there are others, or one is about to come
        asleep: dict[_Identity, dict[str, tuple[str, ...]]] = {}
        if any(item.reading is not None for item in items):
            for state in in_force(StoredSet.of(texts, items), Path(name), limits).states:
                if state.is_asleep and state.key is not None:
                    kept = asleep.setdefault(state.identity, {})
                    kept[state.key] = (*kept.get(state.key, ()), state.grant.text)
        raw = {item.identity: item for item in items}
        today = [item.today for item in items]
        named = {DocumentName.of(_kind(one.kind), one.document): one for one in today if one is not None}
        documents = TenantDocuments({name_of: item.document for name_of, item in named.items()})
        written = {name_of: raw[item.identity] for name_of, item in named.items()}
        return cls(texts, written, documents, Path(name), limits, asleep)

    def files_of(self, documents: TenantDocuments) -> Files:
        """*documents* as files of a set, beside the texts of the store."""
        items = [_item(name, document) for name, document in documents.by_name.items()]
        texts = {name: text for name, text in self.texts.items() if not name.startswith(FORMER)}
        return files_of_items(StoredSet.of(texts, items), self.folder, self.limits)

    @property
    def ground(self) -> str:
        """What all parts of the store rest on: texts and default roles; equal for the same."""
        shared = [said(one) for one in self.documents.of_kind("role") if one.get("domain") is None]
        texts = [text for text in sorted(self.texts.items()) if text[0] != DOMAINS.place]
        return digest_of(canonical([texts, sorted(shared)]))

    @property
    def is_read_as_written(self) -> bool:
        """Whether nothing of it sleeps, or is called otherwise today."""
        return all(item.reading is None for item in self.stored.values())

    def items_after(self, done: Iterable[DocumentChange]) -> list[Item]:
        """All items of the part after these changes; run time owns those that are new or others."""
        kept = dict(self.stored)
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
        for key, texts in self.asleep.get(before.identity, {}).items():
            whole[key] = [*whole.get(key, ()), *(text for text in texts if text not in whole.get(key, ()))]
        return replace(before, document=whole, owner="run time", reading=None)


def domains_around(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> set[str]:
    """*domains* and those around them."""
    found, waiting = set[str](), set(domains)
    while waiting:
        found |= waiting
        waiting = outer_domains(connection, tables, waiting) - found
    return found


def domains_inside(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> set[str]:
    """*domains* and those inside them."""
    c, found, waiting = tables.domains.c, set[str](), set(domains)
    while waiting:
        found |= waiting
        names = sorted(map(encode, waiting))
        waiting = set()
        for first in range(0, len(names), _AT_ONCE):
            some = select(c.name).where(c.within.in_(names[first : first + _AT_ONCE]))
            waiting |= {decode(name) for name in connection.scalars(some)}
        waiting -= found
    return found


def declares_beside(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> bool:
    """Whether the set declares domains, whether or not *domains* are there."""
    files, items, names = tables.files.c, tables.items.c, [encode(one) for one in domains if one]
    said = select(files.name).where(files.name == DOMAINS.place).exists()
    others = select(items.key).where(items.kind == "domain", items.domain.not_in(names)).exists()
    return bool(connection.scalar(select(said | others)))


def lock_for_change(
    connection: Connection, tables: StoreTables, domains: Collection[str], *, new: bool
) -> tuple[str, ...]:
    """Lock the rows of *domains* and of all inside them, outermost first; give them as they are encoded.

    INVARIANT: whoever makes a domain locks that of no domain and those around it before, so that none comes
    up inside a domain that is locked.
    """
    if new:
        lock_domains(connection, tables, [NO_DOMAIN])
        around = domains_around(connection, tables, domains) - set(domains)
        for outer in sorted(around, key=lambda one: len(domains_around(connection, tables, [one]))):
            lock_domains(connection, tables, [encode(outer)])
    own = sorted(encode(one) if one else NO_DOMAIN for one in domains)
    lock_domains(connection, tables, own)
    inside = {encode(one) for one in domains_inside(connection, tables, [one for one in domains if one])}
    return tuple(dict.fromkeys([*own, *lock_domains(connection, tables, inside - set(own))]))


def _kind(kind: ItemKind) -> DocumentKind:
    return "line" if kind in ("binding", "restriction") else kind  # type: ignore[return-value]


def _item(name: DocumentName, document: Document) -> Item:
    if name.kind == "line":
        kind: ItemKind = "restriction" if takes_away(document) else "binding"
        key = key_of(document, None)
    else:
        kind, key = name.kind, key_of(document, name.name)
    return Item(kind, NO_DOMAIN if name.domain is None else encode(name.domain), key, document)
