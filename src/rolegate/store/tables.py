"""The tables of a store: documents of items, the rules that Casbin reads, and the history.

Rules are in the shape of the Casbin SQLAlchemy adapter, so that stock enforcers read them: text columns of
255 characters, NULL where a rule has no value. A plain unique index would take two rows with NULL for two
different rules; that over `coalesce` does not.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    DateTime,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    func,
)
from sqlalchemy.schema import CreateIndex

from rolegate.encoding import MAX_COLUMN

if TYPE_CHECKING:
    from rolegate.store.redis_notices import RedisNotices

LAYOUT = 2
"""The version of these tables. A library serves newer ones and never writes them."""

VALUES = ("v0", "v1", "v2", "v3", "v4", "v5")
"""The columns of a rule, as Casbin counts them."""

Row = tuple[str | None, ...]
"""The section of a rule and its six columns, None where it has no value."""


def in_utc(at: datetime) -> datetime:
    """*at* in UTC; SQLite keeps moments without a zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


_Number = BigInteger().with_variant(Integer, "sqlite")


@dataclass(frozen=True, slots=True, eq=False)
class StoreTables:
    """The tables of one store, in a schema of its own or with a prefix before each name.

    `metadata` can be handed to alembic together with that of an application. `notices` say
    whether those who listen are told of each change by PostgreSQL, or what tells them.
    """

    schema: str | None = None
    prefix: str = ""
    notices: bool | RedisNotices = True
    metadata: MetaData = field(init=False)
    rules: Table = field(init=False)
    stores: Table = field(init=False)
    files: Table = field(init=False)
    domains: Table = field(init=False)
    items: Table = field(init=False)
    changes: Table = field(init=False)

    def __post_init__(self) -> None:
        metadata = MetaData(schema=self.schema)
        for name, table in (
            ("metadata", metadata),
            ("rules", _rules(metadata, f"{self.prefix}casbin_rule")),
            ("stores", _stores(metadata, f"{self.prefix}rolegate_store")),
            ("files", _files(metadata, f"{self.prefix}rolegate_file")),
            ("domains", _domains(metadata, f"{self.prefix}rolegate_domain")),
            ("items", _items(metadata, f"{self.prefix}rolegate_item")),
            ("changes", _changes(metadata, f"{self.prefix}rolegate_change")),
        ):
            object.__setattr__(self, name, table)


def create_tables(connection: Connection, tables: StoreTables) -> None:
    """Make the tables and indexes that are missing: alembic leaves out an index on expressions on SQLite."""
    tables.metadata.create_all(connection)
    for table in tables.metadata.sorted_tables:
        for index in sorted(table.indexes, key=lambda index: str(index.name)):
            connection.execute(CreateIndex(index, if_not_exists=True))


def _rules(metadata: MetaData, name: str) -> Table:
    """One row for each line of the compiled policy."""
    table = Table(
        name,
        metadata,
        Column("id", _Number, primary_key=True, autoincrement=True),
        Column("ptype", String(MAX_COLUMN), nullable=False),
        *(Column(value, String(MAX_COLUMN)) for value in VALUES),
    )
    whole = (func.coalesce(table.c[value], "") for value in VALUES)
    Index(f"uq_{name}", table.c.ptype, *whole, unique=True)
    Index(f"ix_{name}_v0", table.c.v0, table.c.ptype)
    Index(f"ix_{name}_v2", table.c.v2, table.c.ptype)
    return table


def _stores(metadata: MetaData, name: str) -> Table:
    """The one row of the store; `revision` counts its changes, and is taken last in a transaction.

    `files_revision` is that of the last apply, `source` and `digest` say what was applied. At `next_moment`
    a line begins or ends, and the rules are others.
    """
    return Table(
        name,
        metadata,
        Column("id", SmallInteger, primary_key=True, autoincrement=False),
        Column("layout", Integer, nullable=False),
        Column("compiler", Integer, nullable=False),
        Column("catalog", Text, nullable=False),
        Column("revision", _Number, nullable=False),
        Column("files_revision", _Number, nullable=False),
        Column("source", Text),
        Column("digest", String(64), nullable=False),
        Column("next_moment", DateTime(timezone=True)),
    )


def _files(metadata: MetaData, name: str) -> Table:
    """The files that are not items, as they are written: the catalog, its labels, the rules of review."""
    return Table(
        name,
        metadata,
        Column("name", String(MAX_COLUMN), primary_key=True),
        Column("text", Text, nullable=False),
        Column("digest", String(64), nullable=False),
    )


def _domains(metadata: MetaData, name: str) -> Table:
    """One row for each domain, and one for what is of no single domain.

    Its row is locked by whoever changes something in it. `revision` counts these changes, `changed` is the
    revision of the store with the last of them, and `head` the last link of its history.

    `rules` is the digest of the rows that its documents give until `next_moment`, at which a line begins or
    ends in it or around it; NULL where that is not known. In a set that declares no domains the lines of
    users are those of `DEFAULT`, and so it has a row as well.
    """
    table = Table(
        name,
        metadata,
        Column("name", String(MAX_COLUMN), primary_key=True),
        Column("within", String(MAX_COLUMN)),
        Column("revision", _Number, nullable=False),
        Column("changed", _Number, nullable=False),
        Column("entries", _Number, nullable=False),
        Column("head", String(64), nullable=False),
        Column("rules", String(64)),
        Column("next_moment", DateTime(timezone=True)),
    )
    Index(f"ix_{name}_within", table.c.within)
    Index(f"ix_{name}_changed", table.c.changed)
    return table


def _items(metadata: MetaData, name: str) -> Table:
    """One row for each item. `reading` is its document as the catalog in force reads it.

    It is NULL for a document that is read as it stands, and empty for one that is asleep as a whole.
    """
    return Table(
        name,
        metadata,
        Column("domain", String(MAX_COLUMN), primary_key=True),
        Column("kind", String(16), primary_key=True),
        Column("key", String(MAX_COLUMN), primary_key=True),
        Column("document", Text, nullable=False),
        Column("reading", Text),
        Column("digest", String(64), nullable=False),
        Column("owner", String(16), nullable=False),
        Column("revision", _Number, nullable=False),
        Column("compiler", Integer, nullable=False),
    )


def _changes(metadata: MetaData, name: str) -> Table:
    """The history: one chain of entries for each domain. `salt` and `content` are NULL once forgotten."""
    return Table(
        name,
        metadata,
        Column("domain", String(MAX_COLUMN), primary_key=True),
        Column("number", _Number, primary_key=True),
        Column("revision", _Number, nullable=False),
        Column("at", DateTime(timezone=True), nullable=False),
        Column("salt", String(64)),
        Column("content", Text),
        Column("digest", String(64), nullable=False),
        Column("link", String(64), nullable=False),
    )
