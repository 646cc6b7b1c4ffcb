"""What PostgreSQL tells those who listen: that a store has another revision. Nothing relies on it alone."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.engine import URL

from rolegate.store.databases import engine_of
from rolegate.store.tables import StoreTables


class ListeningPlace(NamedTuple):
    """How to connect to a server, and what to listen for there."""

    args: tuple[Any, ...]
    options: Mapping[str, Any]
    channel: str


def channel_of(tables: StoreTables) -> str:
    """The channel of a store, among all stores of its database."""
    name = f"{tables.schema or ''}.{tables.prefix}"
    return f"rolegate_{hashlib.sha256(name.encode()).hexdigest()[:16]}"


def notice(tables: StoreTables, revision: sa.ColumnElement[int]) -> sa.ColumnElement[Any]:
    """Tells those who listen on PostgreSQL the *revision*, when the transaction is committed."""
    return sa.func.pg_notify(channel_of(tables), sa.cast(revision, sa.Text))


def listening_place(engine: sa.Engine, url: URL | str | None, tables: StoreTables) -> ListeningPlace | None:
    """Where to listen: at *url*, or else where *engine* leads to; None for a database that tells nothing.

    Raises:
        StoreError: for what is no URL of a database that can be used.
    """
    chosen = engine if url is None else engine_of(url)
    if chosen.dialect.name != "postgresql" or chosen.dialect.driver != "psycopg":
        return None
    args, options = chosen.dialect.create_connect_args(chosen.url)
    return ListeningPlace(tuple(args), dict(options), channel_of(tables))
