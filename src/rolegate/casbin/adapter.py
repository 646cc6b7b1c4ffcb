"""`Adapter` replaces `sqlalchemy_adapter.Adapter`: the same calls, and the same rules afterwards everywhere.

from rolegate.casbin import Adapter

enforcer = casbin.Enforcer("model.conf", Adapter("sqlite:///rules.db"))
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy_adapter import Adapter as StockAdapter

from rolegate.casbin.adapter_errors import AdapterError
from rolegate.casbin.load_and_save import LoadAndSave
from rolegate.casbin.loaded_rules import LoadedModels
from rolegate.casbin.rule_table import RuleTable
from rolegate.casbin.rule_writes import RefusedUpdate, RuleWrites, Step

T = TypeVar("T")

DATABASES = ("sqlite", "postgresql")


class Adapter(StockAdapter):  # type: ignore[misc]  # it has no types
    """Reads and writes the rules of Casbin enforcers in a table of SQLite or PostgreSQL.

    A call changes all that it names or nothing, and exactly that. What cannot be stored as it is gets refused
    with an `AdapterError`, and what others have changed in the meantime with a `RulesChangedError`. Where a
    write fails that Casbin has already made in memory, the memory gets back what the table has. The table of
    a rolegate store is only read.

    `db_class`, `table_name`, `filtered` and `create_table` are as in `sqlalchemy_adapter`; `schema` says
    where the table is.
    """

    def __init__(
        self,
        engine: Any,
        db_class: Any = None,
        table_name: str = "casbin_rule",
        filtered: bool = False,
        create_table: bool = True,
        *,
        schema: str | None = None,
    ) -> None:
        super().__init__(engine, db_class, table_name, filtered, create_table=False)
        check_database(self._engine.dialect.name)
        table = RuleTable.of_class(db_class) if db_class is not None else RuleTable.named(table_name, schema)
        models = LoadedModels()
        self._table, self._writes = table, RuleWrites(table, models)
        self._policies = LoadAndSave(table, models)
        if create_table:
            table.create_beside_others(self._engine)

    # -- all rules ----------------------------------------------------------------------------------------

    def load_policy(self, model: Any) -> None:
        """Add all rules to *model*, in the order in which they were stored."""
        self._read(self._policies.load(model))
        self._filtered = False

    def load_filtered_policy(self, model: Any, filter: Any) -> None:
        """Add the rules that *filter* selects: an object with lists of values as `ptype`, `v0` to `v5`."""
        self._filtered = True  # Whatever comes of it: the enforcer has already forgotten what it had.
        self._read(self._policies.load_filtered(model, filter))

    def save_policy(self, model: Any) -> bool:
        """Let the table have the rules of *model*, if nobody else has changed it since they were loaded."""
        self._write(lambda: self._policies.save(model))
        return True

    # -- some rules ---------------------------------------------------------------------------------------

    def add_policy(self, sec: Any, ptype: Any, rule: Any) -> None:
        """Add a rule, unless it is there."""
        self.add_policies(sec, ptype, [rule])

    def add_policies(self, sec: Any, ptype: Any, rules: Any) -> None:
        """Add those of *rules* that are not there."""
        self._write(lambda: self._writes.add(sec, ptype, rules))

    add_policies_ex = add_policies

    def remove_policy(self, sec: Any, ptype: Any, rule: Any) -> bool:
        """Remove exactly this rule; True whoever has removed it before, or Casbin keeps its role."""
        return self.remove_policies(sec, ptype, [rule])

    def remove_policies(self, sec: Any, ptype: Any, rules: Any) -> bool:
        """Remove exactly *rules*; True whoever has removed them before, or Casbin keeps the roles."""
        put_back = partial(self._writes.put_back_removed, ptype, rules)
        self._write(lambda: self._writes.remove(sec, ptype, rules), put_back)
        return True

    def remove_filtered_policy(self, sec: Any, ptype: Any, field_index: Any, *field_values: Any) -> bool:
        """Remove the rules that have these values from this column on; an empty one matches any value."""
        put_back = partial(self._writes.put_back_filtered, ptype, field_index, field_values)
        self._write(lambda: self._writes.remove_filtered(sec, ptype, field_index, field_values), put_back)
        return True

    def update_policy(self, sec: Any, ptype: Any, old_rule: Any, new_rule: Any) -> bool:
        """Let *new_rule* take the place of *old_rule*."""
        return self.update_policies(sec, ptype, [old_rule], [new_rule])

    def update_policies(self, sec: Any, ptype: Any, old_rules: Any, new_rules: Any) -> bool:
        """Let each of *new_rules* take the place of one of *old_rules*."""
        put_back = partial(self._writes.put_back_updated, ptype, old_rules, new_rules)
        self._write(lambda: self._writes.update(sec, ptype, old_rules, new_rules), put_back)
        return True

    def update_filtered_policies(
        self, sec: Any, ptype: Any, new_rules: Any, field_index: Any, *field_values: Any
    ) -> list[list[str]]:
        """Let *new_rules* take the place of those that match, and give these."""
        try:
            return self._write(
                lambda: self._writes.update_filtered(sec, ptype, new_rules, field_index, field_values)
            )
        except BaseException as error:
            return RefusedUpdate(error)

    # -- what stock adapters do inside --------------------------------------------------------------------

    def _save_policy_line(self, *_: Any, **__: Any) -> None:
        raise AdapterError("rules are added with `add_policy` and `add_policies`")

    def _update_filtered_policies(self, *_: Any, **__: Any) -> None:
        raise AdapterError("rules are updated with `update_filtered_policies`")

    def _read(self, step: Step[T]) -> T:
        with self._engine.connect() as connection:
            done = step(connection)
        return done()

    def _write(self, made: Callable[[], Step[T]], put_back: Callable[[], None] | None = None) -> T:
        try:
            step = made()
            with self._engine.connect() as connection:
                done = written(connection, self._table, step)
        except BaseException:
            if put_back:
                put_back()
            raise
        return done()


def check_database(name: str) -> None:
    """Refuse databases that compare texts in another way, or cannot be locked as these.

    Raises:
        AdapterError: when *name* is not that of SQLite or PostgreSQL.
    """
    if name not in DATABASES:
        raise AdapterError(
            f"this adapter is for SQLite and PostgreSQL, not for {name}: other databases may take texts for"
            " equal that are not, and remove a rule that nobody named"
        )


def written(connection: sa.Connection, table: RuleTable, step: Step[T]) -> Callable[[], T]:
    """Do *step* while nobody else writes to *table*, and commit it."""
    if connection.dialect.name == "postgresql":
        # Whatever the engine is set to: it reads what is there once the table is locked, and commits.
        connection.execution_options(isolation_level="READ COMMITTED")
    with connection.begin():
        table.lock(connection)
        return step(connection)
