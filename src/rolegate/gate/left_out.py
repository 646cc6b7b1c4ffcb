"""Whether a question is about a record; imported by what should start fast."""

from __future__ import annotations

from enum import Enum


class RecordLeftOut(Enum):
    """Says that a question is not about a record; None is what a query gives for a missing record."""

    LEFT_OUT = "left out"

    def __repr__(self) -> str:
        return "LEFT_OUT"


LEFT_OUT = RecordLeftOut.LEFT_OUT
