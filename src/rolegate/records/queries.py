"""Queries that filter or sort by a hidden field: their rows reveal what is in it, even if it is masked."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import LoaderCriteriaOption, Query
from sqlalchemy.sql import visitors
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.elements import (
    ClauseElement,
    ClauseList,
    ColumnClause,
    ColumnElement,
    Grouping,
    TextClause,
)
from sqlalchemy.sql.selectable import ScalarSelect, SelectBase, SelectStatementGrouping

from rolegate.records.errors import HiddenFieldWarning, RecordError
from rolegate.records.protect_fields import is_visible

S = TypeVar("S")
_RESULTS = (
    "_raw_columns",
    "_returning",
    "_values",
    "_multi_values",
    "_ordered_values",
    "_correlate",
    "_correlate_except",
)
_PLACE = re.compile(r"\s*(\d+)\b")


def hidden_in(statement: Any, states: Mapping[str, str], model: Any) -> tuple[str, ...]:
    """The hidden fields of *model*, a mapped class, by which *statement* filters, joins, groups or sorts.

    *states* are those of `Subject.fields`; fields that are not attributes of *model* are skipped. A
    column that is merely selected, with or without a label, is not counted: mask it. A value computed from
    one is counted, since masking cannot hide it. A text (`order_by("phone")`, `text(…)`) is searched for the
    names of the fields and of their columns as words; a statement that is a text as a whole is not searched.
    """
    if isinstance(statement, Query):
        statement = statement.statement
    if not isinstance(statement, ClauseElement):
        raise RecordError(f"expected a statement, not a value of type {type(statement).__name__}")
    columns = _columns(states, model)
    found: set[str] = set()
    for clause, results in _conditions(statement, model):
        words = _words(clause)
        for result in results:
            if isinstance(result, sa.Label) and result.name in words:
                found |= _named(result.element, columns)
        found |= {name for name, those in columns.items() if words & {name, *(c.name for c in those)}}
        if isinstance(clause, ColumnElement):
            found |= _by_column(clause, columns)
    return tuple(name for name in states if name in found)


def warn_hidden(statement: S, states: Mapping[str, str], model: Any) -> S:
    """*statement* as it is, with a `HiddenFieldWarning` when it filters or sorts by hidden fields of *model*.

    `warnings.simplefilter("error", HiddenFieldWarning)` makes the warning an exception.
    """
    hidden = hidden_in(statement, states, model)
    if hidden:
        names = ", ".join(f"`{name}`" for name in hidden)
        message = f"the query filters or sorts by {names}, hidden from its reader"
        warnings.warn(f"{message}: the rows it finds reveal what is there", HiddenFieldWarning, stacklevel=2)
    return statement


def _columns(states: Mapping[str, str], model: Any) -> dict[str, list[sa.Column[Any]]]:
    """The table columns of each hidden field."""
    attributes = sa.inspect(model).mapper.column_attrs
    hidden = [name for name, state in states.items() if not is_visible(state) and name in attributes]
    return {name: [c for c in attributes[name].columns if isinstance(c, sa.Column)] for name in hidden}


def _conditions(statement: ClauseElement, model: Any) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Everything in *statement* but what it merely selects or sets, each with the results of its select.

    A select that something is compared with counts as a whole.
    """
    stack: list[tuple[Any, bool, tuple[Any, ...]]] = [(statement, True, ())]
    while stack:
        clause, is_source, results = stack.pop()
        if clause is not statement or isinstance(clause, ColumnElement):
            yield clause, results
        if isinstance(clause, sa.Join):
            stack += [
                (clause.left, True, results),
                (clause.right, True, results),
                (clause.onclause, False, results),
            ]
        elif isinstance(clause, SelectBase | UpdateBase):
            results = _results(clause)
            stack += [
                (inner, isinstance(inner, SelectBase) and is_source, results) for inner in _clauses(clause)
            ]
            stack += [(inner, False, results) for inner in _in_options(clause, model)]
            stack += [(inner, False, results) for inner in _at_places(clause, results)]
            for result in results if isinstance(clause, sa.Select | UpdateBase) else ():
                itself = [result] if isinstance(result, sa.ColumnElement) else []
                stack += [
                    (inner, inner is not result and isinstance(inner, SelectBase), results)
                    for inner in (_computed(result) if is_source else itself)
                ]
        else:
            is_source = isinstance(clause, sa.FromClause)
            stack += [(inner, is_source, results) for inner in clause.get_children()]


