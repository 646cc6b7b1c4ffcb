"""The check of one record in memory: objects by their attributes, mappings by their keys."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from rolegate.catalog.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    HoldsOn,
    Not,
    Related,
    pushed_down,
)
from rolegate.records.allowed_regions import Region, instances_at, regions
from rolegate.records.errors import NOT_RECORDS, RecordError, not_a_record
from rolegate.records.held_permission import HeldPermission
from rolegate.records.user import User, wanted_by
from rolegate.records.values import id_text, in_order, plain, same

_MISSING = object()


def matches(condition: Condition, record: Any, user: User) -> bool:
    """Whether *condition* is true of *record*.

    Raises:
        RecordError: when the record lacks an attribute the answer depends on, or holds something there that
            cannot be compared.
    """
    return _met(pushed_down(condition), record, user)


def _met(condition: Condition, record: Any, user: User) -> bool:
    """Whether *condition*, whose negations are pushed down, is true of *record*."""
    match condition:
        case AllOf(parts):
            return all(_met(part, record, user) for part in parts)
        case AnyOf(parts):
            return any(_met(part, record, user) for part in parts)
        case Not(Compare() as test) | (Compare() as test) | (Related() as test):
            loaded = _loaded(record, test.attribute)
            if loaded is not None:
                return bool(loaded.meets(condition, test.attribute, record, user))
            if isinstance(test, Related):
                return _related(test, record, user)
            return _compare(test, record, user, negated=test is not condition)
        case Holds(grant):
            return user.rights.can(grant.path, on=condition.on or None, scope=grant.scope)
        case HoldsOn(names, grant):
            path = path_in(names, record)
            found = () if path is None else instances_at(user.rights.held(grant.path), grant.scope)
            return path is not None and any(_covers(region, path) for region in found)
        case Not():
            raise RecordError("a condition below a negation cannot ask what the user holds")


def allows(held: HeldPermission, record: Any, user: User) -> bool:
    """Whether *held* allows its permission on *record*: what `where` says of rows, for one object.

    Raises:
        UndefinedScopeError: when the answer depends on a scope without conditions.
        RecordError: when the record does not fit the conditions, or a resource does not have an `attribute`.
    """
    if type(record) in NOT_RECORDS:
        raise not_a_record(record)
    found = regions(held)
    return (
        bool(found)
        and in_domain(held.domain_attribute, record, user)
        and any(_in_region(region, held, record, user) for region in found)
    )


def in_domain(name: str | None, record: Any, user: User) -> bool:
    """Whether *record* belongs to the domain of *user*, which its attribute *name* says; without one it does.

    Raises:
        RecordError: when the record lacks the attribute.
    """
    if name is None:
        return True
    found = attribute(record, name, "holds its domain, as the catalog says")
    return id_text(found, f"`{name}` of the record") == user.own_domain


def instance_of(held: HeldPermission, record: Any) -> tuple[str, ...] | None:
    """The instance *record* belongs to, as a path of raw ids; None when an id of it is missing."""
    return path_in(held.attributes, record)


def path_in(names: tuple[str, ...], record: Any) -> tuple[str, ...] | None:
    """The ids that the attributes *names* of *record* hold; None when one of them is missing."""
    parts = []
    for name in names:
        part = id_text(attribute(record, name), f"`{name}` of the record")
        if part is None:
            return None
        parts.append(part)
    return tuple(parts)


def attribute(record: Any, name: str, why: str = "a condition asks for") -> Any:
    """What *record* holds under *name*."""
    loaded = _loaded(record, name)
    if loaded is not None:
        return loaded.value(record, name)
    value = record.get(name, _MISSING) if isinstance(record, Mapping) else getattr(record, name, _MISSING)
    if value is _MISSING:
        what = "the record" if isinstance(record, Mapping) else f"a record of type {type(record).__name__}"
        raise RecordError(f"{what} has no `{name}`, which {why}")
    return value


def _loaded(record: Any, name: str) -> Any:
    """`rolegate.records.loaded`, if only the database knows everything that *record* has under *name*."""
    if not hasattr(type(record), "_sa_class_manager"):
        return None  # not an object of SQLAlchemy, which may not even be installed
    from rolegate.records import loaded

    return loaded if loaded.leaves_out(record, name) else None


def _in_region(region: Region, held: HeldPermission, record: Any, user: User) -> bool:
    path = instance_of(held, record)
    if path is None or not _covers(region, path):
        return False
    return region.condition is None or _met(region.condition, record, user)


def _covers(region: Region, path: tuple[str, ...]) -> bool:
    return any(right.covers(path) for right in region.allowed) and not any(
        right.covers(path) for right in region.denied
    )


def _compare(test: Compare, record: Any, user: User, negated: bool) -> bool:
    """Whether the test is met, or with *negated* certainly not met."""
    what = f"`{test.attribute}` of the record"
    found = attribute(record, test.attribute)
    if test.op == "is_null":
        return (found is None) != negated
    value, wanted = plain(found, what), wanted_by(test, user)
    if test.op == "eq" or test.op == "in":  # mypy sees that the rest are orders
        met = True in [same(value, other, what) for other in wanted.values]
    else:
        met = any(in_order(test.op, value, other, what) for other in wanted.values)
    return met if not negated else not (met or wanted.unknown or value is None)


def _related(condition: Related, record: Any, user: User) -> bool:
    name = condition.attribute
    found = attribute(record, name)
    if condition.which == "one":
        if isinstance(found, (str, bytes)) or (
            isinstance(found, Iterable) and not isinstance(found, Mapping)
        ):
            raise RecordError(
                f"`{name}` of the record is not a single related record; ask for `any` or `all` of them"
            )
        return found is not None and _met(condition.inner, found, user)
    if isinstance(found, Mapping):
        raise RecordError(f"`{name}` of the record is not a collection of related records")
    if found is None or isinstance(found, (str, bytes)) or not isinstance(found, Iterable):
        raise RecordError(f"`{name}` of the record is not a collection of related records")
    if condition.which == "any":
        return any(_met(condition.inner, related, user) for related in found)
    empty = True
    for related in found:
        empty = False
        if not _met(condition.inner, related, user):
            return False
    if empty:  # nothing was compared, and what cannot be compared is not met
        _refuse_unlike(condition, record, user)
    return True


def _refuse_unlike(condition: Related, record: Any, user: User) -> None:
    """Raise for what no related record could be compared with, as the first one would."""
    samples: Any = None
    if hasattr(type(record), "_sa_class_manager"):
        from rolegate.records import loaded

        samples = loaded.samples_of(record, condition.attribute)
    waiting = [condition.inner]
    while waiting:
        match waiting.pop():
            case AllOf(parts) | AnyOf(parts):
                waiting += parts
            case Not(inner):
                waiting.append(inner)
            case Compare(name, op) as test if op != "is_null":
                sample, what = (samples or {}).get(name), f"`{name}` of the record"
                for value in wanted_by(test, user).values:
                    if op == "eq" or op == "in":
                        same(sample, value, what)
                    else:
                        in_order(op, sample, value, what)
