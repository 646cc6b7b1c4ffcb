"""`IndexedEnforcer` replaces `casbin.Enforcer`: it looks up the same answers instead of searching for them.

from rolegate.casbin import IndexedEnforcer

enforcer = IndexedEnforcer("model.conf", adapter)
enforcer.enforce("ana", "acme", "tickets", "edit")

`IndexedAsyncEnforcer` and `IndexedSyncedEnforcer` do the same for `casbin.AsyncEnforcer` and
`casbin.SyncedEnforcer`. `Adapter` and `AsyncAdapter` keep the rules of any enforcer in a table.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolegate.casbin.adapter_errors import AdapterError, RulesChangedError
from rolegate.casbin.async_enforcer import IndexedAsyncEnforcer
from rolegate.casbin.enforcer import IndexedEnforcer
from rolegate.casbin.not_indexed import NotIndexedWarning
from rolegate.casbin.synced_enforcer import IndexedSyncedEnforcer
from rolegate.lazy_names import lazy_names

if TYPE_CHECKING:
    from rolegate.casbin.adapter import Adapter
    from rolegate.casbin.async_adapter import AsyncAdapter

__all__ = [
    "Adapter",
    "AdapterError",
    "AsyncAdapter",
    "IndexedAsyncEnforcer",
    "IndexedEnforcer",
    "IndexedSyncedEnforcer",
    "NotIndexedWarning",
    "RulesChangedError",
]

__getattr__, __dir__ = lazy_names(
    __name__,
    {"Adapter": "rolegate.casbin.adapter", "AsyncAdapter": "rolegate.casbin.async_adapter"},
    extra="casbin-sql",
)
