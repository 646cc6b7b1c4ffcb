"""The types of what `rolegate.casbin` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from typing import assert_type

from rolegate.casbin import IndexedEnforcer, NotIndexedWarning


def an_enforcer(enforcer: IndexedEnforcer) -> None:
    """In place of `casbin.Enforcer`, which has no types: what is asked most has them here."""
    assert_type(IndexedEnforcer("model.conf", "policy.csv"), IndexedEnforcer)
    assert_type(enforcer.indexed, bool)
    assert_type(enforcer.why_not_indexed, str | None)
    assert_type(enforcer.enforce("ana", "acme", "tickets", "edit"), bool)
    assert_type(enforcer.batch_enforce([("ana", "acme", "tickets", "edit")]), list[bool])
    assert_type(enforcer.get_implicit_roles_for_user("ana", "acme"), list[str])
    assert_type(enforcer.get_implicit_users_for_permission("tickets", "edit"), list[str])


def a_warning() -> None:
    """Categories for `warnings.filterwarnings`."""
    category: type[UserWarning] = NotIndexedWarning
    assert_type(category, type[UserWarning])
    assert_type(NotIndexedWarning("a matcher of another shape"), NotIndexedWarning)
