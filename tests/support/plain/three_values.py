"""Conditions in three values, from the rule alone: True, False, or None where something is missing.

Conditions are what is in a catalog, as dictionaries; `user.…` and days are `Raw`, other texts are quoted.
Nothing here calls rolegate.
"""

from __future__ import annotations

import operator
import random
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from enum import Enum
from typing import Any

Three = bool | None
Tables = Mapping[str, tuple[Mapping[str, str], dict[str, str], dict[str, str]]]
"""For each table: columns by kind, single related tables, collections."""
ORDERS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": operator.lt, "lte": operator.le, "gt": operator.gt, "gte": operator.ge,
}  # fmt: skip


class Raw(str):
    """Written without quotes."""

    __slots__ = ()


def negated(one: Three) -> Three:
    """Not."""
    return None if one is None else not one


def every(parts: Iterable[Three]) -> Three:
    """And: a no wins, then what is unknown."""
    found = list(parts)
    return False if False in found else None if None in found else True


def some(parts: Iterable[Three]) -> Three:
    """Or: a yes wins, then what is unknown."""
    found = list(parts)
    return True if True in found else None if None in found else False


def meets(condition: Mapping[str, Any], record: Any, user: Mapping[str, Any]) -> Three:
    """What *condition* is of an object; *user* has `id`, `teams`, `domain` and what the application gave.

    Where conditions ask what is held, `check` answers a grant, on an instance if one is given.
    """
    return every(_entry(key, written, record, user) for key, written in condition.items())


def _entry(key: str, written: Any, record: Any, user: Mapping[str, Any]) -> Three:
    if key == "holds":
        return bool(user["check"](written, None))
    if key == "not":
        return negated(meets(written, record, user))
    if key in ("any_of", "all_of"):
        return (some if key == "any_of" else every)([meets(part, record, user) for part in written])
    found = getattr(record, key)
    if not isinstance(written, Mapping):
        return _equal(found, _value(written, user))
    if any(_is_test(test, given) for test, given in written.items()):
        return every(_test(test, found, given, user) for test, given in written.items())
    return None if found is None else meets(written, found, user)


def _is_test(word: str, given: Any) -> bool:
    """`not` before a mapping is about the conditions in it, on the related record."""
    return word in {"in", "not_in", "is", "any", "all", "none", "holds", *ORDERS} or (
        word == "not" and not isinstance(given, Mapping)
    )


def _test(test: str, found: Any, given: Any, user: Mapping[str, Any]) -> Three:
    if test == "is" or (test == "not" and given is None):
        return (found is None) == (test == "is")
    if test == "not":
        return negated(_equal(found, _value(given, user)))
    if test == "holds":
        return None if found in (None, "") else bool(user["check"](given, str(found)))
    if test in ORDERS:
        wanted = _value(given, user)
        return None if found is None or wanted is None else ORDERS[test](found, wanted)
    if test in ("in", "not_in"):
        values = _value(given, user) if isinstance(given, Raw) else [_value(value, user) for value in given]
        among = None if values is None or found is None else some(_equal(found, value) for value in values)
        return among if test == "in" else negated(among)
    inner = [meets(given, record, user) for record in found]
    return some(inner) if test == "any" else every(inner) if test == "all" else negated(some(inner))


def _value(written: Any, user: Mapping[str, Any]) -> Any:
    if isinstance(written, Raw):
        return user.get(written[5:]) if written.startswith("user.") else date.fromisoformat(written)
    return written


def _equal(one: Any, other: Any) -> Three:
    one = one.value if isinstance(one, Enum) else one
    if one is None or other is None:
        return None
    return str(one) == str(other)  # texts, whole numbers and UUIDs as they are written; others of one kind


