"""What was worked out a moment ago, and is the same as long as what it came of is: the very same objects."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from operator import is_
from types import MappingProxyType
from typing import Any, NamedTuple, TypeVar

from rolegate.diagnostics import Span
from rolegate.grants.size import Sized

T = TypeVar("T")


class _Result(NamedTuple):
    """What came of some objects, and how many lines and steps were counted meanwhile."""

    of: tuple[object, ...]
    found: Any
    counted: tuple[int, int]


@dataclass(slots=True)
class Remembered:
    """Results of the reading before, and those of this one, which the next one takes.

    INVARIANT: only what brought no error is remembered, and what is remembered counts for the size of a set
    as if it was worked out again. Its warnings are told once: whoever wants them remembers nothing.
    """

    before: Mapping[Hashable, _Result] = field(default_factory=lambda: MappingProxyType({}))
    now: dict[Hashable, _Result] = field(default_factory=dict)

    def recall(
        self, key: Hashable, of: tuple[object, ...], work: Callable[[], T], report: Sized, what: str, at: Span
    ) -> T:
        """What *work* gives, which depends on nothing but the objects *of* which it is."""
        known = self.before.get(key)
        if known is not None and _same(known.of, of):
            lines, steps = known.counted
            if lines or steps:
                report.lines(lines, what, at)
                report.steps(steps, what, at)
            self.now[key] = known
            found: T = known.found
            return found
        told, (lines, steps) = len(report.diagnostics), report.counted
        found = work()
        if not report.failed_since(told):
            self.now[key] = _Result(of, found, (report.counted[0] - lines, report.counted[1] - steps))
        return found


def _same(one: tuple[object, ...], other: tuple[object, ...]) -> bool:
    return len(one) == len(other) and all(map(is_, one, other))
