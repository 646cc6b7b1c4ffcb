"""A SQLAlchemy session that gives one subject the rows it may see: opt-in, and not to be the only guard.

Each ORM statement of a protected session (entities, single columns, counts, aliases, joins, lazy and eager
relationships, `get`, UPDATE and DELETE by a WHERE clause) is limited to the rows that `subject.where` allows,
for each of the models; so are columns that are computed from them, whenever they are loaded. What cannot be
limited and can be seen is refused: an UPDATE by primary key from a list of rows, objects that come from
elsewhere (`add` of a detached object, `merge` with `load=False`), an UPDATE or DELETE of an alias, `has` and
`any` of a relationship back to the table of a class (`Ticket.parent.of_type(aliased(Ticket)).has(…)` is
limited), columns of other rows in attributes that are flushed, and selects in an INSERT, in parameters, in
such attributes, in `with_expression` and in a function that is run by itself.
It does not cover:

* a table and its own columns (`Ticket.__table__`), also within an ORM statement or as `secondary`; `text()`;
  `from_statement` with one of these;
* connections and engines: `session.connection().execute(…)` says nothing to the session;
* `bulk_update_mappings` and `bulk_save_objects`, which raise no event;
* another class mapped to the same table, unless it inherits from a protected one;
* what is loaded already: objects in the identity map, and collections of them, also after `refresh`;
* inserts, single, in bulk or with ON CONFLICT … UPDATE, and what a flush writes of loaded objects;
* the second table of an UPDATE … FROM or a DELETE … USING, and what an UPDATE sets.

Ask `subject.can` before such a write, and give a Core statement its criterion: `subject.where(…)`. Both mean
the same in a protected session as in any other: a condition on related rows counts the hidden ones as well.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import (
    InstanceState,
    LoaderCriteriaOption,
    Mapper,
    ORMExecuteState,
    Session,
    scoped_session,
)
from sqlalchemy.sql.functions import FunctionElement

from rolegate.diagnostics import short
from rolegate.records.computed import (
    expressions,
    is_alias,
    mistaken,
    past_the_orm,
    reaches,
    selects,
    tables_of,
)
from rolegate.records.errors import FixedSubjectError, RecordError
from rolegate.records.keys import Criterion, key_among
from rolegate.records.sql import mapper_of

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


class _Criteria(LoaderCriteriaOption):
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


def protect(session: Any, models: Mapping[Any, str], subject: Limited) -> None:
    """Limit the ORM statements of *session* to what *subject* may see.

    *session* is a `Session`. For a `scoped_session` it is the current one, which its `remove()` ends; for
    an `AsyncSession` it is the `sync_session`. *models* names, for each mapped class, the permission that
    decides which of its rows are seen: `{Ticket: "tickets.show"}`. It holds for subclasses as well. The
    criteria are made now, so whatever cannot be translated raises here.

    Raises:
        FixedSubjectError: when the session has a subject already; a second one would see the objects of the
            first.
        RecordError: when a model does not fit the conditions, when the session has loaded something before,
            or when *session* is not a session; for a subclass alone, since queries of its base give its rows
            as well; and for a computed column that selects from the table of a model, or asks `has` or `any`
            of a relationship back to it.
        TypeError: when *models* are not a mapping, or *subject* is not a subject.
    """
    _need_wiring(models, subject)
    session = _one(session)
    if KEY in session.info:
        raise FixedSubjectError("the session is protected already; open another one for another subject")
    if any(True for _ in session.identity_map.values()):
        raise RecordError("the session has loaded objects before it was protected; protect it first")
    limited = tuple(_base(model) for model in models)
    tables = tables_of(limited)
    _refuse_computed(limited, tables)
    criteria = tuple(
        _Criteria(model, subject.where(permission, model), include_aliases=True)
        for model, permission in models.items()
    )
    protection = _Protection(session, subject, limited, tables, criteria)
    session.info[KEY] = protection
    event.listen(session, "do_orm_execute", protection.limit)
    event.listen(session, "before_flush", protection.refuse_selects)
    event.listen(session, "before_attach", protection.refuse_foreign)


def _need_wiring(models: Any, subject: Any) -> None:
    if not isinstance(models, Mapping):
        raise TypeError(
            f"`models` has to name a permission for each class, and is `{type(models).__name__}`: "
            'write it as `{Ticket: "tickets.show"}`'
        )
    if not hasattr(subject, "where"):
        user = repr(short(subject)) if isinstance(subject, str) else "USER"
        raise TypeError(
            f"`subject` has to be a subject, not `{type(subject).__name__}`: "
            f"write `gate.subject({user}, DOMAIN)`"
        )


@dataclass(frozen=True, slots=True, eq=False)
class _Protection:
    """What a session is limited to: the subject, the protected classes with their tables, their criteria."""

    session: Session
    subject: Limited
    classes: tuple[Mapper[Any], ...]
    tables: frozenset[Any]
    criteria: tuple[_Criteria, ...]

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


def subject_of(session: Any) -> Limited | None:
    """The subject a session is bound to, if it is protected."""
    protection = _one(session).info.get(KEY)
    return protection.subject if isinstance(protection, _Protection) else None


def _unreached(state: ORMExecuteState) -> Iterator[Any]:
    """The parts of a statement to which SQLAlchemy does not add criteria, whatever they select from."""
    if state.is_insert:
        yield state.statement
    if isinstance(state.statement, FunctionElement):  # run as a select that is made of it later
        yield sa.select(state.statement)
    given = state.parameters if isinstance(state.parameters, list | tuple) else [state.parameters or {}]
    yield from (value for row in given if isinstance(row, Mapping) for value in row.values())
    yield from expressions(state.statement)


def _refuse_computed(limited: Iterable[Mapper[Any]], tables: frozenset[Any]) -> None:
    """Refuse computed columns of any class that select from a table itself: criteria do not reach them."""
    for mapper in {other for one in limited for other in one.registry.mappers}:
        name = past_the_orm(mapper, tables)
        if name is not None:
            raise RecordError(
                f"`{name}` of `{mapper.class_.__name__}` selects from the table of a protected class, and "
                "cannot be limited in a protected session; let it select from the class"
            )


def _escapes(state: ORMExecuteState) -> bool:
    """Whether SQLAlchemy does not add criteria to an UPDATE or DELETE."""
    strategy = state.execution_options.get("dml_strategy", "auto")
    return isinstance(state.parameters, list | tuple) or strategy not in ("auto", "orm")


def _one(session: Any) -> Session:
    """The session itself: a listener on a `scoped_session` would hear every session there is."""
    if isinstance(session, scoped_session):
        session = session()
    session = getattr(session, "sync_session", session)
    if not isinstance(session, Session):
        raise RecordError(f"expected a session, not {session!r}")
    return session


def _base(model: Any) -> Mapper[Any]:
    """The mapper of *model*, with which all rows of its tables are limited."""
    mapper = mapper_of(model)
    if not sa.inspect(model).is_mapper:
        raise RecordError(f"{model!r} is an alias; protect the class itself")
    if mapper.inherits is not None:
        name, base = mapper.class_.__name__, mapper.base_mapper.class_.__name__
        raise RecordError(
            f"`{name}` inherits from `{base}`, whose queries give its rows as well; protect `{base}`"
        )
    for heir in mapper.self_and_descendants:
        if heir.concrete:
            raise RecordError(
                f"`{heir.class_.__name__}` has a table for all it inherits, which `protect` does not limit"
            )
    return mapper
