"""The items that name one user: the database looks for the user in documents, and sends those alone."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, and_, func, or_, select
from sqlalchemy.sql import ColumnElement

from rolegate.store.item import Document, Item, canonical
from rolegate.store.tables import StoreTables

_AT_ONCE = 1_000


def read_items_about(connection: Connection, tables: StoreTables, user: str) -> Iterator[Item]:
    """The lines and the teams in force that name *user*, as they are read today.

    INVARIANT: documents are canonical JSON, in which a text has one form and no blank is around it.
    """
    c = tables.items.c
    find = func.strpos if connection.dialect.name == "postgresql" else func.instr

    def has(text: str) -> ColumnElement[bool]:
        return find(c.document, text) > 0

    line, name = c.kind.in_(["binding", "restriction"]), canonical(user)
    wanted = (
        select(c.domain, c.kind, c.key, c.document, c.owner, c.revision, c.reading)
        .where(or_(and_(line, has(f'"user":{name}')), and_(c.kind == "team", has(name))))
        .where(or_(c.reading.is_(None), c.reading != ""))
        .execution_options(yield_per=_AT_ONCE)
    )
    for row in connection.execute(wanted):
        item = Item.of(tuple(row)).today
        if item is not None and _names(item.document, user):
            yield item


def _names(document: Document, user: str) -> bool:
    """Whether a line is about *user*, or a team has them as a member."""
    members = document.get("members", ())
    return document.get("user") == user or user in (members if isinstance(members, list) else [members])
