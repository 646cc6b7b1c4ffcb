"""Who owns an item, files or run time, and how it changes hands: by itself it never does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, update

from rolegate.diagnostics import short
from rolegate.errors import ConflictError, StoreError
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.history import append_entries
from rolegate.store.item import NO_DOMAIN, Item, ItemKind, Owner
from rolegate.store.item_words import item_words
from rolegate.store.numbering import mark_changed
from rolegate.store.outside_names import encoded_name
from rolegate.store.store_head import read_head, refuse_other_tables
from rolegate.store.tables import StoreTables
from rolegate.store.write_items import described, read_items

NAMED: tuple[ItemKind, ...] = ("role", "team", "domain")
"""What has a name by which it can be told from others. Lines go with their domain."""


@dataclass(frozen=True, slots=True)
class MeantItems:
    """One item by its kind, its name and its domain; or with *everything*, a domain and all that is of it."""

    kind: ItemKind
    name: str
    domain: str | None = None
    everything: bool = False

    def of(self, items: tuple[Item, ...]) -> Iterator[Item]:
        """Those of *items* that are meant."""
        key = encoded_name(self.name, f"a {self.kind}")
        inside = NO_DOMAIN if self.domain is None else encoded_name(self.domain, "a domain")
        own = key if self.kind == "domain" else inside
        for item in items:
            if item.domain == own and ((item.kind, item.key) == (self.kind, key) or self.everything):
                yield item

    def __str__(self) -> str:
        inside = f" of domain `{short(self.domain)}`" if self.domain else ""
        return f"{self.kind} `{short(self.name)}`{inside}"


def change_owner(
    connection: Connection, tables: StoreTables, meant: MeantItems, owner: Owner, *, name: str
) -> tuple[Item, ...]:
    """Give the items *meant* to *owner*, and say which have changed hands.

    Raises:
        StoreError: when there is no such item, or files would come to own what is not read as it stands.
        ConflictError: when somebody else changed one first.
    """
    refuse_other_tables(read_head(connection, tables, name), name)
    lock_every_domain(connection, tables, ())
    found = tuple(meant.of(read_items(connection, tables)))
    if not found:
        raise StoreError(f"{name} has no {meant}", "RG980")
    given = tuple(item for item in found if item.owner != owner)
    asleep = next((item for item in given if owner == "files" and item.reading is not None), None)
    if asleep is not None:
        raise StoreError(
            f"{described(asleep)} has parts that are asleep, and files would not be valid so: edit it first",
            "RG980",
        )
    c = tables.items.c
    for item in given:
        place = (c.domain == item.domain) & (c.kind == item.kind) & (c.key == item.key)
        changed = update(tables.items).where(place & (c.revision == item.revision))
        if connection.execute(changed.values(owner=owner, revision=item.revision + 1)).rowcount != 1:
            raise ConflictError(f"{described(item)} was changed meanwhile; nothing was written")
    if given:
        domains = sorted({item.domain for item in given})
        mark_changed(connection, tables, domains)
        append_entries(connection, tables, [(domain, _entry(domain, given, owner)) for domain in domains])
    return given


def _entry(domain: str, given: tuple[Item, ...], owner: Owner) -> dict[str, object]:
    """What the history of a domain keeps of it."""
    words = [item_words(item) for item in given if item.domain == domain]
    return {"history": "owner", "actor": {"system": "operator"}, "owner": owner, "items": words}
