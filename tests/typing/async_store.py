"""The types of a store from asyncio. mypy reads this file; nothing runs it."""

from __future__ import annotations

from typing import assert_type

from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession

import rolegate
from rolegate.administration.line_changes import Assign
from rolegate.giving.may_give import Refusal
from rolegate.store.admin_history import AdminEntry
from rolegate.store.apply_files import StoredChange
from rolegate.store.change_store import MadeChange
from rolegate.store.item import Item
from rolegate.store.plan import StorePlan


async def stored(engine: AsyncEngine, session: AsyncSession) -> None:
    """Each call has the arguments of the synchronous one, and what it gives is awaited."""
    store = rolegate.AsyncStore.open(engine, prefix="roles_")
    assert_type(store, rolegate.AsyncStore)
    assert_type(store.sync, rolegate.Store)
    await store.create()
    assert_type(await store.apply("policies/responso", source="here"), StoredChange)
    assert_type(await store.plan("policies/responso", older=True), StorePlan)
    assert_type(await store.policy(), rolegate.Policy)
    await store.apply(5)  # type: ignore[arg-type]  # no source
    async with store.reading(bind=session) as snapshot:
        assert_type(snapshot, rolegate.AsyncStoreSnapshot)
        assert_type(await snapshot.items(domains=["acme"]), tuple[Item, ...])
        assert_type(await snapshot.declares_domains, bool)


async def administered(store: rolegate.AsyncStore, session: AsyncSession) -> None:
    """The administration of a tenant, and a role while somebody edits it."""
    admin = store.admin("ana", domain="acme", bind=session)
    assert_type(admin, rolegate.AsyncStoreAdmin)
    assert_type(await admin.create_role("night", grants=["refund"], reason="x"), MadeChange)
    assert_type(await admin.may(Assign({"user": "bo", "role": "night"})), tuple[Refusal, ...])
    assert_type(await admin.history(after=3), tuple[AdminEntry, ...])
    await admin.create_role(5)  # type: ignore[arg-type]  # no name
    await admin.rename_role("night", "day", why="x")  # type: ignore[call-arg]  # no such argument
    edited = await admin.edit("night", grants=["refund"])
    assert_type(edited, rolegate.AsyncEditedRole)
    assert_type(edited.tick("ship"), rolegate.AsyncEditedRole)
    assert_type(await edited.preview(), rolegate.AccessDiff)
    assert_type(await edited.save(reason="x"), MadeChange)
    store.admin("ana", bind=store.sync.engine)  # type: ignore[arg-type]  # it is not of asyncio


async def followed(store: rolegate.AsyncStore) -> None:
    """A gate follows it in threads."""
    gate = rolegate.Gate.from_store(store)
    await gate.aat_least(3, wait=2)
