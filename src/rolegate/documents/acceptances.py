"""What the files of a set accept: warnings that are meant so, each with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from rolegate.codes import is_always_found
from rolegate.diagnostics import Diagnostic, Report, Span
from rolegate.documents import accept_problems as problems
from rolegate.documents.accept_key import THING
from rolegate.documents.catalog_file import CatalogShape
from rolegate.documents.shape import Shape
from rolegate.documents.text import Text

MAX_UNUSED = 1000
"""How many unused acceptances are shown; the others are counted."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """A mapping with known keys: the places of itself, and of the texts in its lists and mappings.

    What has known keys of its own inside it, such as a permission in a group, is another thing.
    """

    own: frozenset[Span]
    entries: Mapping[Span, str]
    name: str = ""
    """The key that it is under; empty where it is under none."""

    def name_at(self, span: Span, entry: str) -> str:
        """The entry by which a finding about *entry* is accepted at *span*, a place of this thing.

        What a warning names comes first: another may come to be reported at the same place.
        """
        return entry or (THING if span in self.own else self.entries.get(span, THING))


@dataclass(frozen=True, slots=True)
class Acceptance:
    """The warnings with `code` are meant so where they are about one thing, or about one entry of it.

    `place` is the file in which that is said, as seen from the folder of the set.
    """

    code: str
    entry: str
    reason: str
    span: Span
    thing: _Thing = field(repr=False, compare=False)
    place: str = ""


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


@dataclass(frozen=True, slots=True)
class Acceptances:
    """Every acceptance of a set. INVARIANT: a place is of one thing, so at most one covers a finding."""

    listed: tuple[Acceptance, ...] = ()
    _thing_at: dict[Span, _Thing] = field(default_factory=dict, init=False, repr=False, compare=False)
    _by_name: dict[tuple[int, str, str], Acceptance] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        for acceptance in self.listed:
            self._by_name[id(acceptance.thing), acceptance.code, acceptance.entry] = acceptance
        for thing in {id(acceptance.thing): acceptance.thing for acceptance in self.listed}.values():
            self._thing_at.update(dict.fromkeys((*thing.own, *thing.entries), thing))

    def of(self, found: Diagnostic) -> Acceptance | None:
        """What accepts *found*, if anything does; nothing accepts an error."""
        return self.at(found.code, found.span, found.entry)

    def at(self, code: str, span: Span, entry: str = "") -> Acceptance | None:
        """What accepts a finding at *span* that is about *entry*, if it is about one."""
        thing = self._thing_at.get(span)
        return self._by_name.get((id(thing), code, thing.name_at(span, entry))) if thing else None

    def concern(self, span: Span) -> bool:
        """Whether something is accepted about what is written at *span*, whatever its code."""
        return any(
            span in acceptance.thing.own or acceptance.thing.entries.get(span) == acceptance.entry
            for acceptance in self.listed
        )

    def apart(
        self, found: Report, report: Report, looked_for: Callable[[str], bool] = is_always_found
    ) -> tuple[AcceptedFinding, ...]:
        """Add to *report* what was *found* in the whole set and is not accepted, and give the rest.

        An unused acceptance of a code that was *looked_for* is a finding as well, unless there are errors:
        these keep what may be accepted from being looked for.
        """
        accepted: list[AcceptedFinding] = []
        used: set[Acceptance] = set()
        others: list[Diagnostic] = []
        for warning in found.diagnostics:
            acceptance = self.of(warning)
            if acceptance is None:
                others.append(warning)
            else:
                used.add(acceptance)
                accepted.append(AcceptedFinding(warning, acceptance.reason, acceptance.span))
        report.take(others)
        unused = [
            acceptance for acceptance in self.listed if acceptance not in used and looked_for(acceptance.code)
        ]
        if unused and not found.failed:
            _report_unused(unused, others, report)
        return tuple(sorted(accepted, key=_place))


def _place(accepted: AcceptedFinding) -> tuple[Span, str, str]:
    found = accepted.finding
    return found.span, found.code, found.message


def _report_unused(unused: list[Acceptance], others: list[Diagnostic], report: Report) -> None:
    """Report that what is *unused* accepts nothing, and which of the *others* it may have been meant for."""
    things = {id(acceptance.thing): acceptance.thing for acceptance in unused}.values()
    thing_at = {span: thing for thing in things for span in (*thing.own, *thing.entries)}
    near: dict[tuple[int, str], str] = {}
    for other in others:
        thing = thing_at.get(other.span)
        if thing is not None:
            near.setdefault((id(thing), other.code), thing.name_at(other.span, other.entry))
    for acceptance in unused[:MAX_UNUSED]:
        meant = near.get((id(acceptance.thing), acceptance.code))
        problems.acceptance_unused(report, acceptance.span, acceptance.code, acceptance.entry, meant)
    more = unused[MAX_UNUSED:]
    if more:
        problems.more_unused(report, min(acceptance.span for acceptance in more), len(more))


def acceptances_in(parts: Iterable[object], place: str) -> Iterator[Acceptance]:
    """What the *parts* of the file *place* accept."""
    for thing in _things(parts):
        yield from _of_thing(thing, place)


Found = tuple[Shape, Text | None]
"""A thing with the key it is under, which belongs to it."""


def _things(parts: object) -> Iterator[Found]:
    """Every thing in *parts*."""
    waiting: list[tuple[object, Text | None]] = [(parts, None)]
    while waiting:
        inner, key = waiting.pop()
        if isinstance(inner, Shape):
            if not inner.is_part:
                yield inner, key
            waiting += ((value, None) for value in inner.__dict__.values())
        elif isinstance(inner, Mapping):
            waiting += ((value, name) for name, value in inner.items())
        elif isinstance(inner, tuple) and len(inner) == 2 and isinstance(inner[0], Text):
            waiting.append((inner[1], inner[0]))  # a role with its name; two lines are not that
        elif isinstance(inner, (list, tuple)):
            waiting += ((item, None) for item in inner)


def _of_thing(found: Found, place: str) -> Iterator[Acceptance]:
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
    thing = _Thing(frozenset(own), entries, str(key or ""))
    for code, reasons in accepted.items():
        for entry, reason in reasons.items():
            span = code.span if entry == THING else entry.span
            yield Acceptance(str(code), str(entry), str(reason), span, thing, place)


def _entries(value: object) -> Iterator[Text]:
    """The texts in the lists and mappings of a thing; what is part of another thing is left out."""
    waiting = [value]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, Text):
            yield inner
        elif isinstance(inner, Mapping):
            for name, part in inner.items():
                waiting += () if isinstance(part, Shape) and not part.is_part else (name, part)
        elif isinstance(inner, Shape) and inner.is_part:
            waiting += inner.__dict__.values()
        elif isinstance(inner, (list, tuple)):
            waiting += inner
