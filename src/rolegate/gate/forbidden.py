"""The refusal that explains itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rolegate.answers.explain import Explanation, explain
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Decision, Snapshot
from rolegate.errors import InvalidQuestionError, RolegateError


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


def refusal(
    snapshot: Snapshot, permission: str, *, user: str, domain: str | None, on: Any, scope: str | None
) -> Forbidden:
    """The refusal of a question, explained from the state of the policy that gave it.

    Of one that nobody can ask, `question` has the values of the wrong kind as Python shows them.
    """
    try:
        question = Question(permission, user, domain=domain, on=on, scope=scope)
    except InvalidQuestionError as error:
        invalid = str(error)
        path = tuple(_text(each) for each in on) if isinstance(on, (tuple, list)) else _text_if_any(on)
        shown = Question(
            _text(permission), _text(user), domain=_text_if_any(domain), on=path, scope=_text_if_any(scope)
        )
        return Forbidden(shown, lambda asked: Explanation(Decision(False, asked, invalid)))
    return Forbidden(question, lambda asked: explain(asked, snapshot))


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _text_if_any(value: object) -> str | None:
    return None if value is None else _text(value)
