"""What a contender is: its own form of the policy, its own form of a question, and a loop that asks.

A loop is written out for each contender, so that no time is spent in a wrapper; what an empty loop over the
same questions takes is subtracted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from benchmarks.workload import Request

Loop = Callable[[], None]


class Contender(Protocol):
    """Answers questions about one workload."""

    name: str

    def ask(self, request: Request) -> bool:
        """The answer to one question."""
        ...

    def loop(self, requests: Sequence[Request]) -> tuple[Loop, Loop]:
        """Asks all of *requests*, and does the same without asking."""
        ...
