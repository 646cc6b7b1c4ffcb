"""The refusal that explains itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from rolegate.answers.explain import Explanation, explain
from rolegate.diagnostics import one_line, quoted
from rolegate.engine.decision import Decision
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError, RolegateError
from rolegate.gate.raw_question import RawQuestion


class Reasons(Protocol):
    """What refuses: the policy in its `snapshot` says why, when it is asked for."""

    @property
    def snapshot(self) -> Snapshot: ...


class Forbidden(RolegateError):
    """The answer is no.

    The text is fit for the person who asked. `explanation` is for whoever can change the answer: it says what
    was missing and which changes would allow it.
    """

    def __init__(self, question: Question, explain: Callable[[Question], Explanation]) -> None:
        self.question = question
        self._explain = explain
        self._explanation: Explanation | None = None
        super().__init__(f"permission {quoted(question.permission)} is needed for this")

    @property
    def explanation(self) -> Explanation:
        """The reasons, from the state of the policy that denied it; worked out when first looked at."""
        if self._explanation is None:
            self._explanation = self._explain(self.question)
        return self._explanation

    def to_dict(self) -> dict[str, Any]:
        """What a program needs to know of the refusal; it does not say who else is allowed."""
        asked = self.question
        details = {"domain": asked.domain, "on": list(asked.path) or None, "scope": asked.scope}
        return {
            "error": "forbidden",
            "permission": asked.permission,
            **{key: value for key, value in details.items() if value is not None},
            "message": str(self),
        }


def refusal(reasons: Reasons, raw: RawQuestion) -> Forbidden:
    """The refusal of a question, explained from the state of the policy that denied it.

    Where the question has values of the wrong kind, the refusal has them as Python shows them.
    """
    try:
        question = raw.checked()
    except InvalidQuestionError as error:
        invalid = str(error)
        return Forbidden(raw.as_shown(), lambda asked: Explanation(Decision(False, asked, invalid)))
    return Forbidden(question, lambda asked: explain(asked, reasons.snapshot))


def unavailable(raw: RawQuestion, reason: str) -> Forbidden:
    """The refusal of a question that cannot be answered now."""
    return Forbidden(raw.as_shown(), lambda asked: Explanation(Decision(False, asked, one_line(reason))))
