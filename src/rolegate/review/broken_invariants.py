"""Which invariants of a policy do not hold, each with somebody who breaks it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from rolegate.compiled.names import FULL, user_name
from rolegate.diagnostics import Report
from rolegate.engine.asked_moment import moment_of
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidPolicyError
from rolegate.grants.resolve import Resolved
from rolegate.loading.collector import collector_held
from rolegate.policy.policy import Policy
from rolegate.review.cells import paths_in
from rolegate.review.counted_holders import count_witness
from rolegate.review.differences import PolicySide, moments
from rolegate.review.held_access import HeldAccess, held_access
from rolegate.review.invariant_checks import InvariantCheck
from rolegate.review.invariants import Invariant, invariants_of
from rolegate.review.meant_subjects import is_named
from rolegate.review.reach_verdicts import ReachVerdicts
from rolegate.review.witness import Witness, witness_of


@dataclass(frozen=True, slots=True)
class BrokenInvariant:
    """An invariant that does not hold, from `since` on, None for now, and who shows it."""

    invariant: Invariant
    witness: Witness
    since: datetime | None = None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "invariant": self.invariant.text,
            "file": self.invariant.span.file,
            "line": self.invariant.span.line,
            **({} if self.since is None else {"since": self.since.isoformat()}),
            **self.witness.to_dict(),
        }


def broken_invariants(policy: Policy, *, at: date | None = None) -> tuple[BrokenInvariant, ...]:
    """The invariants of *policy* that do not hold, from *at* or now on, in the order of the file.

    Each is decided for every subject, role, domain and instance, those included that no file names, now and
    at each later moment at which a line begins or ends.

    Raises:
        InvalidPolicyError: when an invariant cannot be read; every finding is in `diagnostics`.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    report = Report()
    invariants = invariants_of(policy.resolved, report)
    if report.failed:
        raise InvalidPolicyError(report.sorted())
    since = datetime.now(UTC) if at is None else moment_of(at)
    return broken(invariants, policy.resolved, since, policy.snapshot(since) if invariants else None)


@collector_held()
def broken(
    invariants: Sequence[Invariant], resolved: Resolved, at: datetime, known: Snapshot | None = None
) -> tuple[BrokenInvariant, ...]:
    """Those of *invariants* that do not hold, from *at* on; *known* is the policy at that time."""
    found: dict[Invariant, BrokenInvariant] = {}
    reach = ReachVerdicts()
    for number, moment in enumerate(moments((resolved,), at) if invariants else ()):
        left = [invariant for invariant in invariants if invariant not in found]
        if not left:
            break  # a later moment says nothing new, and each is compiled
        side = PolicySide.at(resolved, moment) if number or known is None else PolicySide.of(known)
        for invariant, witness in _witnesses(left, side, reach):
            found.setdefault(invariant, BrokenInvariant(invariant, witness, moment if number else None))
    return tuple(found[invariant] for invariant in invariants if invariant in found)


def _witnesses(
    invariants: Sequence[Invariant], side: PolicySide, reach: ReachVerdicts
) -> Iterator[tuple[Invariant, Witness]]:
    named = paths_in(path for invariant in invariants for path in invariant.paths)
    given = [invariant for invariant in invariants if invariant.rule == "reach"]
    access: Iterable[HeldAccess] = held_access(side, named)
    if given:
        access = list(access)
        yield from reach.broken(given, side, access)
    left = [invariant for invariant in invariants if invariant.rule != "reach"]
    checks: dict[tuple[Invariant, int], InvariantCheck] = {}
    for here in access:
        for invariant in list(left):
            if not _is_about(invariant, here):
                continue
            key = (invariant, id(here.cells))
            if key not in checks:
                checks[key] = InvariantCheck(invariant, here.cells, side.resolved.catalog)
            witness = _witness(checks[key], here, side)
            if witness is not None:
                left.remove(invariant)
                yield invariant, witness


def _is_about(invariant: Invariant, here: HeldAccess) -> bool:
    return invariant.domains is None or here.domain in invariant.domains


def _witness(check: InvariantCheck, here: HeldAccess, side: PolicySide) -> Witness | None:
    if check.invariant.count:
        return count_witness(check, here, side.resolved)
    offers = _Offers(side.resolved, here.domain)
    unasked = None
    for sub in _suspects(check, here):
        questions = check.broken_by(here.held(sub), offers)
        if questions and _is_meant(check.invariant, sub, here, side.resolved):
            witness = witness_of(sub, here, questions, side)
            if witness.questions:
                return witness
            unasked = unasked or witness  # told if nobody who can be asked about breaks it
    return unasked


@dataclass(frozen=True, slots=True)
class _Offers:
    """Whether a domain offers a permission; roles without one are offered everything."""

    resolved: Resolved
    domain: str | None

    def __call__(self, path: str) -> bool:
        if self.domain is None:
            return True
        availability = self.resolved.catalog.permission(path).availability
        return self.resolved.domains[self.domain].offers(availability)


def _suspects(check: InvariantCheck, here: HeldAccess) -> Iterator[str]:
    """Everybody who may break an invariant in a domain, those whom lines name first.

    Users whom the invariant names are among them, for they hold what every user holds, named by lines or not.
    What a default role holds without a domain includes what it holds in one, so it is looked at again only
    where some domains are meant, or where it holds too little.
    """
    yield from check.suspects(here.holdings)
    invariant = check.invariant
    users = [user_name(who.name) for who in invariant.subjects if who.sort == "user" and who.name is not None]
    again = invariant.rule == "includes" or invariant.domains is not None
    more = (*(here.declared if again else ()), *(users if here.dom != FULL else ()))
    yield from check.suspects({sub: here.held(sub) for sub in more if sub not in here.holdings})


def _is_meant(invariant: Invariant, sub: str, here: HeldAccess, resolved: Resolved) -> bool:
    """Whether an invariant is about *sub*; `only` is about all who are not, and do not have, one of those."""
    if not invariant.subjects:
        return True
    whose = here.access.linked(sub) if invariant.rule == "only" else [sub]
    meant = any(is_named(invariant.subjects, one, resolved) for one in whose)
    return not meant if invariant.rule == "only" else meant
