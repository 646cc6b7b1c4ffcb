"""A store is administered from asyncio: the calls are those of the synchronous one, awaited."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.util import await_

from drawing import some_of
from rolegate import Gate
from rolegate.administration.line_changes import Assign
from rolegate.administration.tenant_documents import TenantDocuments
from rolegate.errors import ChangeError, ConflictError, RefusedChangeError, StoreError
from rolegate.store.admin import StoreAdmin
from rolegate.store.admin_history import AdminEntry
from rolegate.store.async_admin import AsyncEditedRole, AsyncStoreAdmin
from rolegate.store.async_store import AsyncStore, AsyncStoreSnapshot
from rolegate.store.awaited import finished, undisturbed
from rolegate.store.edited_role import EditedRole
from rolegate.store.history import verify_history
from rolegate.store.store import Store
from rolegate.store.store_snapshot import StoreSnapshot
from rolegate.store.write_rules import MANY

FILES = {
    "catalog.yaml": """\
catalog: desk
custom_roles: {manage: access.manage}
permissions: {access: {permissions: {manage: Manage}}, refund: Refund, ship: Ship}
""",
    "roles/owner.yaml": 'role: owner\ngrants: ["*"]\n',
    "domains.yaml": "domains: {house: {}}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, said in FILES.items():
        path = tmp_path / "set" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
    return tmp_path / "set"


@pytest.fixture
def desk(store: Store, folder: Path) -> Store:
    """A store with a set in it, and a tenant `acme` of which `olga` is the owner."""
    store.apply(folder)
    store.admin(system="sign-up", domain="acme").create_domain("olga", role="owner")
    return store


def run(store: Store, work: Callable[[AsyncStore], Awaitable[None]]) -> None:
    """Run *work* with the store, asynchronous; each connection is given back."""

    async def main() -> None:
        opened = AsyncStore.open(store.engine.url, schema=store.schema)
        try:
            await work(opened)
            assert opened.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a queue
        finally:
            await opened.engine.dispose()

    asyncio.run(main())


def public(kind: type) -> set[str]:
    return {name for name in dir(kind) if not name.startswith("_")}


@pytest.mark.parametrize(
    ("kind", "made", "at_once"),
    [
        (Store, AsyncStore, {"open", "admin", "reading", "for_threads"}),
        (StoreSnapshot, AsyncStoreSnapshot, set[str]()),
        (StoreAdmin, AsyncStoreAdmin, {"edited"}),
        (EditedRole, AsyncEditedRole, {"tick", "untick"}),
    ],
)
def test_no_method_is_forgotten(kind: type, made: type, at_once: set[str]) -> None:
    """Both have the same names; methods take the same arguments, and are awaited unless they read nothing."""
    assert public(made) - {"sync"} == public(kind) - {"known"}
    methods = {name for name in public(kind) if inspect.isroutine(getattr(kind, name))}
    for name in methods:
        ours, theirs = (inspect.signature(getattr(one, name)).parameters for one in (made, kind))
        assert [(one.name, one.kind, one.default) for one in ours.values()] == [
            (one.name, one.kind, one.default) for one in theirs.values()
        ]
    assert methods - {name for name in methods if inspect.iscoroutinefunction(getattr(made, name))} == at_once


def test_a_tenant_is_administered(store: Store, folder: Path) -> None:
    """From the first table to an undo; what is read is what the synchronous store reads."""

    async def work(opened: AsyncStore) -> None:
        await opened.create()
        assert (await opened.plan(folder)).items
        await opened.apply(folder)
        await opened.admin(system="sign-up", domain="acme").create_domain("olga", role="owner")
        olga = opened.admin("olga", domain="acme")
        await olga.create_role("night", grants=["refund"])
        made = await olga.assign(user="bo", role="night", reason="covers")
        with pytest.raises(ChangeError, match="`owner` is a default role"):
            await olga.edit("owner")
        edited = (await olga.edit("night")).tick("ship").untick("refund")
        assert (await edited.preview()).gains
        assert await edited.may() == ()
        assert (await edited.save()).revision == made.revision + 1
        with pytest.raises(ConflictError, match="was changed by somebody else"):
            await edited.save()
        bo = opened.admin("bo", domain="acme")
        with pytest.raises(RefusedChangeError, match="RG960"):
            await bo.edit_role("night", title="Mine")
        assert [entry.reason for entry in await olga.history(after=2)] == ["covers", ""]
        await olga.undo(3)
        async with opened.reading() as snapshot:
            assert await snapshot.declares_domains
            named = {(item.domain, item.key) for item in await snapshot.items(kinds=["role"])}
            assert named == {("", "owner"), ("acme", "night")}
            assert snapshot.revision == (await opened.status()).head.revision

    run(store, work)
    with store.reading() as snapshot:
        assert [item.domain for item in snapshot.items(kinds=["binding"])] == ["acme"]
    assert store.status().is_sound


def test_a_change_commits_with_the_application(desk: Store) -> None:
    """A role and a row of the application are committed together, or neither is."""
    people = sa.Table("people", sa.MetaData(schema=desk.schema), sa.Column("name", sa.String(20)))

    async def signed_up(opened: AsyncStore, session: AsyncSession, name: str) -> Any:
        await session.execute(people.insert().values(name=name))
        signup = opened.admin(system="sign-up", domain=name, bind=session)
        return await signup.create_domain(name, role="owner")

    async def work(opened: AsyncStore) -> None:
        async with opened.engine.begin() as connection:
            await connection.run_sync(people.metadata.create_all)
        async with AsyncSession(opened.engine) as session:
            gone = await signed_up(opened, session, "lea")
            await session.rollback()
            with pytest.raises(StoreError, match="was rolled back"):
                _ = gone.revision
            made = await signed_up(opened, session, "dan")
            inside = opened.admin("dan", domain="dan", bind=session)
            await inside.create_role("night", grants=["ship"])
            assert (await inside.edit("night")).draft.grants == ("ship",)
            with pytest.raises(StoreError, match="known once your transaction is committed"):
                _ = made.revision
            await session.commit()
            assert made.revision == 3
            names = await session.scalars(sa.select(people.c.name))
            assert list(names) == ["dan"]
        async with opened.reading() as snapshot:
            assert set((await snapshot.policy()).domains) == {"acme", "dan", "house"}

    run(desk, work)


def test_of_two_tasks_one_is_first(desk: Store) -> None:
    """Two save over the same revision: one of them is told."""

    async def work(opened: AsyncStore) -> None:
        olga = opened.admin("olga", domain="acme")
        await olga.create_role("night", grants=["refund"])
        edited = await olga.edit("night")
        saves = [edited.tick("ship").save(), edited.untick("refund").save()]
        found = await asyncio.gather(*saves, return_exceptions=True)
        assert sorted(type(one).__name__ for one in found) == ["ConflictError", "MadeChange"]
        others = [opened.admin(system="sign-up", domain=name).create_domain() for name in ("x", "y", "z")]
        assert len({made.revision for made in await asyncio.gather(*others)}) == 3

    run(desk, work)


@pytest.mark.parametrize("steps", some_of(range(0, 240, 20)))
def test_whoever_is_cancelled_leaves_nothing_half_written(
    desk: Store, steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    """By a task, or by a framework that cancels at each await: the store is whole."""

    async def work(opened: AsyncStore) -> None:
        olga, kept = opened.admin("olga", domain="acme"), list[BaseException]()

        async def change() -> None:
            try:
                async with opened.reading() as snapshot:
                    await snapshot.items()
                await olga.create_role("night", grants=["refund"], description=str(steps))
            except BaseException as error:
                kept.append(error)  # its traceback has cursors, which keep a closed connection alive
                raise

        with anyio.CancelScope() as scope:
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(change)
                for _ in range(steps):
                    await asyncio.sleep(0.0003)
                scope.cancel()
        task = asyncio.create_task(change())
        await asyncio.sleep(steps * 0.0003)
        task.cancel()
        await asyncio.wait([task])
        assert opened.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # of a queue
        await olga.assign(user="bo", grants=["ship"])

    run(desk, work)
    assert desk.status().is_sound
    with desk.reading() as snapshot:
        made = [item.revision for item in snapshot.items(domains=["acme"], kinds=["role"])]
    with desk.engine.connect() as connection:
        check = verify_history(connection, desk.tables)
    assert [] == [record.message for record in caplog.records if record.levelname == "ERROR"]
    assert made in ([], [1])
    assert check.ok
    entries = desk.admin("olga", domain="acme").history()
    assert len(entries) == 2 + len(made)


def test_what_is_cancelled_again_and_again_is_undone_to_its_end() -> None:
    """A scope of anyio cancels at each await, also at those by which something is rolled back."""
    undone: list[bool] = []

    def work() -> None:
        try:
            await_(asyncio.sleep(60))
        finally:
            await_(asyncio.sleep(0.001))
            undisturbed(lambda: undone.append(await_(asyncio.sleep(0.001, True))))

    async def main() -> None:
        with anyio.CancelScope() as scope:
            asyncio.get_running_loop().call_soon(scope.cancel)
            await finished(work)

    asyncio.run(main())
    assert undone == [True]


class Seen(Assign):
    """A change that notes which thread makes it."""

    def made(self, documents: TenantDocuments) -> TenantDocuments:
        threads.append(threading.get_ident())
        return super().made(documents)


threads: list[int] = []


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_judging_is_not_done_in_the_event_loop(desk: Store) -> None:
    """A thread judges; whoever is not asynchronous does it themselves."""
    threads.clear()
    change = Seen({"user": "bo", "grants": ["refund"], "domain": "acme"})

    async def work(opened: AsyncStore) -> None:
        assert await opened.admin("olga", domain="acme").may(change) == ()

    run(desk, work)
    desk.admin("olga", domain="acme").may(change)
    assert len(threads) == 2
    assert threads[0] != threading.get_ident() == threads[1]


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_gate_follows_it(desk: Store) -> None:
    """The next answer is that after the change; a store in memory cannot be followed."""

    async def work(opened: AsyncStore) -> None:
        gate = await asyncio.to_thread(Gate.from_store, opened, listen=False, interval=60)
        made = await opened.admin("olga", domain="acme").assign(user="bo", grants=["refund"])
        await gate.aat_least(made.revision)
        assert gate.check("bo", "refund", domain="acme")
        gate.close()
        with pytest.raises(StoreError, match="in memory"):
            Gate.from_store(AsyncStore.open("sqlite://"))

    run(desk, work)


def test_a_history_is_read_in_pages(desk: Store) -> None:
    """The newest first, and no more rows than are wanted, here as there."""
    admin = desk.admin("olga", domain="acme")
    for number in range(8):
        admin.create_team(f"t{number}")
    whole = admin.history()
    shown: list[AdminEntry] = []

    async def work(opened: AsyncStore) -> None:
        olga = opened.admin("olga", domain="acme")
        while page := await olga.history(newest=4, before=shown[-1].number if shown else None):
            shown.extend(page)
        assert await olga.history(after=2, before=5) == whole[2:4]

    run(desk, work)
    assert tuple(shown) == whole[::-1] == admin.history(newest=100)
    limits: list[object] = []

    @sa.event.listens_for(desk.engine, "before_cursor_execute")
    def noted(_: object, __: object, statement: str, given: Any, *rest: object) -> None:
        limits.append(("LIMIT" in statement, 3 in (given.values() if isinstance(given, dict) else given)))

    assert admin.history(newest=3) == whole[:-4:-1]
    assert (True, True) in limits
    with pytest.raises(ValueError, match="at least 1"):
        admin.history(newest=0)


@pytest.mark.parametrize("store", ["postgresql"], indirect=True)
def test_many_rules_are_written(store: Store, folder: Path) -> None:
    """PostgreSQL gets them as one stream, from asyncio as well."""
    lines = "".join(f"  - {{user: u{number}, role: owner, domain: house}}\n" for number in range(MANY))
    (folder / "bindings.yaml").write_text(f"bindings:\n{lines}", encoding="utf-8")

    async def work(opened: AsyncStore) -> None:
        await opened.apply(folder)

    run(store, work)
    with store.reading() as snapshot:
        assert len(snapshot.rules(domain="house")) > MANY


def test_what_cannot_wait_is_refused(tmp_path: Path) -> None:
    """Drivers that were not tried, and what is not of asyncio."""
    for url in ("postgresql+asyncpg://here/app", "postgresql+psycopg2://here/app"):
        with pytest.raises(StoreError, match="uses aiosqlite or psycopg"):
            AsyncStore.open(url)
    opened = AsyncStore.open("sqlite://")
    with pytest.raises(TypeError, match="not `Engine`"):
        asyncio.run(opened.admin("a", domain="b", bind=opened.engine.sync_engine).history())  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not open"):
        asyncio.run(opened.admin("a", domain="b", bind=opened.engine.connect()).history())
