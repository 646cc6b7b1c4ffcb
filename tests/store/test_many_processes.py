"""Many processes write and read one store: no change is lost or stored twice, and nobody reads a mixture."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

import drawing
from rolegate.errors import ConflictError
from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.expected_revisions import expect_revisions
from rolegate.store.history import append_entries, verify_history
from rolegate.store.item import ItemKind
from store_places import TriedPlace, changed

PROCESSES = drawing.some(8, 4)
"""So many write, and as many read."""
TURNS = drawing.some(30, 5)
DOMAINS = ("acme", "beta", "gamma")

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")


@dataclass
class Counters:
    """One item in each domain, which counts; each count is a rule and an entry of the history as well."""

    place: TriedPlace
    engine: sa.Engine

    def read(self) -> dict[str, int]:
        """The counters of one state, which has to fit its number, its rules and its history."""
        tables = self.place.tables
        with reading(self.engine) as connection:
            rows = connection.execute(sa.select(tables.items.c.domain, tables.items.c.revision)).all()
            rules = connection.scalar(sa.select(sa.func.count()).select_from(tables.rules))
            entries = connection.scalar(sa.select(sa.func.sum(tables.domains.c.entries)))
            number = connection.scalar(sa.select(tables.stores.c.revision))
        found = {row.domain: int(row.revision) for row in rows}
        assert [sum(found.values())] * 3 == [rules, int(entries or 0), number]
        return found

    def count(self, domain: str, read: int) -> None:
        """Count one more in *domain*, of which *read* was seen before."""
        items, role = self.place.tables.items, "role"
        kind: ItemKind = "role"
        with writing(self.engine) as connection:
            changed(connection, self.place.tables, domain)
            expect_revisions(connection, self.place.tables, {(domain, kind, role): read})
            row = {"domain": domain, "kind": kind, "key": role, "document": "{}", "digest": ""}
            if read:
                connection.execute(items.update().where(items.c.domain == domain).values(revision=read + 1))
            else:
                more = {"owner": "run time", "revision": 1, "compiler": 1}
                connection.execute(items.insert().values(**row, **more))
            rule = {"ptype": "g", "v0": str(read), "v2": domain}
            connection.execute(self.place.tables.rules.insert().values(**rule))
            append_entries(connection, self.place.tables, [(domain, {"count": read + 1})])


def write(counters: Counters, draw: random.Random) -> tuple[int, int]:
    """How many changes were stored, and how many were conflicts; a conflict is repeated."""
    stored = conflicts = 0
    while stored < TURNS:
        domain = draw.choice(DOMAINS)
        try:
            counters.count(domain, counters.read().get(domain, 0))
            stored += 1
        except ConflictError:
            conflicts += 1
    return stored, conflicts


def read(counters: Counters, draw: random.Random) -> tuple[int, int]:
    """How often was read, while counters only grow."""
    before: dict[str, int] = {}
    for _ in range(TURNS):
        found = counters.read()
        assert all(before[domain] <= found[domain] for domain in before)
        before = found
    return TURNS, 0


Work = Callable[[Counters, random.Random], tuple[int, int]]


def begin(place: TriedPlace, work: Work, seed: int) -> tuple[int, int]:
    """A process that does *work*: its number, and where it writes what came out."""
    found, told = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            result = work(Counters(place, engine_of(place.url)), random.Random(seed))
            os.write(told, json.dumps(result).encode())
        finally:  # what is had of the other process, connections included, is not closed
            os._exit(0)
    os.close(told)
    return child, found


def end(child: int, found: int) -> tuple[int, int]:
    text = os.read(found, 1000)
    os.close(found)
    os.waitpid(child, 0)
    stored, conflicts = json.loads(text or b"[0, 0]")
    return stored, conflicts


def test_many_processes_lose_nothing(place: TriedPlace) -> None:
    """Each change that was said to be stored is there once, and each other one was a conflict."""
    writers = [begin(place, write, seed) for seed in range(PROCESSES)]
    readers = [begin(place, read, seed) for seed in range(PROCESSES)]
    written = [end(*process) for process in writers]
    assert [(TURNS, 0)] * PROCESSES == [end(*process) for process in readers]
    assert [TURNS] * PROCESSES == [stored for stored, _ in written]
    assert sum(Counters(place, place.engine).read().values()) == TURNS * PROCESSES
    with reading(place.engine) as connection:
        assert verify_history(connection, place.tables).ok
