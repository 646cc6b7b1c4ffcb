"""Compiled files in a comparison: in the words of the other side, and with what nobody knows from lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from rolegate.diagnostics import Span
from rolegate.loading.compiled_source import LinesPolicy
from rolegate.loading.names_of_lines import names_of_lines
from rolegate.policy.policy import Policy
from rolegate.review.catalog_notes import ChangeNote
from rolegate.review.paired_permissions import PairedPermission


def in_same_words(old: Policy, new: Policy) -> tuple[Policy, Policy]:
    """Both sides, so that what one of them has as lines alone can be compared with the other.

    INVARIANT: of two sides of lines, each has every scope and every instance path that one of them names: a
    scope that a side lacks would be asked as another one.
    """
    if isinstance(old, LinesPolicy) and isinstance(new, LinesPolicy):
        one, other = old.compiled, new.compiled
        both = replace(
            one,
            p={**one.p, **other.p},
            g={**one.g, **other.g},
            g2=tuple(dict.fromkeys((*one.g2, *other.g2))),
            g3={**one.g3, **other.g3},
        )
        names = names_of_lines(both, Span(""))
        return old.like(names), new.like(names)
    if isinstance(old, LinesPolicy):
        return old.like(new.resolved), new
    if isinstance(new, LinesPolicy):
        return old, new.like(old.resolved)
    return old, new


def is_of_lines(*sides: Policy) -> bool:
    """Whether one of *sides* is compiled files."""
    return any(isinstance(side, LinesPolicy) for side in sides)


def without_hidden(pairs: Sequence[PairedPermission]) -> tuple[PairedPermission, ...]:
    """*pairs* without hidden permissions, about which no line says what somebody may do."""
    return tuple(
        pair for pair in pairs if not any(side is not None and side.hidden for side in (pair.old, pair.new))
    )


def notes_on_lines(old: Policy, new: Policy, at: datetime) -> Iterator[ChangeNote]:
    """What is to be known of a comparison with compiled files."""
    if not is_of_lines(old, new):
        return
    for name, side in (("OLD", old), ("NEW", new)):
        if isinstance(side, LinesPolicy):
            until = side.compiled.holds_until
            what = f"{name} is a folder of compiled files: no titles, no places, no conditions on records"
            text = f"{what}, no later time; access is compared at one moment, and not explained"
            yield ChangeNote("lines", text, "", 0)
            if until is not None and until <= at:
                said = f"the files of {name} held until {until:%Y-%m-%dT%H:%M:%SZ}: compile again"
                yield ChangeNote("lines", f"{said}; whoever still reads them goes by them", "", 0)
            for part in side.compiled.set_aside:
                yield ChangeNote("lines", f"the files of {name} say that `{part}` is set aside", "", 0)
    implied = [set(side.snapshot(at).compiled.g3) for side in (old, new)]
    if implied[0] != implied[1]:
        text = "what implies hidden permissions differs, and hidden permissions are not compared"
        yield ChangeNote("lines", text, "", 0)
