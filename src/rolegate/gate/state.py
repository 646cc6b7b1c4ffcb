"""What a gate answers from: one policy, compiled and indexed for a stretch of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from rolegate.engine.domain_table import DomainTable
from rolegate.engine.index import Index, Plain
from rolegate.engine.snapshot import Snapshot
from rolegate.gate.given_users import GivenUsers
from rolegate.gate.standing import Kept, Standing
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True, repr=False)
class GateState:
    """An immutable state of a gate.

    `plain` and `tables` are those of the index. `ends` is when the next binding begins or ends, in seconds
    since the epoch; `since` is when this state came, or comes, into force. `kept` has what was worked out,
    and `given` the users to whom the application gives roles and teams.
    """

    policy: Policy
    snapshot: Snapshot
    index: Index
    plain: Mapping[str | None, Plain]
    tables: Mapping[str | None, DomainTable]
    ends: float | None
    since: datetime
    kept: Kept = field(compare=False)
    given: GivenUsers = field(compare=False)

    @classmethod
    def of(cls, policy: Policy, at: datetime | None = None) -> GateState:
        """The state of *policy* at a time, or now."""
        snapshot = policy.snapshot(at or policy.at or datetime.now(UTC))
        until = snapshot.compiled.holds_until if policy.at is None else None
        index = snapshot.index
        return cls(
            policy=policy,
            snapshot=snapshot,
            index=index,
            plain=index.plain,
            tables=index.tables,
            ends=None if until is None else until.timestamp(),
            since=at or datetime.now(UTC),
            kept=Kept.of(policy.catalog),
            given=GivenUsers(snapshot, index.tables),
        )

    @property
    def revision(self) -> str:
        """The name of the state, for logs; equal for equal lines."""
        return self.snapshot.revision

    def __repr__(self) -> str:
        known = self.snapshot.__dict__.get("revision")  # it is not worked out for who only looks
        name = "" if known is None else f" {known}"
        return f"<GateState{name} of {self.policy!r} since {self.since.isoformat()}>"

    def answering_from(self, index: Index) -> GateState:
        """This state with another index of the same catalog."""
        return replace(
            self,
            index=index,
            plain=index.plain,
            tables=index.tables,
            kept=Kept.of(self.policy.catalog),
            given=GivenUsers(self.snapshot, index.tables),
        )

    def standing(self, user: str, domain: str | None) -> Standing:
        """What *user* is in *domain*; it is kept for users whom the policy knows."""
        table = self.tables.get(domain)
        if table is None:
            return Standing(self.snapshot, user, domain, None, 0, known=False)
        try:
            mask = table.users[user]
        except KeyError:
            return Standing(self.snapshot, user, domain, table, 0, known=False)
        if user not in table.users:  # a stranger, who is everyone here
            return Standing(self.snapshot, user, domain, table, mask, known=False)
        # Of a subclass of `str`, nobody knows what it equals.
        plain = type(user) is str and (domain is None or type(domain) is str)
        found = self.kept.standings.get((domain, user)) if plain else None
        if found is None or found.mask != mask:
            found = Standing(self.snapshot, user, domain, table, mask, known=plain)
            if plain:
                self.kept.standings.put((domain, user), found)
        return found

    def next(self) -> GateState:
        """The state for the time after the next binding has begun or ended."""
        assert self.ends is not None  # noqa: S101
        return self.at_time(datetime.fromtimestamp(self.ends, UTC))

    def at_time(self, at: datetime) -> GateState:
        """The state of the same policy at another time."""
        return GateState.of(self.policy, at)

    def over(self, now: float) -> bool:
        """Whether a binding has begun or ended since."""
        return self.ends is not None and now >= self.ends

    def follows(self, other: GateState) -> bool:
        """Whether this is what comes after *other*: of the same policy, and from its end on."""
        return self.policy is other.policy and self.since.timestamp() == other.ends
