"""What is in a store: how much, who owns it, and what in it is not as the documents say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from rolegate.compiled.compile import compile_policy
from rolegate.errors import InvalidPolicyError
from rolegate.grants.binding_moments import next_moments
from rolegate.store.awaited import computed
from rolegate.store.domain_rows import read_rule_digests
from rolegate.store.history import heads_of
from rolegate.store.history_chain import HistoryHead
from rolegate.store.in_force import in_force
from rolegate.store.item import Identity, digest_of
from rolegate.store.rule_digests import NO_RULES, RuleDigest
from rolegate.store.store_head import StoreHead, StoreWriter, read_head
from rolegate.store.stored_set import StoredSet
from rolegate.store.tables import Row, StoreTables
from rolegate.store.write_items import read_items, read_texts
from rolegate.store.write_rules import digests_of, read_rows_of, rows_of


@dataclass(frozen=True, slots=True)
class StoreStatus:
    """How a store is. `items` has their number by kind and owner.

    Rules that are `missing` or `foreign` are drift: the documents give others. `altered` documents and texts
    are not those that were written. Of `stale` domains the digest is not that of the rows which documents
    give, so that nobody answers by these. If `errors` is not 0, the documents cannot be compiled. `due` says
    that a line has begun or ended since the rules were written. `heads` are the ends of the histories.
    """

    name: str
    head: StoreHead
    items: Mapping[tuple[str, str], int]
    rules: int
    missing: int = 0
    foreign: int = 0
    altered: int = 0
    stale: int = 0
    errors: int = 0
    due: bool = False
    heads: tuple[HistoryHead, ...] = ()

    @property
    def is_sound(self) -> bool:
        """Whether the rules are those that the documents give now."""
        return not (self.missing or self.foreign or self.altered or self.stale or self.errors)

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form."""
        head = self.head
        moment = None if head.next_moment is None else f"{head.next_moment:%Y-%m-%dT%H:%M:%SZ}"
        items: dict[str, dict[str, int]] = {}
        for (kind, owner), number in self.items.items():
            items.setdefault(kind, {})[owner] = number
        return {
            "store": self.name,
            "revision": head.revision,
            "files_revision": head.files_revision,
            "catalog": head.catalog,
            "source": head.source,
            "digest": head.digest,
            "layout": head.layout,
            "compiler": head.compiler,
            "newer": head.is_newer,
            "older": head.is_older,
            "next_moment": moment,
            "due": self.due,
            "items": items,
            "rules": self.rules,
            "missing_rules": self.missing,
            "foreign_rules": self.foreign,
            "altered_documents": self.altered,
            "stale_domains": self.stale,
            "errors": self.errors,
            "heads": {head.domain: [head.number, head.link] for head in self.heads},
        }


def status_of(connection: Connection, tables: StoreTables, writer: StoreWriter) -> StoreStatus:
    """The status of a store; everything in it is read."""
    head = read_head(connection, tables, writer.name)
    unread: list[Identity] = []
    items = read_items(connection, tables, unread=unread)
    altered = _altered(connection, tables) | set(unread)
    broken = _not_texts(connection, tables)
    texts = {} if broken else read_texts(connection, tables, formers=True)
    stored = StoredSet.of(texts, items)
    counts: dict[tuple[str, str], int] = {}
    for item in stored.items:
        counts[item.kind, item.owner] = counts.get((item.kind, item.owner), 0) + 1
    rows = read_rows_of(connection, tables)
    digests = {} if head.is_older else read_rule_digests(connection, tables)
    unknown = bool(unread or broken)
    wanted, given, errors = (frozenset(), {}, 0) if unknown else _rows_of_set(stored, writer)
    return StoreStatus(
        name=writer.name,
        head=head,
        items=dict(sorted(counts.items())),
        rules=len(rows),
        missing=0 if errors or unknown else len(wanted - rows.keys()),
        foreign=0 if errors or unknown else len(rows.keys() - wanted),
        altered=len(altered),
        stale=sum(given.get(name, NO_RULES) != found for name, found in digests.items() if given),
        errors=errors,
        due=head.is_due(writer.at),
        heads=tuple(heads_of(connection, tables)),
    )


def _rows_of_set(stored: StoredSet, writer: StoreWriter) -> tuple[frozenset[Row], dict[str, RuleDigest], int]:
    """The rows that the documents give, their digests by domain, and the number of errors in documents."""
    if not stored.texts:
        return frozenset(), {}, 0
    try:
        resolved = in_force(stored, Path(writer.name), writer.limits).resolved
    except InvalidPolicyError as invalid:
        return frozenset(), {}, sum(found.severity == "error" for found in invalid.diagnostics)
    rows = frozenset(rows_of(computed(compile_policy, resolved, writer.at)))
    return rows, digests_of(rows, next_moments(resolved.bindings, resolved.domains, writer.at)), 0


def _altered(connection: Connection, tables: StoreTables) -> set[tuple[str, ...]]:
    """The documents and texts that are not those of the digest beside them."""
    i, f = tables.items.c, tables.files.c
    items = connection.execute(select(i.document, i.digest, i.domain, i.kind, i.key))
    files = connection.execute(select(f.text, f.digest, f.name))
    return {
        tuple(place)
        for rows in (items, files)
        for text, digest, *place in rows
        if not isinstance(text, str) or digest_of(text) != digest
    }


def _not_texts(connection: Connection, tables: StoreTables) -> bool:
    """Whether a file is no text."""
    found = connection.scalars(select(tables.files.c.text))
    return any(not isinstance(text, str) for text in found)
