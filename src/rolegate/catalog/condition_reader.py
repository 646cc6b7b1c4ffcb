"""Conditions as they stand in a catalog become values; what cannot be read is reported at its place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, Literal, NoReturn, TypeVar

from rolegate.catalog.conditions import AllOf, AnyOf, Compare, Condition, OfUser, Related, Value
from rolegate.diagnostics import Report, Span, short
from rolegate.documents.scalars import ATTRIBUTE_PATTERN
from rolegate.documents.short_forms import Both
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, span_of

TESTS = ("in", "is", "any", "all")
"""What a mapping of one attribute may hold in place of conditions on the one related record."""

T = TypeVar("T")
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,17}")
_ATTRIBUTE = re.compile(ATTRIBUTE_PATTERN[1:-1])
_EXAMPLE = "write conditions such as `{owner_id: user.id}`"
_ONE_VALUE = ("id", "domain")


def read_condition(written: Any, at: Span, report: Report) -> Condition | None:
    """The condition *written* in a scope; None when there is none, or when it was reported."""
    if written is None:
        return None
    reader = _ConditionReader(report)
    found = [
        reader.attempt(reader.conditions, each, span_of(each, at))
        for each in (written if isinstance(written, Both) else [written])
    ]
    return None if None in found else _all(each for each in found if each is not None)


def _all(parts: Iterable[Condition]) -> Condition:
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf(found)


class _ReportedError(Exception):
    """The value was reported; there is nothing to go on with."""


class _ConditionReader:
    """Reads one condition; a method reads all it can and raises `_ReportedError` if it reported anything."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def wrong(self, at: Span, message: str, help: str) -> NoReturn:
        self.report.add("RG219", at, message, help)
        raise _ReportedError

    def attempt(self, read: Callable[..., T], *given: Any) -> T | None:
        try:
            return read(*given)
        except _ReportedError:
            return None

    def every(self, read: Callable[..., T], given: Iterable[tuple[Any, ...]]) -> tuple[T, ...]:
        """What *read* makes of each of *given*, all of which are read before one that was reported counts."""
        found = [self.attempt(read, *each) for each in given]
        sound = tuple(each for each in found if each is not None)
        if len(sound) < len(found):
            raise _ReportedError
        return sound

    def conditions(self, written: Any, at: Span) -> Condition:
        """All of the conditions in one mapping."""
        if isinstance(written, Broken) or getattr(written, "partial", False):
            raise _ReportedError
        if not isinstance(written, Keyed):
            self.wrong(at, f"conditions are a mapping, not {_described(written)}", _EXAMPLE)
        if not written:
            self.wrong(at, "there is no condition in this mapping", _EXAMPLE)
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
            self.wrong(written.span, f"`{key}` is compared with a list", f"write `{{{key}: {{in: […]}}}}`")
        value = self.value(written)
        if value == OfUser("teams"):
            help = f"write `{{{key}: {{in: user.teams}}}}`"
            self.wrong(span_of(written, at), "`user.teams` is a list", help)
        return Compare(str(key), "eq", value)

    def attribute(self, key: str, at: Span) -> None:
        """Refuse a *key* that cannot be an attribute."""
        if key in TESTS:
            help = f"write the attribute around it: `{{owner_id: {{{key}: …}}}}`"
            self.wrong(at, f"`{key}` stands where an attribute is meant", help)
        if not _ATTRIBUTE.fullmatch(key):
            help = "an attribute has letters, digits and `_`, a letter first"
            if "." in key.strip("."):
                inside = key.replace(".", ": {") + ": …" + "}" * key.count(".")
                help = f"for a related record write `{{{inside}}}`"
            self.wrong(at, f"`{short(key)}` is no name of an attribute", help)
        if isinstance(key, Trap):
            message = f"YAML tools read the unquoted `{key}` as something other than text"
            self.wrong(at, message, f'put quotes around it: "{key}"')

    def alternatives(self, written: Any, at: Span) -> Condition:
        if not isinstance(written, Listed) or not written:
            message = f"`any_of` takes a list of conditions, not {_described(written)}"
            help = "write `any_of: [{owner_id: user.id}, {team_id: {in: user.teams}}]`"
            self.wrong(span_of(written, at), message, help)
        return AnyOf(self.every(self.conditions, ((each, span_of(each, at)) for each in written)))

    def mapping(self, key: str, written: Keyed) -> Condition:
        """The test, or the tests, that a mapping after an attribute is."""
        tests = [each for each in written if each in TESTS]
        if not tests:
            return Related(key, "one", self.conditions(written, written.span))
        if len(tests) < len(written) or (len(tests) > 1 and set(tests) != {"any", "all"}):
            other = next((each for each in written if each not in tests), tests[-1])
            help = "write one test for an attribute; under `where` there is room for more conditions"
            self.wrong(span_of(other, written.span), f"`{tests[0]}` and `{other}` do not go together", help)
        if written.partial:
            raise _ReportedError
        return _all(self.every(self.test, ((key, each, written[each]) for each in tests)))

    def test(self, key: str, test: str, written: Any) -> Condition:
        at = span_of(written, span_of(test, Span("")))
        if isinstance(written, Broken):
            raise _ReportedError
        if test == "is":
            if isinstance(written, Trap) and written.kind == "null":
                return Compare(key, "is_null")
            message = f"`is` takes `null`, not {_described(written)}"
            self.wrong(at, message, f"for any other value write `{{{key}: …}}`")
        if test == "in":
            return Compare(key, "in", self.values(key, written, at))
        which: Literal["any", "all"] = "any" if test == "any" else "all"
        return Related(key, which, self.conditions(written, at))

    def values(self, key: str, written: Any, at: Span) -> Value | tuple[Value, ...]:
        """What `in` takes: listed values, or a list of the user's."""
        if isinstance(written, Listed):
            if not written:
                self.wrong(at, "an empty list: no record is ever in this scope", "list the values")
            found = self.every(self.value, ((each,) for each in written))
            if OfUser("teams") in found:
                span = span_of(written[found.index(OfUser("teams"))], at)
                self.wrong(span, "`user.teams` is a list by itself", "write `{in: user.teams}`")
            return found
        if isinstance(written, Text) and not isinstance(written, Quoted):
            value = self.value(written)
            if isinstance(value, OfUser) and value.name not in _ONE_VALUE:
                return value
        help = f"write `{{in: user.teams}}`, `{{in: […]}}`, or `{{{key}: …}}` for one value"
        return self.wrong(at, f"`in` takes a list, not {_described(written)}", help)

    def value(self, written: Any) -> Value:
        """A value to compare with: of the user, or as it stands there."""
        at = span_of(written, Span(""))
        if isinstance(written, Broken):
            raise _ReportedError
        if isinstance(written, Quoted):
            return str(written)
        if isinstance(written, Trap) and written in ("true", "false"):
            return written == "true"
        if isinstance(written, Trap):
            message = f"`{short(written)}` is no text in quotes, whole number, `true` or `false`"
            help = "put quotes around it if the text is meant"
            self.wrong(at, message, "write `{is: null}`" if written.kind == "null" else help)
        if not isinstance(written, Text):
            message = f"a value is meant, not {_described(written)}"
            self.wrong(at, message, "write `user.id`, or a text in quotes")
        if _WHOLE.fullmatch(written):
            return int(written)
        head, _, name = written.partition(".")
        if head == "user" and _ATTRIBUTE.fullmatch(name):
            return OfUser(name)
        help = f'write `user.id`, or "{short(written)}" in quotes if the text is meant'
        return self.wrong(at, f"`{short(written)}` is neither `user.…` nor in quotes", help)


def _described(written: Any) -> str:
    if isinstance(written, Keyed):
        return "a mapping"
    if isinstance(written, (list, tuple)):
        return "a list" if written else "an empty list"
    return f"`{short(str(written))}`"
