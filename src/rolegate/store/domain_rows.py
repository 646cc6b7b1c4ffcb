"""The rows of domains: where each lies, and how whoever changes everything keeps all others out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, select, update

from rolegate.encoding import decode, encode
from rolegate.grants.resolve import Resolved
from rolegate.store.damaged import as_written
from rolegate.store.database_time import moment_of_text
from rolegate.store.item import NO_DOMAIN
from rolegate.store.numbering import lock_domains
from rolegate.store.part_statements import part_statements
from rolegate.store.rule_digests import NO_RULES, RuleDigest
from rolegate.store.tables import StoreTables, in_utc
from rolegate.store.write_items import Digests

_AT_ONCE = 500


def lock_every_domain(connection: Connection, tables: StoreTables, more: Iterable[str]) -> tuple[str, ...]:
    """Keep all others from writing until the transaction ends, and give the names of all domains, encoded.

    Those called *more* are made if need be.


    INVARIANT: whoever makes a domain locks the row of `NO_DOMAIN`, so that no domain comes up meanwhile.
    """
    lock_domains(connection, tables, [NO_DOMAIN])
    stored = connection.scalars(select(tables.domains.c.name)).all()
    return tuple(lock_domains(connection, tables, {*stored, *more}))


def write_domains(
    connection: Connection, tables: StoreTables, resolved: Resolved, digests: Mapping[str, RuleDigest]
) -> None:
    """Say of each domain in which other one it lies, and which rows it has; the rows of all are locked."""
    domains = resolved.domains if resolved.domains.declared else ()
    within = {encode(domain.name): domain.within and encode(domain.within) for domain in domains}
    c = tables.domains.c
    others = []
    with as_written("a moment in the table of domains"):
        rows = connection.execute(select(c.name, c.within, c.rules, c.next_moment)).all()
    for name, outer, *stored in rows:
        digest = digests.get(name, NO_RULES)
        if (outer, _digest(*stored)) != (within.get(name), digest):
            new = {"outer": within.get(name), "digest": digest.rules, "moment": digest.next_moment}
            others.append({"of": name, **new})
    if others:
        columns = {"within": "outer", "rules": "digest", "next_moment": "moment"}
        given: dict[str, BindParameter[object]] = {name: bindparam(key) for name, key in columns.items()}
        connection.execute(update(tables.domains).where(c.name == bindparam("of")).values(given), others)


def read_rule_digests(connection: Connection, tables: StoreTables) -> dict[str, RuleDigest | None]:
    """The digest of the rows of each domain, encoded; None where it is not known."""
    c = tables.domains.c
    with as_written("a moment in the table of domains"):
        rows = connection.execute(select(c.name, c.rules, c.next_moment)).all()
    return {name: _digest(rules, moment) for name, rules, moment in rows}


def _digest(rules: str | None, moment: datetime | None) -> RuleDigest | None:
    return None if rules is None else RuleDigest(rules, moment and in_utc(moment))


def inner_domains(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> set[str]:
    """The domains that lie in some of *domains*; all of them as people write them."""
    c, names = tables.domains.c, sorted(encode(name) for name in domains if name)
    found: set[str] = set()
    for first in range(0, len(names), _AT_ONCE):
        some = c.within.in_(names[first : first + _AT_ONCE])
        found |= {decode(inner) for inner in connection.scalars(select(c.name).where(some))}
    return found


def outer_domains(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> set[str]:
    """The domains in which some of *domains* lie; all of them as people write them."""
    c, names = tables.domains.c, sorted(encode(name) for name in domains if name)
    found: set[str] = set()
    for first in range(0, len(names), _AT_ONCE):
        some = c.name.in_(names[first : first + _AT_ONCE])
        found |= {decode(outer) for outer in connection.scalars(select(c.within).where(some)) if outer}
    return found


class NearDomains(NamedTuple):
    """Some domains with those around them, and with those inside them, as people write them.

    With them is read what the files say, by their digests, and the time of the database.
    """

    around: set[str]
    inside: set[str]
    digests: Digests
    at: datetime


def domains_near(connection: Connection, tables: StoreTables, domains: Iterable[str]) -> NearDomains:
    """The *domains* that are around some, and inside them; these are in both."""
    around = {encode(name) if name else NO_DOMAIN for name in domains}
    inside, up, down = set(around), set(around), set(around)
    facts = part_statements(tables, connection.dialect.name).facts
    first = sorted(around)[:_AT_ONCE]
    read = connection.execute(facts, {"up": first, "down": first}).all()
    rows = [(name, within) for what, name, within in read if what == "domain"]
    rest = around - set(first)
    rows += _next_to(connection, tables, rest, rest)
    while True:
        up = {outer for name, outer in rows if name in up and outer is not None} - around
        down = {name for name, outer in rows if outer in down} - inside
        if not up and not down:
            break
        around |= up
        inside |= down
        rows = list(_next_to(connection, tables, up, down))
    outer, inner = ({decode(name) if name else name for name in some} for some in (around, inside))
    digests = tuple(sorted((name, said or "") for what, name, said in read if what == "file"))
    at = next(moment_of_text(text) for what, text, _ in read if what == "now")
    return NearDomains(outer, inner, digests, at)


def _next_to(
    connection: Connection, tables: StoreTables, up: Collection[str], down: Collection[str]
) -> Iterator[tuple[str, str | None]]:
    statement = part_statements(tables, connection.dialect.name).near
    both = [(name, None) for name in sorted(up)] + [(None, name) for name in sorted(down)]
    for first in range(0, len(both), _AT_ONCE):
        some = both[first : first + _AT_ONCE]
        asked = {
            "up": [name for name, _ in some if name is not None],
            "down": [name for _, name in some if name is not None],
        }
        yield from connection.execute(statement, asked)
