"""Rows of domains as a gate takes them: fetched as they are, and honoured where documents gave them.

INVARIANT: rows of which the digest does not fit, or which are those of a moment that is over, answer nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.sql.compiler import SQLCompiler

from rolegate.compiled.lines import VERSION
from rolegate.diagnostics import quoted
from rolegate.encoding import decode, encode
from rolegate.store.damaged import as_written
from rolegate.store.databases import one_statement
from rolegate.store.item import NO_DOMAIN
from rolegate.store.rule_digests import NO_RULES, digest_of_rows
from rolegate.store.tables import LAYOUT, VALUES, Row, StoreTables, in_utc

_AT_ONCE = 500

_HEAD, _MARK = "-head", "-mark"
"""In the place of a section, in what one statement gives beside rows."""


@dataclass(frozen=True, slots=True)
class DomainRows:
    """The rows of one domain, with the digest of those that its documents give, if it is known.

    At `ends` a line begins or ends in the domain or around it, and other rows would be right.
    """

    rows: Sequence[Row]
    digest: str | None
    ends: datetime | None

    def holds_at(self, now: datetime) -> bool:
        """Whether the rows are said to be right; see `is_sound`."""
        return self.digest is not None and (self.ends is None or now < self.ends)

    @property
    def is_sound(self) -> bool:
        """Whether the rows are those that the documents gave: nobody has added, taken or changed one."""
        return self.digest == digest_of_rows(self.rows)

    @property
    def names_a_domain(self) -> bool:
        """Whether there is such a domain: one that is gone has no rows."""
        return self.digest != NO_RULES.rules

    @property
    def refused(self) -> DomainRows:
        """These as rows of which nothing is known: documents answer in their place."""
        return DomainRows((), None, self.ends)


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The rows of one domain, and the revision of the store of which they are."""

    revision: int
    rows: DomainRows


def honours_rows(layout: int, compiler: int) -> bool:
    """Whether the rows of a store are such that this library can read them."""
    return layout == LAYOUT and compiler == VERSION


def read_rows_in_one(engine: sa.Engine, tables: StoreTables, name: str) -> ReadRows | None:
    """The rows of the domain called *name*, with one statement; None where they may not be honoured.

    Raises:
        StoreError: when the database refuses, or the tables are of another layout.
    """
    text, places = _one_domain(tables, engine.dialect)
    with one_statement(engine) as connection:
        dom = encode(name)
        values: Any = (dom,) * places if places else {"name": dom}
        found = _fetched(connection.exec_driver_sql(text, values))
    head = mark = None
    for at in range(len(found) - 1, max(-1, len(found) - 3), -1):  # they come last, in either order
        if found[at][0] == _HEAD:
            head = found.pop(at)
        elif found[at][0] == _MARK:
            mark = found.pop(at)
    with as_written(f"the row of the store, or of domain {quoted(name)},"):
        if head is None or mark is None or not honours_rows(int(head[1] or 0), int(head[2] or 0)):
            return None
        ends = None if mark[2] is None else in_utc(datetime.fromisoformat(mark[2]))
        return ReadRows(int(head[3] or 0), DomainRows(found, mark[1], ends))


@lru_cache(maxsize=8)
def _one_domain(tables: StoreTables, dialect: sa.Dialect) -> tuple[str, int]:
    """The statement of `read_rows_in_one`, and how often the name is in it; 0 where it has a name itself."""
    rules, stores, domains = tables.rules.c, tables.stores.c, tables.domains.c
    columns = [rules.ptype, *(rules[value] for value in VALUES)]
    name: sa.BindParameter[str] = sa.bindparam("name", type_=sa.String)
    own = sa.select(*columns).where(rules.v0 == name, rules.ptype.in_(_texts("p", "g2")))
    links = sa.select(*columns).where(rules.v2 == name, rules.ptype.in_(_texts("g")))
    head = _padded(_HEAD, stores.layout, stores.compiler, stores.revision)
    mark = _padded(_MARK, domains.rules, domains.next_moment).where(domains.name == name)
    compiled = sa.union_all(own, links, head, mark).compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)  # noqa: S101
    return compiled.string, len(compiled.positiontup or ())


def _texts(*values: str) -> list[sa.ColumnElement[Any]]:
    return [sa.literal_column(f"'{value}'") for value in values]


def _padded(section: str, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """A select of as many texts as a row has."""
    texts = [sa.cast(column, sa.String(64)) for column in columns]
    empty = [sa.null() for _ in range(len(VALUES) - len(texts))]
    return sa.select(*_texts(section), *texts, *empty)


def read_rows(
    connection: sa.Connection, tables: StoreTables, names: Collection[str] | None = None
) -> dict[str, DomainRows]:
    """The rows of each domain that is known, or of those called *names*; in a snapshot of the store.

    Rows about domains that are not known are those of nobody.
    """
    wanted = None if names is None else sorted(map(encode, names))
    found: dict[str, list[Row]] = {}
    marks: list[tuple[str, str | None, datetime | None]] = []
    parts = (
        [None] if wanted is None else [wanted[at : at + _AT_ONCE] for at in range(0, len(wanted), _AT_ONCE)]
    )
    for part in parts:
        marks += _marks(connection, tables, part)
        for row in _rows(connection, tables, part):
            dom: Any = row[3] if row[0] == "g" else row[1]
            try:
                found[dom].append(row)
            except KeyError:
                found[dom] = [row]
    return {
        decode(name): DomainRows(found.get(name, ()), digest, None if ends is None else in_utc(ends))
        for name, digest, ends in marks
        if name != NO_DOMAIN
    }


def _marks(connection: sa.Connection, tables: StoreTables, names: list[str] | None) -> Iterable[Any]:
    c = tables.domains.c
    wanted = sa.select(c.name, c.rules, c.next_moment)
    with as_written("a moment in the table of domains"):
        return connection.execute(wanted if names is None else wanted.where(c.name.in_(names))).all()


def _rows(connection: sa.Connection, tables: StoreTables, names: list[str] | None) -> list[Row]:
    c = tables.rules.c
    # Said like this, no index is used, which would look up row after row.
    wanted = sa.select(c.ptype, *(c[value] for value in VALUES)).where(c.ptype != "g3")
    if names is not None:
        own = (c.ptype != "g") & c.v0.in_(names)
        wanted = wanted.where(own | (c.ptype == "g") & c.v2.in_(names))
    return _fetched(connection.execute(wanted))


def _fetched(result: sa.CursorResult[Any]) -> list[Row]:
    """All rows as the driver has them, which SQLAlchemy would only wrap."""
    assert result.cursor is not None  # noqa: S101 - it is a SELECT
    found = result.cursor.fetchall()
    result.close()
    return cast(list[Row], found)
