"""What people read of a new role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypedDict


class RoleWords(TypedDict, total=False):
    """Its title, and its words in other languages."""

    title: str | None
    labels: Mapping[str, Any] | None
