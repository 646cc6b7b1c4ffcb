"""A store with many tenants that are alike: one is applied from files, and its rows are copied.

A tenant has roles of its own and users who hold them. Everything in it belongs to run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from rolegate.store.databases import writing
from rolegate.store.item import digest_of
from rolegate.store.rule_digests import digest_of_rows
from rolegate.store.store import Store

AREAS, PERMISSIONS = 10, 15
OWNER = "olga"
_AT_ONCE = 20_000

Values = Mapping[str, Any]


@dataclass(frozen=True)
class Tenants:
    """*count* tenants with so many roles of so many grants each, and so many users beside the owner."""

    count: int
    roles: int = 5
    grants: int = 15
    users: int = 23

    @property
    def lines(self) -> int:
        """Compiled lines of one tenant: grants, users with the owner, and the domain itself."""
        return self.roles * self.grants + self.users + 2

    @staticmethod
    def name(number: int) -> str:
        return f"tenant{number:07}"

    @property
    def names(self) -> list[str]:
        return [self.name(number) for number in range(self.count)]

    @staticmethod
    def grants_of(role: int) -> list[str]:
        """What a role of that number grants, the one named first among them."""
        return [f"area{role % AREAS}.p{number}" for number in range(PERMISSIONS)]

    def fill(self, store: Store, folder: Path) -> None:
        """Make *store*, and the tenants in it."""
        store.create()
        store.apply(self._write_first(folder))
        first = store.tables.items.c.domain == self.name(0)
        with writing(store.engine) as connection:
            connection.execute(store.tables.items.update().where(first).values(owner="run time"))
            _Copies(connection, store, self.name(0)).write(self.names[1:])
        if store.engine.dialect.name == "postgresql":
            with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.exec_driver_sql("ANALYZE")

    def _write_first(self, folder: Path) -> Path:
        """What all tenants have in common, and the first of them."""
        write_files(folder)
        name, lines = self.name(0), [(OWNER, "owner")]
        for role in range(self.roles):
            place = folder / f"roles/{name}/role{role}.yaml"
            place.parent.mkdir(exist_ok=True)
            grants = ", ".join(self.grants_of(role)[: self.grants])
            place.write_text(f"role: role{role}\ngrants: [{grants}]\n", encoding="utf-8")
        lines += [
            (f"user{user}", f"role{user % self.roles}" if self.roles else "owner")
            for user in range(self.users)
        ]
        said = "".join(f"  - {{user: {user}, role: {role}, domain: {name}}}\n" for user, role in lines)
        (folder / "bindings.yaml").write_text(f"bindings:\n{said}", encoding="utf-8")
        (folder / "domains.yaml").write_text(f"domains: {{home: {{}}, {name}: {{}}}}\n", encoding="utf-8")
        return folder


def write_files(folder: Path, title: str = "Desk", more: str = "") -> Path:
    """A catalog, the role of owners, and the domain of whoever runs the service.

    All permissions have one title, and there is one *more* where one is named.
    """
    areas = "".join(
        f"  area{area}: {{permissions: {{{', '.join(f'p{n}: {title}' for n in range(PERMISSIONS))}}}}}\n"
        for area in range(AREAS)
    )
    new = f"  {more}: New\n" if more else ""
    files = {
        "catalog.yaml": "catalog: desk\ncustom_roles: {manage: access.manage}\npermissions:\n"
        f"  access: {{permissions: {{manage: Manage}}}}\n{areas}{new}",
        "roles/owner.yaml": "role: owner\ngrants: ['*']\n",
        "domains.yaml": "domains: {home: {}}\n",
    }
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return folder


class _Copies:
    """The rows of one tenant, written again for others."""

    def __init__(self, connection: sa.Connection, store: Store, template: str) -> None:
        tables, self._connection, self._template = store.tables, connection, template
        rules = tables.rules
        about = sa.or_(rules.c.v0 == template, (rules.c.ptype == "g") & (rules.c.v2 == template))
        self._rows = {
            tables.domains: self._read(sa.select(tables.domains).where(tables.domains.c.name == template)),
            tables.items: self._read(sa.select(tables.items).where(tables.items.c.domain == template)),
            rules: self._read(sa.select(*(c for c in rules.c if c.name != "id")).where(about)),
        }
        self._rules = self._rows[rules]

    def _read(self, wanted: sa.Select[Any]) -> list[Values]:
        return [dict(row._mapping) for row in self._connection.execute(wanted)]

    def write(self, names: Iterable[str]) -> None:
        """The tenants called *names*."""
        wanted = list(names)
        for table, rows in self._rows.items():
            made = (self._copied(table.name, row, name) for name in wanted for row in rows)
            while part := list(islice(made, _AT_ONCE)):
                self._insert(table, list(rows[0]), part)

    def _copied(self, table: str, row: Values, name: str) -> tuple[Any, ...]:
        said = {key: self._named(value, name) for key, value in row.items()}
        if table.endswith("item"):
            said["digest"] = digest_of(said["document"])
            if said["kind"] in ("binding", "restriction"):
                said["key"] = said["digest"]
        elif table.endswith("domain"):
            said |= {"entries": 0, "head": ""}  # its history is not copied
            if said["rules"] is not None:
                rules = ([self._named(value, name) for value in rule.values()] for rule in self._rules)
                said["rules"] = digest_of_rows(map(tuple, rules))
        return tuple(said.values())

    def _named(self, value: Any, name: str) -> Any:
        return value.replace(self._template, name) if isinstance(value, str) else value

    def _insert(self, table: sa.Table, names: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
        quote = self._connection.dialect.identifier_preparer
        into = f"{quote.format_table(table)} ({', '.join(map(quote.quote, names))})"
        if self._connection.dialect.name == "sqlite":
            places = ", ".join("?" for _ in names)
            self._connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places})", list(rows))  # noqa: S608
            return
        driver = self._connection.connection.driver_connection
        assert driver is not None  # noqa: S101 - it is connected
        with driver.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


def questions(tenants: Tenants) -> Iterator[tuple[str, str, str]]:
    """A question for each tenant that is allowed: who, what, and where."""
    for name in tenants.names:
        yield "user0", "area0.p0", name
