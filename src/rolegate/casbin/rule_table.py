"""A table of Casbin rules: read by columns, and written under a lock.

Nobody else writes between what a transaction reads of it and what it writes, whoever they are: on PostgreSQL
the table is locked against writers, and on SQLite the file is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from rolegate.casbin.adapter_errors import AdapterError
from rolegate.casbin.rule_values import MAX_VALUE, Rule

VALUES = ("v0", "v1", "v2", "v3", "v4", "v5")
_AT_ONCE = 50
"""Rules looked up by one statement."""
_IDS_AT_ONCE = 500

_TABLE_OF_A_STORE = "casbin_rule"
_BESIDE_IT = "rolegate_store"


class RuleTable:
    """The columns of a table of rules."""

    def __init__(self, table: Any, columns: dict[str, Any]) -> None:
        self.table = table
        self.number = columns["id"]
        self.columns = [columns[name] for name in ("ptype", *VALUES)]
        self.limits = [getattr(column.type, "length", None) for column in self.columns]
        # The same expressions as those of the index, so that databases use it.
        self.compared = [
            self.columns[0],
            *(sa.func.coalesce(c, sa.literal_column("''")) for c in self.columns[1:]),
        ]

    @classmethod
    def named(cls, name: str, schema: str | None) -> RuleTable:
        """The table that the adapter makes for itself: no rule is twice in it."""
        number = sa.BigInteger().with_variant(sa.Integer, "sqlite")
        table = sa.Table(
            name,
            sa.MetaData(schema=schema),
            sa.Column("id", number, primary_key=True, autoincrement=True),
            sa.Column("ptype", sa.String(MAX_VALUE), nullable=False),
            *(sa.Column(value, sa.String(MAX_VALUE)) for value in VALUES),
        )
        made = cls(table, {column.name: column for column in table.c})
        sa.Index(f"uq_{name}", *made.compared, unique=True)
        for value in ("v1", "v2"):  # where rules have their domain
            sa.Index(f"ix_{name}_{value}", table.c[value], table.c.ptype)
        return made

    @classmethod
    def of_class(cls, db_class: Any) -> RuleTable:
        """The table of an application's own class."""
        mapper = sa.inspect(db_class)
        return cls(mapper.local_table, {name: mapper.columns[name] for name in ("id", "ptype", *VALUES)})

    # -- the database -------------------------------------------------------------------------------------

    def create(self, connection: sa.Connection) -> None:
        """Make the table if there is none; one that is there stays as it is."""
        if not self._is_there(connection, self.table.name):
            self.table.create(connection, checkfirst=False)

    def create_beside_others(self, engine: sa.Engine) -> None:
        """The same, where another process may make it at this moment."""
        try:
            with engine.begin() as connection:
                self.create(connection)
        except DBAPIError:
            with engine.connect() as connection:
                if not self._is_there(connection, self.table.name):
                    raise

    def lock(self, connection: sa.Connection) -> None:
        """Let nobody else write to the table until the transaction ends.

        Raises:
            AdapterError: when the table is that of a store, or the engine begins no transactions.
        """
        if connection.dialect.name == "postgresql":
            self._refuse_stores(connection)
            preparer = connection.dialect.identifier_preparer
            parts = [part for part in (self._schema(connection), self.table.name) if part]
            name = ".".join(preparer.quote(part) for part in parts)
            connection.exec_driver_sql(f"LOCK TABLE {name} IN SHARE ROW EXCLUSIVE MODE")
            return
        # SQLite locks the file for a statement that may write, even if it then writes nothing. It has to come
        # first: who has read in a transaction before may be refused the lock.
        connection.execute(sa.delete(self.table).where(sa.false()))
        if not getattr(connection.connection.driver_connection, "in_transaction", False):
            raise AdapterError(
                "the engine is in autocommit mode, and an adapter has to write in transactions"
            )
        self._refuse_stores(connection)

    def _refuse_stores(self, connection: sa.Connection) -> None:
        name = str(self.table.name)
        if not name.endswith(_TABLE_OF_A_STORE):
            return
        if self._is_there(connection, name.removesuffix(_TABLE_OF_A_STORE) + _BESIDE_IT):
            raise AdapterError(
                f"`{name}` is part of a store of rolegate, which makes the rules from policy files and roles,"
                " so an adapter only reads it. Change the policy files and run `rolegate store apply`, or"
                " change the roles through the store"
            )

    def _is_there(self, connection: sa.Connection, name: str) -> bool:
        return sa.inspect(connection).has_table(name, schema=self._schema(connection))

    def _schema(self, connection: sa.Connection) -> str | None:
        """Where the table is, for statements that SQLAlchemy does not write."""
        others = connection.get_execution_options().get("schema_translate_map") or {}
        found: str | None = others.get(self.table.schema, self.table.schema)
        return found

    # -- reading ------------------------------------------------------------------------------------------

    def read(self, connection: sa.Connection, *where: Any) -> list[tuple[int, Rule]]:
        """The rules, with the numbers of their rows, in the order in which they were added.

        Raises:
            AdapterError: when a row is no rule.
        """
        query = sa.select(self.number, *self.columns).where(*where).order_by(self.number)
        return [(row[0], _rule_of(row)) for row in connection.execute(query)]

    def find(self, connection: sa.Connection, rules: Iterable[Rule]) -> Iterator[tuple[int, Rule]]:
        """The rows that have one of *rules*, whether unused columns are NULL or empty."""
        for some in _in_parts(list(rules), _AT_ONCE):
            yield from self.read(connection, sa.or_(*(self._is_rule(rule) for rule in some)))

    def _is_rule(self, rule: Rule) -> Any:
        wanted = (*rule, *[""] * (len(self.compared) - len(rule)))
        return sa.and_(*(column == value for column, value in zip(self.compared, wanted, strict=True)))

    def matching(
        self, connection: sa.Connection, ptype: str, asked: dict[int, str]
    ) -> list[tuple[int, Rule]]:
        """The rules of the section *ptype* that have in their columns what is *asked* for."""
        values = (self.columns[number + 1] == value for number, value in asked.items())
        return self.read(connection, self.columns[0] == ptype, *values)

    # -- writing ------------------------------------------------------------------------------------------

    def insert(self, connection: sa.Connection, rules: Collection[Rule]) -> None:
        """Add *rules*, in this order."""
        if rules:
            connection.execute(sa.insert(self.table), [self._row(rule) for rule in rules])

    def delete(self, connection: sa.Connection, numbers: Iterable[int]) -> None:
        """Remove the rows with these *numbers*."""
        for some in _in_parts(list(numbers), _IDS_AT_ONCE):
            connection.execute(sa.delete(self.table).where(self.number.in_(some)))

    def replace(self, connection: sa.Connection, rules: dict[int, Rule], crossing: bool) -> None:
        """Let the rows with these numbers have other *rules*; *crossing* if they are those of one another."""
        if not rules:
            return
        for some in _in_parts(list(rules) if crossing else [], _IDS_AT_ONCE):
            # For a moment each has a section of its own, so that no row is in the way of another one.
            aside = {self.columns[0]: sa.cast(self.number, sa.String)}
            connection.execute(sa.update(self.table).where(self.number.in_(some)).values(aside))
        row: Any = sa.bindparam("number_of_row")
        new = [{"number_of_row": number, **self._row(rule)} for number, rule in rules.items()]
        connection.execute(sa.update(self.table).where(self.number == row), new)

    def _row(self, rule: Rule) -> dict[str, str | None]:
        values = (*rule, *[None] * (len(self.columns) - len(rule)))
        return {column.key: value for column, value in zip(self.columns, values, strict=True)}


def _rule_of(row: Any) -> Rule:
    end = len(row)
    while row[end - 1] is None and end > 2:
        end -= 1
    rule = tuple(row[1:end])
    for value in rule:
        if not isinstance(value, str):
            raise AdapterError(
                f"row {row[0]} is not a rule, so nothing is loaded: where a column has a value, all before it"
                f" have texts, and here they are {tuple(row[1:])!r}"
            )
    return rule


def _in_parts(items: Sequence[Any], size: int) -> Iterator[Sequence[Any]]:
    return (items[start : start + size] for start in range(0, len(items), size))
