"""The asynchronous adapter does what the other one does, and what can only happen to it."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import casbin
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from adapter_tables import EDIT, READ, VOID, DisconnectedError, disconnected, model_of, put, stored, take
from rolegate.casbin import Adapter, AdapterError, AsyncAdapter, RulesChangedError
from rolegate.store.tables import StoreTables

NAME = "async_rules"
# A driver of SQLite without which an asynchronous engine has none; in CI it is there.
ON_SQLITE = ["sqlite+aiosqlite"] if find_spec("aiosqlite") or os.environ.get("CI") else []


@pytest.fixture(params=[*ON_SQLITE, "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Of a database on which the table is removed in the end."""
    kind = request.param
    found = f"{kind}:///{tmp_path}/rules.db" if "sqlite" in kind else request.getfixturevalue("postgres_url")
    yield found
    engine = beside(found)
    with engine.begin() as connection:
        connection.execute(sa.text(f"drop table if exists {NAME}"))
    engine.dispose()


def beside(url: str) -> sa.Engine:
    """A synchronous engine on the same database."""
    return sa.create_engine(url.replace("+aiosqlite", ""))


async def opened(engine: AsyncEngine, **options: Any) -> Any:
    """An asynchronous enforcer with a policy of its own table."""
    adapter = AsyncAdapter(engine, **{"table_name": NAME, **options})
    await adapter.create_table()
    made = casbin.AsyncEnforcer(model_of(), adapter)
    await made.load_policy()
    return made


def test_both_adapters_have_the_same_calls() -> None:
    """With the same arguments and explanations; the asynchronous one is made without a database at hand."""

    def calls(kind: type) -> dict[str, tuple[str, str | None]]:
        return {
            name: (str(inspect.signature(found)), found.__doc__)
            for name, found in vars(kind).items()
            if callable(found) and not name.startswith("_")
        }

    ours, asynchronous = calls(Adapter), calls(AsyncAdapter)
    assert asynchronous.keys() - ours.keys() == {"create_table", "is_filtered"}
    assert ours.keys() - asynchronous.keys() == {"add_policies_ex"}, "no asynchronous enforcer asks for it"
    both = ours.keys() & asynchronous.keys()
    assert {name: ours[name] for name in both} == {name: asynchronous[name] for name in both}


def test_it_takes_asynchronous_engines() -> None:
    """Of the two databases."""
    with pytest.raises(AdapterError, match="needs an engine of `create_async_engine`"):
        AsyncAdapter(sa.create_engine("sqlite://"))  # type: ignore[arg-type]


def test_what_fails_is_put_back_and_said(url: str) -> None:
    """Also by the call whose exceptions Casbin swallows."""

    async def run() -> None:
        engine = create_async_engine(url)
        made = await opened(engine)
        await made.add_policies([READ, EDIT])
        calls: tuple[Any, ...] = (
            lambda: made.add_policy(*VOID),
            lambda: made.remove_policy(*READ),
            lambda: made.remove_policies([READ, EDIT]),
            lambda: made.remove_filtered_policy(0, "ana"),
            lambda: made.update_policy(READ, VOID),
            lambda: made.update_filtered_policies([VOID], 0, "ana"),
        )
        for failing in calls:
            with disconnected(engine.sync_engine), pytest.raises(DisconnectedError):
                await failing()
            assert made.get_policy() == [READ, EDIT]
        with pytest.raises(AdapterError, match="every value is empty"):
            await made.update_filtered_policies([VOID], 0, "")
        await engine.dispose()

    asyncio.run(run())
    assert stored(beside(url), NAME) == [("p", *EDIT), ("p", *READ)]


def test_a_stale_or_partial_policy_is_not_saved(url: str) -> None:
    """As in the other adapter. `is_filtered` is not a coroutine, which Casbin would take for true."""

    async def run() -> None:
        engine = create_async_engine(url)
        made = await opened(engine)
        await made.add_policies([READ, EDIT])
        await made.save_policy()
        take(beside(url), ("p", *READ), NAME)
        with pytest.raises(RulesChangedError):
            await made.save_policy()
        await made.load_filtered_policy(type("Wanted", (), {"v3": ["read"]})())
        with pytest.raises(RuntimeError, match="cannot save a filtered policy"):
            await made.save_policy()
        with pytest.raises(AdapterError, match="only a part"):
            await made.get_adapter().save_policy(made.get_model())
        await made.load_policy()
        await made.save_policy()
        await engine.dispose()

    asyncio.run(run())
    assert stored(beside(url), NAME) == [("p", *EDIT)]


def test_many_write_at_once(url: str) -> None:
    """Tasks with an enforcer each add the same rules; one that is given up in between has changed nothing."""
    batch = [["ana", "t", "ticket", str(number), "allow"] for number in range(10)]

    async def run() -> None:
        engine = create_async_engine(url)
        made = [await opened(engine) for _ in range(3)]
        await asyncio.gather(*(enforcer.add_policies(batch) for enforcer in made))
        given_up = asyncio.ensure_future(made[0].remove_policies(batch))
        await asyncio.sleep(0)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        assert made[0].get_policy() == batch
        await engine.dispose()

    asyncio.run(run())
    assert stored(beside(url), NAME) == sorted(("p", *rule) for rule in batch)


def test_the_table_of_a_store_is_read(postgres_url: str) -> None:
    """And not written."""
    engine = sa.create_engine(postgres_url)
    tables = StoreTables(prefix="async_")
    tables.metadata.create_all(engine)
    put(engine, [("p", *READ)], "async_casbin_rule")

    async def run() -> None:
        asynchronous = create_async_engine(postgres_url)
        made = await opened(asynchronous, table_name="async_casbin_rule")
        assert made.get_policy() == [READ]
        with pytest.raises(AdapterError, match="part of a store"):
            await made.remove_policy(*READ)
        assert made.get_policy() == [READ]
        await asynchronous.dispose()

    try:
        asyncio.run(run())
    finally:
        tables.metadata.drop_all(engine)
        engine.dispose()
