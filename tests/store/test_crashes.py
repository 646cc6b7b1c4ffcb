"""A writer that is killed at any moment leaves the old revision or the new one, and keeps nobody out.

ROLEGATE_EXAMPLES=1000 kills so many writers, at other moments each time.
"""

from __future__ import annotations

import os
import random
import threading
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pytest
import sqlalchemy as sa

import drawing
from killed_writers import kill_while
from postgres import own_server
from rolegate.documents.capture import Files, read_files
from rolegate.errors import StoreError
from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.history import append_entries, verify_history
from rolegate.store.item import Item
from rolegate.store.store import Store
from rolegate.store.tables import StoreTables
from store_places import TriedPlace, changed, place_at

WANTED = os.environ.get("ROLEGATE_EXAMPLES")
ROUNDS = (int(WANTED) if WANTED else drawing.some(200, 50)) // 4
"""A part of them for each kind of writer on each database."""


FULL = drawing.some(2, 2) == 2
SERVERS = 4
"""So often a server is killed."""

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform does not fork")


@pytest.fixture
def draw() -> random.Random:
    return random.Random() if WANTED else random.Random(12)


DOMAINS = ("acme", "beta")


@dataclass
class CountingWriter:
    """In each change it writes the same count everywhere: in two domains, their items, history and rules."""

    url: str
    tables: StoreTables

    @cached_property
    def engine(self) -> sa.Engine:
        return engine_of(self.url)

    def write(self) -> None:
        with writing(self.engine) as connection:
            changed(connection, self.tables, *DOMAINS)
            count = connection.scalar(sa.select(sa.func.max(self.tables.items.c.revision))) or 0
            for domain in DOMAINS:
                item = Item("role", domain, "lead", {"role": "lead", "title": str(count + 1)})
                self.put(connection, item, count + 1)
            connection.execute(self.tables.rules.delete())
            rules = [{"ptype": "p", "v0": str(number)} for number in range(count + 1)]
            connection.execute(self.tables.rules.insert(), rules)
            append_entries(connection, self.tables, [(domain, {"count": count + 1}) for domain in DOMAINS])

    def put(self, connection: sa.Connection, item: Item, revision: int) -> None:
        items = self.tables.items
        connection.execute(items.delete().where(items.c.domain == item.domain))
        row = {"domain": item.domain, "kind": item.kind, "key": item.key, "document": item.text}
        more = {"digest": item.digest, "owner": "files", "revision": revision, "compiler": 1}
        connection.execute(items.insert().values(**row, **more))

    def counts(self) -> set[int]:
        """The counts that are found in all places: more than one would be a mixture."""
        tables = self.tables
        with reading(self.engine) as connection:
            found = {
                connection.scalar(sa.select(tables.stores.c.revision)),
                connection.scalar(sa.select(sa.func.count()).select_from(tables.rules)),
            }
            for table in (tables.items, tables.domains):
                revisions = connection.scalars(sa.select(table.c.revision)).all()
                found |= set(revisions) if len(revisions) == len(DOMAINS) else {len(revisions)}
            found |= set(connection.scalars(sa.select(tables.domains.c.changed)))
            history = verify_history(connection, tables)
            assert history.ok
            return {int(count or 0) for count in found} | {history.entries // len(DOMAINS)}


def test_a_killed_writer_leaves_one_revision(place: TriedPlace, draw: random.Random) -> None:
    """Items, rules, history and numbers are those of one revision, which never goes back."""
    before, survivor = 0, CountingWriter(place.url, place.tables)
    for _ in range(ROUNDS):
        kill_while(CountingWriter(place.url, place.tables).write, draw)
        (after,) = survivor.counts()
        assert before < after
        before = after
    survivor.write()
    assert survivor.counts() == {before + 1}
    survivor.engine.dispose()


@pytest.mark.skipif(not FULL, reason="a server is started and killed with `--laws full`")
def test_a_killed_server_leaves_one_revision(draw: random.Random) -> None:
    """The same when it is PostgreSQL that is killed; it comes back, and writers go on."""
    with own_server() as server, place_at(server.url, StoreTables()) as place:
        before, survivor = 0, CountingWriter(place.url, place.tables)
        for _ in range(SERVERS):
            wrote, stopped = threading.Event(), threading.Event()
            writer = threading.Thread(target=write_until_refused, args=(survivor, wrote, stopped))
            writer.start()
            assert wrote.wait(60)
            time.sleep(draw.random() * 0.1)
            server.kill()
            writer.join()
            assert stopped.is_set()
            (after,) = survivor.counts()
            assert before < after
            before = after
        survivor.engine.dispose()
        place.engine.dispose()


def write_until_refused(writer: CountingWriter, wrote: threading.Event, stopped: threading.Event) -> None:
    """Write until the database is gone; what is said then is a sentence."""
    try:
        while True:
            writer.write()
            wrote.set()
    except StoreError as error:
        if "cannot be reached" in str(error):
            stopped.set()


CATALOG = "catalog: desk\npermissions: {tickets: {permissions: {show: Show, edit: Edit}}}\n"
SETS = (
    {"roles/agent.yaml": "role: agent\ngrants: [tickets.show]\n"},
    {
        "roles/agent.yaml": "role: agent\ngrants: [tickets.edit]\n",
        "domains.yaml": "domains: {acme: {}, beta: {}}\n",
        "bindings.yaml": "bindings: [{user: ana, role: agent, domain: acme}]\n",
    },
)


def files(folder: Path, texts: dict[str, str]) -> Files:
    """A set in *folder*."""
    for name, text in {"catalog.yaml": CATALOG, **texts}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return read_files(folder)


def test_a_killed_apply_leaves_one_set(store: Store, tmp_path: Path, draw: random.Random) -> None:
    """The first set has odd revisions, the second even ones; what is killed leaves one of both, whole."""
    sets = [files(tmp_path / str(number), texts) for number, texts in enumerate(SETS)]
    said = []
    for given in sets:
        store.apply(given)
        said.append(store.policy().compile().policy_text)
    url = store.engine.url.render_as_string(hide_password=False)
    for _ in range(ROUNDS):
        own = Store.open(url, schema=store.schema)

        def apply(own: Store = own) -> None:
            own.apply(sets[own.status().head.revision % 2])

        before = store.status().head.revision
        kill_while(apply, draw)
        with store.reading() as snapshot:
            assert before < snapshot.head.revision
            assert snapshot.policy().compile().policy_text == said[(snapshot.head.revision - 1) % 2]
        assert store.status().is_sound
