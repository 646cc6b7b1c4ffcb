"""Queries that filter or sort by a field: they tell what is in it, however well it is masked afterwards."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator, Mapping
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Query
from sqlalchemy.sql import visitors
from sqlalchemy.sql.elements import ClauseElement, ColumnElement, TextClause

from rolegate.records.errors import HiddenFieldWarning, RecordError
from rolegate.records.fields import is_visible

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


def hidden_in(statement: Any, states: Mapping[str, str], model: Any) -> tuple[str, ...]:
    """The hidden fields of *model*, a mapped class, by which *statement* filters, joins, groups or sorts.

    *states* are those of `Subject.fields`; fields that are not attributes of *model* are passed over. What
    is merely selected is no matter here: mask it. In a text (`order_by("phone")`, `text(…)`) the names of
    the fields and of their columns are looked for as words.
    """
    if isinstance(statement, Query):
        statement = statement.statement
    if not isinstance(statement, ClauseElement):
        raise RecordError(f"a statement is meant, not a value of type {type(statement).__name__}")
    columns = _columns(states, model)
    labels = {
        each.name: each for each in getattr(statement, "_raw_columns", ()) if isinstance(each, sa.Label)
    }
    found: set[str] = set()
    for each in _conditions(statement):
        words = _words(each)
        for label in words & labels.keys():
            found |= _named(labels[label].element, columns)
        found |= {name for name, those in columns.items() if words & {name, *(one.name for one in those)}}
        if isinstance(each, ColumnElement):
            found |= _by_column(each, columns)
    return tuple(name for name in states if name in found)


def warn_hidden(statement: S, states: Mapping[str, str], model: Any) -> S:
    """*statement* as it is, with a `HiddenFieldWarning` when it filters or sorts by hidden fields of *model*.

    `warnings.simplefilter("error", HiddenFieldWarning)` makes the warning an exception.
    """
    hidden = hidden_in(statement, states, model)
    if hidden:
        names = ", ".join(f"`{name}`" for name in hidden)
        message = f"the query filters or sorts by {names}, hidden from its reader"
        warnings.warn(f"{message}: the rows it finds tell what is there", HiddenFieldWarning, stacklevel=2)
    return statement


def _columns(states: Mapping[str, str], model: Any) -> dict[str, list[sa.Column[Any]]]:
    """The table columns of each hidden field."""
    attributes = sa.inspect(model).mapper.column_attrs
    hidden = [name for name, state in states.items() if not is_visible(state) and name in attributes]
    return {name: [one for one in attributes[name].columns if isinstance(one, sa.Column)] for name in hidden}


def _conditions(statement: ClauseElement) -> Iterator[Any]:
    """Everything in *statement* but what it selects or sets; a select to compare with counts as a whole."""
    stack = [(each, False) for each in _clauses(statement)]
    while stack:
        each, is_source = stack.pop()
        yield each
        if isinstance(each, sa.Select):
            stack += [(inner, False) for inner in _clauses(each)]
            if not is_source:
                stack += [(one, False) for one in _selected(each) if isinstance(one, sa.ColumnElement)]
        else:
            is_source = is_source or isinstance(each, sa.FromClause)
            stack += [(inner, is_source) for inner in each.get_children()]


def _clauses(statement: ClauseElement) -> list[Any]:
    """The clauses of a statement, without what it selects or sets."""
    found = list(visitors.HasTraverseInternals.get_children(statement, omit_attrs=_RESULTS))
    return [*found, *statement.get_final_froms()] if isinstance(statement, sa.Select) else found


def _selected(statement: ClauseElement) -> tuple[Any, ...]:
    return tuple(getattr(statement, "_raw_columns", ()))


def _named(element: ColumnElement[Any], columns: Mapping[str, list[sa.Column[Any]]]) -> set[str]:
    """The fields whose columns stand anywhere in *element*."""
    parts = (each for each in visitors.iterate(element) if isinstance(each, ColumnElement))
    return {name for each in parts for name in _by_column(each, columns)}


def _by_column(element: ColumnElement[Any], columns: Mapping[str, list[sa.Column[Any]]]) -> set[str]:
    roots = {(each.table, each.name) for each in element.base_columns if isinstance(each, sa.Column)}
    return {name for name, those in columns.items() if any((one.table, one.name) in roots for one in those)}


def _words(element: Any) -> set[str]:
    """The words of a piece of SQL that was given as text."""
    if isinstance(element, TextClause):
        return set(re.findall(r"\w+", element.text))
    if getattr(element, "__visit_name__", "") == "textual_label_reference":
        return set(re.findall(r"\w+", str(element.element)))
    return set()