def _results(statement: Any) -> tuple[Any, ...]:
    """What a statement selects or returns; for selects that are put together, what the first one does."""
    if isinstance(statement, sa.CompoundSelect):
        return _results(statement.selects[0])
    if isinstance(statement, SelectStatementGrouping):
        return _results(statement.element)
    return tuple(getattr(statement, "_raw_columns", ())) or tuple(getattr(statement, "_returning", ()))


def _computed(result: Any) -> list[Any]:
    """What in *result* is more than a column that is selected: a subquery in it selects in its turn."""
    if isinstance(result, sa.Label | Grouping):
        return _computed(result.element)
    if isinstance(result, ClauseList):
        return [part for inner in result.clauses for part in _computed(inner)]
    if isinstance(result, ScalarSelect):
        return [result.element]
    if isinstance(result, ColumnClause) and result.is_literal:
        return [] if result.name.isidentifier() else [result]
    return [result] if isinstance(result, sa.ColumnElement) and not isinstance(result, ColumnClause) else []


def _in_options(statement: Any, model: Any) -> Iterator[ClauseElement]:
    """The criteria in the options of a statement: on a relationship to load, or on every row of a class."""
    for option in getattr(statement, "_with_options", ()):
        if isinstance(option, LoaderCriteriaOption):
            yield option._resolve_where_criteria(option.entity or sa.inspect(model))
        for step in getattr(option, "context", ()):
            yield from getattr(step, "_extra_criteria", ())


def _at_places(statement: Any, results: tuple[Any, ...]) -> Iterator[Any]:
    """The results that a statement sorts or groups by their place: `order_by(text("2"))`."""
    clauses = (*getattr(statement, "_order_by_clauses", ()), *getattr(statement, "_group_by_clauses", ()))
    texts = [_text(part) for clause in clauses for part in visitors.iterate(clause)]
    places = {int(found[1]) for text in texts for place in text.split(",") if (found := _PLACE.match(place))}
    if places:
        selected = (
            results
            if all(isinstance(result, ColumnElement) for result in results)
            else statement.selected_columns
        )
        yield from (result for place, result in enumerate(selected, 1) if place in places)


def _clauses(statement: Any) -> list[Any]:
    """The clauses of a statement, without what it selects or sets."""
    found = list(visitors.HasTraverseInternals.get_children(statement, omit_attrs=_RESULTS))
    return [*found, *statement.get_final_froms()] if isinstance(statement, sa.Select) else found


def _named(element: ColumnElement[Any], columns: Mapping[str, list[sa.Column[Any]]]) -> set[str]:
    """The fields whose columns occur anywhere in *element*."""
    parts = (part for part in visitors.iterate(element) if isinstance(part, ColumnElement))
    return {name for part in parts for name in _by_column(part, columns)}


def _by_column(element: ColumnElement[Any], columns: Mapping[str, list[sa.Column[Any]]]) -> set[str]:
    roots = {(column.table, column.name) for column in element.base_columns if isinstance(column, sa.Column)}
    return {name for name, those in columns.items() if any((c.table, c.name) in roots for c in those)}


def _words(element: Any) -> set[str]:
    """The words of a piece of SQL that was given as text."""
    return set(re.findall(r"\w+", _text(element)))


def _text(element: Any) -> str:
    if isinstance(element, TextClause):
        return element.text
    if isinstance(element, ColumnClause) and not isinstance(element, sa.Column):
        by_name = element.table is None or type(element.table) is sa.TableClause
        return element.name if element.is_literal or by_name else ""
    if getattr(element, "__visit_name__", "") == "textual_label_reference":
        return str(element.element)
    return ""
