"""What a protected session reads where criteria do not reach: aliases, subqueries, computed columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import LoaderCriteriaOption, Mapper
from sqlalchemy.sql import visitors
from sqlalchemy.sql.base import Executable
from sqlalchemy.sql.elements import ClauseElement, ColumnClause, ColumnElement
from sqlalchemy.sql.selectable import AliasedReturnsRows, SelectBase

_CLASS = frozenset(("parententity", "parentmapper"))
"""How SQLAlchemy marks a column or a table that was named through a class."""


def tables_of(mappers: Iterable[Mapper[Any]]) -> frozenset[Any]:
    """The tables that hold the rows of *mappers* and of the classes that inherit from them."""
    every = [mapped for mapper in mappers for mapped in mapper.self_and_descendants]
    return frozenset(table for mapped in every for table in mapped.tables)


def selects(given: Any, tables: frozenset[Any]) -> bool:
    """Whether *given*, if it is a clause, has a select in it that reads one of *tables*."""
    return any(_reads(select, tables) for select in _subselects(given))


def reaches(given: Any, tables: frozenset[Any], own: frozenset[Any]) -> bool:
    """Whether *given*, if it is a clause, names a column of one of *tables* beside *own*, or of an alias."""
    columns = (column for column in _parts(given) if isinstance(column, ColumnClause))
    return any(column.table in tables - own or is_alias(column.table, tables) for column in columns)


def is_alias(target: Any, tables: frozenset[Any]) -> bool:
    """Whether *target* is an alias of one of *tables*, or of a join or a select with one in it."""
    return isinstance(target, AliasedReturnsRows) and _reads(target, tables)


def mistaken(given: Any, tables: frozenset[Any]) -> Mapper[Any] | None:
    """The class for which *given* has an alias of *tables* that the criteria on the class do not reach.

    SQLAlchemy makes such an alias for `has` and `any` of a relationship that leads back to its own tables, or
    to an alias, and adds the criteria to the table itself. An alias that was named has criteria of its own.
    """
    for part in _with_options(given):
        # What is iterated does not have its annotations.
        for source in () if _is_value(part) else getattr(part, "_from_obj", ()):
            named = source._annotations.get("parententity")
            aliased = isinstance(named, Mapper) and is_alias(source, tables) and source != named.selectable
            if aliased:
                return cast("Mapper[Any]", named)
    return None


def past_the_orm(mapper: Mapper[Any], tables: frozenset[Any]) -> str | None:
    """The computed column of *mapper* that selects from one of *tables* itself, not from a class."""
    # The body of a class can only name the columns of its own row directly.
    others = tables.difference(mapper.tables)
    for attribute in mapper.column_attrs:
        for column in attribute.columns:
            if any(_is_plain(select, tables, others) for select in _subselects(column)):
                return str(attribute.key)
            if mistaken(column, tables) is not None:
                return str(attribute.key)
    for way in mapper.relationships:
        for clause in (way.primaryjoin, way.secondaryjoin, *(way.order_by or ())):
            if mistaken(clause, tables) is not None:
                return str(way.key)
    return None


def expressions(statement: Any) -> Iterator[Any]:
    """The expressions of `with_expression`, which options of *statement* put into queries as they are."""
    for option in getattr(statement, "_with_options", ()):
        for step in getattr(option, "context", ()):
            if ("query_expression", True) in (getattr(step, "strategy", None) or ()):
                yield from step._extra_criteria


def _with_options(given: Any) -> Iterator[Any]:
    """The parts of *given*, also of the criteria in its options and in its joins."""
    waiting = [given]
    while waiting:
        for part in _parts(waiting.pop()):
            yield part
            if _is_value(part):
                continue
            for option in getattr(part, "_with_options", ()):
                if isinstance(option, LoaderCriteriaOption):
                    waiting += [option._resolve_where_criteria(mapper) for mapper in option._all_mappers()]
                for step in getattr(option, "context", ()):
                    waiting += getattr(step, "_extra_criteria", ())
            for _, way, *_ in getattr(part, "_setup_joins", ()):
                waiting += getattr(way, "_extra_criteria", ())


def _is_value(part: Any) -> bool:
    """Whether *part* has no options, joins or froms of its own: to ask a column for them takes long."""
    return isinstance(part, ColumnElement) and not isinstance(part, Executable)


def _parts(given: Any) -> Iterator[Any]:
    if hasattr(given, "__clause_element__"):
        given = given.__clause_element__()
    if isinstance(given, ClauseElement):
        yield from visitors.iterate(given)


def _subselects(given: Any) -> Iterator[SelectBase]:
    return (part for part in _parts(given) if isinstance(part, SelectBase))


def _reads(clause: ClauseElement, tables: frozenset[Any]) -> bool:
    return any(isinstance(part, sa.Table) and part in tables for part in visitors.iterate(clause))


def _is_plain(select: SelectBase, tables: frozenset[Any], others: frozenset[Any]) -> bool:
    """Whether *select* reads *others*, or an alias of one of *tables*, not named by a class."""
    for part in _unnamed(select):
        table = part.table if isinstance(part, ColumnClause) else part
        if table in others or (isinstance(table, AliasedReturnsRows) and table.element in tables):
            return True
    return False


def _unnamed(select: SelectBase) -> Iterator[Any]:
    """The parts of *select* that were not named through a class.

    Without its implied froms, what it is correlated to, and what is in selects within it.
    """
    omit = ("_correlate", "_correlate_except")
    waiting: list[Any] = [*visitors.HasTraverseInternals.get_children(select, omit_attrs=omit)]
    while waiting:
        part = waiting.pop()
        if not isinstance(part, SelectBase) and _CLASS.isdisjoint(part._annotations):
            yield part
            waiting += part.get_children()
