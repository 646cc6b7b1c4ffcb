"""A line of a change that the gate refuses: why, whose it is, and what would approve it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from rolegate.review.access_diff import ChangedSubjects

RefusalKind = Literal["unread", "rule", "invariant", "aside", "records", "role", "sensitive", "gain"]
"""Why a line is refused, the gravest first."""


@dataclass(frozen=True, slots=True)
class GateRefusal:
    """One line of a change that may not be merged as it is.

    `what` are the gains, rules or parts, each in one text. `subjects` are those to whom it happens, out of
    all who are together in a line of the diff; None for what is nobody's. `lines` are all of the diff in
    which it stands. `approval` is the entry of approvals.yaml that would approve it, without its reason and
    its end; None where nothing can. Of what is `sensitive`, the last `others` are not.
    """

    kind: RefusalKind
    what: tuple[str, ...]
    subjects: ChangedSubjects | None = None
    approval: Mapping[str, Any] | None = None
    lines: tuple[ChangedSubjects, ...] = field(default=(), repr=False, compare=False)
    others: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        about = self.subjects
        return {
            "why": self.kind,
            "what": list(self.what),
            **(
                {}
                if about is None
                else {
                    "kind": about.kind,
                    "names": list(about.names),
                    **about.belonging,
                    "domains": list(about.domains),
                }
            ),
            **({} if self.approval is None else {"approval": dict(self.approval)}),
        }
