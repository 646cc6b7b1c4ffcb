"""Texts that a comment cuts off, such as `title: Trips #1`, of which YAML reads `Trips`."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MAY_BE = re.compile(r"[^\s#] #\w")
_WORD = re.compile(r" (#\w[^\r\n]*)")
_NUMBER = re.compile(r" (#[0-9][^\r\n]*)")

_FREE = frozenset({"title", "description", "source", "assumed", "every", "note"})
"""Keys of texts for people; nobody comments on them in the same line without a blank after the `#`."""
_OF_IDS = frozenset({"instances", "only", "removed", "teams"})
_OF_TITLES = frozenset(
    {"permissions", "fields", "resources", "plans", "addons", "domain_kinds", "role_kinds", "scopes", "roles"}
)


def may_be_cut(text: str) -> bool:
    """Whether there may be such a text in the file *text*; most have none."""
    return " #" in text and _MAY_BE.search(text) is not None


def cut_off(text: str, end: int, keys: Sequence[str], listed: bool) -> str:
    """What is cut off from the value that ends at *end* below *keys*; empty for what may be a comment.

    *listed* says that it is an item of a list.
    """
    pattern = _WORD if keys[-1] in _FREE else _NUMBER
    ids = not _OF_IDS.isdisjoint(keys)
    titled = not listed and keys[-2] in _OF_TITLES
    if keys[-1] not in _FREE and not ids and not titled:
        return ""
    found = pattern.match(text, end)
    return found[1] if found is not None else ""
