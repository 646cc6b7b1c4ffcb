"""The changes of one subject somewhere, and those of them that somebody asks for."""

from __future__ import annotations

from collections.abc import Callable, Collection

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
    cells = difference.cells
    return tuple(
        access_change(cells, pair, before, after, sensitive=pair in sensitive)
        for pair, (before, after) in cells.by_permission(difference.before, difference.after)
        if before != after
    )
