"""A SQLAlchemy session that gives one subject the rows it may see: opt-in, and never the only guard.

Each ORM statement of a protected session (entities, single columns, counts, aliases, joins, lazy and eager
relationships, `get`, bulk UPDATE and DELETE) is limited to the rows that `subject.where` allows, for each
of the models. It does not cover:

* Core selects from a table (`select(Ticket.__table__)`), `text()`, and `from_statement` with one of these;
* connections and engines: `session.connection().execute(…)` says nothing to the session;
* what is loaded already: objects in the identity map, and collections of them, also after `refresh`;
* inserts, single, in bulk or from a select, and what a flush writes of loaded objects;
* the second table of an UPDATE … FROM; with SQLAlchemy 2.0 also a model that stands in nothing but a WHERE
  clause (`Customer.tickets.any(…)`, `exists().where(…)`), which 2.1 limits.

Ask `subject.can` before such a write, and give a Core statement its criterion: `subject.where(…)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

from sqlalchemy import event
from sqlalchemy.orm import LoaderCriteriaOption, ORMExecuteState, Session

from rolegate.records.errors import RecordError, SubjectFixed
from rolegate.records.sql import Criterion

KEY = "rolegate.subject"
"""Where `session.info` has the subject."""


class Limited(Protocol):
    """Who has a criterion for each permission, as `rolegate.Subject` has."""

    def where(self, permission: str, model: Any, /) -> Criterion: ...


class _Bound(NamedTuple):
    subject: Limited
    models: Mapping[Any, str]


class _Criteria(LoaderCriteriaOption):
    """`with_loader_criteria`, adapted to an alias wherever one is asked for.

    SQLAlchemy itself leaves the criteria on the model where an alias is joined by an ON clause, so that the
    alias is not limited. The adapted criteria are clones: the cache of statements finds their parameters.
    """

    __slots__ = ()
    _traverse_internals = LoaderCriteriaOption._traverse_internals

    def _resolve_where_criteria(self, ext_info: Any) -> Criterion:
        criteria: Criterion = super()._resolve_where_criteria(ext_info)
        return ext_info._adapter.traverse(criteria) if ext_info.is_aliased_class else criteria


def protect(session: Session, models: Mapping[Any, str], subject: Limited) -> None:
    """Limit the ORM statements of *session* to what *subject* may see.

    *models* says by which permission the rows of each mapped class are seen: `{Ticket: "tickets.show"}`; it
    holds for subclasses, too. The criteria are made now, so whatever cannot be translated raises here.

    Raises:
        SubjectFixed: when the session has a subject already; a second one would see the objects of the first.
        RecordError: when a model does not fit the conditions, or the session has loaded something before.
    """
    if KEY in session.info:
        raise SubjectFixed("the session is protected already; open another one for another subject")
    if any(True for _ in session.identity_map.values()):
        raise RecordError("the session has loaded objects before it was protected; protect it first")
    bound = _Bound(subject, dict(models))
    options = [
        _Criteria(model, subject.where(permission, model), include_aliases=True)
        for model, permission in models.items()
    ]
    session.info[KEY] = bound

    def limit(state: ORMExecuteState) -> None:
        if session.info.get(KEY) is not bound:
            raise SubjectFixed("the subject of a protected session cannot be changed; open another session")
        reads = state.is_select and not state.is_column_load
        if reads or state.is_update or state.is_delete:
            state.statement = state.statement.options(*options)

    event.listen(session, "do_orm_execute", limit)


def subject_of(session: Session) -> Limited | None:
    """The subject a session is bound to, if it is protected."""
    bound = session.info.get(KEY)
    return bound.subject if isinstance(bound, _Bound) else None
