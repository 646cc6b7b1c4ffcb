"""The statements of who changes a part of a store, made once for each store: to make them takes longest."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from rolegate.store.database_time import database_time
from rolegate.store.number_statements import is_one_of, names_parameter
from rolegate.store.tables import StoreTables

ITEM_COLUMNS = ("domain", "kind", "key", "document", "owner", "revision", "reading")
"""Those of an `ItemRow`."""


@dataclass(frozen=True, slots=True, eq=False)
class PartStatements:
    """What is run to read a part of a store, and to write what is different in it."""

    near: sa.Select[str, str | None]
    """The domains called `up`, and those directly inside the ones called `down`; with what each is within."""
    facts: sa.CompoundSelect[str, str, str | None]
    """The same, with the digests of whole files and the time of the database; the first column says which."""
    items: sa.Select[*tuple[Any, ...]]
    """The items of the domains called `names`."""
    all_items: sa.Select[*tuple[Any, ...]]
    digests: sa.Select[str, str]
    """The names of whole files, with the digests of their texts."""
    add_item: sa.Insert
    change_item: sa.Update
    """Writes an item over the one with the place `of_…` and the revision `was`."""
    remove_item: sa.Delete


@lru_cache(maxsize=64)
def part_statements(tables: StoreTables, dialect: str) -> PartStatements:
    """The statements for *tables* in the words of *dialect*."""
    domains, items, files = tables.domains.c, tables.items.c, tables.files.c
    columns = (
        items.domain,
        items.kind,
        items.key,
        items.document,
        items.owner,
        items.revision,
        items.reading,
    )
    place = sa.and_(
        items.domain == sa.bindparam("of_domain"),
        items.kind == sa.bindparam("of_kind"),
        items.key == sa.bindparam("of_key"),
        items.revision == sa.bindparam("was"),
    )
    written = ("document", "reading", "digest", "owner", "revision", "compiler")
    is_near = sa.or_(
        is_one_of(domains.name, names_parameter(dialect, "up"), dialect),
        is_one_of(domains.within, names_parameter(dialect, "down"), dialect),
    )
    facts = sa.union_all(
        sa.select(sa.literal("domain"), domains.name, domains.within).where(is_near),
        sa.select(sa.literal("file"), files.name, files.digest),
        sa.select(sa.literal("now"), database_time(dialect), sa.null()),
    )
    return PartStatements(
        near=sa.select(domains.name, domains.within).where(is_near),
        facts=facts,
        all_items=sa.select(*columns),
        items=sa.select(*columns).where(is_one_of(items.domain, names_parameter(dialect), dialect)),
        digests=sa.select(files.name, files.digest).order_by(files.name),
        add_item=tables.items.insert(),
        change_item=tables.items.update().where(place).values({name: sa.bindparam(name) for name in written}),
        remove_item=tables.items.delete().where(place),
    )
