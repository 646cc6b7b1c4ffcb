"""Items, and the texts of whole files, written as differences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, delete, insert, select, update

from rolegate.compiled.lines import VERSION
from rolegate.diagnostics import short
from rolegate.encoding import decode
from rolegate.errors import ConflictError, StoreError
from rolegate.store.damaged import damaged
from rolegate.store.database_errors import LOST_RACE
from rolegate.store.item import Identity, Item, ItemKind, ItemRow, Owner, digest_of
from rolegate.store.numbering import parts_of
from rolegate.store.part_statements import part_statements
from rolegate.store.stored_set import FORMER
from rolegate.store.tables import StoreTables

Digests = tuple[tuple[str, str], ...]
"""The names of whole files with the digests of their texts."""


class ItemChanges(NamedTuple):
    """Items that are new, that are others now, and that are gone."""

    added: Collection[Item]
    changed: Collection[Item]
    removed: Collection[Item]

    @property
    def domains(self) -> set[str]:
        """The domains, encoded, in which something changed."""
        return {item.domain for items in self for item in items}

    @property
    def number(self) -> int:
        """How many items were written."""
        return sum(map(len, self))


def read_items(
    connection: Connection,
    tables: StoreTables,
    *,
    domains: Collection[str] | None = None,
    kinds: Collection[ItemKind] | None = None,
    owner: Owner | None = None,
    unread: list[Identity] | None = None,
) -> tuple[Item, ...]:
    """The stored items, sorted by what they are; some of them, where anything is said.

    Raises:
        StoreError: for one that is not as it was written, unless such are to be added to *unread*.
    """
    c = tables.items.c
    wanted = select(c.domain, c.kind, c.key, c.document, c.owner, c.revision, c.reading)
    for column, values in (
        (c.domain, domains),
        (c.kind, kinds),
        (c.owner, None if owner is None else [owner]),
    ):
        if values is not None:
            wanted = wanted.where(column.in_(list(values)))
    found: list[Item] = []
    for row in connection.execute(wanted):
        said: ItemRow = tuple(row)
        try:
            item = Item.of(said)
            if unread is not None:
                _ = item.today  # which reads its reading
            found.append(item)
        except StoreError:
            if unread is None:
                raise
            unread.append(cast(Identity, said[:3]))
    return tuple(sorted(found, key=attrgetter("domain", "kind", "key")))


def item_rows(
    connection: Connection, tables: StoreTables, domains: Collection[str] | None
) -> Iterator[ItemRow]:
    """What is stored of the items of *domains*, encoded, or of all."""
    statements = part_statements(tables, connection.dialect.name)
    if domains is None:
        yield from map(tuple, connection.execute(statements.all_items).all())
    else:
        for part in parts_of(connection, sorted(domains)):
            yield from map(tuple, connection.execute(statements.items, {"names": part}).all())


def read_digests(connection: Connection, tables: StoreTables) -> Digests:
    """The digests of whole files, by their names in order."""
    found = connection.execute(part_statements(tables, connection.dialect.name).digests)
    return tuple(sorted((name, digest) for name, digest in found))


def has_domains(connection: Connection, tables: StoreTables) -> bool:
    """Whether a domain is stored."""
    c = tables.items.c
    return connection.execute(select(c.key).where(c.kind == "domain").limit(1)).first() is not None


def write_items(
    connection: Connection, tables: StoreTables, before: Iterable[Item], after: Iterable[Item]
) -> ItemChanges:
    """Write what is different between *before*, as it is stored, and *after*.

    Raises:
        ConflictError: when an item of *before* is another one by now.
    """
    stored = {item.identity: item for item in before}
    wanted = {item.identity: item for item in after}
    added = [item for identity, item in wanted.items() if identity not in stored]
    removed = [item for identity, item in stored.items() if identity not in wanted]
    changed = [item for identity, item in wanted.items() if _is_other(item, stored.get(identity))]
    statements = part_statements(tables, connection.dialect.name)
    for item in (*removed, *changed):
        was = stored[item.identity].revision
        gone = item.identity not in wanted
        place = {"of_domain": item.domain, "of_kind": item.kind, "of_key": item.key, "was": was}
        done = connection.execute(
            statements.remove_item if gone else statements.change_item,
            place if gone else {**place, **_values(item, was + 1)},
        )
        if done.rowcount != 1:
            raise ConflictError(f"{described(item)} was changed meanwhile; nothing was written", LOST_RACE)
    if added:
        rows = [
            {"domain": item.domain, "kind": item.kind, "key": item.key, **_values(item, 1)} for item in added
        ]
        connection.execute(statements.add_item, rows if len(rows) > 1 else rows[0])
    return ItemChanges(added, changed, removed)


def _is_other(item: Item, stored: Item | None) -> bool:
    """Whether an item that is *stored* is another one by now."""
    if stored is None or item is stored:
        return False
    return (item.text, item.owner) != (stored.text, stored.owner)


def _values(item: Item, revision: int) -> dict[str, Any]:
    text = item.text
    return {
        "document": text,
        "digest": digest_of(text),
        "owner": item.owner,
        "revision": revision,
        "compiler": VERSION,
        "reading": None,
    }


def write_readings(
    connection: Connection, tables: StoreTables, stored: Iterable[Item], today: Iterable[Item]
) -> set[str]:
    """Note how what is *stored* is read *today*, and give the domains in which that is another text now."""
    read = {item.identity: item.text for item in today}
    c, touched = tables.items.c, set()
    for item in stored:
        text = read.get(item.identity, "")
        reading = None if text == item.text else text
        if reading != item.reading:
            place = (c.domain == item.domain) & (c.kind == item.kind) & (c.key == item.key)
            connection.execute(update(tables.items).where(place).values(reading=reading))
            touched.add(item.domain)
    return touched


def described(item: Item) -> str:
    """*item* as messages name it."""
    what = "line" if item.kind in ("binding", "restriction") else item.kind
    name = item.key[:12] if what == "line" else short(decode(item.key))
    inside = f" of domain `{short(decode(item.domain))}`" if item.domain and item.kind != "domain" else ""
    return f"{what} `{name}`{inside}"


def read_texts(connection: Connection, tables: StoreTables, *, formers: bool = False) -> dict[str, str]:
    """The stored texts of whole files by their names; with *formers*, also those of former catalogs."""
    c = tables.files.c
    rows = connection.execute(select(c.name, c.text).order_by(c.name))
    found = {row.name: row.text for row in rows if formers or not row.name.startswith(FORMER)}
    for name, text in found.items():
        if not isinstance(text, str):
            raise damaged(f"file `{name}` in the table of files")
    return found


def write_texts(connection: Connection, tables: StoreTables, texts: Mapping[str, str]) -> int:
    """Make the stored texts *texts*, and give the number of those that were written or are gone."""
    c, stored = tables.files.c, read_texts(connection, tables, formers=True)
    other = [name for name in stored if stored[name] != texts.get(name)]
    new = [name for name in texts if texts[name] != stored.get(name)]
    for name in other:
        connection.execute(delete(tables.files).where(c.name == name))
    if new:
        rows = [{"name": name, "text": texts[name], "digest": digest_of(texts[name])} for name in new]
        connection.execute(insert(tables.files), rows)
    return len({*other, *new})
