"""`AsyncAdapter` is `Adapter` for `casbin.AsyncEnforcer`, on an asynchronous engine.

from rolegate.casbin import AsyncAdapter

adapter = AsyncAdapter("postgresql+psycopg://…")
await adapter.create_table()
enforcer = casbin.AsyncEnforcer("model.conf", adapter)
await enforcer.load_policy()
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from casbin.persist.adapters.asyncio import AsyncAdapter as StockAsyncAdapter
from casbin.persist.adapters.asyncio import AsyncBatchAdapter, AsyncUpdateAdapter
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from rolegate.casbin.adapter import check_database, written
from rolegate.casbin.adapter_errors import AdapterError
from rolegate.casbin.load_and_save import LoadAndSave
from rolegate.casbin.loaded_rules import LoadedModels
from rolegate.casbin.rule_table import RuleTable
from rolegate.casbin.rule_writes import RefusedUpdate, RuleWrites, Step

T = TypeVar("T")


class AsyncAdapter(StockAsyncAdapter, AsyncBatchAdapter, AsyncUpdateAdapter):  # type: ignore[misc]  # no types
    """Reads and writes the rules of asynchronous Casbin enforcers, as `Adapter` does.

    Nothing is awaited when it is made, so `create_table` is a call of its own.
    """

    def __init__(
        self,
        engine: AsyncEngine | str,
        db_class: Any = None,
        table_name: str = "casbin_rule",
        filtered: bool = False,
        *,
        schema: str | None = None,
    ) -> None:
        self._engine = create_async_engine(engine) if isinstance(engine, str) else engine
        if not isinstance(self._engine, AsyncEngine):
            raise AdapterError(
                "`AsyncAdapter` needs an engine of `create_async_engine`; `Adapter` takes others"
            )
        check_database(self._engine.dialect.name)
        table = RuleTable.of_class(db_class) if db_class is not None else RuleTable.named(table_name, schema)
        models = LoadedModels()
        self._table, self._writes = table, RuleWrites(table, models)
        self._policies = LoadAndSave(table, models)
        self._filtered = filtered

    async def create_table(self) -> None:
        """Make the table if there is none."""
        async with self._engine.begin() as connection:
            await connection.run_sync(self._table.create)

    def is_filtered(self) -> bool:
        """Whether a part of the rules was loaded. Not to be awaited: enforcers ask for it in passing."""
        return self._filtered

    # -- all rules ----------------------------------------------------------------------------------------

    async def load_policy(self, model: Any) -> None:
        """Add all rules to *model*, in the order in which they were stored."""
        await self._read(self._policies.load(model))
        self._filtered = False

    async def load_filtered_policy(self, model: Any, filter: Any) -> None:
        """Add the rules that *filter* selects: an object with lists of values as `ptype`, `v0` to `v5`."""
        self._filtered = True  # Whatever comes of it: the enforcer has already forgotten what it had.
        await self._read(self._policies.load_filtered(model, filter))

    async def save_policy(self, model: Any) -> bool:
        """Let the table have the rules of *model*, if nobody else has changed it since they were loaded."""
        await self._write(lambda: self._policies.save(model))
        return True

    # -- some rules ---------------------------------------------------------------------------------------

    async def add_policy(self, sec: Any, ptype: Any, rule: Any) -> None:
        """Add a rule, unless it is there."""
        await self.add_policies(sec, ptype, [rule])

    async def add_policies(self, sec: Any, ptype: Any, rules: Any) -> None:
        """Add those of *rules* that are not there."""
        await self._write(lambda: self._writes.add(sec, ptype, rules))

    async def remove_policy(self, sec: Any, ptype: Any, rule: Any) -> bool:
        """Remove exactly this rule; True whoever has removed it before, or Casbin keeps its role."""
        return await self.remove_policies(sec, ptype, [rule])

    async def remove_policies(self, sec: Any, ptype: Any, rules: Any) -> bool:
        """Remove exactly *rules*; True whoever has removed them before, or Casbin keeps the roles."""
        put_back = partial(self._writes.put_back_removed, ptype, rules)
        await self._write(lambda: self._writes.remove(sec, ptype, rules), put_back)
        return True

    async def remove_filtered_policy(
        self, sec: Any, ptype: Any, field_index: Any, *field_values: Any
    ) -> bool:
        """Remove the rules that have these values from this column on; an empty one matches any value."""
        put_back = partial(self._writes.put_back_filtered, ptype, field_index, field_values)
        await self._write(
            lambda: self._writes.remove_filtered(sec, ptype, field_index, field_values), put_back
        )
        return True

    async def update_policy(self, sec: Any, ptype: Any, old_rule: Any, new_rule: Any) -> bool:
        """Let *new_rule* take the place of *old_rule*."""
        return await self.update_policies(sec, ptype, [old_rule], [new_rule])

    async def update_policies(self, sec: Any, ptype: Any, old_rules: Any, new_rules: Any) -> bool:
        """Let each of *new_rules* take the place of one of *old_rules*."""
        put_back = partial(self._writes.put_back_updated, ptype, old_rules, new_rules)
        await self._write(lambda: self._writes.update(sec, ptype, old_rules, new_rules), put_back)
        return True

    async def update_filtered_policies(
        self, sec: Any, ptype: Any, new_rules: Any, field_index: Any, *field_values: Any
    ) -> list[list[str]]:
        """Let *new_rules* take the place of those that match, and give these."""
        try:
            return await self._write(
                lambda: self._writes.update_filtered(sec, ptype, new_rules, field_index, field_values)
            )
        except BaseException as error:
            return RefusedUpdate(error)

    async def _read(self, step: Step[T]) -> T:
        async with self._engine.connect() as connection:
            done = await connection.run_sync(step)
        return done()

    async def _write(self, made: Callable[[], Step[T]], put_back: Callable[[], None] | None = None) -> T:
        try:
            step = made()
            async with self._engine.connect() as connection:
                done = await connection.run_sync(written, self._table, step)
        except BaseException:
            if put_back:
                put_back()
            raise
        return done()
