"""The policy that gives the reasons of a state: at hand, or read when somebody asks for a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, Protocol

from rolegate.engine.snapshot import Snapshot
from rolegate.policy.policy import Policy


class StateReasons(Protocol):
    """The policy, and its snapshot, in which the lines behind the answers of a state are."""

    @property
    def policy(self) -> Policy: ...

    @property
    def snapshot(self) -> Snapshot: ...


class ReasonsAtHand(NamedTuple):
    """Those of a state that was made of a policy."""

    policy: Policy
    snapshot: Snapshot


class ReasonsToRead:
    """Those of a state that was made of compiled lines: a policy is read when it is first asked for.

    INVARIANT: policy and snapshot are of one moment. If what is in force has changed since the state was
    made, they are what *read* finds in force instead.
    """

    __slots__ = ("_found", "_read")

    def __init__(self, read: Callable[[], StateReasons]) -> None:
        self._read = read
        self._found: StateReasons | None = None

    @property
    def found(self) -> StateReasons:
        """What was read, or is read now.

        Raises:
            BindingsUnavailableError: when it cannot be read.
        """
        found = self._found
        if found is None:
            found = self._found = self._read()
        return found

    @property
    def policy(self) -> Policy:
        return self.found.policy

    @property
    def snapshot(self) -> Snapshot:
        return self.found.snapshot
