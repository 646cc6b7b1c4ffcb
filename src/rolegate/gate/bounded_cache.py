"""What was worked out from one state of the policy, kept for the next request."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class BoundedCache(Generic[K, V]):
    """Values by key; when there are too many, all of them are forgotten.

    INVARIANT: there is no lock. Each step is one of a dictionary, so threads at worst work out the same value
    twice. A value follows from its key and from what never changes.
    """

    __slots__ = ("_limit", "_values", "get")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: dict[K, V] = {}
        self.get: Callable[[K], V | None] = self._values.get

    def put(self, key: K, value: V) -> V:
        """Keep *value*, in place of what was kept for *key*, and give it back."""
        if len(self._values) >= self._limit:
            self._values.clear()
        self._values[key] = value
        return value

    def __len__(self) -> int:
        return len(self._values)
