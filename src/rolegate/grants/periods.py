"""When lines of bindings hold: from a moment, until a moment, and beside other lines that say the same."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from rolegate.diagnostics import Report
from rolegate.documents.bindings_file import BindingShape
from rolegate.grants import moment_problems
from rolegate.grants.domains import Domains
from rolegate.grants.moments import read_moment, show_moment

if TYPE_CHECKING:
    from rolegate.grants.bindings import Binding

_FIRST = datetime.min.replace(tzinfo=UTC)
_LAST = datetime.max.replace(tzinfo=UTC)


class Period(NamedTuple):
    """From when, and until when, a line holds; None where it does not say so."""

    begins: datetime | None
    until: datetime | None


def read_period(shape: BindingShape, zone: str, report: Report) -> Period:
    """The time in which the line of *shape* holds, in a domain with *zone*; one that is empty is reported."""
    begins, until = (
        None if text is None else read_moment(text, zone, report) for text in (shape.begins, shape.until)
    )
    if begins is not None and until is not None and until <= begins:
        moment_problems.never_holds(report, shape.at("until"), str(shape.begins), str(shape.until))
    return Period(begins, until)


def warn_of_ended(bindings: Iterable[Binding], domains: Domains, at: datetime, report: Report) -> None:
    """Report the lines that are over at *at*."""
    for line in bindings:
        if line.until is not None and line.until <= at:
            moment_problems.ended(report, line.span, show_moment(line.until, domains[line.domain].zone))


def warn_of_repeated(bindings: Iterable[Binding], report: Report) -> None:
    """Report each line beside one that says the same, to the same subject in the same domain.

    The other line holds for all the time of this one; of two with the same time the later one is reported.
    Where something is wrong, lines may be alike only in what could be read: nothing is reported.
    """
    if report.failed:
        return
    alike: dict[object, list[Binding]] = {}
    for line in bindings:
        role = None if line.role is None else (line.role.key, tuple(copy.label for copy in line.copies))
        given = frozenset(entry.grant for entry in line.entries)
        taken = frozenset(entry.grant for _, entry in line.takes)
        versions = id(line.versions) if line.versions else 0  # one value for one name
        what = (line.subject, versions, line.domain, role, line.limited, given, taken)
        alike.setdefault(what, []).append(line)
    for lines in alike.values():
        # Each line comes after all that begin before it, and after the longer ones that begin with it.
        in_time = sorted(lines, key=lambda line: (line.begins or _FIRST, _LAST - (line.until or _LAST)))
        longest = in_time[0]
        for line in in_time[1:]:
            if (line.until or _LAST) <= (longest.until or _LAST):
                moment_problems.repeated(report, line.span, longest.span)
            else:
                longest = line
