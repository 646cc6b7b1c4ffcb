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
class Live:
    """An immutable state of a gate; `ends` is when a binding ends, in seconds since the epoch."""

    policy: Policy
    snapshot: Snapshot
    index: Index
    plain: Mapping[str | None, Plain]
    ends: float | None
    revision: str
    loaded_at: datetime

    @classmethod
    def of(cls, policy: Policy, at: datetime | None = None) -> Live:
        """The state of *policy* at a time, or now."""
        now = at or policy.at or datetime.now(UTC)
        snapshot = policy.snapshot(now)
        until = snapshot.compiled.holds_until if policy.at is None else None
        digest = hashlib.sha256(snapshot.compiled.policy_text.encode()).hexdigest()
        return cls(
            policy,
            snapshot,
            snapshot.index,
            snapshot.index.plain,
            None if until is None else until.timestamp(),
            digest[:12],
            datetime.now(UTC),
        )
