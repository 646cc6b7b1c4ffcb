"""The one row of a store: how far it is, and what wrote it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, inspect, select

from rolegate.compiled.lines import VERSION
from rolegate.documents.limits import Limits
from rolegate.errors import StoreError
from rolegate.store.outside_names import encoded_name
from rolegate.store.tables import LAYOUT, StoreTables, in_utc

THE_STORE = 1
"""The key of the row."""


@dataclass(frozen=True, slots=True)
class StoreHead:
    """What is known of a store before anything else is read.

    `revision` counts its changes, `files_revision` is that of the last apply, and `source` and `digest` say
    what was applied. At `next_moment` a line begins or ends to hold, and the rules are others.
    """

    layout: int
    compiler: int
    catalog: str
    revision: int
    files_revision: int
    source: str | None
    digest: str
    next_moment: datetime | None

    @property
    def is_newer(self) -> bool:
        """Whether a newer library wrote the store: this one reads it, and never writes it."""
        return self.layout > LAYOUT or self.compiler > VERSION

    @property
    def is_older(self) -> bool:
        """Whether the tables are of an older library: this one reads them, and writes upgraded ones."""
        return self.layout < LAYOUT

    def is_due(self, now: datetime) -> bool:
        """Whether the rules are those of a moment that is over."""
        return self.next_moment is not None and self.next_moment <= now


@dataclass(frozen=True, slots=True)
class StoreWriter:
    """What is to be known while a store is compiled: its name in messages, and the moment of its rules.

    The history says that it was written `by` this user; by an operator who is not named, for None.
    """

    name: str
    limits: Limits
    at: datetime
    by: str | None = None

    def __post_init__(self) -> None:
        if self.by is not None:
            encoded_name(self.by, "whoever applies a set")


def has_store(connection: Connection, tables: StoreTables) -> bool:
    """Whether there is a store in these tables, or in what a database has of them."""
    stores = tables.stores
    there = inspect(connection).has_table(stores.name, schema=tables.schema)
    return there and connection.execute(select(stores.c.id)).first() is not None


def read_head(connection: Connection, tables: StoreTables, name: str) -> StoreHead:
    """The row of the store that messages call *name*.

    Raises:
        StoreError: when these tables have no store in them.
    """
    found = connection.execute(_head(tables)).one_or_none()
    if found is None:
        raise StoreError(f"there is no store in {name}: `rolegate store init` makes one")
    head = StoreHead(*found)
    moment = head.next_moment
    return head if moment is None else replace(head, next_moment=in_utc(moment))


@lru_cache(maxsize=64)
def _head(tables: StoreTables) -> Select[*tuple[Any, ...]]:
    wanted = [tables.stores.c[column] for column in StoreHead.__dataclass_fields__]
    return select(*wanted).where(tables.stores.c.id == THE_STORE)


def refuse_newer(head: StoreHead, name: str) -> None:
    """Refuse to write what a newer library wrote.

    Raises:
        StoreError: for a newer layout of tables, or lines of a newer compiler.
    """
    if head.is_newer:
        raise StoreError(
            f"{name} is newer than this library, which reads it and does not write it: install the "
            "release of rolegate that wrote it",
            "RG902",
        )


def refuse_other_tables(head: StoreHead, name: str) -> None:
    """Refuse to write into tables that are not those of this library.

    Raises:
        StoreError: for what a newer library wrote, and for an older layout of tables.
    """
    refuse_newer(head, name)
    if head.is_older:
        raise StoreError(
            f"{name} has the tables of an older release, which this one reads and does not write: "
            "run `rolegate store upgrade`, once no older release has to write there any more",
            "RG907",
        )
