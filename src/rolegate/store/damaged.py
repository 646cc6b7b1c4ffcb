"""What a database holds that no release of rolegate wrote: it is named, and nothing is decided by it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from rolegate.diagnostics import short
from rolegate.encoding import decode
from rolegate.errors import StoreError

DAMAGED = "RG917"

_NAMES = ("domain", "within", "user", "team", "role")
"""Keys of a document under which there is one name."""


def damaged(what: str) -> StoreError:
    """What to raise where *what* is not as it was written."""
    return StoreError(
        f"{what} is not as it was written: the database is damaged, or somebody else wrote into it; restore "
        "a backup, or load a dump into a new store",
        DAMAGED,
    )


@contextmanager
def as_written(what: str) -> Iterator[None]:
    """Values of *what* are taken from the database meanwhile.

    Raises:
        StoreError: for a value of another kind than its column, as SQLite keeps any.
    """
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        raise damaged(what) from error


def document_of(kind: str, domain: str, key: str, text: Any) -> dict[str, Any]:
    """The document that *text* is, of the item with this kind, domain and key.

    Raises:
        StoreError: for what is none: no JSON, or without what each of its kind has.
    """
    try:
        found = json.loads(text) if type(text) is str else None
    except (ValueError, RecursionError):
        found = None
    if type(found) is not dict or not _has_its_names(kind, found) or not _is_plain(found):
        raise damaged(item_place(kind, domain, key))
    return found


def item_place(kind: Any, domain: Any, key: Any) -> str:
    """An item as messages name it, whatever is in its columns."""
    what = "line" if kind in ("binding", "restriction") else short(str(kind))
    name = str(key)[:12] if what == "line" else short(_decoded(key))
    inside = f" of domain `{short(_decoded(domain))}`" if domain and kind != "domain" else ""
    return f"{what} `{name}`{inside} in the table of items"


def _decoded(text: Any) -> str:
    try:
        return decode(text)
    except (TypeError, ValueError, AttributeError):
        return str(text)


def _has_its_names(kind: str, document: dict[str, Any]) -> bool:
    if kind in ("role", "team", "domain") and not document.get(kind):
        return False
    if kind == "team" and not ("members" in document and "domain" in document):
        return False
    return all(type(document[name]) is str and document[name] for name in _NAMES if name in document)


def _is_plain(value: Any, left: int = 50) -> bool:
    """Whether there are texts, lists and mappings alone, and true and false, as a file has them."""
    if isinstance(value, str | bool):
        return True
    if left == 0 or not isinstance(value, list | dict):
        return False
    parts = value.values() if isinstance(value, dict) else value
    return all(type(part) is str or _is_plain(part, left - 1) for part in parts)
