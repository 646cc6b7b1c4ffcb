"""Conditions as they are written in a catalog become values; what cannot be read is reported at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, Concatenate, Literal, NoReturn, ParamSpec, TypeVar, cast

from rolegate.catalog import condition_problems as problems
from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, Not, OfUser, Order, Related, Value
from rolegate.diagnostics import Report, Span, short
from rolegate.documents.condition_words import AROUND, ORDERS, REFUSED, RELATED, TESTS
from rolegate.documents.scalars import ATTRIBUTE_PATTERN
from rolegate.documents.short_forms import Both
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, span_of

P = ParamSpec("P")
T = TypeVar("T")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_ATTRIBUTE = re.compile(ATTRIBUTE_PATTERN[1:-1])
_OF_USER = re.compile(rf"user\.{ATTRIBUTE_PATTERN[1:-1]}")
OWN = {"id": "text", "teams": "list", "domain": "text"}
"""What is known of every user, by its kind."""


def read_condition(written: Any, at: Span, user: Mapping[str, str], report: Report) -> Condition | None:
    """The condition *written* in a scope; None when there is none, or when it was reported.

    *user* has the kind of each attribute of the user that the catalog declares.
    """
    if written is None:
        return None
    reader = _ConditionReader({**OWN, **user}, report)
    found = [
        reader.attempt(reader.conditions, condition, span_of(condition, at))
        for condition in (written if isinstance(written, Both) else [written])
    ]
    return None if None in found else _all(condition for condition in found if condition is not None)


def _all(parts: Iterable[Condition]) -> Condition:
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf(found)


class _ReportedError(Exception):
    """The value was reported; there is nothing to go on with."""


class _ConditionReader:
    """Reads one condition; a method reads all it can and raises `_ReportedError` if it reported anything."""

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
        raise _ReportedError

    def attempt(self, read: Callable[..., T], *given: Any) -> T | None:
        try:
            return read(*given)
        except _ReportedError:
            return None

    def every(self, read: Callable[..., T], given: Iterable[tuple[Any, ...]]) -> tuple[T, ...]:
        """What *read* makes of each of *given*; all of them are read even if one is reported."""
        found = [self.attempt(read, *arguments) for arguments in given]
        sound = tuple(result for result in found if result is not None)
        if len(sound) < len(found):
            raise _ReportedError
        return sound

    def conditions(self, written: Any, at: Span) -> Condition:
        """All of the conditions in one mapping."""
        if isinstance(written, Broken) or getattr(written, "partial", False):
            raise _ReportedError
        if not isinstance(written, Keyed):
            self.refuse(problems.not_a_mapping, at, _described(written))
        if not written:
            self.refuse(problems.mapping_empty, at)
        return _all(self.every(self.entry, written.items()))

    def entry(self, key: str, written: Any) -> Condition:
        """One condition: an attribute and what it is compared with, or a word around conditions."""
        at = span_of(key, Span(""))
        if isinstance(written, Broken):
            raise _ReportedError
        if key in AROUND:
            return self.around(key, written, at)
        self.attribute(key, at)
        if isinstance(written, Keyed):
            return self.mapping(str(key), written)
        if isinstance(written, Listed):
            self.refuse(problems.compared_with_list, written.span, key)
        return Compare(str(key), "eq", self.single(key, "", written))

    def attribute(self, key: str, at: Span) -> None:
        """Refuse a *key* that cannot be an attribute."""
        if key in TESTS:
            self.refuse(problems.test_without_attribute, at, key)
        if key in REFUSED:
            self.refuse(problems.word_refused, at, key, REFUSED[key])
        if not _ATTRIBUTE.fullmatch(key):
            self.refuse(problems.attribute_invalid, at, key)
        if isinstance(key, Trap):
            self.refuse(problems.attribute_unquoted, at, key)

    def around(self, word: str, written: Any, at: Span) -> Condition:
        """The conditions after `any_of`, `all_of` or `not`."""
        if word == "not":
            if not isinstance(written, Keyed):
                self.refuse(problems.negation_not_a_mapping, span_of(written, at), _described(written))
            return Not(self.conditions(written, written.span))
        if not isinstance(written, Listed) or not written:
            self.refuse(problems.alternatives_not_a_list, span_of(written, at), word, _described(written))
        parts = self.every(self.conditions, ((part, span_of(part, at)) for part in written))
        return AnyOf(parts) if word == "any_of" else _all(parts)

    def mapping(self, key: str, written: Keyed) -> Condition:
        """The test, or the tests, that a mapping after an attribute is."""
        tests = [
            test
            for test in written
            if test in TESTS and not (test == "not" and isinstance(written[test], Keyed))
        ]
        if not tests:
            return Related(key, "one", self.conditions(written, written.span))
        together = any(set(tests) <= set(those) for those in (ORDERS, RELATED))
        if len(tests) < len(written) or (len(tests) > 1 and not together):
            other = next((test for test in written if test not in tests), tests[-1])
            if other in REFUSED:
                self.refuse(problems.word_refused, span_of(other, written.span), other, REFUSED[other])
            self.refuse(problems.tests_mixed, span_of(other, written.span), tests[0], other)
        if written.partial:
            raise _ReportedError
        return _all(self.every(self.test, ((key, test, written[test]) for test in tests)))

    def test(self, key: str, test: str, written: Any) -> Condition:
        at = span_of(written, span_of(test, Span("")))
        if isinstance(written, Broken):
            raise _ReportedError
        if test in ("is", "not") and isinstance(written, Trap) and written.kind == "null":
            empty = Compare(key, "is_null")
            return empty if test == "is" else Not(empty)
        if test == "is":
            self.refuse(problems.is_takes_null, at, key, _described(written))
        if test == "not":
            return Not(Compare(key, "eq", self.single(key, test, written)))
        if test in ORDERS:
            return Compare(key, cast(Order, str(test)), self.ordered(key, test, written))
        if test in ("in", "not_in"):
            among = Compare(key, "in", self.values(key, test, written, at))
            return among if test == "in" else Not(among)
        inner = self.conditions(written, at)
        if test == "none":
            return Related(key, "all", Not(inner))
        which: Literal["any", "all"] = "any" if test == "any" else "all"
        return Related(key, which, inner)

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
            self.refuse(problems.order_of_others, span_of(written, Span("")), test, _described(written))
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
        return self.refuse(problems.in_takes_list, at, key, test, _described(written))

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
            raise _ReportedError
        if isinstance(written, Quoted):
            if _OF_USER.fullmatch(written):
                self.refuse(problems.user_in_quotes, at, written)
            return str(written)
        if isinstance(written, Trap) and written in ("true", "false"):
            return written == "true"
        if isinstance(written, Trap) and (day := _day(written)) is not None:
            return day
        if isinstance(written, Trap):
            self.refuse(problems.value_unquoted, at, written, written.kind == "null")
        if not isinstance(written, Text):
            self.refuse(problems.not_a_value, at, _described(written))
        if _WHOLE.fullmatch(written):
            return int(written)
        head, _, name = written.partition(".")
        if head != "user" or not _ATTRIBUTE.fullmatch(name):
            self.refuse(problems.value_unclear, at, written)
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


def _described(written: Any) -> str:
    if isinstance(written, Keyed):
        return "a mapping"
    if isinstance(written, (list, tuple)):
        return "a list" if written else "an empty list"
    return f"`{short(str(written))}`"
