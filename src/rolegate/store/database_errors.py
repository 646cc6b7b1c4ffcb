"""What a database refuses, in a sentence with a next step: never its own message, never a password."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url

from rolegate.errors import ConflictError, StoreError

LOST_RACE = "RG920"
REFUSED = "RG921"

NO_URL = "<not a URL>"
"""What is shown in the place of a text of which nobody knows what in it is secret."""

_SECRET = ("password", "passwd", "secret", "token")
"""A key of a URL with one of these in it has a value that nobody is shown."""

_AGAIN = "nothing of this change is stored: read the store again, and repeat the change"

_LOST_RACES = {
    "40001": f"somebody else changed the same at the same time; {_AGAIN}",
    "40P01": f"two changes waited for each other, and the database gave up this one; {_AGAIN}",
    "55P03": f"somebody else is changing the same, and did not finish in time; {_AGAIN}",
    "23505": f"somebody else has just created the same; {_AGAIN}",
    "SQLITE_BUSY_SNAPSHOT": "the store was changed after this transaction began to read; "
    "roll it back, and begin again",
    "SQLITE_BUSY": f"somebody else is changing the store, and did not finish in time; {_AGAIN}",
    "SQLITE_LOCKED": f"somebody else is changing the store, and did not finish in time; {_AGAIN}",
    "SQLITE_CONSTRAINT_UNIQUE": f"somebody else has just created the same; {_AGAIN}",
    "SQLITE_CONSTRAINT_PRIMARYKEY": f"somebody else has just created the same; {_AGAIN}",
}
"""What is said of a lost race, by the beginning of what the database calls it."""

MAKES_ONE = "`rolegate store init` (in Python `Store.create`) makes a store"

_NO_TABLES = f"has no tables of a store, or those of another version; {MAKES_ONE} there"
_READ_ONLY = "can only be read: it is a replica, or was opened so; write to the primary"
_NO_RIGHTS = "does not let this user do that; use a role that may, or have its owner grant it the rights"
_UNREACHABLE = (
    "cannot be reached, or the connection was lost; see whether it runs and whether the URL is right"
)
_FULL = "has no space left; make room, and repeat what you did"

_REFUSALS = {
    "42P01": _NO_TABLES,
    "42703": _NO_TABLES,
    "3F000": _NO_TABLES,
    "25006": _READ_ONLY,
    "42501": _NO_RIGHTS,
    "25P02": "refuses all since an earlier statement of this transaction failed; roll it back",
    "57014": "stopped a statement that took too long; repeat it, or raise `statement_timeout`",
    "53300": "has no connection left; wait, or make the pools of the applications smaller",
    "53100": _FULL,
    "57P03": "is starting or stopping; wait a moment",
    "28": "does not let this user in; see whether the user and the password are right",
    "3D000": "does not exist on this server; create it, or correct the URL",
    "08": _UNREACHABLE,
    "57P": _UNREACHABLE,
    "SQLITE_READONLY": "can only be read: see whether its file and folder may be written",
    "SQLITE_CANTOPEN": "cannot be opened; see whether its folder exists and may be written",
    "SQLITE_NOTADB": "is not a database of SQLite; correct the URL",
    "SQLITE_CORRUPT": "is damaged; restore a backup",
    "SQLITE_FULL": _FULL,
    "SQLITE_IOERR": "cannot be read or written where it is; keep it on a disk of this machine",
}


_WHILE_CONNECTING = {
    r"database .* does not exist": "3D000",
    r"authentication failed|no pg_hba\.conf entry|role .* does not exist|not permitted to log in": "28",
    r"too many clients|connection slots": "53300",
    r"database system is|not yet accepting": "57P03",
}
"""What PostgreSQL says before there is a connection; it has a name for it, which the driver does not tell."""


@contextmanager
def database_errors(url: URL | str) -> Iterator[None]:
    """Raise a `StoreError` for what the database at *url* refuses meanwhile.

    Raises:
        ConflictError: when the race was lost to somebody else.
        StoreError: for anything else that a database says.
    """
    try:
        yield
    except sa.exc.TimeoutError as error:
        raise StoreError(
            f"the database at {masked(url)} has no connection left in the pool of this process; "
            "make the pool larger, or hold connections for a shorter time",
            REFUSED,
        ) from error
    except sa.exc.DBAPIError as error:
        raise _said(error.orig or error, url, error.connection_invalidated) from error
    except Exception as error:
        if isinstance(error, _errors_of_drivers()):  # what is copied goes past SQLAlchemy
            raise _said(error, url, False) from error
        raise


def masked(url: URL | str) -> str:
    """*url* without what is secret in it; of a text that is no URL, nothing is shown."""
    try:
        found = make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        return NO_URL
    if "@" in (found.host or ""):  # the rest of a password with an `@` in it
        return NO_URL
    hidden = {key: "***" for key in found.query if any(word in key.lower() for word in _SECRET)}
    shown = found.update_query_dict(hidden).render_as_string(hide_password=True)
    return shown.replace("%2A%2A%2A", "***")


def _said(error: BaseException, url: URL | str, lost: bool) -> StoreError:
    name = _name_of(error)
    conflict = _longest(_LOST_RACES, name)
    if conflict is not None:
        return ConflictError(conflict, LOST_RACE)
    refusal = _UNREACHABLE if name == "" else _longest(_REFUSALS, name)
    if lost:
        refusal = _UNREACHABLE
    if refusal is None:
        refusal = f"refuses a statement, which it calls {name}; please report this"
    return StoreError(f"the database at {masked(url)} {refusal}", REFUSED)


def _name_of(error: BaseException) -> str:
    """What a database calls the error: the five characters of PostgreSQL, or the name that SQLite has."""
    state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
    if state:
        return str(state)
    for words, named in _WHILE_CONNECTING.items():
        if "connection failed" in str(error) and re.search(words, str(error)):
            return named
    name = str(getattr(error, "sqlite_errorname", ""))
    if name == "SQLITE_ERROR" and str(error).startswith(("no such table", "no such column")):
        return "42P01"
    return name


def _longest(texts: dict[str, str], name: str) -> str | None:
    """The text for the longest beginning of *name*."""
    found = max((start for start in texts if name.startswith(start)), key=len, default=None)
    return None if found is None else texts[found]


def _errors_of_drivers() -> tuple[type[BaseException], ...]:
    psycopg = sys.modules.get("psycopg")
    return (sqlite3.Error,) if psycopg is None else (sqlite3.Error, psycopg.Error)
