"""When lines of bindings hold: from a moment, until a moment, and beside other lines that say the same."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import accumulate
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


_ALWAYS = Period(None, None)


def read_period(shape: BindingShape, zone: str, report: Report) -> Period:
    """The time in which the line of *shape* holds, in a domain with *zone*; one that is empty is reported."""
    if shape.begins is None and shape.until is None:
        return _ALWAYS
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


def warn_of_repeated(bindings: Iterable[Binding], domains: Domains, report: Report) -> None:
    """Report each line beside one that says the same to the same subject, in the same domain or around it.

    The other line holds for all the time of this one; of two with the same time, the one of the inner domain
    or the later one is reported. Where something is wrong, lines may be alike only in what could be read:
    nothing is reported.
    """
    if report.failed:
        return
    alike: dict[object, dict[str, list[Binding]]] = {}
    for line in bindings:
        given = frozenset(entry.grant for entry in line.entries)
        taken = frozenset(entry.grant for _, entry in line.takes)
        what = (*_named(line), tuple(copy.label for copy in line.copies), line.limited, given, taken)
        alike.setdefault(what, {}).setdefault(line.domain, []).append(line)
    for by_domain in alike.values():
        if sum(map(len, by_domain.values())) == 1:
            continue
        found = {name: _Alike.of(lines) for name, lines in by_domain.items()}
        for name, here in found.items():
            # A role that `only` narrows does not hold in inner domains.
            reach = len(found) > 1 and not here.lines[0].limited
            around = domains.outward(name)[1:] if reach else ()
            report.steps(len(around) * len(here.lines) // 4, "lines that say the same", here.lines[0].span)
            outer = [found[other] for other in around if other in found]
            for line, longest in here.beside():
                other = longest or next(filter(None, (alike.covering(line) for alike in outer)), None)
                if other is not None:
                    moment_problems.repeated(report, line.span, other.span)


def _named(line: Binding) -> tuple[object, ...]:
    """Whom and which role *line* names; a name that means several roles, by domain, is the same in all."""
    subject = line.subject if line.subject.kind != "role" or not line.versions else "role"
    if line.versions:
        return subject, line.role is not None, id(line.versions)  # one value for one name
    return subject, None if line.role is None else line.role.key


@dataclass(frozen=True, slots=True)
class _Alike:
    """Lines of one domain that say the same, and for each the longest: of it and those before it.

    Each line comes after all that begin before it, and after the longer ones that begin with it.
    """

    lines: Sequence[Binding]
    longest: Sequence[Binding]

    @classmethod
    def of(cls, lines: Iterable[Binding]) -> _Alike:
        in_time = sorted(lines, key=lambda line: (_begin(line), _LAST - _end(line)))
        return cls(in_time, list(accumulate(in_time, _later)))

    def beside(self) -> Iterator[tuple[Binding, Binding | None]]:
        """Each line, with another one here that holds for all of its time, if there is one."""
        for line, longest in zip(self.lines, self.longest, strict=True):
            yield line, longest if longest is not line else None

    def covering(self, line: Binding) -> Binding | None:
        """A line that holds for all the time of *line*, which is of another domain."""
        before = bisect_right(self.lines, _begin(line), key=_begin)
        longest = self.longest[before - 1] if before else None
        return longest if longest is not None and _end(line) <= _end(longest) else None


def _later(one: Binding, two: Binding) -> Binding:
    """The one that ends later; the first of equals."""
    return two if _end(one) < _end(two) else one


def _begin(line: Binding) -> datetime:
    return line.begins or _FIRST


def _end(line: Binding) -> datetime:
    return line.until or _LAST
