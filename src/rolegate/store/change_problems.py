"""What is found wrong with a change that is only asked about."""

from __future__ import annotations

from rolegate.diagnostics import Diagnostic, Span
from rolegate.errors import ChangeError
from rolegate.giving.may_give import Refusal
from rolegate.wording.phrases import Phrase


def impossible(error: ChangeError) -> Refusal:
    """Nobody can make the change, for the reason that *error* says."""
    why = error.said if isinstance(error.said, Phrase) else None
    finding = Diagnostic(error.code, Span(""), str(error.said))
    return Refusal("invalid", None, finding=finding, why=why, say=error.say)
