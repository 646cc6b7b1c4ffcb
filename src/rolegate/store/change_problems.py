"""What is found wrong with a change that is only asked about."""

from __future__ import annotations

from rolegate.diagnostics import Diagnostic, Span
from rolegate.errors import ChangeError
from rolegate.giving.may_give import Refusal


def impossible(error: ChangeError) -> Refusal:
    """Nobody can make the change, for the reason that *error* says."""
    finding = Diagnostic(error.code, Span(""), str(error.said))
    return Refusal("invalid", None, finding=finding, why=error.said, say=error.say)
