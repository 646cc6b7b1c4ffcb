"""The time of the database, which is one for all who write."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def database_time(dialect: str) -> sa.ColumnElement[str]:
    """The time as a text, to the microsecond on PostgreSQL and the millisecond on SQLite."""
    if dialect == "postgresql":
        seconds = sa.extract("epoch", sa.func.clock_timestamp())
        return sa.cast(sa.cast(seconds * 1_000_000, sa.BigInteger), sa.Text)
    return sa.func.strftime("%Y-%m-%dT%H:%M:%f", "now", type_=sa.Text)


def moment_of_text(text: str) -> datetime:
    """What a text of `database_time` says."""
    if text.isdecimal():
        return _EPOCH + timedelta(microseconds=int(text))
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
