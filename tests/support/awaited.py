"""Asynchronous enforcers and adapters, called like the others: each call waits for its answer."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import casbin
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapter_tables import model_of
from rolegate.casbin import AsyncAdapter


class Awaited:
    """*asynchronous*, whose coroutines run to their end in *runner* when they are called."""

    def __init__(self, asynchronous: Any, runner: asyncio.Runner) -> None:
        self.asynchronous = asynchronous
        self.runner = runner

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.asynchronous, name)
        if not callable(found):
            return found

        def call(*args: Any, **options: Any) -> Any:
            made = found(*args, **options)
            return self.runner.run(_ended(made)) if inspect.isawaitable(made) else made

        return call


async def _ended(made: Any) -> Any:
    return await made


@contextmanager
def awaited_enforcers(url: str, **options: Any) -> Iterator[Any]:
    """What makes asynchronous enforcers on the database at *url*, and adapters beside them."""
    with asyncio.Runner() as runner:
        engine: AsyncEngine = create_async_engine(url, **options)

        def adapter(**chosen: Any) -> Awaited:
            made = Awaited(AsyncAdapter(engine, **chosen), runner)
            made.create_table()
            return made

        def enforcer(used: Awaited, text: str) -> Awaited:
            made = Awaited(casbin.AsyncEnforcer(model_of(text), used.asynchronous), runner)
            if not used.is_filtered():
                made.load_policy()
            return made

        try:
            yield adapter, enforcer
        finally:
            runner.run(engine.dispose())
