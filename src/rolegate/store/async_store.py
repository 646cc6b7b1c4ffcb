"""A store from asyncio: what `Store` and its snapshots do, awaited, and no second way of doing it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any, Self

from sqlalchemy import URL
from sqlalchemy.ext.asyncio import AsyncEngine

from rolegate.administration.managing import Managing
from rolegate.documents.limits import Limits
from rolegate.errors import StoreError
from rolegate.store.async_admin import AsyncStoreAdmin
from rolegate.store.async_databases import AsyncBind, async_engine_of, sync_bind_of, undone_when_cancelled
from rolegate.store.awaited import awaited, finished
from rolegate.store.database_errors import REFUSED
from rolegate.store.databases import engine_of
from rolegate.store.store import Store
from rolegate.store.store_head import StoreHead
from rolegate.store.store_snapshot import StoreSnapshot
from rolegate.store.store_url import place_of
from rolegate.store.tables import StoreTables


@dataclass(frozen=True, slots=True)
class AsyncStoreSnapshot:
    """What a store holds at one moment, from asyncio; see `StoreSnapshot`."""

    sync: StoreSnapshot

    @property
    def name(self) -> str:
        return self.sync.name

    @property
    def head(self) -> StoreHead:
        return self.sync.head

    @property
    def limits(self) -> Limits:
        return self.sync.limits

    @property
    def revision(self) -> int:
        """The number of the last change."""
        return self.sync.revision

    @property
    def declares_domains(self) -> Coroutine[Any, Any, bool]:
        """Whether there are domains, or a file says that there are none: to be awaited."""
        return finished(lambda: self.sync.declares_domains)

    @property
    def honours_rows(self) -> bool:
        """Whether this library can answer from the rules."""
        return self.sync.honours_rows

    items = awaited(StoreSnapshot.items)
    rules = awaited(StoreSnapshot.rules)
    domain_rows = awaited(StoreSnapshot.domain_rows)
    texts = awaited(StoreSnapshot.texts)
    heads = awaited(StoreSnapshot.heads)
    changed_after = awaited(StoreSnapshot.changed_after)
    around = awaited(StoreSnapshot.around)
    inside = awaited(StoreSnapshot.inside)
    items_about = awaited(StoreSnapshot.items_about)
    stored_set = awaited(StoreSnapshot.stored_set)
    files = awaited(StoreSnapshot.files)
    policy = awaited(StoreSnapshot.policy)


@dataclass(frozen=True, slots=True, eq=False)
class AsyncStore:
    """A policy set in a database, from asyncio; each method is that of `Store`, awaited.

    `sync` is the same store for code in a `run_sync` of SQLAlchemy: elsewhere it cannot wait.

    >>> store = AsyncStore.open("postgresql://…/app")      # doctest: +SKIP
    >>> await store.apply("policies/shop")                 # doctest: +SKIP
    >>> async with store.reading() as snapshot:            # doctest: +SKIP
    ...     items = await snapshot.items(domains=["acme"])
    """

    engine: AsyncEngine
    sync: Store

    @classmethod
    def open(
        cls,
        place: str | URL | AsyncEngine,
        *,
        schema: str | None = None,
        prefix: str = "",
        name: str = "store:",
        limits: Limits | None = None,
        notices: str | None = None,
    ) -> Self:
        """The store at *place*: a URL of SQLite or PostgreSQL, or an engine. Nothing is read yet.

        With *notices*, the URL of a server of Redis, that one tells of changes.

        Raises:
            StoreError: for what is no URL, or one whose driver is not installed.
        """
        limits = limits or Limits.large()
        if isinstance(place, AsyncEngine):
            sync_bind_of(place)
            undone_when_cancelled(place)
            return cls(place, Store(place.sync_engine, schema, prefix, name, limits, notices or True))
        found = place_of(place)
        engine = async_engine_of(found.url)
        names = (schema or found.schema, prefix or found.prefix)
        return cls(engine, Store(engine.sync_engine, *names, name, limits, notices or found.notices))

    @property
    def schema(self) -> str | None:
        return self.sync.schema

    @property
    def prefix(self) -> str:
        return self.sync.prefix

    @property
    def name(self) -> str:
        return self.sync.name

    @property
    def limits(self) -> Limits:
        return self.sync.limits

    @property
    def notices(self) -> bool | str:
        return self.sync.notices

    @property
    def tables(self) -> StoreTables:
        return self.sync.tables

    create = awaited(Store.create)
    upgrade = awaited(Store.upgrade)
    policy = awaited(Store.policy)
    apply = awaited(Store.apply)
    plan = awaited(Store.plan)
    apply_plan = awaited(Store.apply_plan)
    load = awaited(Store.load)
    refresh = awaited(Store.refresh)
    status = awaited(Store.status)

    def for_threads(self) -> Store:
        """The same store over connections of its own, for code in threads, as that of a gate that follows it.

        Raises:
            StoreError: for a database in memory, which is one connection and not for threads.
        """
        url, given = self.engine.url, self.sync
        if url.get_backend_name() == "sqlite":
            if url.database in (None, "", ":memory:"):
                raise StoreError("a store in memory is of one connection, and no gate can follow it", REFUSED)
            url = url.set(drivername="sqlite")
        return Store(engine_of(url), given.schema, given.prefix, given.name, given.limits, given.notices)

    @asynccontextmanager
    async def reading(self, *, bind: AsyncBind | None = None) -> AsyncIterator[AsyncStoreSnapshot]:
        """What the store holds at this moment: one state, whatever others write meanwhile.

        With *bind*, what a session or a connection of the application sees, its own changes included.

        Raises:
            StoreError: when there is no store, or the database refuses.
        """
        block = self.sync.reading(bind=None if bind is None else sync_bind_of(bind))
        entered: list[StoreSnapshot] = []  # also when whoever waits for it was cancelled at that moment
        try:
            await finished(lambda: entered.append(block.__enter__()))
            yield AsyncStoreSnapshot(entered[0])
        except BaseException as error:
            if entered:
                leave = partial(block.__exit__, type(error), error, error.__traceback__)
                await finished(leave, cancels=False)
            raise
        await finished(partial(block.__exit__, None, None, None), cancels=False)

    def admin(
        self,
        actor: str | None = None,
        *,
        system: str | None = None,
        domain: str | None = None,
        bind: AsyncBind | None = None,
        managing: Managing | None = None,
    ) -> AsyncStoreAdmin:
        """The administration of *domain* by the user *actor*, or by a part of the application, *system*.

        A change commits with *bind*, a session or a connection of the application, or at once; see
        `Store.admin`.
        """
        given = self.sync.admin(actor, system=system, domain=domain, managing=managing)
        return AsyncStoreAdmin(self, given.actor, domain, bind, given.managing)
