"""The types of what `rolegate.records` offers. mypy reads this file; nothing runs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, assert_type

import sqlalchemy as sa
from sqlalchemy.orm import Session

from rolegate import RolegateError, Subject
from rolegate.records import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    FixedSubjectError,
    HeldPermission,
    HeldRight,
    HiddenFieldWarning,
    Holds,
    HoldsOn,
    Not,
    OfUser,
    RecordError,
    Related,
    UndefinedScopeError,
    User,
    WriteCheck,
    allows,
    criterion,
    hidden_in,
    in_domain,
    instance_of,
    mask,
    matches,
    may_write,
    protect,
    subject_of,
    warn_hidden,
    where,
)
from rolegate.records.session_protection import Limited


class Ticket:
    """A class of an application."""


def conditions(condition: Condition) -> None:
    """A condition is one of seven values, and nothing else."""
    assert_type(condition, Compare | Related | AllOf | AnyOf | Not | Holds | HoldsOn)
    assert_type(Not(condition).inner, Condition)
    assert_type(Compare("assignee", "eq", OfUser("id")).attribute, str)
    assert_type(OfUser("id").name, str)
    assert_type(Related("watchers", "any", condition).inner, Condition)
    assert_type(Related("watchers", "any", condition).which, Literal["any", "all", "one"])
    assert_type(AllOf((condition,)).parts, tuple[Condition, ...])
    assert_type(AnyOf((condition,)).parts, tuple[Condition, ...])


def rows(held: HeldPermission, condition: Condition, ticket: Ticket, user: User) -> None:
    """One record in memory, or all rows of a table."""
    assert_type(allows(held, ticket, user), bool)
    assert_type(matches(condition, ticket, user), bool)
    assert_type(instance_of(held, ticket), tuple[str, ...] | None)
    assert_type(in_domain("account", ticket, user), bool)
    assert_type(where(held, Ticket, user), sa.ColumnElement[bool])
    assert_type(criterion(condition, Ticket, user), sa.ColumnElement[bool])
    assert_type(HeldPermission.any_of("tickets.show", held.ladder, held.chain, [held]), HeldPermission)
    assert_type(held.rights, tuple[HeldRight, ...])
    assert_type(held.denied, tuple[HeldRight, ...])
    assert_type(HeldRight("my", ("support",)).covers(("support", "eu")), bool)
    assert_type(User("ana", ("support",), "acme", {"region": "eu"}), User)
    assert_type((user.id, user.teams, user.domain), tuple[str, tuple[str, ...], str | None])


def fields(ticket: Ticket, statement: sa.Select[tuple[int]]) -> None:
    """Hidden and read-only fields of a record."""
    states: dict[str, Literal["edit", "view", "hidden"]] = {"email": "hidden"}
    assert_type(mask(states, ticket, keep=["id"]), dict[str, Any])
    assert_type(may_write(states, {"email": "a@b.example"}), WriteCheck)
    assert_type(WriteCheck(("email",), ()).refused, tuple[str, ...])
    assert_type(WriteCheck((), ("email",)).allowed, tuple[str, ...])
    assert_type(hidden_in(statement, states, Ticket), tuple[str, ...])
    assert_type(warn_hidden(statement, states, Ticket), sa.Select[tuple[int]])


def sessions(session: Session, subject: Subject) -> None:
    """A session that gives one subject its rows."""
    protecting: Callable[[Session, dict[type[Ticket], str], Subject], None] = protect
    protecting(session, {Ticket: "tickets.show"}, subject)
    found: Limited | None = subject_of(session)
    assert_type(found, Limited | None)


def exceptions(undefined: UndefinedScopeError) -> None:
    """What cannot be decided is a `RecordError`; a hidden field in a query is a warning."""
    as_any_other: type[RolegateError] = RecordError
    as_records: tuple[type[RecordError], ...] = (FixedSubjectError, UndefinedScopeError)
    assert_type((as_any_other, as_records), tuple[type[RolegateError], tuple[type[RecordError], ...]])
    assert_type((undefined.permission, undefined.scope), tuple[str, str])
    category: type[UserWarning] = HiddenFieldWarning
    assert_type(category("`email` is hidden"), UserWarning)
