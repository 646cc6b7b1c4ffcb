"""What is found wrong with a change that is only asked about."""

from __future__ import annotations

from rolegate.diagnostics import Diagnostic, Span
from rolegate.errors import ChangeError


def impossible(error: ChangeError) -> Diagnostic:
    """Nobody can make the change."""
    return Diagnostic("RG965", Span(""), str(error))
