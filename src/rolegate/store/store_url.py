"""Where a store is: the URL of its database, with the schema or the prefix of its tables as options."""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy import URL, Engine, make_url
from sqlalchemy.exc import ArgumentError

from rolegate.diagnostics import quoted
from rolegate.errors import StoreError, wrong_argument
from rolegate.loading.store_source import BEGINS, parse_store
from rolegate.store.redis_notices import is_redis

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_]*").fullmatch
MAX_SCHEMA, MAX_PREFIX = 63, 30
"""The longest names: PostgreSQL cuts off what is longer than 63 characters."""


class StorePlace(NamedTuple):
    """A database, and the tables in it that are of one store."""

    url: URL | str
    schema: str | None
    prefix: str
    notices: bool | str = True


def place_of(url: URL | str) -> StorePlace:
    """What *url* says: `postgresql://…/app?schema=roles` or `sqlite:///app.db?prefix=roles_`.

    Raises:
        StoreError: for options that are none, and for the name that commands have for a store.
        TypeError: for what is no URL at all, such as an engine of the other kind of store.
    """
    if not isinstance(url, URL | str):
        raise no_place(url)
    if isinstance(url, str) and url.startswith(BEGINS):
        named = parse_store(url)
        raise StoreError(
            f"{quoted(url)} is what commands call a store: give the URL of its database, which is in "
            f"`os.environ[{named.variable!r}]`, or write `rolegate.load_source({url!r})`",
            "RG903",
        )
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return StorePlace(url, None, "")  # whoever opens it says what is wrong
    options = dict(parsed.query)
    schema, prefix = options.pop("schema", None), options.pop("prefix", "")
    notices = options.pop("notices", "on")
    if len(options) == len(parsed.query):
        return StorePlace(url, None, "")
    if not (isinstance(schema, str | None) and isinstance(prefix, str) and _tells(notices)):
        raise StoreError(
            "a URL of a store has one `schema` and one `prefix` at most, and `notices` are `on`, `off` or "
            "the URL of a server of Redis",
            "RG903",
        )
    told = str(notices) if notices not in ("on", "off") else notices == "on"
    driver = "postgresql" if parsed.drivername == "postgres" else parsed.drivername
    return StorePlace(parsed.set(drivername=driver, query=options), schema, prefix, told)


def no_place(given: object) -> TypeError:
    """What to raise for *given*, at which no store can be opened."""
    instead = "write `Store.open('postgresql://…')`"
    if isinstance(given, Engine):
        instead = "this is an Engine, which is not awaited: write `Store.open(engine)`"
    elif type(given).__name__ == "AsyncEngine":  # whoever has no greenlet cannot import it
        instead = "this is an AsyncEngine: write `AsyncStore.open(engine)`"
    elif type(given).__name__.endswith(("Connection", "Session")):
        instead = "open the store at its engine, and give calls this as `bind`"
    return wrong_argument("open", given, "a URL or an engine", instead)


def _tells(notices: object) -> bool:
    return notices in ("on", "off") or (isinstance(notices, str) and is_redis(notices))


def check_names(schema: str | None, prefix: str, dialect: str) -> None:
    """Refuse a schema or a prefix that would not be the same everywhere.

    Raises:
        StoreError: for other characters than letters, digits and `_`, a name that is too long, and a schema
            on SQLite, which has none.
    """
    for what, name, most in (("schema", schema or "", MAX_SCHEMA), ("prefix", prefix, MAX_PREFIX)):
        if name and not (_IDENTIFIER(name) and len(name) <= most):
            raise StoreError(
                f"the {what} {quoted(name)} of a store has other characters than letters, digits and `_`, or "
                f"more than {most} of them",
                "RG903",
            )
    if schema is not None and dialect == "sqlite":
        raise StoreError("SQLite has no schemas: use a prefix, or a file for each store", "RG903")
