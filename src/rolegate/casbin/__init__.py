"""`IndexedEnforcer` replaces `casbin.Enforcer`: it looks up the same answers instead of searching for them.

from rolegate.casbin import IndexedEnforcer

enforcer = IndexedEnforcer("model.conf", adapter)
enforcer.enforce("ana", "acme", "tickets", "edit")
"""

from __future__ import annotations

from rolegate.casbin.enforcer import IndexedEnforcer
from rolegate.casbin.not_indexed import NotIndexedWarning

__all__ = ["IndexedEnforcer", "NotIndexedWarning"]
