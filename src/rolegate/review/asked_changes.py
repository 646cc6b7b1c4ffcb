"""The changes of one subject somewhere, and those of them that somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from rolegate.review.cells import Cells
from rolegate.review.differences import PolicySide, SubjectDifference
from rolegate.review.extents import AccessChange, access_change
from rolegate.review.paired_permissions import PairedPermission

AskedChanges = Callable[
    [SubjectDifference, tuple[AccessChange, ...], tuple[PolicySide, PolicySide]], tuple[AccessChange, ...]
]
"""Of the changes of somebody somewhere, between two policies at a time, those that are asked for."""


def changes_of(
    difference: SubjectDifference, sensitive: Collection[PairedPermission] = ()
) -> tuple[AccessChange, ...]:
    """The change of each permission, in the order of the catalog; *sensitive* are those called so."""
    cells, held = difference.cells, (difference.before, difference.after)
    return tuple(
        access_change(cells, pair, before, after, sensitive=pair in sensitive)
        for pair, (before, after) in cells.touched_by(held[0] ^ held[1], *held)
    )


@dataclass(slots=True)
class ToldChanges:
    """The changes of differences; those of many people are equal, and worked out once."""

    sensitive: Collection[PairedPermission]
    _known: dict[tuple[Cells, int, int], tuple[AccessChange, ...]] = field(default_factory=dict)

    def of(self, difference: SubjectDifference) -> tuple[AccessChange, ...]:
        alike = (difference.cells, difference.before, difference.after)
        found = self._known.get(alike)
        if found is None:
            found = self._known[alike] = changes_of(difference, self.sensitive)
        return found
