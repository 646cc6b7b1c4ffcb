"""A replica of PostgreSQL is read in one state, behind the primary and never beside it; nobody writes it."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

import drawing
from postgres import own_server
from rolegate.errors import StoreError
from rolegate.store.databases import engine_of, reading, writing
from rolegate.store.history import append_entries, verify_history
from rolegate.store.numbering import changed_after
from rolegate.store.tables import StoreTables
from store_places import TriedPlace, changed, place_at
from waiting import happens

DOMAINS = ("acme", "beta")
CHANGES = 40

pytestmark = pytest.mark.skipif(drawing.some(2, 2) < 2, reason="two servers are started with `--laws full`")


def change(place: TriedPlace) -> None:
    """Change two domains together."""
    with writing(place.engine) as connection:
        changed(connection, place.tables, *DOMAINS)
        append_entries(connection, place.tables, [(domain, {"actor": "ana"}) for domain in DOMAINS])


def test_a_replica_is_read_and_never_written() -> None:
    """What is read there is whole, with its history, and becomes what the primary has."""
    with own_server() as primary, place_at(primary.url, StoreTables("of_replicas")) as place:
        change(place)
        with primary.standby() as standby:
            replica = TriedPlace(standby.url, place.tables, engine_of(standby.url))
            seen = 0
            for _ in range(CHANGES):
                change(place)
                with reading(replica.engine) as connection:
                    now, names = changed_after(connection, place.tables, seen)
                    revisions = set(connection.scalars(sa.select(place.tables.domains.c.revision)))
                assert seen <= now and revisions == {now}
                assert sorted(names) == (sorted(DOMAINS) if seen < now else [])
                seen = now
            assert happens(lambda: replica.numbers() == place.numbers())
            with reading(replica.engine) as connection:
                assert verify_history(connection, place.tables).ok
            with pytest.raises(StoreError, match="can only be read"):
                change(replica)
            replica.engine.dispose()
