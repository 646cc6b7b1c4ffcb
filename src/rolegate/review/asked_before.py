"""A right of the newer side, as the older side is asked for it, and how much of several is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rolegate.catalog.model import Permission
from rolegate.grants.rights import Right, covers, shown
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.permission_meanings import PermissionMeanings

UNNAMED = "%E2%80%A6"
"""An id, `…`, that stands for an instance which no file names."""


def asked_before(pair: PairedPermission, right: Right) -> Right | None:
    """What the older side is asked for *right*; None where it has nothing of the kind.

    Instances of another kind are other things: there it is asked about all of them.
    """
    if pair.old is None or pair.new is None:
        return None
    parts = () if right.obj in ("-", "*") else tuple(right.obj.removesuffix("/*").split("/"))
    on = pair.on_side(0, parts)[: len(pair.old.chain)]
    obj = "/".join(on) if len(on) == len(pair.old.chain) else "/".join((*on, "*"))
    return Right(pair.old.path, obj or "-", pair.scope_on(0, right.scope))


def gains_said(
    pair: PairedPermission, gained: Sequence[Right], meanings: PermissionMeanings
) -> Iterator[str]:
    """The widest of *gained*, rights of one permission of the newer side, each as a gain of it is named."""
    assert pair.new is not None  # noqa: S101 - there is something to gain
    for right in gained:
        if not any(other != right and _lies_within(right, other, pair.new) for other in gained):
            part = shown(right).removeprefix(right.path)
            yield f"{pair.path}{part}{meanings.otherwise(pair, part)}"


def _lies_within(right: Right, other: Right, permission: Permission) -> bool:
    if not covers(other.obj, right.obj):
        return False
    ladder = permission.ladder
    return right.scope == other.scope or (ladder is not None and other.scope in ladder.broader(right.scope))
