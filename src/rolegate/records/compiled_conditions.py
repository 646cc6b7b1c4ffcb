"""Conditions as functions, made once and called for each record; what is not simple is left to `matches`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Holds, HoldsOn, Not, OfUser, Related
from rolegate.encoding import SHORT_ID
from rolegate.records.check_records import matches
from rolegate.records.errors import NOT_RECORDS
from rolegate.records.user import User
from rolegate.records.values import LONGEST

Read = Callable[[Any, str], Any]
"""Reads an attribute of one record, or gives `UNREAD`."""

Test = Callable[[Read, Any, User], bool]
"""Whether a condition is true of a record, whose attributes the function before it reads."""

Path = tuple[str, ...]

UNREAD = object()
_PLAIN = frozenset((str, int, bool, UUID, date))
"""Kinds of which two values are the same exactly if they are equal; not their subclasses."""

_IDS = frozenset((int, UUID))
"""Kinds whose values are the same as a text that is written exactly so."""


def _is_long(number: int) -> bool:
    return number.bit_length() > LONGEST


def path_of(read: Read, record: Any, names: tuple[str, ...]) -> Path | None:
    """The instance of a record whose ids are texts; None where one is not, or there is none."""
    if len(names) == 1:
        part = read(record, names[0])
        return (part,) if type(part) is str and part else None
    parts = [read(record, name) for name in names]
    return tuple(parts) if all(type(part) is str and part for part in parts) else None


def reader_of(record: Any) -> Read | None:
    """How the attributes of *record* are read; None where the database may have to be asked."""
    kind: Any = type(record)
    if kind is dict:
        return _of_mapping
    if not hasattr(kind, "_sa_class_manager"):
        if kind in NOT_RECORDS:
            return of_plain_value
        return _of_mapping if isinstance(record, Mapping) else _of_object
    if (_is_limited or _limited())(record):
        return None
    return _of_mapping if _is_mapping(kind) else _of_object


_is_mapping = lru_cache(maxsize=1024)(lambda kind: issubclass(kind, Mapping))


def _of_mapping(record: Any, name: str) -> Any:
    return record.get(name, UNREAD)


def _of_object(record: Any, name: str) -> Any:
    return getattr(record, name, UNREAD)


def of_plain_value(record: Any, name: str) -> Any:
    """Reads what is not a record, such as a text."""
    return getattr(record, name, UNREAD)


def _limited() -> Callable[[Any], bool]:
    global _is_limited
    if _is_limited is None:
        from rolegate.records.loaded import is_limited

        _is_limited = is_limited
    return _is_limited


_is_limited: Callable[[Any], bool] | None = None


def test_of(condition: Condition) -> Test:
    """*condition*, whose negations are pushed down, as a function; other kinds are left to `matches`."""
    match condition:
        case AllOf(parts):
            return _all([test_of(part) for part in parts])
        case AnyOf(parts):
            return _any([test_of(part) for part in parts])
        case Not(Compare() as test) | (Compare() as test):
            return _compare(condition, test, negated=test is not condition)
        case Related():
            return _related(condition, test_of(condition.inner))
        case Holds(grant):
            on = condition.on or None
            return lambda _read, _record, user: user.rights.can(grant.path, on=on, scope=grant.scope)
        case HoldsOn():
            return _holds_on(condition)
        case _:
            return _left_to_matches(condition)


def _holds_on(condition: HoldsOn) -> Test:
    names, permission, scope = condition.attributes, condition.grant.path, condition.grant.scope

    def test(read: Read, record: Any, user: User) -> bool:
        path = path_of(read, record, names)
        if path is None or not all(part.isascii() and len(part) <= SHORT_ID for part in path):
            return matches(condition, record, user)  # perhaps no id that a question may name
        return user.rights.can(permission, on=path, scope=scope)

    return test


def _compare(condition: Condition, test: Compare, negated: bool) -> Test:
    match test:
        case Compare(name, "is_null"):
            return _is_null(condition, name, negated)
        case Compare(name, "eq", OfUser(asked)):
            return _equals_user(condition, name, asked, negated)
        case Compare(name, "in", OfUser("teams")):
            return _in_teams(condition, name, negated)
        case Compare(name, "eq" | "in", wanted):
            return _equals_constants(
                condition, name, wanted if isinstance(wanted, tuple) else (wanted,), negated
            )
        case _:
            return _left_to_matches(condition)


def _left_to_matches(condition: Condition) -> Test:
    return lambda _read, record, user: matches(condition, record, user)


def _all(tests: list[Test]) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        for part in tests:  # noqa: SIM110 - a generator costs as much as a test
            if not part(read, record, user):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        for part in tests:  # noqa: SIM110
            if part(read, record, user):
                return True
        return False

    return test


# With *negated*, a test is met where it is certainly not: never for a value that is missing.


def _is_null(condition: Condition, name: str, negated: bool) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        return (value is None) != negated if value is not UNREAD else matches(condition, record, user)

    return test


def _equals_user(condition: Condition, name: str, asked: str, negated: bool) -> Test:
    own = asked in ("id", "domain")

    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        given = getattr(user, asked) if own else user.attributes.get(asked)
        kind = type(value)
        if kind is int and (_is_long(value) or (type(given) is int and _is_long(given))):
            return matches(condition, record, user)
        if kind is type(given) and kind in _PLAIN:
            return bool(value == given) is not negated
        if type(given) is str:
            if value is None:
                return False
            if kind in _IDS:
                return (str(value) == given) != negated
        return matches(condition, record, user)

    return test


def _in_teams(condition: Condition, name: str, negated: bool) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        kind = type(value)
        if kind is str:
            return (value in user.teams) != negated
        if value is None:
            return False
        if kind in _IDS and not (kind is int and _is_long(value)):
            return (str(value) in user.teams) != negated
        return matches(condition, record, user)

    return test


def _equals_constants(condition: Condition, name: str, wanted: tuple[Any, ...], negated: bool) -> Test:
    kinds = {type(value) for value in wanted}
    kind = kinds.pop()
    if kinds or kind not in _PLAIN:
        return _left_to_matches(condition)
    values = frozenset(wanted)

    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        if type(value) is kind and not (kind is int and _is_long(value)):
            return (value in values) != negated
        return False if value is None else matches(condition, record, user)

    return test


def _related(condition: Related, inner: Test) -> Test:
    name, which = condition.attribute, condition.which

    def holds(record: Any, user: User) -> bool:
        read = reader_of(record)
        if read is None:
            return matches(condition.inner, record, user)
        return inner(read, record, user)

    def one(read: Read, record: Any, user: User) -> bool:
        found = read(record, name)
        kind = type(found)
        if kind is dict or (hasattr(kind, "_sa_class_manager") and not hasattr(kind, "__iter__")):
            return holds(found, user)
        return matches(condition, record, user)

    def many(read: Read, record: Any, user: User) -> bool:
        found = read(record, name)
        if not isinstance(found, (list, tuple)) or (not found and which == "all"):
            return matches(condition, record, user)
        met = (holds(related, user) for related in found)
        return any(met) if which == "any" else all(met)

    return one if which == "one" else many
