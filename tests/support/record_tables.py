"""Tables of records in the README of a policy set, tried in memory and in SQL.

    | Record | Attributes | `tickets.show` |
    |---|---|---|
    | `new` | `{account_id: acme, team: {name: sales}, watchers: [{user_id: ana}]}` | `ana`, `olga` |
    | `of another` | `{account_id: beta}` | nobody |

The last columns list everyone who may, of all users of the set, in the domain of the record; asked in any
other domain, nobody may. The tables of the database follow from the attributes: a mapping is one related
record, a list of mappings several. What a record does not mention has no value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import DeclarativeBase, Session, relationship

from document_tables import tables
from rolegate import Gate

Data = dict[str, Any]
Allowed = dict[str, dict[str, set[str]]]
"""Who may, by permission and record; with the domain in front of the user where it is not the record's."""


@dataclass(frozen=True)
class RecordTable:
    """Records of one kind, and who may do what with them."""

    records: dict[str, Data]
    expected: Allowed

    @classmethod
    def all_of(cls, folder: Path) -> list[RecordTable]:
        """Every table of records in the README of a policy set."""
        return [
            cls.of_rows(rows)
            for rows in tables(folder / "README.md")
            if next(iter(rows[0].cells)) == "Record"
        ]

    @classmethod
    def of_rows(cls, rows: Sequence[Any]) -> RecordTable:
        """The table that *rows* of a page are."""
        records: dict[str, Data] = {}
        expected: Allowed = {}
        for row in rows:
            (name,), (text,) = row.codes("Record"), row.codes("Attributes")
            assert name not in records, f"line {row.number}: two records are called {name}"
            records[name] = yaml.safe_load(text)
            for column, cell in list(row.cells.items())[2:]:
                assert row.codes(column) or cell == "nobody", f"line {row.number}: say `nobody` if nobody may"
                expected.setdefault(column.strip("`"), {})[name] = set(row.codes(column))
        return cls(records, expected)

    def in_memory(self, gate: Gate) -> Allowed:
        """Who may by `Subject.can`, with the record as a mapping."""
        records = self.whole()

        def allowed(permission: str, user: str, domain: str) -> list[str]:
            subject = gate.subject(user, domain)
            return [name for name, record in records.items() if subject.can(permission, record)]

        return self._asked(gate, allowed)

    def in_sql(self, gate: Gate) -> Allowed:
        """Who may by `Subject.where`, with the records as rows of an SQLite database."""
        with self.stored() as (session, model):

            def allowed(permission: str, user: str, domain: str) -> list[str]:
                where = gate.subject(user, domain).where(permission, model)
                return list(session.scalars(sa.select(model.record).where(where)))

            return self._asked(gate, allowed)

    def whole(self) -> dict[str, Data]:
        """The records by name, each with every attribute that any of them has."""
        return dict(zip(self.records, completed(list(self.records.values())), strict=True))

    @contextmanager
    def stored(self) -> Iterator[tuple[Session, Any]]:
        """The records as rows of a new SQLite database, and their model; its `record` is the name."""
        base: Any = type("Base", (DeclarativeBase,), {})
        model = _model(base, "records", [{"record": name} | data for name, data in self.records.items()])
        engine = sa.create_engine("sqlite://")
        base.metadata.create_all(engine)
        with Session(engine) as session:
            whole = completed([{"record": name} | data for name, data in self.records.items()])
            session.add_all([_made(model, data) for data in whole])
            session.flush()
            yield session, model

    def _asked(self, gate: Gate, allowed: Any) -> Allowed:
        records = gate.policy.catalog.records
        attribute = "" if records is None else records.domain
        found: Allowed = {permission: {name: set() for name in self.records} for permission in self.expected}
        for permission in self.expected:
            for user in gate.policy.users:
                for domain in gate.policy.domains:
                    for name in allowed(permission, user, domain):
                        own = attribute is None or self.records[name].get(attribute) == domain
                        found[permission][name].add(user if own else f"{domain}: {user}")
        return found


def completed(records: Sequence[Data]) -> list[Data]:
    """*records* with every attribute that any of them has; what one does not mention is None, or nothing."""
    attributes = {
        key: _values(records, key) for key in dict.fromkeys(key for data in records for key in data)
    }
    made: list[Data] = [{} for _ in records]
    for key, values in attributes.items():
        several = any(isinstance(value, list) for value in values)
        parts = [part for value in values if value is not None for part in (value if several else [value])]
        if parts and isinstance(parts[0], dict):
            parts = completed(parts)
        rest = iter(parts)
        for data, value in zip(made, values, strict=True):
            if several:
                data[key] = [next(rest) for _ in value or ()]
            else:
                data[key] = None if value is None else next(rest)
    return made


def _values(records: Sequence[Data], key: str) -> list[Any]:
    return [data.get(key) for data in records]


_TYPES: dict[type, type[sa.types.TypeEngine[Any]]] = {bool: sa.Boolean, int: sa.Integer, date: sa.Date}


def _model(base: Any, name: str, records: Sequence[Data], owner: str | None = None) -> Any:
    """A mapped class for *records*, with one for each attribute that has related ones."""
    body: Data = {"__tablename__": name, "row": sa.Column(sa.Integer, primary_key=True)}
    if owner is not None:
        body["owner_row"] = sa.Column(sa.ForeignKey(f"{owner}.row"))
    for key in dict.fromkeys(key for data in records for key in data):
        values = [value for value in _values(records, key) if value is not None]
        several = any(isinstance(value, list) for value in values)
        parts = [part for value in values for part in value] if several else values
        if not several and not (parts and isinstance(parts[0], dict)):
            body[key] = sa.Column(_TYPES.get(type(parts[0]) if parts else str, sa.String))
            continue
        other = f"{name}_{key}"
        if several:
            body[key] = relationship(_model(base, other, parts, owner=name))
        else:
            column: sa.Column[Any] = sa.Column(sa.ForeignKey(f"{other}.row"))
            body[f"{key}_row"] = column
            body[key] = relationship(_model(base, other, parts), foreign_keys=[column])
    return type(name.title().replace("_", ""), (base,), body)


def _made(model: Any, data: Data) -> Any:
    """The object of *data*, with those that are related to it."""
    mapper = sa.inspect(model)
    related = {key: link.mapper.class_ for key, link in mapper.relationships.items()}

    def value(key: str, given: Any) -> Any:
        if key not in related or given is None:
            return given
        if isinstance(given, list):
            return [_made(related[key], part) for part in given]
        return _made(related[key], given)

    return model(**{key: value(key, given) for key, given in data.items()})
