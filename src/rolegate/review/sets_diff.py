"""The access that differs in every policy set of a repository."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import partial
from typing import Any, Literal

from rolegate.diagnostics import Diagnostic
from rolegate.documents.file_kinds import APPROVALS
from rolegate.documents.limits import Limits
from rolegate.engine.asked_moment import moment_of
from rolegate.errors import InvalidPolicyError
from rolegate.loading.load import policy_of
from rolegate.loading.set_pairs import (
    ChangedSubmodule,
    PairedSet,
    changed_submodules,
    paired_sets,
    submodules_now,
)
from rolegate.loading.sources import Source, load_source, source_files
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.extents import ChangeSeverity, most_severe
from rolegate.review.gate_verdict import (
    GateVerdict,
    judge_alone,
    judge_change,
    judge_gone_set,
    judge_moved_set,
    judge_new_set,
    judge_same_set,
    with_submodules,
)
from rolegate.review.submodule_rules import is_of_submodules, known_rules, submodule_rule

SetState = Literal["compared", "new", "gone", "submodule"]


@dataclass(frozen=True, slots=True)
class SetDiff:
    """One policy set, by its folder from the top of the repository.

    What is `new` or `gone` is compared with nothing, so it has no `diff`. `former` is the folder that the set
    was in before, if it was moved. `verdict` is that of the gate, where it was asked; a set that is new or
    gone has one as well, and one without a verdict is not refused. `sides` are the policies that were
    compared, for those who ask about something else: not those of a set that git says is the same, unless
    that was asked for.
    A `submodule` has its `commits` on either side: its sets are not read.
    """

    folder: str
    state: SetState
    diff: AccessDiff | None = None
    former: str | None = None
    verdict: GateVerdict | None = None
    sides: tuple[Policy | None, Policy | None] = field(default=(None, None), repr=False, compare=False)
    commits: tuple[str | None, str | None] = (None, None)

    def __bool__(self) -> bool:
        return self.diff is None or bool(self.diff)

    @property
    def gains(self) -> bool:
        """Whether somebody gains; of a set that is new, or a submodule, nothing else can be said."""
        return self._may_gain if self.diff is None else self.diff.gains

    @property
    def _may_gain(self) -> bool:
        return self.state == "new" or self.commits[1] is not None

    @property
    def severity(self) -> ChangeSeverity | None:
        """That of its most severe change."""
        if self.diff is None:
            return "gain" if self._may_gain else "loss"
        return self.diff.severity

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        told: dict[str, Any] = {"changed": bool(self), "gains": self.gains, "severity": self.severity}
        if self.diff is not None:
            told = self.diff.to_dict()
        if self.verdict is not None:
            told |= self.verdict.judged()
        former = {} if self.former is None else {"was": self.former}
        commits = {"commits": list(self.commits)} if self.state == "submodule" else {}
        return {"folder": self.folder, **former, "state": self.state, **commits, **told}


@dataclass(frozen=True, slots=True)
class SetsDiff:
    """Every policy set that was looked at, those without a change as well; `gated` if the gate was asked."""

    sets: tuple[SetDiff, ...]
    gated: bool = False

    @property
    def allowed(self) -> bool:
        """Whether the gate refuses nothing in any of them."""
        return all(known.verdict is None or known.verdict for known in self.sets)

    def __bool__(self) -> bool:
        return any(self.sets)

    @property
    def gains(self) -> bool:
        """Whether somebody gains in one of them."""
        return any(known.gains for known in self.sets)

    @property
    def severity(self) -> ChangeSeverity | None:
        """That of the most severe change; None without any."""
        found = [known.severity for known in self.sets if known.severity is not None]
        return most_severe(found) if found else None

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "changed": bool(self),
            "gains": self.gains,
            "severity": self.severity,
            **({"allowed": self.allowed} if self.gated else {}),
            "sets": [known.to_dict() for known in self.sets],
        }


def sets_diff(
    old: str,
    new: str | None,
    folder: str | None = None,
    *,
    at: date | None = None,
    gate: bool = False,
    limits: Limits | None = None,
    every: bool = False,
) -> SetsDiff:
    """What changes in every set of a repository, from the revision *old* to *new*, or to the files now.

    With *gate*, each change is judged by the rules of the older side. A set that is new has none: it is
    refused until its own approvals name that it is new in its folder. One that moved, or is gone, is refused
    as well until that is approved: a link may lead those who read the former folder to another one. *limits*
    are those of `validate`. Approvals of a set that did not change are findings.
    With *every*, those sets are read as well of which git says that they are the same.
    A submodule of another commit than before, or on one side only, is told, and refused until an approval of
    some set names it.

    Raises:
        RevisionError: when a revision cannot be read.
        PolicyNotFoundError: when neither side has a set, and no submodule changed.
        InvalidPolicyError: when a set that changed, or *every* one, has errors; it has those of all sets.
        InvalidQuestionError: when *at* is neither a date nor a time.
    """
    moment = None if at is None else moment_of(at)
    modules = changed_submodules(old, new, folder)
    pairs = paired_sets(old, new, folder, none=bool(modules))
    found = _without_errors(_compared(pairs, _SetComparison(moment, gate, limits, every)))
    approving = [known.sides[1] for known in found if known.sides[1] is not None]
    if any(is_of_submodules(policy.resolved.approvals) for policy in approving):
        rules = known_rules(modules, {**submodules_now(old, new), **submodules_now(old, new, folder)})
        found = [_with_submodules(known, rules, moment) for known in found]
    found += [_of_submodule(module, approving if gate else None, moment) for module in modules]
    return SetsDiff(tuple(sorted(found, key=lambda known: known.folder)), gate)


def _of_submodule(
    module: ChangedSubmodule, approving: Sequence[Policy] | None, at: datetime | None
) -> SetDiff:
    """What happens to a submodule, judged by the approvals of *approving* sets; without these, not judged."""
    verdict = None if approving is None else judge_alone(submodule_rule(module), approving, at=at)
    return SetDiff(module.folder, "submodule", verdict=verdict, commits=(module.old, module.new))


def _with_submodules(known: SetDiff, rules: Container[str], at: datetime | None) -> SetDiff:
    """*known*, with the approvals of what happens to submodules that are none of the *rules*."""
    if known.verdict is None or known.sides[1] is None:
        return known
    return replace(known, verdict=with_submodules(known.verdict, known.sides[1], rules, at=at))


@dataclass(frozen=True, slots=True)
class _SetComparison:
    """How two sets are compared: at which time, whether the gate is asked, and how large they may be."""

    at: datetime | None
    gate: bool
    limits: Limits | None
    every: bool

    def of_same(self, folder: str, source: Source) -> SetDiff:
        """A set that did not change; the gate looks at its approvals, of which none is needed now."""
        policy = self._load(source) if self.every else self._approving(source) if self.gate else None
        verdict = judge_same_set(policy, at=self.at) if policy is not None and self.gate else None
        return SetDiff(folder, "compared", AccessDiff(()), verdict=verdict, sides=(policy, policy))

    def _approving(self, source: Source) -> Policy | None:
        """The set, if it has approvals; its errors are not those of the change, and `validate` has them."""
        files = source_files(source, limits=self.limits)
        try:
            return policy_of(files) if APPROVALS.place in files.contents else None
        except InvalidPolicyError:
            return None

    def of(self, folder: str, old: Source, new: Source, former: str | None = None) -> SetDiff:
        sides = self._load(old), self._load(new)
        if not self.gate:
            return SetDiff(folder, "compared", access_diff(*sides, at=self.at), former, sides=sides)
        if former is None:
            verdict = judge_change(*sides, at=self.at)
        else:
            verdict = judge_moved_set(*sides, folder, at=self.at)
        return SetDiff(folder, "compared", verdict.diff, former, verdict, sides)

    def of_new(self, folder: str, new: Source) -> SetDiff:
        side = self._load(new) if self.gate or self.every else None
        verdict = judge_new_set(side, folder, at=self.at) if side is not None and self.gate else None
        return SetDiff(folder, "new", verdict=verdict, sides=(None, side))

    def of_gone(self, folder: str, old: Source) -> SetDiff:
        side = self._load(old) if self.gate or self.every else None
        verdict = judge_gone_set(side, at=self.at) if side is not None and self.gate else None
        return SetDiff(folder, "gone", verdict=verdict, sides=(side, None))

    def name(self, source: Source | None) -> str | None:
        """The name of a set; None for one with errors, which is not taken for another."""
        try:
            return None if source is None else self._load(source).name
        except InvalidPolicyError:
            return None

    def _load(self, source: Source) -> Policy:
        return load_source(source, limits=self.limits)


def _without_errors(comparisons: Iterable[Callable[[], SetDiff]]) -> list[SetDiff]:
    """What is compared; where a set has errors nothing is, and those of all sets are told at once."""
    found, wrong = list[SetDiff](), list[Diagnostic]()
    for compare in comparisons:
        try:
            found.append(compare())
        except InvalidPolicyError as error:
            wrong += error.diagnostics
    if wrong:
        raise InvalidPolicyError(tuple(wrong))
    return found


def _compared(pairs: Sequence[PairedSet], comparison: _SetComparison) -> Iterator[Callable[[], SetDiff]]:
    """The comparison of each set, to be made by whoever takes it."""
    moved = dict(_moved(pairs, comparison))
    former = {pair.folder for pair in moved.values()}
    for pair in pairs:
        before = moved.get(pair.folder)
        if pair.same and pair.new is not None:
            yield partial(comparison.of_same, pair.folder, pair.new)
        elif pair.new is not None and pair.old is not None:
            yield partial(comparison.of, pair.folder, pair.old, pair.new)
        elif pair.new is not None and before is not None and before.old is not None:
            yield partial(comparison.of, pair.folder, before.old, pair.new, before.folder)
        elif pair.new is not None:
            yield partial(comparison.of_new, pair.folder, pair.new)
        elif pair.old is not None and pair.folder not in former:
            yield partial(comparison.of_gone, pair.folder, pair.old)


def _moved(pairs: Sequence[PairedSet], comparison: _SetComparison) -> Iterator[tuple[str, PairedSet]]:
    """Each folder that is new, with the only one that is gone and had a set of the same name."""
    gone = [pair for pair in pairs if pair.new is None]
    fresh = [pair for pair in pairs if pair.old is None]
    if not gone or not fresh:
        return
    before, after = (
        _by_name((comparison.name(pair.old or pair.new), pair) for pair in side) for side in (gone, fresh)
    )
    for name, pairs_of in after.items():
        if len(pairs_of) == len(before.get(name, ())) == 1:
            yield pairs_of[0].folder, before[name][0]


def _by_name(pairs: Iterable[tuple[str | None, PairedSet]]) -> dict[str, list[PairedSet]]:
    """Those that have a name, with all others of it."""
    found: dict[str, list[PairedSet]] = {}
    for name, pair in pairs:
        if name is not None:
            found.setdefault(name, []).append(pair)
    return found
