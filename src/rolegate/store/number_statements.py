"""The statements about numbers, made once for each store: on SQLite that takes longer than to run them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.sql.dml import ReturningUpdate

from rolegate.store.notices import notice
from rolegate.store.tables import StoreTables


@dataclass(frozen=True, slots=True, eq=False)
class NumberStatements:
    """What is run to lock, mark and number domains; those called `names`."""

    nothing: sa.Update
    """Changes nothing; on SQLite it locks the database."""
    lock: sa.Select[tuple[Any, ...]]
    mark: sa.Update
    """Gives each a revision more and the `mark`, unless a later one is there."""
    write: sa.Update
    """Does the same with one, and gives it the digest of its rules; without a mark, only that.

    With a `last` entry of its history, and its `link`, these as well.
    """
    take: ReturningUpdate[int]
    """Takes the number of the store, if a domain is marked."""
    give: sa.Update
    """Gives the `taken` number to all that are marked."""
    at_once: sa.Select[*tuple[Any, ...]]
    """Does both and tells those who listen; for PostgreSQL."""


def is_marked(tables: StoreTables) -> sa.ColumnElement[bool]:
    """Whether a domain is changed in this transaction, which has no number yet."""
    return tables.domains.c.changed < 0


def is_one_of(column: sa.Column[Any], names: sa.BindParameter[Any], dialect: str) -> sa.ColumnElement[bool]:
    """Whether *column* is one of *names*, of which PostgreSQL takes any number in an array."""
    return column == sa.any_(names) if dialect == "postgresql" else column.in_(names)


def names_parameter(dialect: str, name: str = "names") -> sa.BindParameter[Any]:
    """The parameter called *name* for `is_one_of`."""
    if dialect == "postgresql":
        return sa.bindparam(name, type_=postgresql.ARRAY(sa.String))
    return sa.bindparam(name, expanding=True)


@lru_cache(maxsize=64)
def statements_of(tables: StoreTables, dialect: str) -> NumberStatements:
    """The statements for *tables* in the words of *dialect*."""
    stores, domains = tables.stores, tables.domains
    named = is_one_of(domains.c.name, names_parameter(dialect), dialect)
    marked, mark = is_marked(tables), sa.bindparam("mark", type_=sa.BigInteger)
    latest = domains.c.changed < mark  # marks count downwards
    digest = sa.bindparam("digest", type_=sa.String)
    moment = sa.bindparam("moment", type_=sa.DateTime(timezone=True))
    others = domains.c.rules.is_distinct_from(digest) | domains.c.next_moment.is_distinct_from(moment)
    columns = (domains.c[name] for name in ("name", "within", "revision", "changed", "entries", "head"))
    take = (
        stores.update()
        .where(sa.exists().where(marked))
        .values(revision=stores.c.revision + 1)
        .returning(stores.c.revision)
    )
    return NumberStatements(
        domains.update().where(sa.false()).values(revision=domains.c.revision),
        sa.select(*columns).where(named).order_by(domains.c.name).with_for_update(),
        domains.update()
        .where(named)
        .values(
            revision=domains.c.revision + sa.case((marked, 0), else_=1),
            changed=sa.case((latest, domains.c.changed), else_=mark),
        ),
        domains.update()
        .where(domains.c.name == sa.bindparam("of"), (mark < 0) | others)
        .values(
            revision=domains.c.revision + sa.case((marked | (mark == 0), 0), else_=1),
            changed=sa.case((latest | (mark == 0), domains.c.changed), else_=mark),
            rules=digest,
            next_moment=moment,
            entries=sa.func.coalesce(sa.bindparam("last", type_=sa.BigInteger), domains.c.entries),
            head=sa.func.coalesce(sa.bindparam("link", type_=sa.String), domains.c.head),
        ),
        take,
        domains.update().where(marked).values(changed=sa.bindparam("taken", type_=sa.BigInteger)),
        taken_at_once(tables, take),
    )


def taken_at_once(tables: StoreTables, take: ReturningUpdate[int]) -> sa.Select[*tuple[Any, ...]]:
    """The number that *take* gives, given to all that are marked, and told to who listens, on PostgreSQL.

    Each statement is a way there and back, and this one holds up all writers, who wait for the row.
    """
    taken, domains = take.cte("taken"), tables.domains
    # Marks are below all numbers: SQLAlchemy warns of an update from a table that nothing joins.
    marked = is_marked(tables) & (domains.c.changed < taken.c.revision)
    given = domains.update().where(marked).values(changed=taken.c.revision).cte("given")
    return sa.select(taken.c.revision, *notice(tables, taken.c.revision)).add_cte(given)
