"""Items of run time, put into a store as an application would."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rolegate.compiled.compile import compile_policy
from rolegate.documents.capture import Files
from rolegate.documents.limits import Limits
from rolegate.encoding import encode
from rolegate.grants.binding_moments import next_moments
from rolegate.store.apply_files import CheckedSet
from rolegate.store.databases import writing
from rolegate.store.domain_rows import lock_every_domain, write_domains
from rolegate.store.in_force import InForce, in_force
from rolegate.store.item import Item, ItemKind, key_of
from rolegate.store.items_of_files import items_of_files
from rolegate.store.numbering import mark_changed
from rolegate.store.plan import StorePlan
from rolegate.store.plan_changes import GivenSet, plan_of
from rolegate.store.plan_text import plan_lines
from rolegate.store.store import Store
from rolegate.store.store_head import StoreHead
from rolegate.store.store_state import StoreState
from rolegate.store.stored_set import FORMER, StoredSet
from rolegate.store.write_items import read_items, write_items, write_readings, write_texts
from rolegate.store.write_rules import rows_of, write_rules

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


def state_of(texts: dict[str, str], items: list[Item], revision: int = 5) -> StoreState:
    """A store with the files *texts* in it, and *items* of run time, as `apply` leaves it."""
    stored = items_of_files(files_of(texts))
    catalog = CheckedSet.of(files_of(texts)).resolved.catalog.name
    head = StoreHead(1, 1, catalog, revision, revision, None, stored.digest, None)
    return StoreState("store:", head, StoredSet.of(stored.texts, [*stored.items, *items]), LIMITS)


def next_state(state: StoreState, texts: dict[str, str]) -> StoreState:
    """*state* after the files *texts* were applied to it, whatever a plan says of that."""
    wanted = items_of_files(files_of(texts))
    after = state.with_files(wanted)
    stored = StoredSet.of(after.texts, [*after.items, *state.theirs])
    head = replace(
        state.head,
        revision=state.head.revision + 1,
        files_revision=state.head.revision + 1,
        catalog=after.read.resolved.catalog.name,
    )
    return replace(state, stored=stored, head=head)


def planned(state: StoreState, texts: dict[str, str], *, older: bool = False) -> StorePlan:
    """The plan for the files *texts*."""
    wanted = CheckedSet.of(files_of(texts)).stored
    return plan_of(state, state.with_files(wanted), GivenSet(wanted, older=older))


def told(plan: StorePlan) -> str:
    """The plan as people read it."""
    return "\n".join(text for _, text in plan_lines(plan))


def filled(stored: StoredSet) -> Store:
    """A store in memory that holds *stored*, with the rules of that, as an apply leaves it."""
    store = Store.open("sqlite://")
    store.create()
    found = in_force(stored, Path(store.name), LIMITS)
    with writing(store.engine) as connection:
        lock_every_domain(connection, store.tables, {item.domain for item in stored.items})
        write_texts(connection, store.tables, stored.texts)
        changes = write_items(connection, store.tables, (), stored.items)
        write_readings(connection, store.tables, stored.items, found.stored.items)
        now = datetime.now(UTC)
        moments = next_moments(found.resolved.bindings, found.resolved.domains, now)
        rules = write_rules(connection, store.tables, rows_of(compile_policy(found.resolved, now)), moments)
        write_domains(connection, store.tables, found.resolved, rules.digests)
        head = {"catalog": found.resolved.catalog.name, "files_revision": 1}
        mark_changed(connection, store.tables, {"", *changes.domains}, head)
    return store
