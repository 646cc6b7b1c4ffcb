"""Tables in the README of a policy set that say which records a user may touch, tried in memory and in SQL.

    | Record | Attributes |
    |---|---|
    | `new` | `{account_id: acme, team_id: sales}` |
    | `hers` | `{account_id: acme, assignee_id: ana}` |

    | User | May | Records |
    |---|---|---|
    | `ana in acme` | `tickets.show`, `tickets.edit` | `hers` |
    | `bo in acme with {regions: [north]}` | `tickets.show` | none |

The second table is about the records of the nearest table above it. `all` are those of the domain. Where few
users share a set, a table with a column for each permission names everyone instead: `record_tables`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml

from document_tables import Row, tables
from record_tables import Data, RecordTable
from rolegate import Gate

_USER = re.compile(r"(\S+) in (\S+?)(?: with (\{.*\}))?")


@dataclass(frozen=True)
class RecordAnswers:
    """Records of one kind, and rows that say which of them a user may touch."""

    records: RecordTable
    rows: tuple[Row, ...]

    @classmethod
    def all_of(cls, folder: Path) -> list[RecordAnswers]:
        """Every such table in the README of a policy set."""
        found: list[RecordAnswers] = []
        records: RecordTable | None = None
        for rows in tables(folder / "README.md"):
            titles = list(rows[0].cells)
            if titles[0] == "Record":
                records = RecordTable.of_rows(rows)
            elif titles == ["User", "May", "Records"]:
                assert records is not None, f"line {rows[0].number}: no table of records above"
                found.append(cls(records, tuple(rows)))
        return found

    def differences(self, gate: Gate) -> list[str]:
        """Where `Subject.can` or `Subject.where` gives other records than a row says."""
        whole = self.records.whole()
        domain_of = gate.policy.catalog.records
        attribute = domain_of.domain if domain_of is not None else None
        found = []
        with self.records.stored() as (session, model):
            for row in self.rows:
                asked = _USER.fullmatch(row.codes("User")[0])
                assert asked, f"line {row.number}: not a user in a domain"
                user, domain, given = asked.groups()
                attributes: Data = yaml.safe_load(given) if given else {}
                subject = gate.subject(user, domain, attributes=attributes)
                if row.cells["Records"] == "all":
                    assert attribute is not None
                    expected = {name for name, data in whole.items() if data[attribute] == domain}
                else:
                    assert row.codes("Records") or row.cells["Records"] == "none", f"line {row.number}"
                    expected = set(row.codes("Records"))
                for permission in row.codes("May"):
                    query = sa.select(model.record).where(subject.where(permission, model))
                    answers: dict[str, set[Any]] = {
                        "in memory": {name for name, data in whole.items() if subject.can(permission, data)},
                        "in SQL": set(session.scalars(query)),
                    }
                    found += [
                        f"line {row.number}: {user}: {permission} {where}: {sorted(names)}"
                        for where, names in answers.items()
                        if names != expected
                    ]
        return found
