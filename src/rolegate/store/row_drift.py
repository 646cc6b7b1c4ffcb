"""How many rules of a store no document gives, or are missing, a few domains at a time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, select, union

from rolegate.compiled.compile import compile_policy
from rolegate.compiled.lines import VERSION
from rolegate.store.awaited import computed
from rolegate.store.item import NO_DOMAIN
from rolegate.store.planned_parts import PartsOfStore
from rolegate.store.rule_digests import digest_of_rows
from rolegate.store.tables import LAYOUT, VALUES, Row, StoreTables
from rolegate.store.write_rules import domain_of_row, read_rows_of, rows_of

_AT_ONCE = 400
"""So many domains are asked for in one statement."""


def drift_of(parts: PartsOfStore) -> int:
    """How many rules are missing, or given by no document.

    Rows with the digest that their writer noted are, until the next moment, those that documents give. Only
    of other domains the documents are read.
    """
    connection, tables, head = parts.connection, parts.tables, parts.head
    now = datetime.now(UTC)
    sure = (head.layout, head.compiler) == (LAYOUT, VERSION)
    c = tables.domains.c
    holding = select(c.name, c.rules).where(c.next_moment.is_(None) | (c.next_moment > now))
    noted = {row.name: row.rules for row in connection.execute(holding)} if sure else {}
    parts.families.add(name for name in _named(connection, tables) if domain_of_row(("p", name)) == name)
    found = 0
    for domains in parts.parts():
        rows = _rows_about(connection, tables, domains)
        doubtful = computed(_unlike, rows, noted)
        if doubtful:
            compiled = computed(compile_policy, parts.state(domains).in_force().resolved, now)
            given: dict[str, set[Row]] = {name: set() for name in doubtful}
            for row in rows_of(compiled):
                given.get(domain_of_row(row), set()).add(row)
            found += sum(len(given[name] ^ rows[name]) for name in doubtful)
    return found


def _unlike(rows: Mapping[str, set[Row]], noted: Mapping[str, str | None]) -> set[str]:
    """The domains whose *rows* do not have the digest that is *noted*."""
    return {name for name, found in rows.items() if noted.get(name) != digest_of_rows(found)}


def _named(connection: Connection, tables: StoreTables) -> Iterator[str]:
    """What any row has in the place of a domain."""
    c = tables.rules.c
    yield from connection.scalars(
        union(select(c.v0).where(c.ptype.in_(("p", "g2"))), select(c.v2).where(c.ptype == "g"))
    )


def _rows_about(connection: Connection, tables: StoreTables, domains: Sequence[str]) -> dict[str, set[Row]]:
    """The rows about each of *domains*; without any, those of no single domain."""
    if not domains:
        return {NO_DOMAIN: set(read_rows_of(connection, tables, NO_DOMAIN))}
    found: dict[str, set[Row]] = {name: set() for name in domains}
    columns = [tables.rules.c[name] for name in ("ptype", *VALUES)]
    for first in range(0, len(domains), _AT_ONCE):
        some = domains[first : first + _AT_ONCE]
        for about in _about(tables, some):
            for row in connection.execute(select(*columns).where(about)):
                found[domain_of_row(tuple(row))].add(tuple(row))
    return found


def _about(tables: StoreTables, domains: Collection[str]) -> Iterator[ColumnElement[bool]]:
    c = tables.rules.c
    yield c.ptype.in_(("p", "g2")) & c.v0.in_(domains)
    yield (c.ptype == "g") & c.v2.in_(domains)
