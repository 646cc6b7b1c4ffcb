"""Criteria that keep their meaning in a limited session and on a class with several tables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Mapper, aliased
from sqlalchemy.sql import visitors
from sqlalchemy.util import immutabledict

from rolegate.records.errors import RecordError

Criterion = sa.ColumnElement[bool]
E = TypeVar("E", bound=sa.ColumnElement[Any])


def unlimited(element: E) -> E:
    """*element* with its subqueries out of reach of `with_loader_criteria`, and so of `protect`.

    The rows that somebody may see do not decide what a condition means: a hidden row related to a record
    counts like any other. SQLAlchemy adds criteria to the selects of the ORM, so they become plain ones.
    """

    def plain(select: Any) -> None:
        select._propagate_attrs = immutabledict()

    copied: E = visitors.cloned_traverse(element, {}, {"select": plain})
    return copied


def by_key(model: Any, make: Callable[[Any], Criterion]) -> Criterion:
    """The rows of *model* for which `make` gives the criterion: on *model* itself, or by key.

    For a class with several tables (joined inheritance), UPDATE and DELETE look at one of them, and with a
    criterion on another one they would change every row. There, the criterion is a subquery for the keys.
    """
    met = make(model)
    mapper: Any = sa.inspect(model)
    if not mapper.is_mapper or not has_several_tables(mapper) or isinstance(met, (sa.True_, sa.False_)):
        return met
    return key_among(mapper, make)


def has_several_tables(mapper: Mapper[Any]) -> bool:
    """Whether a row of *mapper* consists of rows of several tables, one of them its own."""
    return isinstance(mapper.local_table, sa.Table) and len(mapper.tables) > 1


def key_among(mapper: Mapper[Any], make: Callable[[Any], Criterion]) -> Criterion:
    """The rows whose key, in the table of *mapper* itself, is one of the whole rows `make` finds."""
    every = aliased(mapper.class_, flat=True)
    rows: Any = sa.inspect(every).selectable
    keys = list(mapper.local_table.primary_key)
    if not keys:
        raise RecordError(f"the table of `{mapper.class_.__name__}` has no primary key to find its rows by")
    found = sa.select(*(rows.corresponding_column(key) for key in keys)).select_from(rows).where(make(every))
    own = [_attribute(mapper, key) for key in keys]
    return unlimited(sa.and_((own[0] if len(own) == 1 else sa.tuple_(*own)).in_(found)))


def _attribute(mapper: Mapper[Any], key: Any) -> Any:
    """The attribute of the class for *key*; the column itself if the attribute reads another one."""
    attribute = mapper.get_property_by_column(key)
    return getattr(mapper.class_, attribute.key) if attribute.columns[0] is key else key
