"""A store is planned a few domains at a time: the plan is that of the whole set, to the letter."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from moved_catalogs import moved_on
from plain.loading import sound
from plain.strategies import Files, policy_sets
from plain.writer import write_set
from rolegate import RolegateError
from rolegate.documents.capture import read_files
from rolegate.store import plan_changes, planned_parts
from rolegate.store.databases import reading
from rolegate.store.domain_families import DomainFamilies
from rolegate.store.item import Item, key_of
from rolegate.store.items_of_files import items_of_files
from rolegate.store.plan import StorePlan
from rolegate.store.plan_changes import GivenSet, plan_in_parts, plan_of_whole
from rolegate.store.store import Store
from rolegate.store.stored_set import StoredSet
from stored_items import LIMITS, filled, told


def plans(store: Store, wanted: StoredSet) -> tuple[StorePlan | None, StorePlan]:
    """The plan in parts, if it can be made in parts, and that of the whole set."""
    with reading(store.engine) as connection:
        asked = (connection, store.tables, GivenSet(wanted))
        parts = plan_in_parts(*asked, ("store:", LIMITS), None)
        return parts, plan_of_whole(*asked, ("store:", LIMITS))


def owned(items: Sequence[Item], draw: random.Random) -> Iterator[Item]:
    """Items of which run time owns some: domains with all that is in them, roles, and lines."""
    domains = {item.domain for item in items if item.kind == "domain" and draw.random() < 0.5}
    for item in items:
        apart = item.kind in ("role", "binding", "restriction") and draw.random() < 0.5
        yield replace(item, owner="run time") if item.domain in domains or apart else item


def more_alike(items: Sequence[Item], draw: random.Random) -> Iterator[Item]:
    """Lines by which several users are like one, or almost: one of them has another line as well."""
    given = [
        one for one in items if one.kind == "binding" and "role" in one.document and "user" in one.document
    ]
    some = draw.sample(given, min(len(given), 3))
    for number, line in enumerate(some):
        for user in ("0", "Like", "\x95 like", "other" if number else "z"):
            said = {**line.document, "user": user}
            yield Item("binding", line.domain, key_of(said, None), said, "run time")


def drawn(draw: random.Random, stored: StoredSet, files: Files, folder: Path) -> StoredSet:
    """Files that move on: another catalog, other items, or both."""
    texts = dict(stored.texts)
    if draw.random() < 0.7:
        shown = {**files["catalog.yaml"], "title": "Shown"}
        catalog = shown if draw.random() < 0.3 else moved_on(files["catalog.yaml"], draw)
        write_set({"catalog.yaml": catalog}, folder)
        texts["catalog.yaml"] = (folder / "catalog.yaml").read_text(encoding="ascii")
    kept = [item for item in stored.items if item.owner == "files"]
    lines = [item for item in kept if item.kind == "binding"]
    gone = draw.choice(lines).identity if lines and draw.random() < 0.5 else None
    return StoredSet.of(texts, (item for item in kept if item.identity != gone))


@pytest.fixture(autouse=True)
def in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each family of domains is a part."""
    monkeypatch.setattr(planned_parts, "AT_ONCE", 1)
    monkeypatch.setattr(plan_changes, "AT_ONCE", 0)


@examples(40, 20)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_a_plan_in_parts_is_that_of_the_whole_set(files: Files, seed: int) -> None:
    """Its text, its JSON, and what is refused; whatever files and run time own, and whatever moves on."""
    draw = random.Random(seed)
    with TemporaryDirectory() as folder:
        sound(files, Path(folder, "old"))
        stored = items_of_files(read_files(Path(folder, "old")))
        items = [*owned(stored.items, draw)]
        stored = StoredSet.of(stored.texts, [*items, *more_alike(items, draw)])
        wanted = drawn(draw, stored, files, Path(folder, "new"))
    try:
        store = filled(stored)
        parts, whole = plans(store, wanted)
    except RolegateError:
        return
    if parts is not None:
        assert told(whole) == told(parts)
        assert whole.to_dict() == parts.to_dict()


def test_domains_within_one_another_are_in_one_part() -> None:
    """Under former names as well; a domain of which nothing is stored takes room as well."""
    families = DomainFamilies()
    families.add(["a", "b", "c", "d", "e"])
    families.declare({"domain": "a", "within": "d"})
    families.declare({"domain": "b", "renamed_from": ["c"]})
    assert [("a", "d"), ("b", "c"), ("e",)] == [*families]
    assert [("a", "d"), ("b", "c", "e")] == [*families.parts({"a": 5}, 3)]
    assert [("b", "c")] == [*families.parts({}, 3, {"c"})]
