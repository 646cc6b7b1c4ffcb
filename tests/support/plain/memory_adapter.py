"""A Casbin adapter that keeps its rows in a list; what a database would do, without one."""

from collections.abc import Iterable
from typing import Any

from casbin.persist import Adapter

Row = tuple[str, str, list[str]]


class Filter:
    """Only lines that begin with this, and lines that link it to something."""

    def __init__(self, first: str) -> None:
        self.first = first


class MemoryAdapter(Adapter):  # type: ignore[misc]  # casbin has no types
    """Saves every change by itself; reads all of it, or what a filter says."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self.rows: list[Row] = [(section, name, list(rule)) for section, name, rule in rows]
        self.filtered = False

    def is_filtered(self) -> bool:
        return self.filtered

    def load_policy(self, model: Any) -> None:
        self.filtered = False
        for section, name, rule in self.rows:
            model[section][name].policy.append(list(rule))

    def load_filtered_policy(self, model: Any, filter: Filter) -> None:
        for section, name, rule in self.rows:
            if rule[0] == filter.first:
                model[section][name].policy.append(list(rule))

    def save_policy(self, model: Any) -> bool:
        self.rows = [
            (section, name, list(rule))
            for section in ("p", "g")
            for name, assertion in (model[section] or {}).items()
            for rule in assertion.policy
        ]
        return True

    def add_policy(self, section: str, name: str, rule: list[str]) -> None:
        self.rows.append((section, name, list(rule)))

    def add_policies(self, section: str, name: str, rules: list[list[str]]) -> None:
        for rule in rules:
            self.add_policy(section, name, rule)

    def add_policies_ex(self, section: str, name: str, rules: list[list[str]]) -> None:
        for rule in rules:
            if (section, name, list(rule)) not in self.rows:
                self.add_policy(section, name, rule)

    def remove_policy(self, section: str, name: str, rule: list[str]) -> bool:
        self.rows = [row for row in self.rows if row != (section, name, list(rule))]
        return True

    def remove_policies(self, section: str, name: str, rules: list[list[str]]) -> None:
        for rule in rules:
            self.remove_policy(section, name, rule)

    def remove_filtered_policy(self, section: str, name: str, field_index: int, *values: str) -> bool:
        def meant(row: Row) -> bool:
            asked = zip(values, row[2][field_index:], strict=False)
            return row[:2] == (section, name) and all(value in ("", there) for value, there in asked)

        self.rows = [row for row in self.rows if not meant(row)]
        return True

    def update_policy(self, section: str, name: str, old: list[str], new: list[str]) -> None:
        self.rows = [
            (section, name, list(new)) if row == (section, name, list(old)) else row for row in self.rows
        ]

    def update_policies(self, section: str, name: str, old: list[list[str]], new: list[list[str]]) -> None:
        for one, other in zip(old, new, strict=True):
            self.update_policy(section, name, one, other)
