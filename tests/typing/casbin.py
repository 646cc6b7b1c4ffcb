"""The types of what `rolegate.casbin` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from typing import assert_type

from rolegate.casbin import (
    Adapter,
    AdapterError,
    AsyncAdapter,
    IndexedAsyncEnforcer,
    IndexedEnforcer,
    IndexedSyncedEnforcer,
    NotIndexedWarning,
    RulesChangedError,
)


def an_enforcer(enforcer: IndexedEnforcer) -> None:
    """In place of `casbin.Enforcer`, which has no types: what is asked most has them here."""
    assert_type(IndexedEnforcer("model.conf", "policy.csv"), IndexedEnforcer)
    assert_type(enforcer.indexed, bool)
    assert_type(enforcer.why_not_indexed, str | None)
    assert_type(enforcer.enforce("ana", "acme", "tickets", "edit"), bool)
    assert_type(enforcer.batch_enforce([("ana", "acme", "tickets", "edit")]), list[bool])
    assert_type(enforcer.get_implicit_roles_for_user("ana", "acme"), list[str])
    assert_type(enforcer.get_implicit_users_for_permission("tickets", "edit"), list[str])


async def other_enforcers(waiting: IndexedAsyncEnforcer, synced: IndexedSyncedEnforcer) -> None:
    """In place of `casbin.AsyncEnforcer` and of `casbin.SyncedEnforcer`."""
    assert_type(IndexedAsyncEnforcer("model.conf"), IndexedAsyncEnforcer)
    assert_type(waiting.enforce("ana", "acme", "tickets", "edit"), bool)
    assert_type(waiting.why_not_indexed, str | None)
    assert_type(await waiting.get_implicit_roles_for_user("ana", "acme"), list[str])
    assert_type(IndexedSyncedEnforcer("model.conf", "policy.csv"), IndexedSyncedEnforcer)
    assert_type(synced.enforce("ana", "acme", "tickets", "edit"), bool)
    assert_type(synced.batch_enforce([("ana", "acme", "tickets", "edit")]), list[bool])
    assert_type(synced.indexed, bool)


async def adapters(adapter: Adapter, asynchronous: AsyncAdapter) -> None:
    """Enforcers call these; a model, which Casbin gives no type, is anything."""
    assert_type(Adapter("sqlite:///rules.db", table_name="rules", schema=None), Adapter)
    assert_type(AsyncAdapter("sqlite+aiosqlite:///rules.db"), AsyncAdapter)
    assert_type(adapter.remove_policies("p", "p", [["ana", "read"]]), bool)
    assert_type(await asynchronous.update_policy("p", "p", ["ana", "read"], ["ana", "edit"]), bool)
    assert_type(asynchronous.is_filtered(), bool)
    assert_type(RulesChangedError("changed"), RulesChangedError)
    error: AdapterError = RulesChangedError("changed")
    assert_type(error, AdapterError)


def a_warning() -> None:
    """Categories for `warnings.filterwarnings`."""
    category: type[UserWarning] = NotIndexedWarning
    assert_type(category, type[UserWarning])
    assert_type(NotIndexedWarning("a matcher of another shape"), NotIndexedWarning)
