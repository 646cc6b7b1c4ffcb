"""A store in the tables of an older library comes into those of this one, in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Engine, inspect
from sqlalchemy.schema import CreateColumn

from rolegate.compiled.lines import VERSION
from rolegate.errors import InvalidPolicyError
from rolegate.store.apply_files import finish_change
from rolegate.store.databases import reading, writing
from rolegate.store.domain_rows import lock_every_domain
from rolegate.store.numbering import CommitNumber
from rolegate.store.set_rules import SetRules, undeclared
from rolegate.store.store_head import StoreHead, StoreWriter, read_head, refuse_newer
from rolegate.store.tables import LAYOUT, StoreTables
from rolegate.store.write_items import read_texts
from rolegate.store.write_rules import NO_CHANGES, RowChanges


@dataclass(frozen=True, slots=True)
class StoreUpgrade:
    """What an upgrade did; nothing, if it has not `changed` anything: the store was in these tables already.

    The layout was that of `before`. If `errors` is not 0, the documents cannot be compiled: their rules are
    as they were, and nobody answers by them until an apply has mended the documents.
    """

    before: int
    changed: bool = False
    rules: RowChanges = NO_CHANGES
    errors: int = 0
    _number: CommitNumber | None = None

    @property
    def revision(self) -> int | None:
        """The number that the store got where rules are others now."""
        return None if self._number is None else self._number.revision


class _Ready(NamedTuple):
    """What is written, worked out before anybody is kept out; it is that of one revision of the store."""

    revision: int
    rules: SetRules | None
    errors: int = 0

    @classmethod
    def read(cls, connection: Connection, tables: StoreTables, writer: StoreWriter, revision: int) -> _Ready:
        if not read_texts(connection, tables):
            return cls(revision, None)
        try:
            return cls(revision, SetRules.stored(connection, tables, writer))
        except InvalidPolicyError as invalid:
            return cls(revision, None, sum(one.severity == "error" for one in invalid.diagnostics))


def upgrade_store(engine: Engine, tables: StoreTables, writer: StoreWriter) -> StoreUpgrade:
    """Bring the tables of a store, its rules and their digests to those of this library.

    Raises:
        ConflictError: when somebody reads or writes the store for too long; nothing is changed then.
        StoreError: when there is no store, it is of a newer library, or the database refuses.
    """
    with reading(engine) as connection:
        head = read_head(connection, tables, writer.name)
        refuse_newer(head, writer.name)
        if _is_done(head):
            return StoreUpgrade(head.layout)
        ready = _Ready.read(connection, tables, writer, head.revision)
    with writing(engine) as connection:
        _keep_out(connection, tables)
        head = read_head(connection, tables, writer.name)
        refuse_newer(head, writer.name)
        if _is_done(head):
            return StoreUpgrade(head.layout)
        if head.revision != ready.revision:
            ready = _Ready.read(connection, tables, writer, head.revision)
        return _upgrade(connection, tables, head, ready)


def _is_done(head: StoreHead) -> bool:
    return not head.is_older and head.compiler == VERSION


def _upgrade(connection: Connection, tables: StoreTables, head: StoreHead, ready: _Ready) -> StoreUpgrade:
    add_columns(connection, tables)
    lock_every_domain(connection, tables, () if ready.rules is None else undeclared(ready.rules.resolved))
    rules, compiler = NO_CHANGES, head.compiler if ready.errors else VERSION
    values: dict[str, Any] = {"layout": LAYOUT, "compiler": compiler}
    if ready.rules is not None:
        rules = ready.rules.write(connection, tables)
        values["next_moment"] = ready.rules.holds_until
    number = finish_change(connection, tables, head, rules.domains, values)
    return StoreUpgrade(head.layout, True, rules, ready.errors, number)


def _keep_out(connection: Connection, tables: StoreTables) -> None:
    """Wait until nobody is in the store, and let nobody in until the transaction ends.

    INVARIANT: whoever writes has read the row of the store in that transaction. An older library that has,
    and only waits for a domain, would not look again at whose tables these are.
    """
    if connection.dialect.name == "postgresql":
        table = connection.dialect.identifier_preparer.format_table(tables.stores)
        connection.exec_driver_sql(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")


def add_columns(connection: Connection, tables: StoreTables) -> None:
    """Add the columns that tables of an older layout do not have; all of these may be NULL."""
    there, dialect = inspect(connection), connection.dialect
    for table in tables.metadata.sorted_tables:
        found = {column["name"] for column in there.get_columns(table.name, schema=tables.schema)}
        for column in table.columns:
            if column.name not in found:
                new = CreateColumn(column).compile(dialect=dialect)
                place = dialect.identifier_preparer.format_table(table)
                connection.exec_driver_sql(f"ALTER TABLE {place} ADD COLUMN {new}")
