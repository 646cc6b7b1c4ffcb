"""Asynchronous enforcers in tests: their adapter, and a way to call them as others are called."""

import asyncio
from collections.abc import Iterable
from inspect import iscoroutinefunction
from typing import Any

from casbin.persist.adapters.asyncio import AsyncAdapter

from plain.memory_adapter import MemoryAdapter, Row


class AsyncMemoryAdapter(AsyncAdapter):  # type: ignore[misc]  # casbin has no types
    """Does what a `MemoryAdapter` does, after others have had their turn."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.memory = MemoryAdapter(rows)

    def is_filtered(self) -> bool:
        return self.memory.is_filtered()

    async def called(self, name: str, *arguments: Any) -> Any:
        await asyncio.sleep(0)
        result = getattr(self.memory, name)(*arguments)
        await asyncio.sleep(0)
        return result

    async def load_policy(self, model: Any) -> None:
        await self.called("load_policy", model)

    async def load_filtered_policy(self, model: Any, filter: Any) -> None:
        await self.called("load_filtered_policy", model, filter)

    async def save_policy(self, model: Any) -> Any:
        return await self.called("save_policy", model)

    async def add_policy(self, section: str, name: str, rule: Any) -> Any:
        return await self.called("add_policy", section, name, rule)

    async def add_policies(self, section: str, name: str, rules: Any) -> Any:
        return await self.called("add_policies", section, name, rules)

    async def remove_policy(self, section: str, name: str, rule: Any) -> Any:
        return await self.called("remove_policy", section, name, rule)

    async def remove_policies(self, section: str, name: str, rules: Any) -> Any:
        return await self.called("remove_policies", section, name, rules)

    async def remove_filtered_policy(self, section: str, name: str, index: int, *values: str) -> Any:
        return await self.called("remove_filtered_policy", section, name, index, *values)

    async def update_policy(self, section: str, name: str, old: Any, new: Any) -> Any:
        return await self.called("update_policy", section, name, old, new)

    async def update_policies(self, section: str, name: str, old: Any, new: Any) -> Any:
        return await self.called("update_policies", section, name, old, new)


class Waiting:
    """An enforcer whose coroutines are waited for, and that shows the one inside it."""

    def __init__(self, enforcer: Any) -> None:
        self.enforcer = enforcer

    def __getattr__(self, name: str) -> Any:
        enforcer = self.enforcer
        if not hasattr(enforcer, name) and name in ("model", "rm_map"):
            enforcer = enforcer._e
        found = getattr(enforcer, name)
        if not iscoroutinefunction(found):
            return found
        return lambda *arguments: asyncio.run(found(*arguments))
