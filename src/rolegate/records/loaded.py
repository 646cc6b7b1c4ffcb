"""Objects that a limited session loaded: what may be missing from them is read from the database.

Related rows that a reader may not see are missing from the collections of her objects, and from whatever is
computed from these. A condition counts those rows all the same, so it does not read such attributes.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import InstanceState, LoaderCriteriaOption, Session
from sqlalchemy.orm.attributes import InstrumentedAttribute, instance_state
from sqlalchemy.sql import sqltypes

from rolegate.catalog.conditions import Condition
from rolegate.records.errors import RecordError
from rolegate.records.session import subject_of
from rolegate.records.session_protection import KEY, UNLIMITED
from rolegate.records.sql import criterion, single_column
from rolegate.records.user import User


def is_limited(record: Any) -> bool:
    """Whether an ORM object was loaded in a limited session.

    A session is limited when it is protected. An object that was loaded with criteria on rows is limited as
    well: it keeps them for loading its related rows, in any session.
    """
    state: InstanceState[Any] = instance_state(record)
    session = state.session
    if session is not None and KEY in session.info and subject_of(session) is not None:
        return True
    options = state.load_options
    return bool(options) and any(isinstance(option, LoaderCriteriaOption) for option in options)


def is_own_column(mapped: Any, name: str) -> bool:
    """Whether *name* of a mapped class, or of its mapper, is a column of its own row, and not computed."""
    own = sa.inspect(mapped).column_attrs.get(name)
    return own is not None and all(isinstance(column, sa.Column) for column in own.columns)


def is_stored(kind: type[Any], name: str) -> bool:
    """Whether an object of a mapped class has under *name* what its `__dict__` has, once that is loaded."""
    attribute, reading = (_in_class(kind, looked_up) for looked_up in (name, "__getattribute__"))
    plain = type(attribute) is InstrumentedAttribute and reading is vars(object)["__getattribute__"]
    return plain and attribute.key == name and bool(attribute.impl.supports_population)


def _in_class(kind: type[Any], name: str) -> Any:
    """What *kind* has under *name*, without asking it: a hybrid attribute would begin to compute."""
    return next((vars(parent)[name] for parent in kind.__mro__ if name in vars(parent)), None)


def leaves_out(record: Any, name: str) -> bool:
    """Whether *name* of an ORM object is not a column of its own row and was loaded in a limited session."""
    if not is_limited(record):
        return False
    state: InstanceState[Any] = instance_state(record)
    if is_own_column(state.mapper, name):
        return False
    if state.key is None:  # not in the database yet: the application made all of it
        return False
    return name in state.mapper.all_orm_descriptors or name not in state.dict


def meets(condition: Condition, name: str, record: Any, user: User) -> bool:
    """Whether the row of *record* meets a condition on its *name*; a row that is gone meets none.

    Raises:
        RecordError: when *condition* cannot be translated, or the session has to be flushed first.
    """
    state, session = _place(record, name)
    met = criterion(condition, state.mapper.class_, user)
    return session.scalar(_row(state, sa.literal(1)).where(met), execution_options=UNLIMITED) is not None


def value(record: Any, name: str) -> Any:
    """What the row of *record* holds under *name*, which is computed in SQL.

    Raises:
        RecordError: when it is not computed in SQL, or the row is gone.
    """
    state, session = _place(record, name)
    column = single_column(state.mapper.class_, name)
    found = session.execute(_row(state, column), execution_options=UNLIMITED).one_or_none()
    if found is None:
        raise RecordError(
            f"the row of a {type(record).__name__} is gone, and a condition asks for its `{name}`"
        )
    return found[0]


_SAMPLES: dict[type, Any] = {str: "", int: 0, bool: False, date: date.min, UUID: UUID(int=0)}


def samples_of(record: Any, name: str) -> dict[str, Any]:
    """For each column of what the relationship *name* of *record* leads to, a value of its kind."""
    way = instance_state(record).mapper.relationships.get(name)
    columns = () if way is None else way.mapper.column_attrs
    kinds = {column.key: column.columns[0].type for column in columns}
    return {
        key: _SAMPLES.get(kind.python_type)
        for key, kind in kinds.items()
        if isinstance(
            kind, (sqltypes.String, sqltypes.Integer, sqltypes.Boolean, sqltypes.Date, sqltypes.Uuid)
        )
    }


def _row(state: InstanceState[Any], column: Any) -> sa.Select[Any]:
    mapper = state.mapper
    key = zip(mapper.primary_key, state.identity or (), strict=True)
    return sa.select(column).select_from(mapper.class_).where(*(one == given for one, given in key))


def _place(record: Any, name: str) -> tuple[InstanceState[Any], Session]:
    """The state of *record* and the session to ask for `name` of it."""
    state: InstanceState[Any] = sa.inspect(record)
    what, session = f"`{name}` of a {type(record).__name__}", state.session
    if session is None:
        raise RecordError(
            f"{what} was read in a protected session, which may have left rows out of it; "
            "ask within a session"
        )
    if not session.autoflush and (session.new or session.dirty or session.deleted):
        raise RecordError(f"{what} is read from the database, and the session has changes; flush it first")
    return state, session
