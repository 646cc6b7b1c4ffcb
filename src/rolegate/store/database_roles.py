"""What each of three roles of PostgreSQL may do with the tables of a store.

The owner creates and upgrades them, forgets persons and deletes histories. A writer changes policies and adds
to the history, which it cannot rewrite. A reader reads.
"""

from __future__ import annotations

from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import Table

from rolegate.store.tables import StoreTables

_PREPARER = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]  # SQLAlchemy's own


def grant_statements(tables: StoreTables, *, reader: str, writer: str) -> tuple[str, ...]:
    """The SQL that the owner of *tables* runs to let the roles *reader* and *writer* do their work."""
    read, write = _PREPARER.quote(reader), _PREPARER.quote(writer)
    everything = ", ".join(_named(table) for table in tables.metadata.sorted_tables)
    changed = ", ".join(_named(table) for table in (tables.rules, tables.files, tables.domains, tables.items))
    schema = "public" if tables.schema is None else tables.schema
    ids = _PREPARER.quote(f"{tables.rules.name}_id_seq")
    place = "" if tables.schema is None else f"{_PREPARER.quote_schema(tables.schema)}."
    return (
        f"REVOKE ALL ON {everything} FROM PUBLIC, {read}, {write}",
        f"GRANT USAGE ON SCHEMA {_PREPARER.quote_schema(schema)} TO {read}, {write}",
        f"GRANT SELECT ON {everything} TO {read}, {write}",
        f"GRANT INSERT, UPDATE, DELETE ON {changed} TO {write}",
        f"GRANT UPDATE ON {_named(tables.stores)} TO {write}",
        f"GRANT INSERT ON {_named(tables.changes)} TO {write}",
        f"GRANT USAGE ON SEQUENCE {place}{ids} TO {write}",
    )


def _named(table: Table) -> str:
    return _PREPARER.format_table(table)
