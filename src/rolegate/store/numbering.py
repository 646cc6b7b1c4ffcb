"""Numbers of changes: those of items and domains are taken where something changes, that of the store last.

There is one row with the number of the store, and whoever has taken it keeps all others waiting until the
end of their transaction. So it is taken while the transaction commits; until then a changed domain is only
marked. The marks are in the database: what a savepoint takes back is not marked, and takes no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from rolegate.errors import StoreError
from rolegate.store.database_errors import database_errors
from rolegate.store.notices import send_notice
from rolegate.store.number_statements import (
    is_marked,
    statements_of,
    taken_at_once,
)
from rolegate.store.rule_digests import RuleDigest
from rolegate.store.tables import StoreTables

_PART = 500
"""So many values are asked for at once where a database limits how many there may be."""

_NO_STORE = "the tables have no store in them; create it first"


@dataclass(frozen=True, slots=True)
class LockedDomain:
    """The row of a domain, which nobody else changes until the end of this transaction."""

    name: str
    within: str | None
    revision: int
    changed: int
    entries: int
    head: str

    @property
    def next_revision(self) -> int:
        """The revision that it has once it is marked in this transaction."""
        return self.revision + (self.changed >= 0)


class CommitNumber:
    """The number of the store that a transaction takes when it commits.

    `revision` is None until then, and afterwards where nothing was changed; `ended` says which.
    """

    def __init__(self, tables: StoreTables) -> None:
        self.tables = tables
        self.revision: int | None = None
        self.ended = False
        self._values: list[Mapping[str, Any]] = [{}]

    @property
    def known(self) -> int:
        """The number that was taken.

        Raises:
            StoreError: before the transaction is committed, and when it was rolled back.
        """
        if self.revision is not None:
            return self.revision
        if self.ended:
            raise StoreError("the change was rolled back, so it has no revision")
        raise StoreError("the revision of the change is known once your transaction is committed")

    def mark_with(self, connection: sa.Connection, values: Mapping[str, Any]) -> int:
        """The mark of domains with whose number the store gets *values*.

        What a savepoint took back has no mark any more. So the mark tells which values are to be written:
        its own, and those of the marks that were there when it was made.
        """
        if not values:
            return self._last_mark(connection)
        self._values.append({**self.values_of(connection), **values})
        return -len(self._values)

    def values_of(self, connection: sa.Connection) -> Mapping[str, Any]:
        """What is to be written into the row of the store, by the marks that are there."""
        return self._values[-self._last_mark(connection) - 1]

    def _last_mark(self, connection: sa.Connection) -> int:
        if len(self._values) == 1:
            return -1
        mark = connection.scalar(sa.select(sa.func.min(self.tables.domains.c.changed)))
        return min(mark or 0, -1)


def number_at_commit(connection: sa.Connection, tables: StoreTables) -> CommitNumber | None:
    """The number that the transaction takes when it commits; None where nothing was changed in it yet."""
    return next((one for one in _waiting.get(connection, ()) if one.tables is tables), None)


_waiting: WeakKeyDictionary[sa.Connection, list[CommitNumber]] = WeakKeyDictionary()
"""Numbers that connections take when they commit."""


def lock_domains(
    connection: sa.Connection, tables: StoreTables, names: Iterable[str]
) -> dict[str, LockedDomain]:
    """Keep everybody else from changing the domains called *names*; what of them is not there is made.

    All writers take these locks in one order, before they read what they are about to change.
    """
    wanted = sorted(set(names))
    if connection.dialect.name == "sqlite":  # the first writing statement locks the database
        connection.execute(statements_of(tables, "sqlite").nothing)
    found = _locked(connection, tables, wanted)
    missing = [name for name in wanted if name not in found]
    if missing:
        _make_domains(connection, tables, missing)
        found = _locked(connection, tables, wanted)
    return found


def mark_changed(
    connection: sa.Connection,
    tables: StoreTables,
    names: Iterable[str],
    values: Mapping[str, Any] | None = None,
    digests: Mapping[str, RuleDigest] | None = None,
    ends: Mapping[str, tuple[int, str]] = MappingProxyType({}),
) -> CommitNumber:
    """Count a change in each of the domains called *names*, which are locked, and number it at the end.

    *digests* are written into the rows of domains, those of domains that are locked and did not change too,
    and for some of these the number and the link of the last entry of their history, its *ends*.

    However often a domain is changed in a transaction, its revision grows by one. *values* are written into
    the row of the store together with the number, and may be SQL: an update of that row before the end would
    keep everybody waiting.
    """
    wanted = sorted(set(names))
    if values and not wanted:
        raise ValueError("values of the store change with a domain, if only with the one that has no name")
    number = _number_at_commit(connection, tables)
    mark = number.mark_with(connection, values or {})
    statements, digests = statements_of(tables, connection.dialect.name), digests or {}
    for part in parts_of(connection, [name for name in wanted if name not in digests]):
        connection.execute(statements.mark, {"names": part, "mark": mark})
    written = [
        {
            "of": name,
            "mark": mark if name in wanted else 0,
            "digest": one.rules,
            "moment": one.next_moment,
            "last": ends.get(name, (None, None))[0],
            "link": ends.get(name, (None, None))[1],
        }
        for name, one in sorted(digests.items())
    ]
    if written:
        connection.execute(statements.write, written if len(written) > 1 else written[0])
    return number


def changed_after(connection: sa.Connection, tables: StoreTables, revision: int) -> tuple[int, list[str]]:
    """The number of the store, and the names of the domains changed after *revision*.

    On a connection of `reading` both are of one moment, so that whoever goes on from that number misses none.
    """
    now = revision_of(connection, tables)
    domains = tables.domains.c
    found = connection.scalars(sa.select(domains.name).where(domains.changed > revision))
    return now, sorted(found)


def revision_of(connection: sa.Connection, tables: StoreTables) -> int:
    """The number of the store.

    Raises:
        StoreError: when there is no store in the tables.
    """
    found = connection.scalar(sa.select(tables.stores.c.revision))
    if found is None:
        raise StoreError(_NO_STORE)
    return int(found)


# -- the number of the store --------------------------------------------------------------------------------


def _number_at_commit(connection: sa.Connection, tables: StoreTables) -> CommitNumber:
    known = number_at_commit(connection, tables)
    if known is not None:
        return known
    numbers = _waiting.setdefault(connection, [])
    numbers.append(CommitNumber(tables))
    engine = connection.engine  # whose connections look up whether there is a number to take
    if not event.contains(engine, "commit", _take_numbers):
        event.listen(engine, "commit", _take_numbers)
        event.listen(engine, "rollback", _forget_numbers)
    return numbers[-1]


def _take_numbers(connection: sa.Connection) -> None:
    numbers = _waiting.pop(connection, [])
    if not numbers:
        return
    try:
        with database_errors(connection.engine.url):
            for number in numbers:
                number.revision = _take(connection, number)
    except BaseException:
        for number in numbers:
            number.revision = None
        # SQLAlchemy takes a commit that fails for the end of the transaction, and would not roll it back.
        if not connection.invalidated:
            connection.dialect.do_rollback(connection.connection)
        raise
    finally:
        for number in numbers:
            number.ended = True


def _take(connection: sa.Connection, number: CommitNumber) -> int | None:
    tables, dialect = number.tables, connection.dialect.name
    statements, values = statements_of(tables, dialect), number.values_of(connection)
    take = statements.take.values(**values) if values else statements.take
    if dialect == "postgresql":  # each statement is a way there and back
        whole = taken_at_once(tables, take) if values else statements.at_once
        taken = connection.scalar(whole)
    else:
        taken = connection.scalar(take)
        connection.execute(statements.give, {"taken": taken}) if taken is not None else None
    if taken is None and connection.scalar(sa.select(sa.exists().where(is_marked(tables)))):
        raise StoreError(_NO_STORE)
    if taken is None:
        return None
    send_notice(connection, tables, int(taken))
    return int(taken)


def _forget_numbers(connection: sa.Connection) -> None:
    for number in _waiting.pop(connection, ()):
        number.ended = True


# -- rows ---------------------------------------------------------------------------------------------------


def _locked(connection: sa.Connection, tables: StoreTables, names: Sequence[str]) -> dict[str, LockedDomain]:
    lock = statements_of(tables, connection.dialect.name).lock
    found: dict[str, LockedDomain] = {}
    for part in parts_of(connection, names):
        found |= {row.name: LockedDomain(*row) for row in connection.execute(lock, {"names": part})}
    return found


def _make_domains(connection: sa.Connection, tables: StoreTables, names: Sequence[str]) -> None:
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(tables.domains).on_conflict_do_nothing()
    empty = {"within": None, "revision": 0, "changed": 0, "entries": 0, "head": ""}
    connection.execute(statement, [{"name": name, **empty} for name in names])


def parts_of(connection: sa.Connection, names: Sequence[str]) -> Iterable[Sequence[str]]:
    """*names* as many at once as the database takes: PostgreSQL all of them, in one array."""
    if connection.dialect.name == "postgresql":
        return [names] if names else []
    return [names[start : start + _PART] for start in range(0, len(names), _PART)]
