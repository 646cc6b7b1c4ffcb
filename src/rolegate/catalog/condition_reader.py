"""Conditions as they are written in a catalog become values; what cannot be read is reported at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Concatenate, Literal, NoReturn, ParamSpec, TypeVar

from rolegate.catalog import condition_problems as problems
from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, OfUser, Related, Value
from rolegate.diagnostics import Report, Span, short
from rolegate.documents.scalars import ATTRIBUTE_PATTERN
from rolegate.documents.short_forms import Both
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, span_of

TESTS = ("in", "is", "any", "all")
"""What a mapping of one attribute may hold in place of conditions on the one related record."""

P = ParamSpec("P")
T = TypeVar("T")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_ATTRIBUTE = re.compile(ATTRIBUTE_PATTERN[1:-1])
_ONE_VALUE = ("id", "domain")


def read_condition(written: Any, at: Span, report: Report) -> Condition | None:
    """The condition *written* in a scope; None when there is none, or when it was reported."""
    if written is None:
        return None
    reader = _ConditionReader(report)
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

    def __init__(self, report: Report) -> None:
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
        """One condition: an attribute and what it is compared with, or `any_of`."""
        at = span_of(key, Span(""))
        if isinstance(written, Broken):
            raise _ReportedError
        if key == "any_of":
            return self.alternatives(written, at)
        self.attribute(key, at)
        if isinstance(written, Keyed):
            return self.mapping(str(key), written)
        if isinstance(written, Listed):
            self.refuse(problems.compared_with_list, written.span, key)
        value = self.value(written)
        if value == OfUser("teams"):
            self.refuse(problems.compared_with_teams, span_of(written, at), key)
        return Compare(str(key), "eq", value)

    def attribute(self, key: str, at: Span) -> None:
        """Refuse a *key* that cannot be an attribute."""
        if key in TESTS:
            self.refuse(problems.test_without_attribute, at, key)
        if not _ATTRIBUTE.fullmatch(key):
            self.refuse(problems.attribute_invalid, at, key)
        if isinstance(key, Trap):
            self.refuse(problems.attribute_unquoted, at, key)

    def alternatives(self, written: Any, at: Span) -> Condition:
        if not isinstance(written, Listed) or not written:
            self.refuse(problems.alternatives_not_a_list, span_of(written, at), _described(written))
        return AnyOf(self.every(self.conditions, ((part, span_of(part, at)) for part in written)))

    def mapping(self, key: str, written: Keyed) -> Condition:
        """The test, or the tests, that a mapping after an attribute is."""
        tests = [test for test in written if test in TESTS]
        if not tests:
            return Related(key, "one", self.conditions(written, written.span))
        if len(tests) < len(written) or (len(tests) > 1 and set(tests) != {"any", "all"}):
            other = next((test for test in written if test not in tests), tests[-1])
            self.refuse(problems.tests_mixed, span_of(other, written.span), tests[0], other)
        if written.partial:
            raise _ReportedError
        return _all(self.every(self.test, ((key, test, written[test]) for test in tests)))

    def test(self, key: str, test: str, written: Any) -> Condition:
        at = span_of(written, span_of(test, Span("")))
        if isinstance(written, Broken):
            raise _ReportedError
        if test == "is":
            if isinstance(written, Trap) and written.kind == "null":
                return Compare(key, "is_null")
            self.refuse(problems.is_takes_null, at, key, _described(written))
        if test == "in":
            return Compare(key, "in", self.values(key, written, at))
        which: Literal["any", "all"] = "any" if test == "any" else "all"
        return Related(key, which, self.conditions(written, at))

    def values(self, key: str, written: Any, at: Span) -> Value | tuple[Value, ...]:
        """What `in` takes: listed values, or a list of the user's."""
        if isinstance(written, Listed):
            if not written:
                self.refuse(problems.list_empty, at)
            found = self.every(self.value, ((element,) for element in written))
            if OfUser("teams") in found:
                span = span_of(written[found.index(OfUser("teams"))], at)
                self.refuse(problems.teams_in_list, span)
            return found
        if isinstance(written, Text) and not isinstance(written, Quoted):
            value = self.value(written)
            if isinstance(value, OfUser) and value.name not in _ONE_VALUE:
                return value
        return self.refuse(problems.in_takes_list, at, key, _described(written))

    def value(self, written: Any) -> Value:
        """A value to compare with: one of the user, or the one that is written."""
        at = span_of(written, Span(""))
        if isinstance(written, Broken):
            raise _ReportedError
        if isinstance(written, Quoted):
            return str(written)
        if isinstance(written, Trap) and written in ("true", "false"):
            return written == "true"
        if isinstance(written, Trap):
            self.refuse(problems.value_unquoted, at, written, written.kind == "null")
        if not isinstance(written, Text):
            self.refuse(problems.not_a_value, at, _described(written))
        if _WHOLE.fullmatch(written):
            return int(written)
        head, _, name = written.partition(".")
        if head == "user" and _ATTRIBUTE.fullmatch(name):
            return OfUser(name)
        return self.refuse(problems.value_unclear, at, written)


def _described(written: Any) -> str:
    if isinstance(written, Keyed):
        return "a mapping"
    if isinstance(written, (list, tuple)):
        return "a list" if written else "an empty list"
    return f"`{short(str(written))}`"
