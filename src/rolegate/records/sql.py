"""Conditions and held rights as SQLAlchemy criteria: the rows they select are the records the check allows.

For SQLite and PostgreSQL. A database that ignores case when it compares texts would find more rows than the
check allows, so do not use the criteria there.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import Mapper, aliased
from sqlalchemy.sql import sqltypes

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
from rolegate.records.columns import in_order, kinds_of, no_id, not_met, one_of, one_of_ids, one_of_users
from rolegate.records.errors import RecordError
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.keys import Criterion, by_key, unlimited
from rolegate.records.user import User, asks_user, wanted_by


def criterion(condition: Condition, model: Any, user: User) -> Criterion:
    """The rows of *model*, a mapped class or an alias of one, of which *condition* is true.

    Raises:
        RecordError: when *model* has no such attribute, or one that cannot be translated.
    """
    pushed = pushed_down(condition)
    return by_key(model, lambda rows: _criterion(pushed, rows, user))


def _criterion(condition: Condition, model: Any, user: User) -> Criterion:
    match condition:
        case AllOf(parts):
            return sa.and_(sa.true(), *(_criterion(part, model, user) for part in parts))
        case AnyOf(parts):
            return sa.or_(sa.false(), *(_criterion(part, model, user) for part in parts))
        case Related():
            return _related(condition, model, user)
        case Compare():
            return _compare(condition, model, user, negated=False)
        case Not(Compare() as test):
            return _compare(test, model, user, negated=True)
        case Holds(grant):
            held = user.rights.can(grant.path, on=condition.on or None, scope=grant.scope)
            return sa.true() if held else sa.false()
        case HoldsOn(names, grant):
            found = instances_at(user.rights.held(grant.path), grant.scope)
            return sa.or_(sa.false(), *(sa.and_(*_on_instances(right, names, model)) for right in found))
        case Not():
            raise RecordError("a condition below a negation cannot ask what the user holds")


def _compare(test: Compare, model: Any, user: User, negated: bool) -> Criterion:
    """The rows of which the test is true, or with *negated* certainly false."""
    name, what = test.attribute, _what(model, test.attribute)
    if test.op == "is_null":
        return sa.not_(_is_null(model, name)) if negated else _is_null(model, name)
    column, wanted = single_column(model, name), wanted_by(test, user)
    if test.op == "eq" or test.op == "in":  # mypy sees that the rest are orders
        of_user = asks_user(test)
        met = one_of_users(column, test, user, what) if of_user else one_of(column, wanted.values, what)
        if not negated:
            return met
        return sa.false() if wanted.unknown else sa.and_(column.is_not(None), not_met(met))
    return in_order(column, test.op, wanted.values, what)


def where(held: HeldPermission, model: Any, user: User) -> Criterion:
    """The rows of *model* on which the rights of *held* allow its permission; `false()` when they allow none.

    A row whose id of an instance is NULL or empty does not belong to any instance: not even a right to every
    instance covers it.

    Raises:
        UndefinedScopeError: when the answer depends on a scope without conditions.
        RecordError: when *model* does not fit the conditions, or a resource does not have an `attribute`.
    """
    mapper_of(model)
    found = regions(held)

    def allowed(rows: Any) -> Criterion:
        there = sa.or_(sa.false(), *(_region(region, held, rows, user) for region in found))
        name = held.domain_attribute
        return there if name is None or not found else sa.and_(_in_domain(name, rows, user), there)

    return by_key(model, allowed)


def _in_domain(name: str, model: Any, user: User) -> Criterion:
    """The rows that belong to the domain of the user."""
    if name not in mapper_of(model).all_orm_descriptors:
        raise RecordError(
            f"{_what(model, name)} does not exist, and the catalog says that it holds the domain of a record"
        )
    return one_of_ids([single_column(model, name)], [(user.own_domain,)], [_what(model, name)])


def _region(region: Region, held: HeldPermission, model: Any, user: User) -> Criterion:
    parts = _on_instances(region, held.attributes, model)
    if region.condition is not None:
        parts.append(_criterion(region.condition, model, user))
    return sa.and_(sa.true(), *parts)


def _on_instances(region: Region, names: tuple[str, ...], model: Any) -> list[Criterion]:
    """What is true of the rows whose instance, which the attributes *names* hold, is one of the region."""
    columns = [(single_column(model, name), _what(model, name)) for name in names]
    parts = [sa.and_(column.is_not(None), not_met(no_id(column, what))) for column, what in columns]
    parts.append(_covered(region.allowed, columns))
    if region.denied:
        parts.append(not_met(_covered(region.denied, columns)))
    return parts


def _covered(rights: Iterable[HeldRight], columns: list[tuple[Any, str]]) -> Criterion:
    """The rows whose instance is one of the patterns of *rights*.

    Patterns with as many ids are one test: the statement does not tell how many instances somebody holds.
    """
    paths: dict[int, list[tuple[str, ...]]] = {}
    for right in rights:
        deep = len(right.path)
        if deep == len(columns) if not (right.below and columns) else deep < len(columns):
            paths.setdefault(deep, []).append(right.path)
    if 0 in paths:
        return sa.true()
    tests = []
    for deep, those in sorted(paths.items()):
        named, whats = zip(*columns[:deep], strict=True)
        tests.append(one_of_ids(named, those, whats))
    return sa.or_(sa.false(), *tests)


def _related(condition: Related, model: Any, user: User) -> Criterion:
    name = condition.attribute
    relationship = mapper_of(model).relationships.get(name)
    if relationship is None:
        raise RecordError(f"{_what(model, name)} is not a relationship to other records")
    many = bool(relationship.uselist)
    if many == (condition.which == "one"):
        raise RecordError(
            f"{_what(model, name)} leads to "
            + (
                "many records; ask for `any` or `all` of them"
                if many
                else "one record; write its conditions directly"
            )
        )
    # A separate alias: several relationships in a row may lead back to the same table.
    other = aliased(relationship.mapper.class_)
    inner = _criterion(condition.inner, other, user)
    way = getattr(model, name).of_type(other)
    if condition.which == "one":
        return sa.and_(unlimited(way.has(inner)))
    if condition.which == "any":
        return sa.and_(unlimited(way.any(inner)))
    unmet: Criterion = unlimited(way.any(not_met(inner)))
    return sa.not_(unmet)


def _is_null(model: Any, name: str) -> Criterion:
    relationship = mapper_of(model).relationships.get(name)
    if relationship is not None:
        if relationship.uselist:
            raise RecordError(f"{_what(model, name)} leads to many records and is never null")
        other = aliased(relationship.mapper.class_)
        related: Criterion = getattr(model, name).of_type(other).has()
        return sa.not_(unlimited(related))
    column = single_column(model, name)
    for kind in kinds_of(column.type):
        # JSON has a null of its own, and a type decorator may read anything from a NULL.
        if type(kind).__module__ != sqltypes.__name__ or isinstance(kind, (sqltypes.JSON, sqltypes.NullType)):
            raise RecordError(
                f"{_what(model, name)} is of the type {kind!r}, which conditions cannot test for null"
            )
    return sa.and_(column.is_(None))


def single_column(model: Any, name: str) -> Any:
    """The attribute *name* of *model*, which holds one value."""
    mapper = mapper_of(model)
    if name in mapper.relationships:
        raise RecordError(f"{_what(model, name)} leads to other records; write conditions on them")
    if name not in mapper.all_orm_descriptors:
        raise RecordError(f"{_what(model, name)} does not exist")
    column = getattr(model, name)
    if not isinstance(getattr(column, "type", None), sa.types.TypeEngine):
        raise RecordError(f"{_what(model, name)} is not a single column")
    made = column.__clause_element__() if hasattr(column, "__clause_element__") else column
    return column if isinstance(made, sa.Column) else unlimited(made)


def mapper_of(model: Any) -> Mapper[Any]:
    """The mapper of a mapped class, or of the class an alias is of."""
    try:
        found: Any = sa.inspect(model)
        mapper = found.mapper
    except (NoInspectionAvailable, AttributeError):
        raise RecordError(f"{model!r} is not a mapped class") from None
    if not isinstance(mapper, Mapper) or found is None or not (found.is_mapper or found.is_aliased_class):
        raise RecordError(f"{model!r} is not a mapped class")
    return mapper


def _what(model: Any, name: str) -> str:
    return f"`{name}` of `{mapper_of(model).class_.__name__}`"
