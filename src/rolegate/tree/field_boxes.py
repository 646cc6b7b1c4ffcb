"""What a box says of a field: whether it may be edited, viewed, or is hidden."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.scoped_fields import is_field
from rolegate.tree.tree_node import TreeNode

FieldBox = Literal["edit", "view", "hidden"]


def field_at(permission: Permission, held: Sequence[str]) -> FieldBox | None:
    """What the scopes *held* say, the broadest first; None for what is not a field."""
    if permission.ladder is not FIELD_LADDER:
        return None
    return "edit" if "edit" in held else "view" if held else "hidden"


def field_in_every_record(group: Group, children: Sequence[TreeNode], catalog: Catalog) -> FieldBox | None:
    """What the boxes of the two halves of a field with scopes say; None for what is not a field."""
    if not is_field(group, catalog):
        return None
    may = {}
    for half in group.children:
        ladder = catalog.permission(half).ladder
        box = next((child for child in children if child.path == half), None)
        all_records = ladder is not None and ladder.scopes[ladder.broadest].condition is None
        may[half.rpartition(".")[2]] = box is not None and box.state == "on" and all_records
    return "hidden" if not may["view"] else "edit" if may["edit"] else "view"
