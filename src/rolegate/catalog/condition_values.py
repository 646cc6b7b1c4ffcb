"""Values in the conditions of a catalog: what an attribute is compared with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Concatenate, NoReturn, ParamSpec, TypeVar

from rolegate.catalog import condition_problems as problems
from rolegate.catalog.conditions import OfUser, Value
from rolegate.diagnostics import Report, Span, short
from rolegate.documents.scalars import ATTRIBUTE_PATTERN
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, span_of
from rolegate.errors import RolegateError

P = ParamSpec("P")
T = TypeVar("T")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
ATTRIBUTE = re.compile(ATTRIBUTE_PATTERN[1:-1])
_EXPRESSION = re.compile(r"\$?\{\{?\s*[\w.]*user\b|\brequest\.(?:user|auth|principal|resource)\b|\bP\.attr\b")
"""An expression of another system: here it would be a text like any other, and meet no record."""
_OF_USER = re.compile(rf"user\.{ATTRIBUTE_PATTERN[1:-1]}")


class ReportedError(RolegateError):
    """The value was reported; there is nothing to go on with."""


class ValueReader:
    """Reads values; a method reads all it can and raises `ReportedError` if it reported anything.

    *user* has the kind of each value of the user that may be asked for.
    """

    def __init__(self, user: Mapping[str, str], report: Report) -> None:
        self.user = user
        self.report = report

    def refuse(
        self,
        problem: Callable[Concatenate[Report, Span, P], None],
        at: Span,
        *given: P.args,
        **more: P.kwargs,
    ) -> NoReturn:
        """Report *problem* at its place; there is nothing to go on with."""
        problem(self.report, at, *given, **more)
        raise ReportedError

    def attempt(self, read: Callable[..., T], *given: Any) -> T | None:
        try:
            return read(*given)
        except ReportedError:
            return None

    def every(self, read: Callable[..., T], given: Iterable[tuple[Any, ...]]) -> tuple[T, ...]:
        """What *read* makes of each of *given*; all of them are read even if one is reported."""
        found = [self.attempt(read, *arguments) for arguments in given]
        sound = tuple(result for result in found if result is not None)
        if len(sound) < len(found):
            raise ReportedError
        return sound

    def single(self, key: str, test: str, written: Any) -> Value:
        """One value to compare with."""
        value = self.value(written)
        if isinstance(value, OfUser) and self.user[value.name] == "list":
            self.refuse(problems.compared_with_user_list, span_of(written, Span("")), key, test, value)
        return value

    def ordered(self, key: str, test: str, written: Any) -> Value:
        """A value that lies below or above others: a whole number, or a date."""
        value = self.single(key, test, written)
        kind = self.user[value.name] if isinstance(value, OfUser) else ""
        if kind in ("text", "flag") or isinstance(value, (str, bool)):
            self.refuse(problems.order_of_others, span_of(written, Span("")), test, described(written))
        return value

    def values(self, key: str, test: str, written: Any, at: Span) -> Value | tuple[Value, ...]:
        """What `in` and `not_in` take: listed values, or a list of the user's."""
        if isinstance(written, Listed):
            if not written:
                self.refuse(problems.list_empty, at, test)
            return self.every(self.listed, ((element, test) for element in written))
        if isinstance(written, Text) and not isinstance(written, Quoted):
            value = self.value(written)
            if isinstance(value, OfUser) and self.user[value.name] == "list":
                return value
        return self.refuse(problems.in_takes_list, at, key, test, described(written))

    def listed(self, written: Any, test: str) -> Value:
        """One of the values in a list."""
        value = self.value(written)
        if isinstance(value, OfUser) and self.user[value.name] == "list":
            self.refuse(problems.list_in_list, span_of(written, Span("")), test, value)
        return value

    def value(self, written: Any) -> Value:
        """A value to compare with: one of the user, or the one that is written."""
        at = span_of(written, Span(""))
        if isinstance(written, Broken):
            raise ReportedError
        if isinstance(written, Quoted):
            if _OF_USER.fullmatch(written):
                self.refuse(problems.user_in_quotes, at, written)
            if _EXPRESSION.search(written):
                self.refuse(problems.expression_in_quotes, at, written, self.user)
            return str(written)
        if isinstance(written, Trap) and written in ("true", "false"):
            return written == "true"
        if isinstance(written, Trap) and (day := _day(written)) is not None:
            return day
        if isinstance(written, Trap):
            self.refuse(problems.value_unquoted, at, written, written.kind == "null")
        if not isinstance(written, Text):
            self.refuse(problems.not_a_value, at, described(written))
        if _WHOLE.fullmatch(written):
            return int(written)
        head, _, name = written.partition(".")
        if head != "user" or not ATTRIBUTE.fullmatch(name):
            self.refuse(problems.value_unclear, at, written, self.user)
        if name not in self.user:
            self.refuse(problems.user_attribute_unknown, at, name, self.user)
        return OfUser(name)


def _day(written: Trap) -> date | None:
    """The day that an unquoted value is, if it is one."""
    if written.kind != "date" or len(written) != 10:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def described(written: Any) -> str:
    if isinstance(written, Keyed):
        return "a mapping"
    if isinstance(written, (list, tuple)):
        return "a list" if written else "an empty list"
    return f"`{short(str(written))}`"
