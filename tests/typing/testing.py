"""The types of what `rolegate.testing` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol, assert_type

from rolegate import Gate, Policy
from rolegate.testing import Gates, assert_allowed, assert_denied


def gates(policy: Policy, made: Gates) -> None:
    """Real gates, with what a test grants."""
    assert_type(Gates("policies/responso"), Gates)
    assert_type(Gates(policy).policy, Policy)
    assert_type(made.allow_all(), Gate)
    assert_type(made.deny_all(), Gate)
    assert_type(made.grant("tickets.*@my", user=["ana", "ben"]), Gate)


class Assertion(Protocol):
    """What both assertions take: the arguments of `Gate.check`, a record, and attributes of the user."""

    def __call__(
        self,
        gate: Gate,
        user: str,
        permission: str,
        record: Any = ...,
        *,
        domain: str | None = None,
        on: str | tuple[str, ...] | None = None,
        scope: str | None = None,
        attributes: Mapping[str, Any] | None = None,
    ) -> None: ...


def assertions() -> None:
    """They give nothing: they fail, or do not."""
    allowed: Assertion = assert_allowed
    denied: Assertion = assert_denied
    assert_type((allowed, denied), tuple[Assertion, Assertion])
