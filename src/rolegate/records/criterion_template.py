"""A criterion that was made for one user, given to another: a copy with other values of its parameters.

To make a criterion takes SQLAlchemy a hundred times what a decision takes, and for all users who hold the
same, only the values differ that conditions ask of the user.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Holds, HoldsOn, Not, Related
from rolegate.records.allowed_regions import regions
from rolegate.records.columns import FromUser, from_user
from rolegate.records.held_permission import HeldPermission
from rolegate.records.keys import Criterion
from rolegate.records.sql import where
from rolegate.records.user import User, asks_user

Copy = Callable[[User], Any]
"""Makes the copy of one part of a criterion for a user."""

_INNER = ("left", "right", "element", "clauses", "clause_expr", "_where_criteria")
"""Where parts of a criterion keep the parts that may have a parameter in them."""


def template(held: HeldPermission, model: Any, user: User) -> tuple[Criterion, Callable[[User], Criterion]]:
    """The criterion of `where` for *user*, and what makes it for any other user who holds the same."""
    criterion = where(held, model, user)
    if not all(region.condition is None or _alike(region.condition) for region in regions(held)):
        return criterion, lambda other: where(held, model, other)
    parameters = [part for part in visitors.iterate(criterion) if from_user(part) is not None]
    if not parameters:
        return criterion, lambda _: criterion
    reached: set[int] = set()
    copy = _copy(criterion, reached)
    if copy is None or reached != {id(parameter) for parameter in parameters}:
        return criterion, lambda other: where(held, model, other)
    return criterion, copy


def _alike(condition: Condition) -> bool:
    """Whether the statement for *condition* differs from user to user in the values of parameters alone."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return all(_alike(part) for part in parts)
        case Related():
            return _alike(condition.inner)
        case Compare():
            return condition.op in ("eq", "in", "is_null") or not asks_user(condition)
        case Not(Compare() as test):
            return not asks_user(test)  # a missing value makes it another statement
        case Holds() | HoldsOn():
            return True  # whoever holds the same holds the same of any permission
        case _:
            return False


def _copy(part: Any, reached: set[int]) -> Copy | None:
    """What copies *part*; None where no parameter in it depends on the user, and copies may share it."""
    source = from_user(part)
    if source is not None:
        reached.add(id(part))
        return _copy_of_parameter(part, source)
    inner: list[tuple[str, Copy]] = []
    for name in _INNER:
        value = vars(part).get(name)
        if isinstance(value, ClauseElement):
            found = _copy(value, reached)
        elif isinstance(value, (list, tuple)):
            found = _copy_of_several(value, reached)
        else:
            continue
        if found is not None:
            inner.append((name, found))
    if not inner:
        return None

    def copy(user: User) -> Any:
        made = part._clone()
        for name, of in inner:
            setattr(made, name, of(user))
        return made

    return copy


def _copy_of_parameter(parameter: Any, source: FromUser) -> Copy:
    operator = parameter.expand_op

    def copy(user: User) -> Any:
        # A new one: SQLAlchemy may take a clone for the parameter it was cloned from, and its value as well.
        made: Any = source.parameter(user)
        made.expand_op = operator
        return made

    return copy


def _copy_of_several(parts: Sequence[Any], reached: set[int]) -> Copy | None:
    copies = [_copy(part, reached) if isinstance(part, ClauseElement) else None for part in parts]
    if not any(copies):
        return None
    kind: Callable[[list[Any]], Any] = type(parts)
    paired = list(zip(parts, copies, strict=True))
    return lambda user: kind([part if of is None else of(user) for part, of in paired])
