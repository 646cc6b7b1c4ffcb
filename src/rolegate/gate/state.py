"""What a gate answers from: one policy, compiled and indexed for a stretch of time."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from rolegate.engine.index import Index, Plain
from rolegate.engine.snapshot import Snapshot
from rolegate.policy import Policy


@dataclass(frozen=True, slots=True)
class GateState:
    """An immutable state of a gate.

    `ends` is when a binding ends, in seconds since the epoch; `since` when the state came, or comes, into
    force.
    """

    policy: Policy
    snapshot: Snapshot
    index: Index
    plain: Mapping[str | None, Plain]
    ends: float | None
    revision: str
    since: datetime

    @classmethod
    def of(cls, policy: Policy, at: datetime | None = None) -> GateState:
        """The state of *policy* at a time, or now."""
        snapshot = policy.snapshot(at or policy.at or datetime.now(UTC))
        until = snapshot.compiled.holds_until if policy.at is None else None
        digest = hashlib.sha256(snapshot.compiled.policy_text.encode()).hexdigest()
        return cls(
            policy,
            snapshot,
            snapshot.index,
            snapshot.index.plain,
            None if until is None else until.timestamp(),
            digest[:12],
            at or datetime.now(UTC),
        )

    def next(self) -> GateState:
        """The state for when a binding of this one has ended."""
        assert self.ends is not None  # noqa: S101
        return GateState.of(self.policy, datetime.fromtimestamp(self.ends, UTC))

    def over(self, now: float) -> bool:
        """Whether a binding has ended since."""
        return self.ends is not None and now >= self.ends

    def follows(self, other: GateState) -> bool:
        """Whether this is what comes after *other*: of the same policy, and from its end on."""
        return self.policy is other.policy and self.since.timestamp() == other.ends
