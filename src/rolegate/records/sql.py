"""Conditions and held rights as SQLAlchemy criteria: the rows they select are the records the check allows.

For SQLite and PostgreSQL. A database that ignores case when it compares texts would find more rows than the
check allows, so do not use the criteria there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import NoInspectionAvailable
from sqlalchemy.orm import Mapper, aliased
from sqlalchemy.sql import sqltypes

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Related
from rolegate.records.allowed_regions import Region, regions
from rolegate.records.errors import RecordError
from rolegate.records.held_permission import HeldPermission, HeldRight
from rolegate.records.keys import by_key, unlimited
from rolegate.records.user import User, values_of
from rolegate.records.values import plain, same

Criterion = sa.ColumnElement[bool]

_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_BIGGEST = 2**63
# Texts of which equal means equal, letter by letter; not CHAR (blanks at the end), not CITEXT.
_TEXTS = (
    sqltypes.String, sqltypes.Text, sqltypes.Unicode, sqltypes.UnicodeText,
    sqltypes.VARCHAR, sqltypes.NVARCHAR, sqltypes.TEXT, sqltypes.CLOB,
)  # fmt: skip
_EXACT_COLLATIONS = (None, "C", "POSIX", "BINARY", "binary", "ucs_basic")


def criterion(condition: Condition, model: Any, user: User) -> Criterion:
    """The rows of *model*, a mapped class or an alias of one, of which *condition* is true.

    Raises:
        RecordError: when *model* has no such attribute, or one that cannot be translated.
    """
    return by_key(model, lambda rows: _criterion(condition, rows, user))


def _criterion(condition: Condition, model: Any, user: User) -> Criterion:
    match condition:
        case AllOf(parts):
            return sa.and_(sa.true(), *(_criterion(part, model, user) for part in parts))
        case AnyOf(parts):
            return sa.or_(sa.false(), *(_criterion(part, model, user) for part in parts))
        case Related():
            return _related(condition, model, user)
        case Compare(op="is_null"):
            return _is_null(model, condition.attribute)
        case Compare():
            return _one_of(
                single_column(model, condition.attribute),
                values_of(condition, user),
                _what(model, condition.attribute),
            )


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
    return by_key(
        model, lambda rows: sa.or_(sa.false(), *(_region(region, held, rows, user) for region in found))
    )


def _region(region: Region, held: HeldPermission, model: Any, user: User) -> Criterion:
    columns = [(single_column(model, name), _what(model, name)) for name in held.attributes]
    parts = [
        sa.and_(column.is_not(None), _not(_one_of(column, [""], what, ids=True))) for column, what in columns
    ]
    parts.append(sa.or_(sa.false(), *(_covered(right, columns) for right in region.allowed)))
    if region.denied:
        parts.append(_not(sa.or_(sa.false(), *(_covered(right, columns) for right in region.denied))))
    if region.condition is not None:
        parts.append(_criterion(region.condition, model, user))
    return sa.and_(sa.true(), *parts)


def _covered(right: HeldRight, columns: list[tuple[Any, str]]) -> Criterion:
    """The rows whose instance is one of the pattern of *right*."""
    deep = len(right.path)
    if deep > len(columns) or (deep < len(columns)) != (right.below and bool(columns)):
        return sa.false()
    parts = (
        _one_of(column, [part], what, ids=True)
        for part, (column, what) in zip(right.path, columns, strict=False)
    )
    return sa.and_(sa.true(), *parts)


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
    unmet: Criterion = unlimited(way.any(_not(inner)))
    return sa.not_(unmet)


def _not(met: Criterion) -> Criterion:
    """The rows of which *met* is not true: false or, because of a NULL, unknown."""
    if isinstance(met, sa.False_):
        return sa.true()
    met = sa.func.coalesce(met, sa.false())
    return sa.not_(met)


def _is_null(model: Any, name: str) -> Criterion:
    relationship = mapper_of(model).relationships.get(name)
    if relationship is not None:
        if relationship.uselist:
            raise RecordError(f"{_what(model, name)} leads to many records and is never null")
        other = aliased(relationship.mapper.class_)
        related: Criterion = getattr(model, name).of_type(other).has()
        return sa.not_(unlimited(related))
    column = single_column(model, name)
    for kind in _kinds(column.type):
        # JSON has a null of its own, and a type decorator may read anything from a NULL.
        if type(kind).__module__ != sqltypes.__name__ or isinstance(kind, (sqltypes.JSON, sqltypes.NullType)):
            raise RecordError(
                f"{_what(model, name)} is of the type {kind!r}, which conditions cannot test for null"
            )
    return sa.and_(column.is_(None))


def _one_of(column: Any, values: Iterable[Any], what: str, ids: bool = False) -> Criterion:
    """The rows that hold one of the plain *values*; NULL is never one."""
    kind = _kind(column.type, what)
    if ids and isinstance(kind, (sqltypes.Boolean, sqltypes.Date)):
        raise RecordError(f"{what} is of the type {kind!r}, which cannot hold the id of an instance")
    bound = [found for value in values for found in _bindable(kind, value, what)]
    if not bound:
        return sa.false()
    kind = _bound_type(kind)
    if len(bound) == 1:
        return sa.and_(column == sa.literal(bound[0], kind))
    return sa.and_(column.in_(sa.bindparam("among", bound, kind, expanding=True, unique=True)))


def _bindable(kind: Any, value: Any, what: str) -> list[Any]:
    """The values of a column of the type *kind* that are the same as *value*: one, or none, or enum members.

    INVARIANT: as `values.same` decides for what the column holds.
    """
    text = isinstance(value, str)
    whole = isinstance(value, int) and not isinstance(value, bool)
    if isinstance(kind, sqltypes.Enum):
        members = kind.enum_class if kind.enum_class is not None else kind.enums
        return [member for member in members if same(plain(member, what), value, what)]
    if isinstance(kind, sqltypes.String) and (text or whole or isinstance(value, UUID)):
        return [str(value)]
    if isinstance(kind, sqltypes.Integer) and (text or whole):
        number = value if whole else int(value) if len(value) < 21 and _WHOLE.fullmatch(value) else _BIGGEST
        return [number] if -_BIGGEST <= number < _BIGGEST else []
    if isinstance(kind, sqltypes.Uuid) and (text or isinstance(value, UUID)):
        return [value] if not text else _uuid(value)
    if isinstance(kind, sqltypes.Boolean) and isinstance(value, bool):
        return [value]
    if isinstance(kind, sqltypes.Date) and not text and not whole and not isinstance(value, (bool, UUID)):
        return [value]
    raise RecordError(f"{what} is of the type {kind!r} and cannot equal `{value}`")


def _uuid(text: str) -> list[UUID]:
    try:
        found = UUID(text)
    except ValueError:
        return []
    return [found] if str(found) == text else []


def _kind(declared: Any, what: str) -> Any:
    """The type that decides how a column is compared."""
    kinds = _kinds(declared)
    if len({_family(kind, what) for kind in kinds}) > 1:
        raise RecordError(f"{what} is of the type {declared!r}, which differs from database to database")
    return kinds[0]


def _kinds(declared: Any) -> list[Any]:
    """*declared* and its variants for single databases."""
    return [declared, *getattr(declared, "_variant_mapping", {}).values()]


def _family(kind: Any, what: str) -> type[Any]:
    if isinstance(kind, sqltypes.Enum):
        return sqltypes.Enum
    if type(kind) in _TEXTS and kind.collation in _EXACT_COLLATIONS:
        return sqltypes.String
    if type(kind).__module__ == sqltypes.__name__:
        if isinstance(kind, sqltypes.Uuid) and kind.as_uuid:
            return sqltypes.Uuid
        for family in (sqltypes.Integer, sqltypes.Boolean, sqltypes.Date):
            if isinstance(kind, family):
                return family
    raise RecordError(f"{what} is of the type {kind!r}, which conditions cannot compare")


class _AnyText(sa.TypeDecorator[str]):
    """A text to look for; NULL if the database cannot contain the text, so that nothing is found."""

    impl = sqltypes.String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or ("\0" in value and dialect.name == "postgresql"):
            return None
        return None if any("\ud800" <= letter <= "\udfff" for letter in value) else value


def _bound_type(kind: Any) -> Any:
    """The type of the values to look for: wide enough for all of them."""
    if isinstance(kind, sqltypes.Enum):
        return kind
    if isinstance(kind, sqltypes.Integer):
        return sqltypes.BigInteger()
    return _AnyText() if isinstance(kind, sqltypes.String) else kind


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
