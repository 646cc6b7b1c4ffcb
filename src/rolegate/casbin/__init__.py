"""`IndexedEnforcer` takes the place of `casbin.Enforcer`: the same answers, looked up instead of searched.

from rolegate.casbin import IndexedEnforcer

enforcer = IndexedEnforcer("model.conf", adapter)
enforcer.enforce("ana", "acme", "tickets", "edit")
"""

from __future__ import annotations

from rolegate.casbin.enforcer import IndexedEnforcer
from rolegate.casbin.not_indexed import NotIndexedWarning

__all__ = ["IndexedEnforcer", "NotIndexedWarning"]
