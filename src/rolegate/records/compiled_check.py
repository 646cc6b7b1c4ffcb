"""The check of records as functions, made once for a permission that is held, and called for each record.

They say what `allows` says, which goes through the conditions anew for each record. Whatever is not simple
(values of unlike kinds, a value that is missing, an object of a limited session) is left to it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from rolegate.records.allowed_regions import Region, regions
from rolegate.records.check_records import allows, in_domain, instance_of
from rolegate.records.compiled_conditions import (
    UNREAD,
    Path,
    Read,
    Test,
    of_plain_value,
    path_of,
    reader_of,
    test_of,
)
from rolegate.records.errors import not_a_record
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.user import User


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
        read = reader_of(record)
        if read is None:
            return allows(held, record, user)
        if read is of_plain_value:
            raise not_a_record(record)
        if domain is not None and not _is_of(domain, read, record, user):
            return False
        path = path_of(read, record, names) or instance_of(held, record) if names else ()
        if path is None:
            return False
        for covers, test in parts:
            if (covers is None or covers(path)) and (test is None or test(read, record, user)):
                return True
        return False

    return check


def of_domain(name: str, record: Any, user: User) -> bool:
    """What `in_domain` says: whether the attribute *name* of *record* is the domain of *user*."""
    kind: Any = type(record)
    value = UNREAD
    if kind is dict:
        value = record.get(name, UNREAD)
    elif hasattr(kind, "_sa_class_manager") and _own_column(kind, name):
        value = getattr(record, name, UNREAD)
    if type(value) is not str:
        return in_domain(name, record, user)
    return value == user.domain if user.domain is not None else value == user.own_domain


@lru_cache(maxsize=1024)
def _own_column(kind: Any, name: str) -> bool:
    """Whether *name* of a mapped class is a column of its own row, which is the same in every session."""
    from rolegate.records.loaded import is_own_column

    return is_own_column(kind, name) and not issubclass(kind, Mapping)


def _is_of(domain: str, read: Read, record: Any, user: User) -> bool:
    value = read(record, domain)
    return value == user.own_domain if type(value) is str else in_domain(domain, record, user)


def _nothing(_record: Any, _user: User) -> bool:
    return False


def _region_test(region: Region) -> Test | None:
    return None if region.condition is None else test_of(region.condition)


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
