"""Who may give, as a store judges it, which reads the part of a set that a change concerns."""

from __future__ import annotations

from typing import Any

import pytest

from rolegate.errors import RefusedChangeError
from rolegate.store.store import Store
from tenant_desk import by, can, same_as_documents


def test_an_owner_is_not_kept_out_of_what_lies_inside(desk: Store) -> None:
    """A store reads only a part of a domain around, and knows who manages there all the same."""
    desk.admin(system="sign-up", domain="acme-emea").create_domain("ina", within="acme")
    ban: dict[str, Any] = {"user": "olga", "restrict": ["access.manage"]}
    with pytest.raises(RefusedChangeError) as refused:
        by(desk, "ina", "acme-emea").restrict(**ban)
    assert {one.reason for one in refused.value.refusals} == {"outer", "apart"}
    by(desk, "olga").assign(user="omar", role="owner")
    by(desk, "omar", "acme-emea").restrict(**ban)
    assert not can(desk, "olga", "access.manage", "acme-emea")
    desk.admin(system="support", domain="acme-emea").lift(**ban, reason="she called")
    assert can(desk, "olga", "access.manage", "acme-emea")
    same_as_documents(desk)
