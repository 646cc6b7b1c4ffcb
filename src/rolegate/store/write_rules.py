"""The rows that Casbin reads: the lines of a compiled policy, written as differences."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, Connection, Delete, Select, bindparam, delete, insert, or_, select
from sqlalchemy.sql import ColumnElement
from sqlalchemy.util import await_

from rolegate.compiled.domain_lines import DomainLines
from rolegate.compiled.lines import CompiledPolicy
from rolegate.compiled.names import ALL
from rolegate.encoding import encode
from rolegate.store.item import NO_DOMAIN
from rolegate.store.rule_digests import RuleDigest, digest_of_rows
from rolegate.store.tables import VALUES, Row, StoreTables

MANY = 1_000
"""So many rows are copied on PostgreSQL, and not inserted."""

_DELETED = 500

_SHARED = (ALL, "-")
"""In the place of a domain, beside what has a colon in it: the rule is of no single one."""


class RowChanges(NamedTuple):
    """Rows that were written, and rows that are gone.

    INVARIANT: `digests` has those of the rows that documents give, whatever was stored, for each domain that
    was written; a whole set has no other rows. Whoever writes rows writes them into the rows of domains.
    """

    added: Collection[Row]
    removed: Collection[Row]
    digests: Mapping[str, RuleDigest] = MappingProxyType({})

    @property
    def domains(self) -> set[str]:
        """The domains, encoded, whose rules are others now."""
        return {domain_of_row(row) for row in (*self.added, *self.removed)}


NO_CHANGES = RowChanges((), ())


def rows_of(compiled: CompiledPolicy | DomainLines) -> Iterator[Row]:
    """The rows for the lines of *compiled*."""
    for section, line in compiled.lines:
        yield (section, *line, *(None,) * (len(VALUES) - len(line)))


def domain_of_row(row: Row) -> str:
    """The domain, encoded, that a row is about; `NO_DOMAIN` for what all have in common."""
    if row[0] == "g3":
        return NO_DOMAIN
    dom = row[3] if row[0] == "g" else row[1]
    return NO_DOMAIN if dom is None or dom in _SHARED or ":" in dom else dom


def read_rows_of(connection: Connection, tables: StoreTables, domain: str | None = None) -> dict[Row, int]:
    """Each row that is stored with its id: all, or those about one domain, or in `NO_DOMAIN`."""
    if domain is None or domain == NO_DOMAIN:
        wanted = _rows(tables) if domain is None else _rows(tables).where(_shared_rows(tables))
        found = connection.execute(wanted)
    else:
        found = connection.execute(_rows_about(tables), {"domain": domain})
    rows: dict[Row, int] = {row[1:]: row[0] for row in found.all()}
    if domain == NO_DOMAIN:  # the database looks at how a row begins
        return {row: id for row, id in rows.items() if domain_of_row(row) == NO_DOMAIN}
    return rows


def _rows(tables: StoreTables) -> Select[*tuple[Any, ...]]:
    c = tables.rules.c
    return select(c.id, c.ptype, *(c[value] for value in VALUES))


@lru_cache(maxsize=64)
def _rows_about(tables: StoreTables) -> Select[*tuple[Any, ...]]:
    c = tables.rules.c
    domain: BindParameter[str] = bindparam("domain")
    return _rows(tables).where(
        or_(c.ptype.in_(("p", "g2")) & (c.v0 == domain), (c.ptype == "g") & (c.v2 == domain))
    )


@lru_cache(maxsize=64)
def _removing(tables: StoreTables) -> Delete:
    return delete(tables.rules).where(tables.rules.c.id.in_(bindparam("ids", expanding=True)))


def _shared_rows(tables: StoreTables) -> ColumnElement[bool]:
    c = tables.rules.c
    shared = or_(c.v0.in_(_SHARED), c.v0.like("%:%"))
    return or_(c.ptype == "g3", c.ptype.in_(("p", "g2")) & shared)


def write_rules(
    connection: Connection,
    tables: StoreTables,
    wanted: Iterable[Row],
    moments: Mapping[str, datetime],
    *,
    domains: Collection[str] | None = None,
) -> RowChanges:
    """Make the stored rows those that are *wanted*, and give the difference; what is right stays as it is.

    With *domains*, encoded, only the rows about these. *moments* say by domain until when the rows hold.
    """
    new = set(wanted)
    if domains is None:
        stored = read_rows_of(connection, tables)
    else:
        stored = {}
        for domain in domains:
            stored |= read_rows_of(connection, tables, domain)
        new = {row for row in new if domain_of_row(row) in domains}
    added = sorted(new - stored.keys(), key=_order)
    removed = [row for row in stored if row not in new]
    ids = [stored[row] for row in removed]
    for first in range(0, len(ids), _DELETED):
        connection.execute(_removing(tables), {"ids": ids[first : first + _DELETED]})
    _insert(connection, tables, added)
    return RowChanges(added, removed, digests_of(new, moments, domains))


def digests_of(
    rows: Iterable[Row], moments: Mapping[str, datetime], domains: Collection[str] | None = None
) -> dict[str, RuleDigest]:
    """The digest of each domain that *rows* or *moments* are about, or of these *domains*, encoded."""
    until = {encode(name): moment for name, moment in moments.items()}
    found: dict[str, list[Row]] = {name: [] for name in (until if domains is None else domains)}
    for row in rows:
        found.setdefault(domain_of_row(row), []).append(row)
    return {name: RuleDigest(digest_of_rows(own), until.get(name)) for name, own in found.items()}


def _order(row: Row) -> str:
    """Rows that are written in their order go into an index side by side; a text is compared fastest."""
    return "\0".join([value or "" for value in row])


def _insert(connection: Connection, tables: StoreTables, rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = ("ptype", *VALUES)
    quote = connection.dialect.identifier_preparer
    into = f"{quote.format_table(tables.rules)} ({', '.join(map(quote.quote, names))})"
    if connection.dialect.driver == "psycopg" and len(rows) >= MANY:
        _copy(connection, f"COPY {into} FROM STDIN", rows)
    elif connection.dialect.name == "sqlite":  # its driver takes the rows as they are
        places = ", ".join("?" for _ in names)
        connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", list(rows))  # noqa: S608
    else:
        connection.execute(insert(tables.rules), [dict(zip(names, row, strict=True)) for row in rows])


def _copy(connection: Connection, into: str, rows: Iterable[Row]) -> None:
    """Write *rows* as one stream, in the transaction of *connection*."""
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101 - it is connected
    if connection.dialect.is_async:
        await_(_copied(driver, into, rows))
        return
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            copy.write_row(row)


async def _copied(driver: Any, into: str, rows: Iterable[Row]) -> None:
    async with driver.cursor() as cursor, cursor.copy(into) as copy:
        for row in rows:
            await copy.write_row(row)
