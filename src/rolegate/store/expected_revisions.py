"""What whoever changes an item expects of it: that it is as they have read it."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from rolegate.diagnostics import quoted
from rolegate.encoding import decode
from rolegate.errors import ConflictError
from rolegate.store.database_errors import LOST_RACE
from rolegate.store.item import NO_DOMAIN, ItemKind
from rolegate.store.number_statements import is_one_of, names_parameter
from rolegate.store.numbering import parts_of
from rolegate.store.tables import StoreTables


def expect_revisions(
    connection: sa.Connection,
    tables: StoreTables,
    expected: Mapping[tuple[str, ItemKind, str], int],
) -> None:
    """Refuse to go on unless each item has the revision *expected* of it, 0 where there is to be none.

    The domains of the items are locked.

    Raises:
        ConflictError: for an item that somebody else changed, made or removed.
    """
    items, dialect = tables.items.c, connection.dialect.name
    for domain in sorted({identity[0] for identity in expected}):
        asked = {identity: number for identity, number in expected.items() if identity[0] == domain}
        found: dict[tuple[str, str], int] = {}
        for part in parts_of(connection, sorted({identity[2] for identity in asked})):
            rows = connection.execute(
                sa.select(items.kind, items.key, items.revision).where(
                    items.domain == domain, is_one_of(items.key, names_parameter(dialect), dialect)
                ),
                {"names": part},
            )
            found |= {(row.kind, row.key): int(row.revision) for row in rows}
        compare_revisions({(domain, *found_there): number for found_there, number in found.items()}, asked)


def compare_revisions(
    found: Mapping[tuple[str, str, str], int], expected: Mapping[tuple[str, ItemKind, str], int]
) -> None:
    """Refuse to go on unless the revisions that were *found* of items are those *expected* of some.

    Raises:
        ConflictError: for an item that somebody else changed, made or removed.
    """
    for identity in sorted(expected):
        there = found.get(identity, 0)
        if there != expected[identity]:
            raise ConflictError(_conflict(identity, expected[identity], there), LOST_RACE)


def _conflict(identity: tuple[str, ItemKind, str], expected: int, there: int) -> str:
    domain, kind, key = identity
    # Lines have no name: their key is a digest.
    named = f"a {kind}" if kind in ("binding", "restriction") else f"{kind} {quoted(decode(key))}"
    place = f" in domain {quoted(decode(domain))}" if domain != NO_DOMAIN and kind != "domain" else ""
    if there == 0:
        happened = f"was removed by somebody else, and was at revision {expected} when you read it"
    elif expected == 0:
        return f"there is a {named}{place} already; nothing of this change is stored"
    else:
        happened = f"was changed by somebody else: it is at revision {there}, and you read {expected}"
    return f"{named}{place} {happened}; nothing of this change is stored: read it again"
