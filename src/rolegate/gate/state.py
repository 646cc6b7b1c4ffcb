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
from rolegate.gate.state_reasons import ReasonsAtHand, StateReasons
from rolegate.policy.policy import Policy


@dataclass(frozen=True, slots=True, repr=False)
class GateState:
    """An immutable state of a gate.

    `common` is the policy, or what all domains of a store have in common. `reasons` has the policy, and its
    snapshot. `plain` and `tables` are those of the index. `ends` is when the next binding begins or ends, in
    seconds since the epoch; `since` is when this state came, or comes, into force. `kept` has what was worked
    out, and `given` the users to whom the application gives roles and teams.
    """

    common: Policy
    reasons: StateReasons
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
        reasons = ReasonsAtHand(policy, snapshot)
        return cls.of_index(snapshot.index, policy, reasons, until, at)

    @classmethod
    def of_index(
        cls,
        index: Index,
        common: Policy,
        reasons: StateReasons,
        ends: datetime | None,
        since: datetime | None = None,
    ) -> GateState:
        """A state that answers from an *index*, until something *ends*."""
        return cls(
            common=common,
            reasons=reasons,
            index=index,
            plain=index.plain,
            tables=index.tables,
            ends=None if ends is None else ends.timestamp(),
            since=since or datetime.now(UTC),
            kept=Kept.of(common.catalog),
            given=GivenUsers(reasons, index.tables),
        )

    @property
    def policy(self) -> Policy:
        """The policy behind the answers."""
        return self.reasons.policy

    @property
    def snapshot(self) -> Snapshot:
        """The policy of this state, compiled."""
        return self.reasons.snapshot

    @property
    def revision(self) -> str:
        """The name of the state, for logs; equal for equal lines."""
        return self.snapshot.revision

    def __repr__(self) -> str:
        at_hand = isinstance(self.reasons, ReasonsAtHand)  # nothing is read or worked out for who only looks
        known = self.snapshot.__dict__.get("revision") if at_hand else None
        name = "" if known is None else f" {known}"
        return f"<GateState{name} of {self.common!r} since {self.since.isoformat()}>"

    def answering_from(self, index: Index) -> GateState:
        """This state with another index of the same catalog."""
        return replace(
            self,
            index=index,
            plain=index.plain,
            tables=index.tables,
            kept=Kept.of(self.common.catalog),
            given=GivenUsers(self.reasons, index.tables),
        )

    def standing(self, user: str, domain: str | None) -> Standing:
        """What *user* is in *domain*; it is kept for users whom the policy knows."""
        table = self.tables.get(domain)
        if table is None:
            return Standing(self.reasons, user, domain, None, 0, known=False)
        try:
            mask = table.users[user]
        except KeyError:
            return Standing(self.reasons, user, domain, table, 0, known=False)
        if user not in table.users:  # a stranger, who is everyone here
            return Standing(self.reasons, user, domain, table, mask, known=False)
        # Of a subclass of `str`, nobody knows what it equals.
        plain = type(user) is str and (domain is None or type(domain) is str)
        found = self.kept.standings.get((domain, user)) if plain else None
        if found is None or found.mask != mask:
            found = Standing(self.reasons, user, domain, table, mask, known=plain)
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
        return self.common is other.common and self.since.timestamp() == other.ends
