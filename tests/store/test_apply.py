"""A set is applied to a store: all of it or nothing, once, and never what run time owns."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

import rolegate
from plain.catalog import Data
from plain.writer import write_set
from repository import ROOT
from rolegate.documents.capture import read_files
from rolegate.store.databases import writing
from rolegate.store.dump import dump_of
from rolegate.store.history import append_entries
from rolegate.store.item import Item
from rolegate.store.items_of_files import items_of_files
from rolegate.store.store import Store
from rolegate.store.write_items import write_items
from rolegate_cli.write_files import write_secret
from store_places import changed

RESPONSO = ROOT / "policies/responso"
CATALOG: Data = {"catalog": "desk", "permissions": {"read": "Read", "write": "Write"}}
CLERK: Data = {"role": "clerk", "grants": ["read"]}


def desk(folder: Path, **files: Data) -> Path:
    """A small set with a domain, a role, and the *files* that are given without their ending."""
    named = {f"{name.replace('__', '/')}.yaml": data for name, data in files.items()}
    base = {"catalog.yaml": CATALOG, "domains.yaml": {"domains": {"acme": {}}}, "roles/clerk.yaml": CLERK}
    return write_set({**base, **named}, folder)


def at_run_time(store: Store, *items: Item) -> None:
    """Write *items* as an application would."""
    with store.engine.begin() as connection:
        write_items(connection, store.tables, (), items)


def contents(store: Store) -> list[object]:
    """Every row of every table."""
    with store.engine.connect() as connection:
        return [
            sorted(map(repr, connection.execute(sa.select(t)))) for t in store.tables.metadata.sorted_tables
        ]


def test_a_store_answers_as_the_files_do(store: Store) -> None:
    """What is read back compiles to the same policy."""
    change = store.apply(RESPONSO)
    assert (1, True) == (change.revision, change.changed)
    assert rolegate.load(RESPONSO).compile().policy_text == store.policy().compile().policy_text
    assert store.status().is_sound


def test_a_second_apply_writes_nothing(store: Store) -> None:
    """No row changes, and the revision stays; to create the store again changes nothing either."""
    store.apply(RESPONSO)
    before = contents(store)
    again = store.apply(RESPONSO)
    store.create()
    assert (1, False, 0) == (again.revision, again.changed, again.items.number)
    assert before == contents(store)


def test_a_change_writes_what_is_different(store: Store, tmp_path: Path) -> None:
    """One grant more is one item and one rule, and a number for the domain it is in."""
    store.apply(desk(tmp_path))
    change = store.apply(desk(tmp_path, roles__clerk={**CLERK, "grants": ["read", "write"]}))
    assert (2, 0, 1, 0) == (change.revision, *map(len, change.items))
    assert {("p", "*", "role:clerk", "-", "write", "-", "allow")} == set(change.rules.added)
    assert 0 == len(change.rules.removed)


def test_a_set_with_errors_changes_nothing(store: Store, tmp_path: Path) -> None:
    """Every finding is in the error, and the store is as it was; so with a part that would be set aside."""
    store.apply(desk(tmp_path))
    before = contents(store)
    for broken in (
        desk(tmp_path / "unknown", roles__clerk={**CLERK, "grants": ["fly"]}),
        desk(tmp_path / "aside", roles__acme__pilot={"role": "pilot", "grants": ["fly"]}),
    ):
        with pytest.raises(rolegate.InvalidPolicyError) as error:
            store.apply(broken)
        assert "RG301" in {found.code for found in error.value.diagnostics}
    assert before == contents(store)


def test_an_apply_that_fails_half_way_leaves_nothing(store: Store, tmp_path: Path) -> None:
    """What was written before the failure is taken back with it."""
    store.apply(desk(tmp_path))
    before = contents(store)

    def fails(_: object, __: object, statement: str, *___: object) -> None:
        if statement.startswith("INSERT") and "casbin_rule" in statement:
            raise RuntimeError("the power is gone")

    sa.event.listen(store.engine, "before_cursor_execute", fails)
    with pytest.raises(RuntimeError, match="the power is gone"):
        store.apply(desk(tmp_path / "new", roles__boss={"role": "boss", "grants": ["write"]}))
    assert before == contents(store)


def test_what_run_time_owns_stays(store: Store, tmp_path: Path) -> None:
    """An apply neither removes nor changes it, and its rules are among the others."""
    store.apply(desk(tmp_path))
    line = {"user": "ana", "role": "typist", "domain": "acme"}
    role = {"role": "typist", "domain": "acme", "grants": ["write"]}
    at_run_time(
        store,
        Item("role", "acme", "typist", role, "run time"),
        Item("binding", "acme", "0" * 64, line, "run time"),
    )
    store.apply(desk(tmp_path, roles__boss={"role": "boss", "grants": ["*"]}))
    with store.reading() as snapshot:
        assert {"typist", "0" * 64} == {item.key for item in snapshot.items(owner="run time")}
    assert store.policy().check("ana", "write", domain="acme")
    assert store.status().is_sound


def test_what_both_have_is_refused(store: Store, tmp_path: Path) -> None:
    """A role has one owner; a line that says the same in both places stays where it was."""
    store.apply(desk(tmp_path))
    line = {"user": "ana", "role": "clerk", "domain": "acme"}
    at_run_time(store, Item("role", "", "boss", {"role": "boss", "grants": ["read"]}, "run time"))
    with pytest.raises(rolegate.ConflictError, match="role boss was made at run time") as error:
        store.apply(desk(tmp_path, roles__boss={"role": "boss", "grants": ["*"]}))
    assert "RG904" == error.value.code
    (tmp_path / "roles/boss.yaml").unlink()
    lines = desk(tmp_path, bindings={"bindings": [line]})
    at_run_time(store, next(item for item in items_with(lines) if item.kind == "binding"))
    assert 0 == store.apply(lines).items.number
    assert store.policy().check("ana", "read", domain="acme")


def items_with(folder: Path) -> tuple[Item, ...]:
    """The items of a set, as if they were made at run time."""
    return tuple(replace(item, owner="run time") for item in items_of_files(read_files(folder)).items)


def test_rules_that_documents_do_not_give_are_drift(store: Store, tmp_path: Path) -> None:
    """`status` counts them, an apply mends them, and nothing is answered from them."""
    store.apply(desk(tmp_path))
    rules = store.tables.rules
    with store.engine.begin() as connection:
        connection.execute(rules.delete().where(rules.c.v1 == "role:clerk"))
        connection.execute(rules.insert(), {"ptype": "g", "v0": "user:eve", "v1": "role:clerk", "v2": "acme"})
    found = store.status()
    assert (1, 1, False) == (found.missing, found.foreign, found.is_sound)
    assert not store.policy().check("eve", "read", domain="acme")
    mended = store.apply(tmp_path)
    assert (2, 1, 1) == (mended.revision, len(mended.rules.added), len(mended.rules.removed))
    assert store.status().is_sound


def test_altered_documents_are_counted(store: Store, tmp_path: Path) -> None:
    """Each text has its digest beside it."""
    store.apply(desk(tmp_path))
    items = store.tables.items
    wider = '{"grants":["read","write"],"role":"clerk"}'
    with store.engine.begin() as connection:
        connection.execute(items.update().where(items.c.kind == "role").values(document=wider))
    assert (1, False) == (store.status().altered, store.status().is_sound)


def test_a_newer_store_is_read_and_not_written(store: Store, tmp_path: Path) -> None:
    """An older library goes on to answer, and says which release wrote the store."""
    store.apply(desk(tmp_path))
    with store.engine.begin() as connection:
        connection.execute(store.tables.stores.update().values(layout=99))
    before = contents(store)
    for write in (store.create, lambda: store.apply(desk(tmp_path, roles__boss={"role": "boss"}))):
        with pytest.raises(rolegate.StoreError, match="is newer than this library") as error:
            write()
        assert "RG902" == error.value.code
    assert before == contents(store)
    assert store.status().head.is_newer
    assert "desk" == store.policy().name


def test_rules_are_those_of_their_moment(store: Store, tmp_path: Path) -> None:
    """A line that ends leaves the rules when somebody refreshes them, and not before its end."""
    line = {"user": "ana", "role": "clerk", "domain": "acme", "until": "2030-01-01"}
    before, end = datetime(2029, 12, 31, 23, 59, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    store.apply(desk(tmp_path, bindings={"bindings": [line]}), at=before)
    assert end == store.status(at=before).head.next_moment
    assert (False, 1) == (store.refresh(at=before).changed, store.status().head.revision)
    assert (True, 1) == (store.status(at=end).due, store.status(at=end).foreign)
    change = store.refresh(at=end)
    assert {("g", "user:ana", "role:clerk", "acme", None, None, None)} == set(change.rules.removed)
    found = store.status(at=end)
    assert (2, None, True) == (found.head.revision, found.head.next_moment, found.is_sound)


def test_several_stores_share_a_database(store: Store, tmp_path: Path) -> None:
    """Each has tables and revisions of its own."""
    other = Store(store.engine, store.schema, "other_")
    other.create()
    store.apply(desk(tmp_path))
    store.apply(desk(tmp_path, roles__boss={"role": "boss", "grants": ["write"]}))
    other.apply(RESPONSO)
    assert [("desk", 2), ("responso", 1)] == [
        (one.policy().name, one.status().head.revision) for one in (store, other)
    ]


def test_a_part_of_a_store_is_a_domain_with_those_around_it(store: Store) -> None:
    """Its documents are in files of their own, its rules are the lines that name it, and it answers alone."""
    store.apply(RESPONSO)
    whole = store.policy()
    with store.reading() as snapshot:
        files, part = snapshot.files(domains=["acme-emea"]), snapshot.policy(domains=["acme-emea"])
        rules = snapshot.rules(domain="acme-emea")
        shared = snapshot.rules(domain="")
        every = {domain: snapshot.rules(domain=domain) for domain in ("", *whole.domains)}
        assert snapshot.rules() == frozenset().union(*every.values())
    assert {"domains/acme-emea.yaml", "domains/acme.yaml", "roles/agent.yaml"} <= files.contents.keys()
    assert not [name for name in files.contents if "borealis" in name]
    assert {row[3] for row in rules if row[0] == "g"} == {"acme-emea"}
    assert {row[1] for row in shared if row[0] == "p"} >= {"*", "-"}
    assert sum(map(len, every.values())) == len(whole.compile().lines)
    for user in whole.users:
        drawn = [one.tree(user=user, domain="acme-emea", locale="fr") for one in (whole, part)]
        assert drawn[0] == drawn[1]


def test_a_dump_keeps_owners_and_what_sleeps(store: Store, tmp_path: Path) -> None:
    """What the catalog cannot give any more is not lost on the way into another store."""
    store.apply(desk(tmp_path))
    role = {"role": "typist", "domain": "acme", "grants": ["read", "write"]}
    at_run_time(store, Item("role", "acme", "typist", role, "run time"))
    catalog = {**CATALOG, "permissions": {"read": "Read"}, "removed": {"write": {"becomes": []}}}
    store.apply(desk(tmp_path, catalog=catalog))
    with store.reading() as snapshot:
        write_secret(tmp_path / "dump", dump_of(snapshot))
    other = Store(store.engine, store.schema, "other_")
    other.create()
    other.load(tmp_path / "dump")
    with store.reading() as one, other.reading() as two:
        assert one.stored_set().digest == two.stored_set().digest
        assert [role] == [item.document for item in two.items(owner="run time")]
        assert one.rules() == two.rules()
    assert other.status().is_sound


def test_the_ends_of_histories_are_told_and_dumped(store: Store, tmp_path: Path) -> None:
    """Whoever keeps them elsewhere sees when the end of one is cut off."""
    store.apply(desk(tmp_path))
    with writing(store.engine) as connection:
        changed(connection, store.tables, "acme")
        append_entries(connection, store.tables, [("acme", {"actor": "ana"})])
    heads = {head.domain: head for head in store.status().heads}
    assert {"": (1, 64), "acme": (2, 64)} == {
        domain: (head.number, len(head.link)) for domain, head in heads.items()
    }
    with store.reading() as snapshot:
        manifest = json.loads(dump_of(snapshot)["dump.json"])
    kept = {domain: [head.number, head.link] for domain, head in heads.items()}
    assert kept == manifest["heads"] == store.status().to_dict()["heads"]
