"""SQLite makes the file of a database that is not there: nobody but who makes a store may do that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy import event

from rolegate.errors import StoreError
from rolegate.store.database_errors import MAKES_ONE, REFUSED
from rolegate.texts.invisible import one_line

_HAS_TO_BE_THERE = ContextVar("rolegate_file_has_to_be_there", default=False)


@contextmanager
def file_is_there(engine: sa.Engine | sa.Connection, *, makes_file: bool = False) -> Iterator[None]:
    """Whoever connects meanwhile makes no file, unless it *makes_file*; what others open is theirs.

    Raises:
        StoreError: when there is no such file.
    """
    if makes_file or not isinstance(engine, sa.Engine) or engine.dialect.name != "sqlite":
        yield
        return
    if not event.contains(engine.dialect, "do_connect", _refuse_missing_file):
        event.listen(engine.dialect, "do_connect", _refuse_missing_file)
    before = _HAS_TO_BE_THERE.set(True)
    try:
        yield
    finally:
        _HAS_TO_BE_THERE.reset(before)


def _refuse_missing_file(_: Any, __: Any, args: list[Any], options: dict[str, Any]) -> None:
    """Whoever connects gives the path as the driver gets it, whatever the current folder is by now."""
    name = str(args[0] if args else options.get("database", ""))
    path = _path_of(name, is_uri=bool(options.get("uri")))
    if not _HAS_TO_BE_THERE.get() or path is None or path.exists():
        return
    there = path.parent.is_dir()
    missing = "file" if there else "folder"
    named = path if there else path.parent
    raise StoreError(
        f"there is no {missing} `{one_line(str(named))}`, so there is no store in it; correct the URL, or "
        f"{'' if there else 'make the folder: '}{MAKES_ONE} there",
        REFUSED,
    )


def _path_of(name: str, *, is_uri: bool) -> Path | None:
    """Where the file is; None for a database in memory, or one that SQLite puts where nobody sees it."""
    if is_uri and name.startswith("file:"):
        parts = urlsplit(name)
        if parse_qs(parts.query).get("mode") == ["memory"] or "vfs" in parse_qs(parts.query):
            return None
        name = unquote(parts.path)
    return None if name in ("", ":memory:") else Path(name).absolute()
