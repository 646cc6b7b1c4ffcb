"""The compiled check says of a record what the plain one says, whatever it is, or raises as that does."""

from __future__ import annotations

from collections import UserDict
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import Enum
from itertools import product
from typing import Any
from uuid import UUID

import pytest

from compiled_checks import compiled_matches
from rolegate.catalog.model import Resource
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    HeldPermission,
    HeldRight,
    Not,
    OfUser,
    RecordError,
    Related,
    User,
    allows,
    matches,
)
from rolegate.records.compiled_check import compiled_check

KEY = UUID("aaaaaaaa-0000-0000-0000-00000000000b")
ANA = User(
    "1",
    ("sales", "1"),
    "acme",
    {"nick": "annie", "level": 1, "key": KEY, "day": date(2027, 1, 1), "on": True},
)


class Loud(str):
    """A text that says it is equal to everything."""

    __slots__ = ()
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        return True


class Word(Enum):
    """A value of an enumeration."""

    ANNIE = "annie"
    ONE = 1


VALUES: tuple[Any, ...] = (
    None, "", "1", "01", "sales", "annie", "Annie", 1, 0, True, False, 1.0, -1, KEY, str(KEY),
    str(KEY).upper(), date(2027, 1, 1), datetime(2027, 1, 1, tzinfo=UTC), Loud("bo"), Word.ANNIE, Word.ONE,
    b"1", ["1"], {"1"}, object(),
)  # fmt: skip

WANTED: tuple[tuple[Any, Any], ...] = (
    *(
        ("eq", OfUser(name))
        for name in ("id", "domain", "teams", "nick", "level", "key", "day", "on", "gone")
    ),
    *(("in", OfUser(name)) for name in ("teams", "id", "gone")),
    *(("eq", value) for value in ("1", 1, True, "annie")),
    *(("in", values) for values in (("1", "annie"), ("1", 1), (1, 2), (True,), (OfUser("id"), "annie"))),
    *(("lt", value) for value in (OfUser("level"), OfUser("day"), 1)),
    ("is_null", None),
)
TESTS: tuple[Condition, ...] = tuple(
    made for op, value in WANTED for test in [Compare("a", op, value)] for made in (test, Not(test))
)


class Plain:
    """A record as an object."""

    def __init__(self, value: Any) -> None:
        self.a = value


@dataclass(slots=True)
class Slots:
    """A record without a dictionary."""

    a: Any


class Pretender:
    """An object that passes itself off as a mapping, as proxies do."""

    def __init__(self, value: Any) -> None:
        self.held = {"a": value}

    @property
    def __class__(self) -> type[Any]:
        return dict

    @__class__.setter
    def __class__(self, kind: type[Any]) -> None:
        raise TypeError(kind)

    def get(self, name: str, otherwise: Any = None) -> Any:
        return self.held.get(name, otherwise)


KINDS: tuple[Any, ...] = (
    lambda value: {"a": value},
    lambda value: UserDict({"a": value}),
    Plain,
    Slots,
    Pretender,
)


def outcome(check: Any, record: Any) -> Any:
    """The answer, or the kind and the text of what it raises."""
    try:
        return check(record, ANA)
    except Exception as error:
        return type(error), str(error)


@pytest.mark.parametrize("condition", TESTS, ids=str)
def test_each_test_of_each_value(condition: Condition) -> None:
    """In a mapping, in an object, and in what passes itself off as one."""
    compiled = compiled_matches(condition)
    for make, value in product(KINDS, VALUES):
        record = make(value)
        plain = outcome(lambda given, user: matches(condition, given, user), record)
        assert plain == outcome(compiled, record), (make, value)


def test_the_values_tell_the_tests_apart() -> None:
    """There is a yes, a no and an error among the outcomes."""
    found = [outcome(compiled_matches(test), {"a": value}) for test, value in product(TESTS, VALUES)]
    assert {True, False} < {result if isinstance(result, bool) else result[0] for result in found}
    assert {RecordError} == {result[0] for result in found if not isinstance(result, bool)}


class Failing:
    """A record whose attribute cannot be read."""

    @property
    def a(self) -> Any:
        raise LookupError("the database is gone")


class Hiding:
    """A record whose attribute says that it is not there."""

    @property
    def a(self) -> Any:
        raise AttributeError("a")


@pytest.mark.parametrize(
    "record",
    [Failing(), Hiding(), {}, object(), None, {"A": "1"}],
    ids=lambda record: type(record).__name__,
)
def test_a_record_without_the_attribute_raises(record: Any) -> None:
    """As the plain check does, and it is not taken for a no."""
    for condition in (
        Compare("a", "eq", OfUser("id")),
        Compare("a", "is_null"),
        Not(Compare("a", "is_null")),
    ):
        plain = outcome(lambda given, user: matches(condition, given, user), record)  # noqa: B023
        assert plain == outcome(compiled_matches(condition), record)
        assert plain[0] in (RecordError, LookupError)


class Listing(list[Any]):
    """A list of somebody's own."""


INNER = Compare("a", "eq", OfUser("id"))
MINE, OTHER, NULL, WRONG = {"a": "1"}, {"a": "2"}, {"a": None}, {"b": 1}
RELATED: tuple[Any, ...] = (
    None, MINE, OTHER, WRONG, Plain("1"), Slots("1"), [], [MINE], [OTHER], [MINE, OTHER], [NULL],
    [MINE, WRONG], [OTHER, WRONG], (MINE,), Listing([MINE]), {"x": MINE}, "text", b"bytes", 7,
    {1: MINE}.values(), {1: OTHER}.values(),
)  # fmt: skip


@pytest.mark.parametrize("which", ["one", "any", "all"])
def test_related_records_of_all_kinds(which: Any) -> None:
    """One, many and none of them, and what is not related records at all."""
    for inner in (
        INNER,
        AllOf((INNER, Not(Compare("a", "is_null")))),
        AnyOf((INNER, Compare("a", "is_null"))),
    ):
        condition = Related("r", which, inner)
        compiled = compiled_matches(condition)
        for related in RELATED:
            record = {"r": related}
            plain = outcome(lambda given, user: matches(condition, given, user), record)  # noqa: B023
            assert plain == outcome(compiled, record), related


BOX = Resource("box", "Box", ("box",), "a")
INSIDE = Resource("item", "Item", ("box", "item"), "b")
RIGHTS = [
    HeldRight(None, (), True),
    HeldRight(None, ("1",)),
    HeldRight(None, ("1",), True),
    HeldRight(None, ("annie",)),
    HeldRight(None, ("1", "x")),
    HeldRight(None, (str(KEY),), True),
]


@pytest.mark.parametrize("depth", [1, 2])
def test_instances_of_all_kinds(depth: int) -> None:
    """Rights and denials on ids, on all below one, and on every one, for ids of all kinds."""
    fitting = [r for r in RIGHTS if (len(r.path) < depth if r.below else len(r.path) == depth)]
    seen = set()
    for one, other, denied in product(fitting, fitting, [None, *fitting]):
        chain = (BOX, INSIDE)[:depth]
        held = HeldPermission("open", None, chain, (one, other), () if denied is None else (denied,))
        compiled = compiled_check(held)
        for value, inner in product(VALUES, ("x", "y", None)):
            record = {"a": value, "b": inner}
            plain = outcome(lambda given, user: allows(held, given, user), record)  # noqa: B023
            assert plain == outcome(compiled, record)
            seen.add(plain if isinstance(plain, bool) else plain[0])
    assert {True, False, RecordError} == seen
