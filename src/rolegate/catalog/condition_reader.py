"""Conditions as they are written in a catalog become values; what cannot be read is reported at its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from rolegate.catalog import condition_problems as problems
from rolegate.catalog.condition_values import ATTRIBUTE, ReportedError, ValueReader, described
from rolegate.catalog.conditions import (
    OWN_ATTRIBUTES,
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    HoldsOn,
    Not,
    Order,
    Related,
)
from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.diagnostics import Report, Span
from rolegate.documents.condition_words import AROUND, ORDERS, REFUSED, RELATED, TESTS, word_of_others
from rolegate.documents.short_forms import Both
from rolegate.documents.text import Broken, Keyed, Listed, Text, Trap, span_of

_AROUND_LISTS = {"any": "any_of: […]", "all": "all_of: […]", "none": "not: {any_of: […]}"}
"""What to write for tests of related records that are written around a list of conditions."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a condition asks the user to hold, to be looked up; that many attributes name its instance."""

    grant: Grant
    text: Text
    attributes: int


class HeldGrants(list[Held]):
    """What conditions ask a user to hold; `marked` are the aliases with marks of the grammar in them."""

    def __init__(self, marked: frozenset[str]) -> None:
        super().__init__()
        self.marked = marked


def read_condition(
    written: Any, at: Span, user: Mapping[str, str], held: HeldGrants, report: Report
) -> Condition | None:
    """The condition *written* in a scope; None when there is none, or when it was reported.

    *user* has the kind of each attribute of the user that the catalog declares. What the user has to hold is
    added to *held*: the permissions are not known yet.
    """
    if written is None:
        return None
    reader = _ConditionReader({**OWN_ATTRIBUTES, **user}, held, report)
    found = [
        reader.attempt(reader.conditions, condition, span_of(condition, at))
        for condition in (written if isinstance(written, Both) else [written])
    ]
    return None if None in found else _all(condition for condition in found if condition is not None)


def _all(parts: Iterable[Condition]) -> Condition:
    found = tuple(parts)
    return found[0] if len(found) == 1 else AllOf(found)


