"""What a drawing of the tree asks about whoever holds something, box by box."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from rolegate.catalog.labels import Words
from rolegate.catalog.model import Group, Permission
from rolegate.tree.box_reasons import BoxNotes
from rolegate.tree.tree_node import BoxState, TreeNode


class Holding(Protocol):
    """Somebody's rights in a domain, or those of a draft."""

    def holds(self, permission: Permission, pattern: str, scope: str) -> bool: ...

    def holds_some(self, permission: Permission, pattern: str) -> bool: ...

    def taken(self, permission: Permission, pattern: str, scope: str) -> bool: ...

    def holds_new(self, permission: Permission, pattern: str, scope: str) -> bool: ...

    def until(self, permission: Permission, pattern: str, scopes: Sequence[str]) -> datetime | None: ...

    def offers(self, group: str) -> bool: ...

    def exists(self, permission: Permission) -> bool: ...

    def available(self, permission: Permission) -> bool: ...

    def instances(self, chain: tuple[str, ...], prefix: tuple[str, ...]) -> tuple[str, ...]: ...

    def title(self, kind: str, path: str, words: Words) -> str | None: ...

    def opens(self, group: str) -> tuple[str, ...]: ...

    def cut_stars(self, group: str) -> tuple[str, ...]: ...


class Notes(Protocol):
    """What the boxes say of themselves."""

    def leaf_notes(
        self, permission: Permission, obj: str, held: Sequence[str], template: bool
    ) -> BoxNotes: ...

    def heading_notes(self, group: Group, state: BoxState) -> BoxNotes: ...

    def group_notes(
        self, group: Group, instance: str | None, state: BoxState, below: Sequence[TreeNode]
    ) -> BoxNotes: ...
