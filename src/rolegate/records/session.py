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

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import (
    Mapper,
    Session,
    scoped_session,
)

from rolegate.diagnostics import short
from rolegate.records.computed import (
    past_the_orm,
    tables_of,
)
from rolegate.records.errors import FixedSubjectError, RecordError
from rolegate.records.session_protection import KEY, AdaptedCriteria, Limited, SessionProtection
from rolegate.records.sql import mapper_of


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
        AdaptedCriteria(model, subject.where(permission, model), include_aliases=True)
        for model, permission in models.items()
    )
    protection = SessionProtection(session, subject, limited, tables, criteria)
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


def subject_of(session: Any) -> Limited | None:
    """The subject a session is bound to, if it is protected."""
    protection = _one(session).info.get(KEY)
    return protection.subject if isinstance(protection, SessionProtection) else None


def _refuse_computed(limited: Iterable[Mapper[Any]], tables: frozenset[Any]) -> None:
    """Refuse computed columns of any class that select from a table itself: criteria do not reach them."""
    for mapper in {other for one in limited for other in one.registry.mappers}:
        name = past_the_orm(mapper, tables)
        if name is not None:
            raise RecordError(
                f"`{name}` of `{mapper.class_.__name__}` selects from the table of a protected class, and "
                "cannot be limited in a protected session; let it select from the class"
            )


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
