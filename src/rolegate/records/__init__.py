"""Records: what a scope means for one, which rows of a table somebody may see, and which fields of a row.

Everything here takes plain values and gives plain values; `Gate` and `Subject` are built on it.

    User(id, teams=(), domain=None, attributes={})
        what conditions may ask: `user.id`, `user.teams`, `user.domain`, `user.<attribute>`
    HeldRight(scope: str | None, path: tuple[str, ...] = (), below: bool = False)
        raw ids; `below`: everything below the path; `HeldRight(scope, (), True)`: every instance
    Held(permission, ladder=permission.ladder, chain=<Resource of each kind>, rights=(…), denied=(…))
    Held.of_lines(permission, ladder, chain, lines: Iterable[(obj, scope, eft)])
    Held.any_of(permission, ladder, chain, ways: Sequence[Held]): allowed is what one of them allows
        the same from compiled lines of one permission for one subject, as they are

    allows(held, record, user) -> bool             may she, on this object or mapping
    where(held, Model, user) -> ColumnElement[bool]  the rows for which `allows` is true
    matches(condition, record, user) -> bool       one condition, on an object or mapping
    criterion(condition, Model, user) -> ColumnElement[bool]
    instance_of(held, record) -> tuple[str, ...] | None
    protect(session, {Model: permission}, subject) -> None; subject_of(session)
        `subject` has `where(permission, Model)`

    mask(states, record, *, keep=()) -> dict       `states`: field -> "edit" | "view" | "hidden"
    may_write(states, changes) -> WriteCheck(refused, allowed), true when nothing is refused
    hidden_in(statement, states, Model) -> tuple[str, ...]; warn_hidden(statement, states, Model) -> statement

A record without an instance (NULL or an empty id in an attribute that holds one) is on no instance, and
nothing allows it, not even `[*]`. `where` and `allows` raise `RecordError` for whatever cannot be decided,
`ScopeUndefined` for a scope the catalog gives no conditions. The broadest scope is every record, of every
tenant a table holds: keep tenants apart by a criterion of your own (`Ticket.account == …`), or by conditions
on the broadest scope (`all: {account: user.domain}`), which then hold for each scope within it, too.

SQLAlchemy is imported when `where`, `criterion`, `protect` or `hidden_in` is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolegate.records.check import allows as allows
    from rolegate.records.check import instance_of as instance_of
    from rolegate.records.check import matches as matches
    from rolegate.records.conditions import AllOf as AllOf
    from rolegate.records.conditions import AnyOf as AnyOf
    from rolegate.records.conditions import Compare as Compare
    from rolegate.records.conditions import Condition as Condition
    from rolegate.records.conditions import OfUser as OfUser
    from rolegate.records.conditions import Related as Related
    from rolegate.records.errors import HiddenFieldWarning as HiddenFieldWarning
    from rolegate.records.errors import RecordError as RecordError
    from rolegate.records.errors import ScopeUndefined as ScopeUndefined
    from rolegate.records.errors import SubjectFixed as SubjectFixed
    from rolegate.records.fields import WriteCheck as WriteCheck
    from rolegate.records.fields import mask as mask
    from rolegate.records.fields import may_write as may_write
    from rolegate.records.held import Held as Held
    from rolegate.records.held import HeldRight as HeldRight
    from rolegate.records.queries import hidden_in as hidden_in
    from rolegate.records.queries import warn_hidden as warn_hidden
    from rolegate.records.session import protect as protect
    from rolegate.records.session import subject_of as subject_of
    from rolegate.records.sql import criterion as criterion
    from rolegate.records.sql import where as where
    from rolegate.records.user import User as User

_HOMES = {
    "AllOf": "conditions",
    "AnyOf": "conditions",
    "Compare": "conditions",
    "Condition": "conditions",
    "Held": "held",
    "HeldRight": "held",
    "HiddenFieldWarning": "errors",
    "OfUser": "conditions",
    "RecordError": "errors",
    "Related": "conditions",
    "ScopeUndefined": "errors",
    "SubjectFixed": "errors",
    "User": "user",
    "WriteCheck": "fields",
    "allows": "check",
    "criterion": "sql",
    "hidden_in": "queries",
    "instance_of": "check",
    "mask": "fields",
    "matches": "check",
    "may_write": "fields",
    "protect": "session",
    "subject_of": "session",
    "warn_hidden": "queries",
    "where": "sql",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module `rolegate.records` has no attribute `{name}`")
    try:
        value = getattr(import_module(f"rolegate.records.{home}"), name)
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] != "sqlalchemy":
            raise
        message = f"`{name}` needs SQLAlchemy: pip install 'rolegate[sqlalchemy]'"
        raise ModuleNotFoundError(message, name=error.name) from None
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return list(__all__)