class _ConditionReader(ValueReader):
    """Reads one condition; a method reads all it can and raises `ReportedError` if it reported anything."""

    def __init__(self, user: Mapping[str, str], held: HeldGrants, report: Report) -> None:
        super().__init__(user, report)
        self.held = held
        self.negations = 0

    def conditions(self, written: Any, at: Span) -> Condition:
        """All of the conditions in one mapping."""
        if isinstance(written, Broken) or getattr(written, "partial", False):
            raise ReportedError
        if not isinstance(written, Keyed):
            self.refuse(problems.not_a_mapping, at, described(written))
        if not written:
            self.refuse(problems.mapping_empty, at)
        return _all(self.every(self.entry, written.items()))

    def entry(self, key: str, written: Any) -> Condition:
        """One condition: an attribute and what it is compared with, or a word around conditions."""
        at = span_of(key, Span(""))
        if isinstance(written, Broken):
            raise ReportedError
        if key in AROUND:
            return self.around(key, written, at)
        self.attribute(key, at, written)
        if isinstance(written, Keyed):
            return self.mapping(str(key), written)
        if isinstance(written, Listed):
            self.refuse(problems.compared_with_list, written.span, key)
        return Compare(str(key), "eq", self.single(key, "", written))

    def refuse_word(self, word: str, at: Span) -> None:
        """Refuse a *word* of another language, however it is spelled there."""
        help = REFUSED.get(word) or word_of_others(word)
        if help is not None:
            self.refuse(problems.word_refused, at, word, help)

    def attribute(self, key: str, at: Span, written: Any = None) -> None:
        """Refuse a *key* that cannot be an attribute, with what is *written* after it."""
        if key in _AROUND_LISTS and isinstance(written, Listed):
            self.refuse(problems.word_around_list, at, key, _AROUND_LISTS[key])
        if key in TESTS:
            self.refuse(problems.test_without_attribute, at, key)
        self.refuse_word(key, at)
        if not ATTRIBUTE.fullmatch(key):
            self.refuse(problems.attribute_invalid, at, key)
        if isinstance(key, Trap):
            self.refuse(problems.attribute_unquoted, at, key)

    def around(self, word: str, written: Any, at: Span) -> Condition:
        """The conditions after `any_of`, `all_of` or `not`, or what the user holds."""
        if word == "holds":
            return self.holds(written, at)
        if word == "not":
            if not isinstance(written, Keyed):
                self.refuse(problems.negation_not_a_mapping, span_of(written, at), described(written))
            return self.negated(written, written.span)
        if not isinstance(written, Listed) or not written:
            self.refuse(problems.alternatives_not_a_list, span_of(written, at), word, described(written))
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
            self.refuse_word(other, span_of(other, written.span))
            self.refuse(problems.tests_mixed, span_of(other, written.span), tests[0], other)
        if written.partial:
            raise ReportedError
        return _all(self.every(self.test, ((key, test, written[test]) for test in tests)))

    def test(self, key: str, test: str, written: Any) -> Condition:
        at = span_of(written, span_of(test, Span("")))
        if isinstance(written, Broken):
            raise ReportedError
        if test in ("is", "not") and isinstance(written, Trap) and written.kind == "null":
            empty = Compare(key, "is_null")
            return empty if test == "is" else Not(empty)
        if test == "is":
            self.refuse(problems.is_takes_null, at, key, described(written))
        if test == "not":
            return Not(Compare(key, "eq", self.single(key, test, written)))
        if test in ORDERS:
            return Compare(key, cast(Order, str(test)), self.ordered(key, test, written))
        if test in ("in", "not_in"):
            among = Compare(key, "in", self.values(key, test, written, at))
            return among if test == "in" else Not(among)
        if test == "holds":
            return HoldsOn((key,), self.grant(written, at, 1))
        if test == "none":
            return Related(key, "all", self.negated(written, at))
        which: Literal["any", "all"] = "any" if test == "any" else "all"
        return Related(key, which, self.conditions(written, at))

    def negated(self, written: Any, at: Span) -> Not:
        """Conditions that must not be met; what the user holds is not asked there."""
        self.negations += 1
        try:
            return Not(self.conditions(written, at))
        finally:
            self.negations -= 1

    def holds(self, written: Any, at: Span) -> Condition:
        """What the user has to hold: a grant, or a permission on what several attributes name."""
        if not isinstance(written, Keyed):
            return Holds(self.grant(written, span_of(written, at), 0))
        names = written.get("attributes")
        if written.partial or isinstance(names, Broken):
            raise ReportedError
        if set(written) != {"permission", "attributes"} or not isinstance(names, Listed) or not names:
            self.refuse(problems.holds_unclear, at)
        for name in names:
            if isinstance(name, Broken):
                raise ReportedError
            if not isinstance(name, Text) or not ATTRIBUTE.fullmatch(name):
                self.refuse(problems.attribute_invalid, span_of(name, at), str(name))
        grant = self.grant(written["permission"], at, len(names))
        return HoldsOn(tuple(str(name) for name in names), grant)

    def grant(self, written: Any, at: Span, attributes: int) -> Grant:
        """What is written as a grant of one permission; *attributes* name its instance, if any do."""
        if isinstance(written, Broken):
            raise ReportedError
        if not isinstance(written, Text):
            self.refuse(problems.not_a_grant, span_of(written, at), described(written))
        if self.negations:
            self.refuse(problems.holds_negated, written.span, written)
        try:
            grant = parse_grant(written, self.held.marked)
        except GrantSyntaxError as error:
            self.refuse(problems.grant_unreadable, written.span, written, error)
        self.held.append(Held(grant, written, attributes))
        return grant
