"""Former names of domains: whoever signs up gets none of them."""

from __future__ import annotations

import json
from collections.abc import Iterator

from sqlalchemy import Connection, func, select

from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.change_error import former_name_of
from rolegate.administration.domain_changes import CreateDomain, Undo
from rolegate.administration.tenant_documents import listed
from rolegate.encoding import encode
from rolegate.store.item import canonical
from rolegate.store.tables import StoreTables


def refuse_former_names(connection: Connection, tables: StoreTables, change: AdministrativeChange) -> None:
    """Refuse to make a domain with a name that another one had, which is perhaps not read with the change.

    INVARIANT: each domain that a store has or had, and each former name that files say, has a row; so names
    that are new cost nothing here.

    Raises:
        ChangeError: when there is one.
    """
    for name in _made(change):
        if connection.scalar(select(tables.domains.c.name).where(tables.domains.c.name == encode(name))):
            other = _called_so(connection, tables, name)
            if other is not None:
                raise former_name_of(name, other)


def _made(change: AdministrativeChange) -> Iterator[str]:
    if isinstance(change, CreateDomain):
        yield str(change.document["domain"])
    elif isinstance(change, Undo):
        for name, before, after in change.done:
            if name.kind == "domain" and before is not None and after is None:
                yield name.name


def _called_so(connection: Connection, tables: StoreTables, name: str) -> str | None:
    """The domain that was called *name*, found by what is in its document."""
    c = tables.items.c
    find = func.strpos if connection.dialect.name == "postgresql" else func.instr
    said = [find(c.document, canonical(text)) > 0 for text in ("renamed_from", name)]
    for text in connection.scalars(select(c.document).where(c.kind == "domain", *said)):
        document = json.loads(text)
        if name in listed(document.get("renamed_from")):
            return str(document["domain"])
    return None
