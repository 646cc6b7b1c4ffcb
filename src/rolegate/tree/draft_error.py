"""The exception that refuses a change of a draft, with the reasons."""

from __future__ import annotations

from rolegate.errors import RolegateError
from rolegate.tree.box_reasons import ClosedReason


class DraftError(RolegateError):
    """There is no such box, or it cannot be changed; `reasons` says why as values."""

    def __init__(self, message: str, reasons: tuple[ClosedReason, ...] = ()) -> None:
        self.reasons = reasons
        super().__init__(message)