def text(written: Any) -> str:
    """*written* as YAML."""
    if isinstance(written, Mapping):
        return "{" + ", ".join(f"{key}: {text(value)}" for key, value in written.items()) + "}"
    if isinstance(written, list):
        return "[" + ", ".join(map(text, written)) + "]"
    if written is None or isinstance(written, bool):
        return {None: "null", True: "true", False: "false"}[written]
    return str(written) if isinstance(written, (Raw, int)) else "'" + written.replace("'", "''") + "'"


class Drawing:
    """Draws conditions on tables, such as those of a help desk."""

    values: Mapping[str, list[Any]] = {
        "text": ["1", "01", "ana", "sales", "open", "É", Raw("user.id"), Raw("user.nick"), Raw("user.gone")],
        "number": [0, 1, -1, 2**31, 10**17, Raw("user.number"), Raw("user.gone_number")],
        "flag": [True, False, Raw("user.flag")],
        "date": [Raw("2027-01-01"), Raw("2027-01-02"), Raw("user.day")],
    }
    lists: Mapping[str, list[Any]] = {"text": [Raw(f"user.{name}") for name in ("teams", "many", "none")]}

    def __init__(self, seed: int, tables: Tables):
        self.pick = random.Random(seed)
        self.tables = tables
        self.grants: list[str] = []
        self.grants_on: dict[str, list[str]] = {}
        """What may be asked of the user, and on the instances in which columns."""

    def condition(self, table: str = "ticket", depth: int = 3, bare: bool = False) -> dict[str, Any]:
        """A mapping with one to three entries; a *bare* one does not ask what is held."""
        entries = [self.entry(table, depth, bare) for _ in range(self.pick.choice([1, 1, 2, 3]))]
        return dict(entries)

    def entry(self, table: str, depth: int, bare: bool) -> tuple[str, Any]:
        """One entry: negated as often as not."""
        if self.grants and not bare and self.pick.random() < 0.3:
            named = sorted(self.grants_on.keys() & self.tables[table][0].keys())
            if named and self.pick.random() < 0.6:
                column = self.pick.choice(named)
                return column, {"holds": self.pick.choice(self.grants_on[column])}
            return "holds", self.pick.choice(self.grants)
        pick = self.pick
        columns, ones, manies = self.tables[table]
        kind = pick.choice(
            ["column"] * 3 + (["not", "not", "any_of", "all_of", "one", "many", "many"] * bool(depth))
        )
        if kind == "not":
            return kind, self.condition(table, depth - 1, bare=True)
        if kind in ("any_of", "all_of"):
            return kind, [self.condition(table, depth - 1, bare) for _ in range(pick.choice([1, 2, 2, 3]))]
        if kind == "one" and ones:
            name = pick.choice(sorted(ones))
            inner = self.condition(ones[name], depth - 1, bare)
            if "holds" in inner:  # which would be about the attribute here
                inner = {"all_of": [inner]}
            return name, pick.choice([inner, {"is": None}, {"not": None}])
        if kind == "many" and manies:
            name = pick.choice(sorted(manies))
            tests = pick.sample(["any", "all", "none"], pick.choice([1, 1, 2]))
            return name, {
                test: self.condition(manies[name], depth - 1, bare or test == "none") for test in tests
            }
        name = pick.choice(sorted(columns))
        return name, self.test(columns[name])

    def test(self, kind: str) -> Any:
        """A test of a column."""
        pick, values = self.pick, self.values[kind]
        tests = ["eq", "eq", "not", "not", "in", "not_in", "null", "not null"]
        test = pick.choice([*tests, *(["order"] * 3 if kind in ("number", "date") else [])])
        if test in ("null", "not null"):
            return {"is" if test == "null" else "not": None}
        if test == "order":
            return {
                order: pick.choice(values) for order in pick.sample(sorted(ORDERS), pick.choice([1, 1, 2]))
            }
        if test in ("in", "not_in"):
            several = pick.sample(values, pick.choice([1, 2, 3]))
            return {test: pick.choice([several, *self.lists.get(kind, [])])}
        return pick.choice(values) if test == "eq" else {"not": pick.choice(values)}
