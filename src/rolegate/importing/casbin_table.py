"""The rows of a table that a Casbin adapter keeps, as they are in its columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from rolegate.diagnostics import Span, quoted
from rolegate.errors import CasbinImportError
from rolegate.importing import problems
from rolegate.store.database_errors import database_errors
from rolegate.store.databases import engine_of, reading

_SECTIONS = ("ptype", "p_type")


@dataclass(frozen=True, slots=True)
class CasbinTable:
    """Rows with their sections first, each with its place: the table and the id of the row."""

    rows: Sequence[tuple[Sequence[str | None], Span]] = field(repr=False)


def read_casbin_table(url: URL | str, name: str = "casbin_rule") -> CasbinTable:
    """The rows of the table *name* in the database at *url*, in one state; nothing is written.

    *name* may have a schema before a dot.

    Raises:
        CasbinImportError: when there is no such table, or not the columns of one.
        StoreError: when the database cannot be read.
    """
    engine = _engine(url)
    schema, _, table = name.rpartition(".")
    try:
        with reading(engine) as connection, database_errors(url):
            inspector = sa.inspect(connection)
            if not inspector.has_table(table, schema or None):
                raise problems.refused(
                    Span(name), f"there is no table {quoted(name)}", "name the table: `--table NAME`"
                )
            columns = [str(column["name"]) for column in inspector.get_columns(table, schema or None)]
            section = next((column for column in _SECTIONS if column in columns), None)
            values = sorted(column for column in columns if column[:1] == "v" and column[1:].isdigit())
            if section is None or not values:
                raise problems.refused(
                    Span(name),
                    f"{quoted(name)} is no table of Casbin: it has no columns `ptype` and `v0`",
                    "name the table of the adapter: `--table NAME`",
                )
            wanted: list[sa.ColumnClause[Any]] = [sa.column(column) for column in (section, *values)]
            order: list[sa.ColumnClause[Any]] = [sa.column("id")] if "id" in columns else wanted
            source = sa.table(table, schema=schema or None)
            found = connection.execute(sa.select(*order, *wanted).select_from(source).order_by(*order))
            rows = [(row[len(order) :], row[0], number) for number, row in enumerate(found, 1)]
    finally:
        engine.dispose()
    return CasbinTable(
        [(tuple(values), Span(name, id if isinstance(id, int) else number)) for values, id, number in rows]
    )


def _engine(url: URL | str) -> sa.Engine:
    """An engine that changes nothing: a file of SQLite is opened to be read, and has to be there."""
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        return engine_of(url)  # which says what is wrong
    if parsed.get_backend_name() != "sqlite":
        return engine_of(parsed)
    if not parsed.database or not Path(parsed.database).is_file():
        raise CasbinImportError(f"there is no file {quoted(parsed.database or '')} of SQLite")
    file = Path(parsed.database).absolute().as_uri()
    return sa.create_engine(
        URL.create("sqlite", database=file, query={"mode": "ro", "uri": "true"}), hide_parameters=True
    )
