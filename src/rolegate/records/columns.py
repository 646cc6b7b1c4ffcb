"""How single columns are compared in SQL, as `values` compares what records hold in memory."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import product
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.sql import sqltypes

from rolegate.catalog.conditions import Compare, OfUser, Order
from rolegate.diagnostics import quoted
from rolegate.records.errors import RecordError
from rolegate.records.keys import Criterion
from rolegate.records.user import User, wanted_by
from rolegate.records.values import plain, same

_ORDERS: dict[Order, Callable[[Any, Any], Criterion]] = {
    "lt": operator.lt,
    "lte": operator.le,
    "gt": operator.gt,
    "gte": operator.ge,
}
_WHOLE = re.compile(r"0|-?[1-9][0-9]*")
_BIGGEST = 2**63
# Texts of which equal means equal, letter by letter; not CHAR (blanks at the end), not CITEXT.
_TEXTS = (
    sqltypes.String, sqltypes.Text, sqltypes.Unicode, sqltypes.UnicodeText,
    sqltypes.VARCHAR, sqltypes.NVARCHAR, sqltypes.TEXT, sqltypes.CLOB,
)  # fmt: skip
_EXACT_COLLATIONS = (None, "C", "POSIX", "BINARY", "binary", "ucs_basic")


def not_met(met: Criterion) -> Criterion:
    """The rows of which *met* is not true: false or, because of a NULL, unknown."""
    if isinstance(met, sa.False_):
        return sa.true()
    met = sa.func.coalesce(met, sa.false())
    return sa.not_(met)


class FromUser:
    """Where the values of a parameter come from: a test that asks for something of the user."""

    __slots__ = ("_bound_type", "_id", "_kind", "_teams", "_test", "_what")

    def __init__(self, test: Compare, kind: Any, what: str) -> None:
        self._test = test
        self._kind = kind
        self._bound_type = _bound_type(kind)
        self._what = what
        texts = isinstance(kind, sqltypes.String) and not isinstance(kind, sqltypes.Enum)
        asked = (test.op, test.value) if texts else None
        self._id = asked == ("eq", OfUser("id"))
        self._teams = asked == ("in", OfUser("teams"))

    def parameter(self, user: User) -> sa.BindParameter[Any]:
        """A new parameter with what the test asks of *user*."""
        made: sa.BindParameter[Any] = _among(self._values(user), self._bound_type)
        vars(made)[_FROM_USER] = self
        return made

    def _values(self, user: User) -> list[Any]:
        own: Sequence[Any] = (user.id,) if self._id else user.teams if self._teams else (None,)
        if all(type(value) is str for value in own):  # texts in a column of texts: what the rest would give
            return [*own]
        return _bound(self._kind, wanted_by(self._test, user).values, self._what)


_FROM_USER = "rolegate_from_user"
"""Where a parameter keeps its `FromUser`; SQLAlchemy copies it with the parameter."""


def from_user(parameter: Any) -> FromUser | None:
    """What the values of *parameter* come from; None if they are the same for every user."""
    found: FromUser | None = vars(parameter).get(_FROM_USER)
    return found


def one_of(column: Any, values: Iterable[Any], what: str) -> Criterion:
    """The rows that hold one of the plain *values*; NULL is never one."""
    kind = _kind(column.type, what)
    bound = _bound(kind, values, what)
    if not bound:
        return sa.false()
    if len(bound) == 1:
        return sa.and_(column == sa.literal(bound[0], _bound_type(kind)))
    return sa.and_(column.in_(_among(bound, _bound_type(kind))))


def one_of_users(column: Any, test: Compare, user: User, what: str) -> Criterion:
    """The rows that hold what *test* asks of *user*: one statement for all users, whatever they have."""
    return sa.and_(column.in_(FromUser(test, _kind(column.type, what), what).parameter(user)))


def one_of_ids(columns: Sequence[Any], paths: Iterable[Sequence[str]], whats: Sequence[str]) -> Criterion:
    """The rows that hold the ids of one of *paths*, one in each column; the same statement for any number."""
    kinds = [_id_kind(column, what) for column, what in zip(columns, whats, strict=True)]
    lists = ([_bindable(*part) for part in zip(kinds, path, whats, strict=True)] for path in paths)
    bound = [found for values in lists for found in product(*values)]
    if not bound:
        return sa.false()
    types = [_bound_type(kind) for kind in kinds]
    if len(types) == 1:
        return sa.and_(columns[0].in_(_among([ids[0] for ids in bound], types[0])))
    return sa.and_(sa.tuple_(*columns).in_(_among(bound, sa.TupleType(*types))))


def no_id(column: Any, what: str) -> Criterion:
    """The rows that hold an empty id."""
    _id_kind(column, what)
    return one_of(column, [""], what)


def _id_kind(column: Any, what: str) -> Any:
    kind = _kind(column.type, what)
    if isinstance(kind, (sqltypes.Boolean, sqltypes.Date)):
        raise RecordError(f"{what} is of the type {kind!r}, which cannot hold the id of an instance")
    return kind


def _among(values: Sequence[Any], kind: Any) -> Any:
    return sa.bindparam("among", values, kind, expanding=True, unique=True)


def _bound(kind: Any, values: Iterable[Any], what: str) -> list[Any]:
    return [found for value in values for found in _bindable(kind, value, what)]


def in_order(column: Any, op: Order, values: Iterable[Any], what: str) -> Criterion:
    """The rows that hold something below or above the value; without a value there are none."""
    kind = _kind(column.type, what)
    found: list[Criterion] = [sa.false()]
    for value in values:
        number = isinstance(value, int) and not isinstance(value, bool)
        # A text for a date would be read by the database, which knows "infinity" and "today".
        fits = isinstance(kind, sqltypes.Integer) if number else isinstance(kind, sqltypes.Date)
        if not fits or not (number or isinstance(value, date)):
            raise RecordError(f"{what} is of the type {kind!r} and has no order with {quoted(value)}")
        if number and not -_BIGGEST <= value < _BIGGEST:  # beyond every number that a database holds
            found.append(column.is_not(None) if (value > 0) == (op in ("lt", "lte")) else sa.false())
        else:
            found.append(_ORDERS[op](column, sa.literal(value, _bound_type(kind))))
    return sa.or_(*found)


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
    if isinstance(kind, sqltypes.Date) and isinstance(value, date):
        return [value]
    raise RecordError(f"{what} is of the type {kind!r} and cannot equal {quoted(value)}")


def _uuid(text: str) -> list[UUID]:
    try:
        found = UUID(text)
    except ValueError:
        return []
    return [found] if str(found) == text else []


def _kind(declared: Any, what: str) -> Any:
    """The type that decides how a column is compared."""
    kinds = kinds_of(declared)
    if len({_family(kind, what) for kind in kinds}) > 1:
        raise RecordError(f"{what} is of the type {declared!r}, which differs from database to database")
    return kinds[0]


def kinds_of(declared: Any) -> list[Any]:
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
