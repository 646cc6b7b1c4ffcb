"""Everybody who may use a permission, and the grant by which each of them holds it."""

from __future__ import annotations

import rolegate
from repository import CASES
from rolegate import PermissionHolder, Policy


def who(policy: Policy, permission: str) -> dict[str, str]:
    """The grant of each user who may use *permission* in the inbox `Mail`."""
    found: tuple[PermissionHolder, ...] = policy.who_can(permission, domain="acme", on="Mail")
    return {holder.name: holder.grant for holder in found if holder.kind == "user"}


def test_the_chief_is_not_on_the_rota() -> None:
    """A star passes over what is granted by name, so it is not in the list of those who can be assigned."""
    policy = rolegate.load(CASES / "the-chief-is-not-on-the-rota")
    assert {"ann": "talks.take[*]"} == who(policy, "talks.take")
    assert {"root": "*", "ann": "talks.read[*]"} == who(policy, "talks.read")


def test_what_is_implied_goes_back_to_the_grant_that_is_written() -> None:
    """The grant is the text in the file, also where a holder has the permission by what that implies."""
    policy = rolegate.load(CASES / "sound")
    for permission in policy.catalog.permissions:
        for holder in policy.who_can(permission.path, any=True):
            assert holder.grant
            assert f"`{holder.grant}`" in holder.via, holder
