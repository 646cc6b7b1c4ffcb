"""A condition as the compiled check of a permission that is held where the condition is met."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolegate.catalog.conditions import Condition
from rolegate.catalog.ladders import Ladder, Scope
from rolegate.records import HeldPermission, HeldRight, User
from rolegate.records.compiled_check import compiled_check


def compiled_matches(condition: Condition) -> Callable[[Any, User], bool]:
    """What `matches` says of a record and a user, by the function that a subject calls."""
    ladder = Ladder("reach", {"all": Scope("all", "All", condition=condition)})
    return compiled_check(HeldPermission("show", ladder, (), (HeldRight("all"),)))
