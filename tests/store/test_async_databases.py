"""From asyncio a store is read and written as elsewhere, on SQLite and on PostgreSQL."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_scoped_session, async_sessionmaker
from sqlalchemy.orm import Session

from rolegate import Gate, load
from rolegate.errors import ConflictError, PolicyNotFoundError, StoreError
from rolegate.store.async_databases import async_engine_of, read_async, write_async
from rolegate.store.async_store import AsyncStore
from rolegate.store.databases import engine_of, reading
from rolegate.store.numbering import CommitNumber
from rolegate.store.store import Store
from store_places import TriedPlace, changed


def run(place: TriedPlace, work: Callable[[AsyncEngine], Awaitable[None]]) -> None:
    """Run *work* with an engine of its own."""

    async def main() -> None:
        engine = async_engine_of(place.url)
        try:
            await work(engine)
        finally:
            await engine.dispose()

    asyncio.run(main())


def test_changes_are_numbered(place: TriedPlace) -> None:
    """With an engine at once; with a connection or a session when the application commits."""

    def change(connection: sa.Connection) -> CommitNumber:
        return changed(connection, place.tables, "acme")

    async def work(engine: AsyncEngine) -> None:
        assert (await write_async(engine, change)).revision == 1
        async with engine.connect() as connection:
            number = await write_async(connection, change)
            assert number.revision is None
            await connection.commit()
            assert number.revision == 2
        scoped = async_scoped_session(async_sessionmaker(engine), asyncio.current_task)
        async with AsyncSession(engine) as session:
            for bind in (session, scoped):
                await write_async(bind, change)
                await bind.rollback()
                number = await write_async(bind, change)
                await bind.commit()
        await scoped.remove()
        assert number.revision == 4

    run(place, work)
    assert place.numbers() == (4, {"acme": (4, 4)})


def test_a_reader_sees_one_state(place: TriedPlace) -> None:
    """What is committed meanwhile is seen the next time."""
    number = sa.select(place.tables.stores.c.revision)

    def read(connection: sa.Connection) -> list[int | None]:
        first = connection.scalar(number)
        place.change("acme")
        return [first, connection.scalar(number)]

    async def work(engine: AsyncEngine) -> None:
        assert [0, 0] == await read_async(engine, read)
        assert [1, 1] == await read_async(engine, read)
        async with AsyncSession(engine) as session:
            assert 2 == await read_async(session, lambda connection: connection.scalar(number))

    run(place, work)


def test_what_fails_leaves_nothing(place: TriedPlace) -> None:
    """Errors are those of every other way, and nothing of the change is stored."""

    def fail(connection: sa.Connection) -> None:
        changed(connection, place.tables, "acme")
        row = place.tables.files.insert().values(name="catalog", text="", digest="")
        connection.execute(row)
        connection.execute(row)

    async def work(engine: AsyncEngine) -> None:
        with pytest.raises(ConflictError):
            await write_async(engine, fail)
        async with AsyncSession(engine) as session:
            with pytest.raises(ConflictError):
                await write_async(session, fail)
            await session.commit()
        with pytest.raises(StoreError, match="has no tables"):
            await read_async(engine, lambda connection: connection.execute(sa.text("select * from nowhere")))

    run(place, work)
    assert place.numbers() == (0, {})


def test_who_gives_an_engine_of_asyncio_elsewhere_is_told(place: TriedPlace) -> None:
    """The message names the functions that take it."""
    engine: Any = async_engine_of(place.url)
    with pytest.raises(TypeError, match="`write_async`"), reading(engine):
        pass


def test_what_is_no_url_is_told_what_to_write() -> None:
    """The engine of the other kind of store, what commands call a store, and the session of a request."""
    engine, awaited = engine_of("sqlite://"), async_engine_of("sqlite://")
    opens: list[tuple[Any, object, str]] = [
        (Store.open, awaited, r"this is an AsyncEngine: write `AsyncStore\.open\(engine\)"),
        (AsyncStore.open, engine, r"this is an Engine, .*write `Store\.open\(engine\)"),
        (Store.open, Session(engine), "give calls this as `bind`"),
        (Store.open, None, r"not `NoneType`: write `Store\.open"),
        (Gate.from_store, engine, r"write `Gate\.from_store\(Store\.open\(ENGINE\)\)`"),
    ]
    for call, given, said in opens:
        with pytest.raises(TypeError, match=said):
            call(given)
    named_eu = r"os\.environ\['ROLEGATE_STORE_EU'\].*load_source\('store:eu'\)"
    named: list[tuple[Any, str, str]] = [
        *((call, "store:eu", named_eu) for call, *_ in opens),
        *(
            (call, "store:", r"load_source\('store:'\).*`Gate\.from_store`")
            for call in (load, Gate.from_path)
        ),
        (load, "store", "did you mean `store:`"),
    ]
    for call, text, said in named:
        with pytest.raises((StoreError, PolicyNotFoundError), match=said):
            call(text)
