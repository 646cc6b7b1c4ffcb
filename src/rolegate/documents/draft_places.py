"""Places for the values of a draft, which is in no file yet and is judged as if it were in one."""

from __future__ import annotations

from rolegate.diagnostics import Span

_FIRST = 1_000_000_000
"""Columns of a draft begin here: no line of a file is that long, since no file is that large."""


class DraftPlaces:
    """A place of its own for each value of a draft, on the line on which its role begins.

    INVARIANT: these places come after all that is in the file on that line, and those of what the draft keeps
    come after those of what it writes. Some findings are about whatever comes later, and each tells by its
    place what it is about.
    """

    def __init__(self, role: Span, *, kept: bool = False) -> None:
        """Places of the values that a draft of the role at *role* writes, or of those that are *kept*."""
        self._role = role._replace(column=1)
        self._start = 2 * _FIRST if kept else _FIRST
        self.number = 0

    def next(self) -> Span:
        """The place of one more value; `number` says which one it is."""
        self.number += 1
        return self._role._replace(column=self._start + self.number)

    def number_at(self, place: Span) -> int | None:
        """Which value of a draft is at *place*; None for what is not in one."""
        mine = place.file == self._role.file and place.column > _FIRST
        return place.column - _FIRST if mine else None
