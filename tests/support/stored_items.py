"""Items of run time, put into a store as an application would."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.store.databases import writing
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.in_force import InForce, in_force
from rolegate.store.item import Item, ItemKind, key_of
from rolegate.store.items_of_files import items_of_files
from rolegate.store.numbering import mark_changed
from rolegate.store.store import Store
from rolegate.store.stored_set import FORMER, StoredSet
from rolegate.store.write_items import read_items, write_items

LIMITS = Limits.large()


def run_time(kind: ItemKind, **document: Any) -> Item:
    """An item that run time owns, as its document says; `begins` stands for `from`."""
    if "begins" in document:
        document["from"] = document.pop("begins")
    if "excepts" in document:
        document["except"] = document.pop("excepts")
    domain = document.get("domain")
    name = document[kind] if kind in ("role", "team", "domain") else None
    return Item(kind, "" if domain is None else encode(domain), key_of(document, name), document, "run time")


def files_of(texts: dict[str, str]) -> Files:
    """The files of a set, by their names."""
    return Files(Path("set"), {name: text.encode() for name, text in texts.items()}, limits=LIMITS)


def read_under(texts: dict[str, str], items: list[Item], *formers: str) -> InForce:
    """What is in force of *items* beside the files *texts*; the newest of former catalogs comes first."""
    stored = items_of_files(files_of(texts))
    older = {f"{FORMER}{9 - number}.yaml": text for number, text in enumerate(formers)}
    whole = StoredSet.of({**stored.texts, **older}, [*stored.items, *items])
    return in_force(whole, Path("store:"), LIMITS)


def put(store: Store, *items: Item) -> None:
    """Store *items* in the place of those that run time has; the rules follow with the next apply."""
    with writing(store.engine) as connection:
        lock_every_domain(connection, store.tables, {item.domain for item in items})
        before = read_items(connection, store.tables, owner="run time")
        changes = write_items(connection, store.tables, before, items)
        mark_changed(connection, store.tables, changes.domains)
