"""What a change does to one policy set of a repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from rolegate.loading.set_pairs import ChangedPointer
from rolegate.policy.policy import Policy
from rolegate.review.access_diff import AccessDiff
from rolegate.review.extents import ChangeSeverity
from rolegate.review.gate_verdict import GateVerdict

SetState = Literal["compared", "new", "gone", "submodule", "link"]


@dataclass(frozen=True, slots=True)
class SetDiff:
    """One policy set, by its folder from the top of the repository.

    What is `new` or `gone` is compared with nothing, so it has no `diff`. `former` is the folder that the set
    was in before, if it was moved. `verdict` is that of the gate, where it was asked; a set that is new or
    gone has one as well, and one without a verdict is not refused. `sides` are the policies that were
    compared, for those who ask about something else: not those of a set that git says is the same, unless
    that was asked for.
    A `submodule`, and a `link` out of the repository, has the `pointer` that changed: the sets there are not
    read.
    """

    folder: str
    state: SetState
    diff: AccessDiff | None = None
    former: str | None = None
    verdict: GateVerdict | None = None
    sides: tuple[Policy | None, Policy | None] = field(default=(None, None), repr=False, compare=False)
    pointer: ChangedPointer | None = None

    def __bool__(self) -> bool:
        return self.diff is None or bool(self.diff)

    @property
    def gains(self) -> bool:
        """Whether somebody gains; of what is compared with nothing, nothing else can be said."""
        return self._may_gain if self.diff is None else self.diff.gains

    @property
    def _may_gain(self) -> bool:
        return self.state == "new" or (self.pointer is not None and self.pointer.new is not None)

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
        points = {}
        if self.pointer is not None:
            key = "targets" if self.pointer.is_link else "commits"
            points = {key: [self.pointer.old, self.pointer.new]}
        return {"folder": self.folder, **former, "state": self.state, **points, **told}
