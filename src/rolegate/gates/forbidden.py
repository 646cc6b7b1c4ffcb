"""The refusal that explains itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolegate.engine.question import Question
from rolegate.errors import RolegateError
from rolegate.review.explain import Explanation


class Forbidden(RolegateError):
    """The answer is no.

    The text is fit for the person who asked; `explanation` is for who can change it: what was missing, and
    the nearest changes that would allow it. It is worked out when it is looked at.
    """

    def __init__(self, question: Question, explain: Callable[[Question], Explanation]) -> None:
        self.question = question
        self._explain = explain
        super().__init__(f"permission `{question.permission}` is needed for this")

    @property
    def explanation(self) -> Explanation:
        return self._explain(self.question)

    def to_dict(self) -> dict[str, Any]:
        """What a program needs to know of the refusal; nothing of who else may."""
        asked = self.question
        told = {"domain": asked.domain, "on": list(asked.path) or None, "scope": asked.scope}
        return {
            "error": "forbidden",
            "permission": asked.permission,
            **{key: value for key, value in told.items() if value is not None},
            "message": str(self),
        }
