"""What one tick or untick did to a draft."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from rolegate.tree.box_reasons import ClosedReason


@dataclass(frozen=True, slots=True)
class AlongWith:
    """A right that came or went with another one, `by`, which `requires` or `implies` it, or requires it."""

    grant: str
    why: Literal["requires", "implies"]
    by: str

    def to_dict(self) -> dict[str, Any]:
        return {"grant": self.grant, "why": self.why, "by": self.by}


@dataclass(frozen=True, slots=True)
class DraftChange:
    """What changed with one box: rights are written as grants, without those that others cover.

    `added` is all that is held now and was not, `removed` the other way round. `brought` is what came along:
    what the box requires is granted by the role, what it implies comes by itself. `taken_along` is what could
    not be held any more. `stars_lost` are the stars that are lists of names now: new ones are no longer
    included. `left` says what was left as it is, and why.
    """

    box: str
    ticked: bool
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    brought: tuple[AlongWith, ...] = ()
    taken_along: tuple[AlongWith, ...] = ()
    stars_lost: tuple[str, ...] = ()
    left: tuple[ClosedReason, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON."""
        return {
            "box": self.box,
            "ticked": self.ticked,
            "added": list(self.added),
            "removed": list(self.removed),
            "brought": [companion.to_dict() for companion in self.brought],
            "taken_along": [companion.to_dict() for companion in self.taken_along],
            "stars_lost": list(self.stars_lost),
            "left": [reason.to_dict() for reason in self.left],
        }
