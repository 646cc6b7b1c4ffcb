"""Compares one policy set of a repository with what it was, or judges it where one side does not have it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rolegate.documents.file_kinds import APPROVALS
from rolegate.documents.limits import Limits
from rolegate.errors import InvalidPolicyError
from rolegate.loading.load import policy_of
from rolegate.loading.set_pairs import ChangedPointer
from rolegate.loading.sources import Source, load_source, source_files
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff, access_diff
from rolegate.review.broken_base import reading_base
from rolegate.review.gate_verdict import (
    judge_alone,
    judge_change,
    judge_gone_set,
    judge_moved_set,
    judge_new_set,
    judge_same_set,
)
from rolegate.review.pointer_rules import pointer_rule
from rolegate.review.set_diff import SetDiff, SetState


@dataclass(frozen=True, slots=True)
class SetComparison:
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

    def of_pointer(self, pointer: ChangedPointer, approving: Iterable[Policy]) -> SetDiff:
        """What happens to a submodule or a link, judged by the approvals of *approving* sets."""
        verdict = judge_alone(pointer_rule(pointer), approving, at=self.at) if self.gate else None
        state: SetState = "link" if pointer.is_link else "submodule"
        return SetDiff(pointer.folder, state, verdict=verdict, pointer=pointer)

    def of(self, folder: str, old: Source, new: Source, former: str | None = None) -> SetDiff:
        sides = self._base(old), self._load(new)
        if not self.gate:
            return SetDiff(folder, "compared", access_diff(*sides, at=self.at), former, sides=sides)
        if former is None:
            verdict = judge_change(*sides, at=self.at)
        else:
            verdict = judge_moved_set(*sides, former, folder, at=self.at)
        return SetDiff(folder, "compared", verdict.diff, former, verdict, sides)

    def of_new(self, folder: str, new: Source) -> SetDiff:
        side = self._load(new) if self.gate or self.every else None
        verdict = judge_new_set(side, folder, at=self.at) if side is not None and self.gate else None
        return SetDiff(folder, "new", verdict=verdict, sides=(None, side))

    def of_gone(self, folder: str, old: Source) -> SetDiff:
        side = self._base(old) if self.gate or self.every else None
        verdict = judge_gone_set(side, folder, at=self.at) if side is not None and self.gate else None
        return SetDiff(folder, "gone", verdict=verdict, sides=(side, None))

    def name(self, source: Source | None) -> str | None:
        """The name of a set; None for one with errors, which is not taken for another."""
        try:
            return None if source is None else self._load(source).name
        except InvalidPolicyError:
            return None

    def _base(self, source: Source) -> Policy:
        with reading_base(gate=self.gate):
            return self._load(source)

    def _load(self, source: Source) -> Policy:
        return load_source(source, limits=self.limits)
