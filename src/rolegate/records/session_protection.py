"""What a protected session does with each statement, and with what is flushed: it limits, or it refuses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.orm import (
    InstanceState,
    LoaderCriteriaOption,
    Mapper,
    ORMExecuteState,
    Session,
)
from sqlalchemy.sql.functions import FunctionElement

from rolegate.records.computed import (
    expressions,
    is_alias,
    mistaken,
    reaches,
    selects,
)
from rolegate.records.errors import FixedSubjectError, RecordError
from rolegate.records.keys import Criterion, key_among

KEY = "rolegate.subject"
"""Where `session.info` has the subject."""


UNLIMITED = {"rolegate.unlimited": object()}
"""The execution options of what conditions themselves ask of a protected session."""


_MOST_SOUND = 500


_SOUND: set[object] = set()
"""The keys of selects in which nothing was found that cannot be limited."""


class Limited(Protocol):
    """Someone with a criterion for each permission, such as a `rolegate.Subject`."""

    def where(self, permission: str, model: Any, /) -> Criterion: ...


class AdaptedCriteria(LoaderCriteriaOption):
    """`with_loader_criteria`, adapted to each alias, and to a subclass with its own table.

    SQLAlchemy itself leaves the criteria on the model where an alias is joined by an ON clause, so that the
    alias is not limited, and where a subclass with its own table is updated, so that all its rows are. The
    adapted criteria are clones: the cache of statements finds their parameters.
    """

    __slots__ = ()
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> Criterion:
        criteria: Criterion = super()._resolve_where_criteria(ext_info)
        if ext_info.is_aliased_class:
            adapted: Criterion = ext_info._adapter.traverse(criteria)
            return adapted
        if ext_info.local_table is self.entity.local_table:  # type: ignore[union-attr]  # a mapped class
            return criteria
        return key_among(ext_info, lambda rows: sa.inspect(rows)._adapter.traverse(criteria))


@dataclass(frozen=True, slots=True, eq=False)
class SessionProtection:
    """What a session is limited to: the subject, the protected classes with their tables, their criteria."""

    session: Session
    subject: Limited
    classes: tuple[Mapper[Any], ...]
    tables: frozenset[Any]
    criteria: tuple[AdaptedCriteria, ...]

    def covers(self, mapper: Mapper[Any] | None) -> bool:
        """Whether *mapper* is of a protected class, or of one that inherits from it."""
        return mapper is not None and any(mapper.isa(protected) for protected in self.classes)

    def limit(self, state: ORMExecuteState) -> None:
        """Add the criteria to a statement before it runs, or refuse it."""
        if self.session.info.get(KEY) is not self:
            raise FixedSubjectError(
                "the subject of a protected session cannot be changed; open another session"
            )
        if UNLIMITED.items() <= state.execution_options.items():
            return
        # Reading the columns of a loaded row again gives them whoever may see it: SQLAlchemy does not add
        # criteria on the row itself then, but it does on whatever else the statement selects from.
        reads, writes = state.is_select, state.is_update or state.is_delete
        if writes and self.covers(state.bind_mapper) and _escapes(state):
            raise RecordError(
                "an UPDATE by primary key, from a list of rows, cannot be limited in a protected session; "
                "use a WHERE clause and the strategy `orm`, or change the objects"
            )
        if writes and is_alias(getattr(state.statement, "table", None), self.tables):
            raise RecordError(
                "an UPDATE or DELETE of an alias cannot be limited in a protected session; name the class"
            )
        if any(selects(part, self.tables) for part in _unreached(state)):
            raise RecordError(
                "what an INSERT, a parameter, `with_expression` or a function by itself selects cannot be "
                "limited in a protected session; write a `select` for it"
            )
        limited = state.statement.options(*self.criteria) if reads or writes else state.statement
        key = self._key(limited)
        if key is None or key not in _SOUND:
            self._refuse_mistaken(state.statement)
            if len(_SOUND) >= _MOST_SOUND:
                _SOUND.clear()
            if key is not None:
                _SOUND.add(key)
        state.statement = limited

    def _key(self, limited: Any) -> object:
        """What SQLAlchemy knows a limited statement by, if it is a select; it is made only once for both.

        INVARIANT: of statements with one key, SQLAlchemy runs the SQL of the first. So they are all limited
        if the first is.
        """
        made = limited._generate_cache_key() if isinstance(limited, sa.Select) else None
        return None if made is None else (self.tables, made.key)

    def _refuse_mistaken(self, statement: Any) -> None:
        """Refuse `has` and `any` that ask rows of a protected class without a name for them."""
        found = mistaken(statement, self.tables)
        if found is not None:
            name = found.class_.__name__
            raise RecordError(
                f"`has` or `any` of a relationship back to the table of `{name}` cannot be limited in a "
                f"protected session; name the other rows, `other = aliased({name})`, and ask "
                "`.of_type(other).has(other.title == …)`"
            )

    def refuse_foreign(self, _: Session, instance: object) -> None:
        """Refuse an object that another session loaded."""
        state: InstanceState[Any] = sa.inspect(instance)
        if state.key is not None and self.covers(state.mapper):
            raise RecordError(
                f"a {type(instance).__name__} that was loaded elsewhere cannot join a protected session; "
                "read it there"
            )

    def refuse_selects(self, session: Session, *_: object) -> None:
        """Refuse attributes that a flush would set to what other rows hold."""
        for instance in (*session.new, *session.dirty):
            state: InstanceState[Any] = sa.inspect(instance)
            own = frozenset(state.mapper.tables)
            for name, value in state.dict.items():
                if selects(value, self.tables) or reaches(value, self.tables, own):
                    raise RecordError(
                        f"what `{name}` of a {type(instance).__name__} is set to reads other rows and cannot "
                        "be limited in a protected session; select the value by itself"
                    )


def _unreached(state: ORMExecuteState) -> Iterator[Any]:
    """The parts of a statement to which SQLAlchemy does not add criteria, whatever they select from."""
    if state.is_insert:
        yield state.statement
    if isinstance(state.statement, FunctionElement):  # run as a select that is made of it later
        yield sa.select(state.statement)
    given = state.parameters if isinstance(state.parameters, list | tuple) else [state.parameters or {}]
    yield from (value for row in given if isinstance(row, Mapping) for value in row.values())
    yield from expressions(state.statement)


def _escapes(state: ORMExecuteState) -> bool:
    """Whether SQLAlchemy does not add criteria to an UPDATE or DELETE."""
    strategy = state.execution_options.get("dml_strategy", "auto")
    return isinstance(state.parameters, list | tuple) or strategy not in ("auto", "orm")
