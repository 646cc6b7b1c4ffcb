"""One step of an explanation: a reason, and where it is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rolegate.diagnostics import Span, one_line
from rolegate.wording.phrases import Phrase


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One reason, and where it is written."""

    text: str
    file: str
    line: int
    column: int

    @classmethod
    def at(cls, text: str, span: Span) -> ExplanationStep:
        shown = text if text.__class__ is Phrase else one_line(text)
        return cls(shown, span.file, span.line, span.column)

    def to_dict(self) -> dict[str, Any]:
        return {"text": self.text, "file": self.file, "line": self.line, "column": self.column}
