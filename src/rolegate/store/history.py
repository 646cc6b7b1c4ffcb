"""The history of a store in its table: entries are added, and forgotten where they name a person."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa

from rolegate.encoding import encode
from rolegate.store.database_time import database_time, moment_of_text
from rolegate.store.history_chain import (
    HistoryAudit,
    HistoryCheck,
    HistoryEntry,
    HistoryHead,
    deleted_content,
    new_entry,
)
from rolegate.store.item import Document, canonical
from rolegate.store.number_statements import is_marked
from rolegate.store.outside_names import encoded_name
from rolegate.store.tables import StoreTables, in_utc

_PART = 1000
"""So many rows are fetched at once."""

_LARGEST = 2**63 - 1
"""The largest number in a column."""

_NO_PERSONS = ("history", "kind")
"""Keys of a content under which our own words are: a user may be called so."""


def append_entries(
    connection: sa.Connection, tables: StoreTables, contents: Iterable[tuple[str, Document]]
) -> tuple[HistoryEntry, ...]:
    """Add an entry to the history of its domain for each of *contents*, at the time of the database.

    The domains are locked and marked as changed in this transaction, so nobody else adds to them.
    """
    return _append(connection, tables, [(domain, canonical(content)) for domain, content in contents])


def entries_of(
    connection: sa.Connection,
    tables: StoreTables,
    domain: str | None = None,
    *,
    after: int = 0,
    before: int | None = None,
    newest: int | None = None,
) -> Iterator[HistoryEntry]:
    """The entries of *domain*, or of all domains one after the other, with a number above *after*.

    With *before* that is below it as well, and with *newest* so many at most, the last one first.
    """
    changes = tables.changes
    statement = sa.select(changes).where(changes.c.number > _stored(after))
    if before is not None:
        statement = statement.where(changes.c.number < _stored(before))
    if domain is not None:
        statement = statement.where(changes.c.domain == domain)
    if newest is None:
        statement = statement.order_by(changes.c.domain, changes.c.number)
    else:
        statement = statement.order_by(changes.c.domain, changes.c.number.desc()).limit(_stored(newest))
    for row in connection.execute(statement.execution_options(yield_per=_PART)):
        yield HistoryEntry(
            row.domain, row.number, row.revision, in_utc(row.at), row.salt, row.content, row.digest, row.link
        )


def _stored(number: int) -> int:
    """*number*, or the nearest that a database knows."""
    return max(-_LARGEST, min(number, _LARGEST))


def heads_of(connection: sa.Connection, tables: StoreTables, domain: str | None = None) -> list[HistoryHead]:
    """The last link of *domain*, or of each domain that has a history."""
    domains = tables.domains.c
    statement = sa.select(domains.name, domains.entries, domains.head).where(domains.entries > 0)
    if domain is not None:
        statement = statement.where(domains.name == domain)
    return sorted(HistoryHead(*row) for row in connection.execute(statement))


def verify_history(
    connection: sa.Connection,
    tables: StoreTables,
    domain: str | None = None,
    *,
    kept: Iterable[HistoryHead] = (),
) -> HistoryCheck:
    """Whether the history of *domain*, or of all, is as it was written.

    A chain alone does not show that its end was cut off together with its head: *kept* are heads that were
    written down elsewhere.
    """
    audit = HistoryAudit(head for head in kept if domain in (None, head.domain))
    heads = heads_of(connection, tables, domain)
    for entry in entries_of(connection, tables, domain):
        audit.add(entry)
    return audit.finish(heads)


def forget_person(connection: sa.Connection, tables: StoreTables, person: str) -> int:
    """Clear what the entries that name the user *person* say, and give their number; the chains still verify.

    The digest of a content stays, with a salt that nobody knows any more.

    Raises:
        StoreError: for what no user can be called.
    """
    changes = tables.changes
    spelled = {
        json.dumps(text, ensure_ascii=False)[1:-1] for text in (person, encoded_name(person, "a user"))
    }
    mentioned = sa.or_(*(changes.c.content.contains(text, autoescape=True) for text in sorted(spelled)))
    rows = connection.execute(
        sa.select(changes.c.domain, changes.c.number, changes.c.content).where(mentioned)
    )
    found = [(row.domain, row.number) for row in rows.all() if names_person(row.content, person)]
    if found:
        connection.execute(
            changes.update()
            .where(changes.c.domain == sa.bindparam("of"), changes.c.number == sa.bindparam("at_number"))
            .values(salt=None, content=None),
            [{"of": domain, "at_number": number} for domain, number in found],
        )
    return len(found)


def names_person(content: str, person: str) -> bool:
    """Whether *person* is a text anywhere in *content*, or a word of a `reason`."""
    word = re.compile(rf"(?<!\w){re.escape(person)}(?!\w)")

    def named(value: Any, key: str = "") -> bool:
        match value:
            case str():
                return value in (person, encode(person)) or (key == "reason" and bool(word.search(value)))
            case list():
                return any(named(part) for part in value)
            case dict():
                return any(named(part, name) for name, part in value.items() if name not in _NO_PERSONS)
        return False

    return named(json.loads(content))


def delete_history(connection: sa.Connection, tables: StoreTables, domain: str) -> HistoryEntry:
    """Delete the history of *domain* but for one new entry: that it happened, when, how many, the last head.

    The domain is locked and marked as changed, and its row stays: a domain that is called so later goes on
    from there.
    """
    heads = heads_of(connection, tables, domain) or [HistoryHead(domain, 0, "")]
    (entry,) = _append(connection, tables, [(domain, deleted_content(heads[0]))])
    changes = tables.changes.c
    connection.execute(tables.changes.delete().where(changes.domain == domain, changes.number < entry.number))
    return entry


def _append(
    connection: sa.Connection, tables: StoreTables, contents: list[tuple[str, str]]
) -> tuple[HistoryEntry, ...]:
    statements = _statements(tables, connection.dialect.name)
    heads: dict[str, ChainEnd] = {}
    for domain in sorted({domain for domain, _ in contents}):
        row = connection.execute(statements.head, {"of": domain}).one()  # no mark: no lock, and no number
        heads[domain] = ChainEnd(
            HistoryHead(domain, row.entries, row.head), row.revision, moment_of_text(row.now)
        )
    added = following(heads, contents)
    if added:
        write_entries(connection, tables, added)
        ends = {entry.domain: entry for entry in added}.values()
        last = [{"of": end.domain, "count": end.number, "last": end.link} for end in ends]
        connection.execute(statements.end, last)
    return added


class ChainEnd(NamedTuple):
    """Where the history of a domain ends, the revision that the domain gets, and the time of the database."""

    head: HistoryHead
    revision: int
    at: datetime


def following(ends: Mapping[str, ChainEnd], contents: Iterable[tuple[str, str]]) -> tuple[HistoryEntry, ...]:
    """The entries with these *contents* after the *ends* of their domains."""
    last, added = dict(ends), []
    for domain, content in contents:
        head, revision, at = last[domain]
        entry = new_entry(head, revision, at, secrets.token_hex(16), content)
        last[domain] = ChainEnd(HistoryHead(domain, entry.number, entry.link), revision, at)
        added.append(entry)
    return tuple(added)


def write_entries(connection: sa.Connection, tables: StoreTables, entries: Sequence[HistoryEntry]) -> None:
    """Write *entries*, at the end of which the rows of their domains point: these are locked."""
    rows = [_row(entry) for entry in entries]
    connection.execute(_statements(tables, connection.dialect.name).add, rows)


class _Statements(NamedTuple):
    """What is run to add entries; to make a statement takes longer than to run it."""

    head: sa.Select[*tuple[Any, ...]]
    add: sa.Insert
    end: sa.Update


@lru_cache(maxsize=64)
def _statements(tables: StoreTables, dialect: str) -> _Statements:
    domains, named = tables.domains.c, tables.domains.c.name == sa.bindparam("of")
    now = database_time(dialect).label("now")
    return _Statements(
        sa.select(domains.entries, domains.head, domains.revision, now).where(named, is_marked(tables)),
        tables.changes.insert(),
        tables.domains.update().where(named).values(entries=sa.bindparam("count"), head=sa.bindparam("last")),
    )


def _row(entry: HistoryEntry) -> dict[str, Any]:
    names = ("domain", "number", "revision", "at", "salt", "content", "digest", "link")
    return {name: getattr(entry, name) for name in names}
