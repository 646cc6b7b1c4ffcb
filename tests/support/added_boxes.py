"""Permissions that are added to a set after somebody looked at a tree of it."""

from __future__ import annotations

from typing import Any

from plain.catalog import Data


def add(catalog: Data, group: str, body: Any = "Added") -> bool:
    """Put the permission `added` into *group*, if all in it are without instances and may be in a star."""
    node = catalog
    for step in group.split(".") if group else ():
        below = node.get("permissions", {})
        if not isinstance(below, dict) or step not in below:
            return False
        node = below[step]
        if "per" in node or "by_name" in node:
            return False
    if not isinstance(node.get("permissions"), dict) or "added" in node["permissions"]:
        return False
    node["permissions"]["added"] = body
    return True
