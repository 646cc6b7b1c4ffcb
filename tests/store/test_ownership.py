"""Items change hands by command alone, and nobody writes what somebody else owns."""

from __future__ import annotations

import json
from typing import Any

import pytest

from planned_desk import CATALOG, FILES, STAR
from rolegate import StoreError
from rolegate.store.databases import writing
from rolegate.store.history import entries_of, forget_person
from rolegate.store.item import Item, Owner
from rolegate.store.ownership import MeantItems, change_owner
from rolegate.store.store import Store
from stored_items import files_of, put, run_time

NIGHT = "role: night\ndomain: acme\ngrants: [tickets.show]\n"
WITH_NIGHT = {**FILES, "roles/night.yaml": NIGHT}


def given(store: Store, owner: Owner, meant: MeantItems) -> tuple[Item, ...]:
    with writing(store.engine) as connection:
        return change_owner(connection, store.tables, meant, owner, name=store.name)


def owners(store: Store) -> dict[str, str]:
    with store.reading() as snapshot:
        return {item.key: item.owner for item in snapshot.items(kinds=["role"])}


def test_what_is_released_stays_when_files_lose_it(store: Store) -> None:
    """And it is adopted again, once the files have it."""
    store.apply(files_of(WITH_NIGHT))
    night = MeantItems("role", "night", "acme")
    assert 1 == len(given(store, "run time", night))
    assert ["RG904"] == [refusal.code for refusal in store.plan(files_of(WITH_NIGHT)).refusals]
    store.apply_plan(store.plan(files_of(FILES)))
    assert {"admin": "files", "night": "run time"} == owners(store)
    given(store, "files", night)
    assert () == given(store, "files", night)
    wider = {**WITH_NIGHT, "roles/night.yaml": NIGHT.replace("show", "edit")}
    plan = store.plan(files_of(wider))
    assert (1, 0, ()) == (plan.counts["changed"], plan.counts["added"], plan.refusals)
    store.apply_plan(plan)
    assert {"admin": "files", "night": "files"} == owners(store)
    with store.reading() as snapshot, store.engine.connect() as connection:
        assert snapshot.revision
        told = [json.loads(entry.content or "") for entry in entries_of(connection, store.tables, "acme")]
    assert ["run time", "files"] == [said["owner"] for said in told if said["history"] == "owner"]


def test_a_domain_goes_with_everything(store: Store) -> None:
    """Its roles, teams and lines, and nothing of another one."""
    store.apply(files_of(WITH_NIGHT))
    found = given(store, "run time", MeantItems("domain", "acme", everything=True))
    assert {"domain", "role", "binding"} == {item.kind for item in found}
    assert {"acme"} == {item.domain for item in found}


def test_what_nothing_can_be_called_is_refused_in_words() -> None:
    """Wherever a store takes a name from outside: empty, half of a character, or no text."""
    store = Store.open("sqlite://")
    store.create()
    store.apply(files_of(FILES))
    names: list[Any] = ["", "a\ud800", b"a", 5, ["a"], {}, True]
    for value in names:
        with store.reading() as snapshot, writing(store.engine) as connection:
            for call in (
                lambda value=value: given(store, "files", MeantItems("domain", value)),
                lambda value=value: given(store, "files", MeantItems("role", value, "acme")),
                lambda value=value: given(store, "files", MeantItems("role", "admin", value)),
                lambda value=value: forget_person(connection, store.tables, value),
                lambda value=value: store.apply(files_of(FILES), by=value),
                lambda value=value: snapshot.items_about(value),
                *(
                    ()
                    if value == ""
                    else (
                        lambda value=value: snapshot.items(domains=[value]),
                        lambda value=value: snapshot.rules(domain=value),
                        lambda value=value: snapshot.around([value]),
                        lambda value=value: snapshot.inside([value]),
                        lambda value=value: snapshot.policy(domains=[value]),
                    )
                ),
            ):
                with pytest.raises(StoreError, match=r"name|text"):
                    call()
    with store.reading() as snapshot, pytest.raises(TypeError, match="several names"):
        snapshot.policy(domains="acme")


def test_files_do_not_come_to_own_what_sleeps(store: Store) -> None:
    """They would not be valid with it; nor is anything given that is not there."""
    store.apply(files_of(FILES))
    put(store, STAR, run_time("role", role="half", domain="acme", grants=["tickets.edit", "tickets.show"]))
    removed = "removed: {tickets.edit: {}}\npermissions:\n  people"
    gone = CATALOG.replace(", edit: Edit}}", "}}").replace("permissions:\n  people", removed)
    store.apply_plan(store.plan(files_of({**FILES, "catalog.yaml": gone})))
    for meant in (MeantItems("role", "half", "acme"), MeantItems("role", "nothing", "acme")):
        with pytest.raises(StoreError, match="RG980"):
            given(store, "files", meant)
