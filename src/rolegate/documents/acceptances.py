"""What the files of a set accept: warnings that are meant so, each with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents import accept_problems as problems
from rolegate.documents.accept_key import THING
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.shape import Shape
from rolegate.documents.text import Text


@dataclass(frozen=True, slots=True)
class _Thing:
    """A mapping with known keys: the places of itself, and of the texts in its lists and mappings.

    What has known keys of its own inside it, such as a permission in a group, is another thing.
    """

    own: frozenset[Span]
    entries: Mapping[Span, str]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The warnings with `code` are meant so where they are about one thing, or about one entry of it."""

    code: str
    entry: str
    reason: str
    span: Span
    thing: _Thing = field(repr=False, compare=False)

    @property
    def places(self) -> Iterable[Span]:
        """Where a warning stands that this accepts."""
        if self.entry == THING:
            return self.thing.own
        return (span for span, text in self.thing.entries.items() if text == self.entry)


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    """A warning that the files accept; `span` is where they say so, and why."""

    finding: Diagnostic
    reason: str
    span: Span

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form: the finding with its reason and the place of the acceptance."""
        place = {"file": self.span.file, "line": self.span.line, "column": self.span.column}
        return {**self.finding.to_dict(), "reason": self.reason, "accepted_at": place}


class Acceptances:
    """Every acceptance of a set. INVARIANT: a place is of one thing, so at most one covers a finding."""

    def __init__(self, listed: Iterable[Acceptance] = ()) -> None:
        self.listed = tuple(listed)
        self._by_place = {(each.code, span): each for each in self.listed for span in each.places}

    def of(self, found: Diagnostic) -> Acceptance | None:
        """What accepts *found*, if anything does; nothing accepts an error."""
        return self._by_place.get((found.code, found.span)) if self._by_place else None

    def apart(self, found: Report, report: Report) -> tuple[AcceptedFinding, ...]:
        """Add to *report* what was *found* in the whole set and is not accepted, and give the rest.

        An acceptance of nothing is a finding as well, unless there are errors: they keep from being looked at
        what may be accepted.
        """
        accepted: list[AcceptedFinding] = []
        used: set[Acceptance] = set()
        for each in found.diagnostics:
            acceptance = self.of(each)
            if acceptance is None:
                report.take([each])
            else:
                used.add(acceptance)
                accepted.append(AcceptedFinding(each, acceptance.reason, acceptance.span))
        if not found.failed:
            for acceptance in self.listed:
                if acceptance not in used:
                    _report_unused(acceptance, found, report)
        return tuple(
            sorted(accepted, key=lambda one: (one.finding.span, one.finding.code, one.finding.message))
        )


def _report_unused(acceptance: Acceptance, found: Report, report: Report) -> None:
    """Report that *acceptance* accepts nothing, and what it may have been meant for."""
    near = [each.span for each in found.diagnostics if each.code == acceptance.code]
    thing = acceptance.thing
    entry = next((thing.entries[span] for span in near if span in thing.entries), None)
    if entry is None and acceptance.entry != THING and any(span in thing.own for span in near):
        entry = THING
    problems.acceptance_unused(report, acceptance.span, acceptance.code, acceptance.entry, entry)


def acceptances_in(parts: Iterable[object]) -> Iterator[Acceptance]:
    """What the *parts* of a file accept."""
    for thing in _things(parts):
        yield from _of_thing(thing)


Found = tuple[Shape, Text | None]
"""A thing with the key it is under, which belongs to it."""


def _things(value: object) -> Iterator[Found]:
    """Every thing in *value*."""
    waiting: list[tuple[object, Text | None]] = [(value, None)]
    while waiting:
        inner, key = waiting.pop()
        if isinstance(inner, Shape):
            yield inner, key
            waiting += ((each, None) for each in inner.__dict__.values())
        elif isinstance(inner, Mapping):
            waiting += ((each, name) for name, each in inner.items())
        elif isinstance(inner, tuple) and len(inner) == 2 and isinstance(inner[1], Shape):
            waiting.append((inner[1], inner[0]))  # a role with its name
        elif isinstance(inner, (list, tuple)):
            waiting += ((each, None) for each in inner)


def _of_thing(found: Found) -> Iterator[Acceptance]:
    shape, key = found
    accepted: Mapping[Text, Mapping[Text, Text]] = getattr(shape, "accept", {})
    if not accepted:
        return
    own = {shape.span, *(name.span for name in shape.written or () if isinstance(name, Text))}
    if key is not None:
        own.add(key.span)
    if isinstance(shape, CatalogShape):
        own.add(Span(shape.span.file))  # findings about the whole set
    entries: dict[Span, str] = {}
    for name, value in shape.__dict__.items():
        if isinstance(value, Text):
            own.add(value.span)
        elif name != "accept":
            entries |= {text.span: str(text) for text in _entries(value)}
    thing = _Thing(frozenset(own), entries)
    for code, reasons in accepted.items():
        for entry, reason in reasons.items():
            span = code.span if entry == THING else entry.span
            yield Acceptance(str(code), str(entry), str(reason), span, thing)


def _entries(value: object) -> Iterator[Text]:
    """The texts in the lists and mappings of a thing; what is part of another thing is left out."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Text):
            yield inner
        elif isinstance(inner, Mapping):
            for name, each in inner.items():
                waiting += (each,) if isinstance(each, Shape) else (name, each)
        elif isinstance(inner, (list, tuple)):
            waiting += inner
