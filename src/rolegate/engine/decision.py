"""The answer to a question, with its reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rolegate.engine.decision_text import decision_lines
from rolegate.engine.question import DecisionNote, Question


@dataclass(frozen=True, slots=True)
class Decision:
    """The answer to a question; true when it is allowed.

    `language` is that of `reason` and `notes`. `str` gives the text that `rolegate check` prints.
    """

    allowed: bool
    question: Question
    reason: str
    notes: tuple[DecisionNote, ...] = ()
    language: str = "en"

    def __bool__(self) -> bool:
        return self.allowed

    def __str__(self) -> str:
        return "\n".join(decision_lines(self))

    def to_dict(self) -> dict[str, Any]:
        """The documented JSON form; it has the keys that the question has."""
        asked: Mapping[str, Any] = {
            "user": self.question.user,
            "team": self.question.team,
            "role": self.question.role,
            "permission": self.question.permission,
            "domain": self.question.domain,
            "on": list(self.question.path) or None,
            "scope": self.question.scope,
            "any": self.question.any or None,
        }
        answer: dict[str, Any] = {"allowed": self.allowed}
        answer |= {key: value for key, value in asked.items() if value is not None}
        answer["reason"] = self.reason
        answer["notes"] = [{"code": n.code, "message": n.message, "help": n.help} for n in self.notes]
        return answer
