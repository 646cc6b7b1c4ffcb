"""The check of records as functions, made once for a permission that is held, and called for each record.

They say what `allows` says, which goes through the conditions anew for each record. Whatever is not simple
(values of unlike kinds, a value that is missing, an object of a limited session) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Holds, Not, OfUser, Related
from rolegate.records.allowed_regions import Region, regions
from rolegate.records.check_records import allows, in_domain, instance_of, matches
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.user import User

Read = Callable[[Any, str], Any]
"""Reads an attribute of one record, or gives `_UNREAD`."""

Test = Callable[[Read, Any, User], bool]
"""Whether a condition is true of a record, whose attributes the function before it reads."""

Path = tuple[str, ...]

_UNREAD = object()
_PLAIN = frozenset((str, int, bool, UUID, date))
"""Kinds of which two values are the same exactly if they are equal; not their subclasses."""

_IDS = frozenset((int, UUID))
"""Kinds whose values are the same as a text that is written exactly so."""


def compiled_check(held: HeldPermission) -> Callable[[Any, User], bool]:
    """What `allows` says of a record and a user.

    Raises:
        UndefinedScopeError: when the answer depends on a scope without conditions.
        RecordError: when a resource does not have an `attribute`.
    """
    found = regions(held)
    if not found:
        return _nothing
    names, domain = held.attributes, held.domain_attribute
    parts = [(_covers(region, len(names)), _region_test(region)) for region in found]

    def check(record: Any, user: User) -> bool:
        read = _reader(record)
        if read is None:
            return allows(held, record, user)
        if domain is not None and not _is_of(domain, read, record, user):
            return False
        path = _path(read, record, names) or instance_of(held, record) if names else ()
        if path is None:
            return False
        for covers, test in parts:
            if (covers is None or covers(path)) and (test is None or test(read, record, user)):
                return True
        return False

    return check


def owned(domain: str, record: Any, user: User) -> bool:
    """What `in_domain` says of a record, sooner.

    Raises:
        RecordError: when the record lacks the attribute.
    """
    read = _reader(record)
    return in_domain(domain, record, user) if read is None else _is_of(domain, read, record, user)


def _is_of(domain: str, read: Read, record: Any, user: User) -> bool:
    value = read(record, domain)
    return value == user.own_domain if type(value) is str else in_domain(domain, record, user)


def _nothing(_record: Any, _user: User) -> bool:
    return False


def _region_test(region: Region) -> Test | None:
    return None if region.condition is None else _test(region.condition)


def _covers(region: Region, depth: int) -> Callable[[Path], bool] | None:
    """Whether an instance, *depth* ids long, is one of *region*; None where every instance is."""
    allowed, denied = _among(region.allowed, depth), _among(region.denied, depth)
    if not region.denied:
        return None if depth == 0 or any(right.pattern == ((), True) for right in region.allowed) else allowed
    return lambda path: allowed(path) and not denied(path)


def _among(rights: tuple[HeldRight, ...], depth: int) -> Callable[[Path], bool]:
    """Whether a path of *depth* ids is one of the patterns of *rights*."""
    exact = frozenset(right.path for right in rights if not (right.below and depth))
    below = frozenset(right.path for right in rights if right.below and len(right.path) < depth)
    if not below:
        return exact.__contains__
    depths = sorted({len(path) for path in below})
    return lambda path: path in exact or any(path[:deep] in below for deep in depths)


def _path(read: Read, record: Any, names: tuple[str, ...]) -> Path | None:
    """The instance of a record whose ids are texts; None where one is not, or there is none."""
    if len(names) == 1:
        part = read(record, names[0])
        return (part,) if type(part) is str and part else None
    parts = [read(record, name) for name in names]
    return tuple(parts) if all(type(part) is str and part for part in parts) else None


def _reader(record: Any) -> Read | None:
    """How the attributes of *record* are read; None where the database may have to be asked."""
    kind = type(record)
    if kind is dict:
        return _of_mapping
    if hasattr(kind, "_sa_class_manager") and _limited()(record):
        return None
    return _of_mapping if isinstance(record, Mapping) else _of_object


def _of_mapping(record: Any, name: str) -> Any:
    return record.get(name, _UNREAD)


def _of_object(record: Any, name: str) -> Any:
    return getattr(record, name, _UNREAD)


def _limited() -> Callable[[Any], bool]:
    global _is_limited
    if _is_limited is None:
        from rolegate.records.loaded import is_limited

        _is_limited = is_limited
    return _is_limited


_is_limited: Callable[[Any], bool] | None = None


def _test(condition: Condition) -> Test:
    """*condition*, whose negations are pushed down, as a function; other kinds are left to `matches`."""
    match condition:
        case AllOf(parts):
            return _all([_test(part) for part in parts])
        case AnyOf(parts):
            return _any([_test(part) for part in parts])
        case Not(Compare() as test) | (Compare() as test):
            return _compare(condition, test, negated=test is not condition)
        case Related():
            return _related(condition, _test(condition.inner))
        case Holds(grant):
            on = condition.on or None
            return lambda _read, _record, user: user.rights.can(grant.path, on=on, scope=grant.scope)
        case _:
            return _left_to_matches(condition)


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
        for each in tests:  # noqa: SIM110 - a generator costs as much as a test
            if not each(read, record, user):
                return False
        return True

    return test


def _any(tests: list[Test]) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        for each in tests:  # noqa: SIM110
            if each(read, record, user):
                return True
        return False

    return test


# With *negated*, a test is met where it is certainly not: never for a value that is missing.


def _is_null(condition: Condition, name: str, negated: bool) -> Test:
    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        return (value is None) != negated if value is not _UNREAD else matches(condition, record, user)

    return test


def _equals_user(condition: Condition, name: str, asked: str, negated: bool) -> Test:
    own = asked in ("id", "domain")

    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        given = getattr(user, asked) if own else user.attributes.get(asked)
        kind = type(value)
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
        if kind in _IDS:
            return (str(value) in user.teams) != negated
        return matches(condition, record, user)

    return test


def _equals_constants(condition: Condition, name: str, wanted: tuple[Any, ...], negated: bool) -> Test:
    kinds = {type(each) for each in wanted}
    kind = kinds.pop()
    if kinds or kind not in _PLAIN:
        return _left_to_matches(condition)
    values = frozenset(wanted)

    def test(read: Read, record: Any, user: User) -> bool:
        value = read(record, name)
        if type(value) is kind:
            return (value in values) != negated
        return False if value is None else matches(condition, record, user)

    return test


def _related(condition: Related, inner: Test) -> Test:
    name, which = condition.attribute, condition.which

    def holds(record: Any, user: User) -> bool:
        read = _reader(record)
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
        if not isinstance(found, (list, tuple)):
            return matches(condition, record, user)
        met = (holds(related, user) for related in found)
        return any(met) if which == "any" else all(met)

    return one if which == "one" else many
