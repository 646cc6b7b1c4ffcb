"""Records: what a scope means for one, which rows of a table somebody may see, and which fields of a row.

Everything here takes plain values and gives plain values; `Gate` and `Subject` are built on it.

    User(id, teams=(), domain=None, attributes={}, holder=None)
        what conditions can ask for: `user.id`, `user.teams`, `user.domain`, `user.<attribute>`, and what the
        user holds, of a `holder` such as a `Subject`
    HeldRight(scope: str | None, path: tuple[str, ...] = (), below: bool = False)
        raw ids; `below`: everything below the path; `HeldRight(scope, (), True)`: every instance
    HeldPermission(permission, ladder=permission.ladder, chain=<each Resource>, rights=(…), denied=(…))
    HeldPermission.of_lines(permission, ladder, chain, lines: Iterable[(obj, scope, eft)])
        the same, from the compiled lines about one permission and one subject
    HeldPermission.any_of(permission, ladder, chain, ways: Sequence[HeldPermission])
        allows what one of the *ways* allows

    allows(held, record, user) -> bool             is this object or mapping allowed
    in_domain(name, record, user) -> bool          does attribute `name` say that it is of the user's domain
    where(held, Model, user) -> ColumnElement[bool]  the rows for which `allows` is true
    matches(condition, record, user) -> bool       one condition, on an object or mapping
    criterion(condition, Model, user) -> ColumnElement[bool]
    instance_of(held, record) -> tuple[str, ...] | None
    protect(session, {Model: permission}, subject) -> None; subject_of(session)
        `subject` has `where(permission, Model)`

    mask(states, record, *, keep=()) -> dict       `states`: field -> "edit" | "view" | "hidden"
    may_write(states, changes) -> WriteCheck(refused, allowed), true when nothing is refused
    hidden_in(statement, states, Model) -> tuple[str, ...]; warn_hidden(statement, states, Model) -> statement

A record whose attribute for the id of an instance is NULL or empty does not belong to any instance, and
nothing allows it, not even `[*]`. `where` and `allows` raise `RecordError` for whatever cannot be decided,
and `UndefinedScopeError` for a scope without conditions. The broadest scope is every record of
the user's domain if the catalog says which attribute holds that (`records: {domain: account}`); otherwise it
is every record in the table, of every tenant.

SQLAlchemy is imported when `where`, `criterion`, `protect` or `hidden_in` is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolegate.lazy_names import lazy_names

if TYPE_CHECKING:
    from rolegate.catalog.conditions import AllOf as AllOf
    from rolegate.catalog.conditions import AnyOf as AnyOf
    from rolegate.catalog.conditions import Compare as Compare
    from rolegate.catalog.conditions import Condition as Condition
    from rolegate.catalog.conditions import Holds as Holds
    from rolegate.catalog.conditions import HoldsOn as HoldsOn
    from rolegate.catalog.conditions import Not as Not
    from rolegate.catalog.conditions import OfUser as OfUser
    from rolegate.catalog.conditions import Related as Related
    from rolegate.records.check_records import allows as allows
    from rolegate.records.check_records import in_domain as in_domain
    from rolegate.records.check_records import instance_of as instance_of
    from rolegate.records.check_records import matches as matches
    from rolegate.records.errors import FixedSubjectError as FixedSubjectError
    from rolegate.records.errors import HiddenFieldWarning as HiddenFieldWarning
    from rolegate.records.errors import RecordError as RecordError
    from rolegate.records.errors import UndefinedScopeError as UndefinedScopeError
    from rolegate.records.held_permission import HeldPermission as HeldPermission
    from rolegate.records.held_permission import HeldRight as HeldRight
    from rolegate.records.protect_fields import WriteCheck as WriteCheck
    from rolegate.records.protect_fields import mask as mask
    from rolegate.records.protect_fields import may_write as may_write
    from rolegate.records.queries import hidden_in as hidden_in
    from rolegate.records.queries import warn_hidden as warn_hidden
    from rolegate.records.session import protect as protect
    from rolegate.records.session import subject_of as subject_of
    from rolegate.records.sql import criterion as criterion
    from rolegate.records.sql import where as where
    from rolegate.records.user import User as User

_HOMES = {
    "AllOf": "rolegate.catalog.conditions",
    "AnyOf": "rolegate.catalog.conditions",
    "Compare": "rolegate.catalog.conditions",
    "Condition": "rolegate.catalog.conditions",
    "HeldPermission": "rolegate.records.held_permission",
    "HeldRight": "rolegate.records.held_permission",
    "HiddenFieldWarning": "rolegate.records.errors",
    "Holds": "rolegate.catalog.conditions",
    "HoldsOn": "rolegate.catalog.conditions",
    "Not": "rolegate.catalog.conditions",
    "OfUser": "rolegate.catalog.conditions",
    "RecordError": "rolegate.records.errors",
    "Related": "rolegate.catalog.conditions",
    "UndefinedScopeError": "rolegate.records.errors",
    "FixedSubjectError": "rolegate.records.errors",
    "User": "rolegate.records.user",
    "WriteCheck": "rolegate.records.protect_fields",
    "allows": "rolegate.records.check_records",
    "criterion": "rolegate.records.sql",
    "hidden_in": "rolegate.records.queries",
    "in_domain": "rolegate.records.check_records",
    "instance_of": "rolegate.records.check_records",
    "mask": "rolegate.records.protect_fields",
    "matches": "rolegate.records.check_records",
    "may_write": "rolegate.records.protect_fields",
    "protect": "rolegate.records.session",
    "subject_of": "rolegate.records.session",
    "warn_hidden": "rolegate.records.queries",
    "where": "rolegate.records.sql",
}

__all__ = sorted(_HOMES)

__getattr__, __dir__ = lazy_names(__name__, _HOMES)
