"""The refusal that explains itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from rolegate.answers.explain import Explanation, explain
from rolegate.answers.said_answers import said_explanation
from rolegate.diagnostics import one_line, quoted
from rolegate.engine.decision import Decision
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.speaker import Speaker
from rolegate.errors import InvalidQuestionError, RolegateError
from rolegate.gate.raw_question import RawQuestion


class Reasons(Protocol):
    """What refuses: the policy in its `snapshot` says why, when it is asked for."""

    @property
    def snapshot(self) -> Snapshot: ...


class Forbidden(RolegateError):
    """The answer is no.

    The text is fit for the person who asked; `message` says it in a language of the set. `explanation` is for
    whoever can change the answer: it says what was missing and which changes would allow it.
    """

    def __init__(
        self,
        question: Question,
        explain: Callable[[Question], Explanation],
        reasons: Reasons | None = None,
    ) -> None:
        """*reasons* has the policy that refuses, with its languages."""
        self.question = question
        self._explain = explain
        self._explanation: Explanation | None = None
        self.reasons = reasons
        super().__init__(f"permission {quoted(question.permission)} is needed for this")

    @property
    def explanation(self) -> Explanation:
        """The reasons, from the state of the policy that denied it; worked out when first looked at."""
        if self._explanation is None:
            self._explanation = self._explain(self.question)
        return self._explanation

    @property
    def locales(self) -> tuple[str, ...]:
        """The languages in which `message` can say it."""
        return () if self.reasons is None else self.reasons.snapshot.resolved.labels.locales

    def message(self, locale: str | None = None) -> str:
        """The text for the person who asked: in a language, with the title of the permission.

        Without a language, it is in English, with the path. In a language that the set does not have, the
        title is its own; in one that the program does not speak, the words are English.
        """
        if locale is None or self.reasons is None:
            return str(self)
        speaker = Speaker.of_errors(self.reasons.snapshot.resolved, locale, self.question.domain)
        title = speaker.permission(self.question.permission, self._told)
        return speaker.said("is_needed", permission=title)

    def explained(self, locale: str) -> Explanation:
        """The `explanation` in a language, with titles.

        Raises:
            UnknownNameError: for a language that the set does not have.
        """
        if self.reasons is None:
            return self.explanation
        speaker = Speaker.of(self.reasons.snapshot.resolved, locale, self.question.domain)
        return said_explanation(self.explanation, speaker)

    @property
    def _told(self) -> tuple[str, ...]:
        """The instance, as far as it is told."""
        return self.question.path

    def to_dict(self, locale: str | None = None) -> dict[str, Any]:
        """What a program needs to know of the refusal; it does not say who else is allowed.

        `message` is the one of *locale*.
        """
        asked = self.question
        details = {"domain": asked.domain, "on": list(self._told) or None, "scope": asked.scope}
        return {
            "error": "forbidden",
            "permission": asked.permission,
            **{key: value for key, value in details.items() if value is not None},
            "message": self.message(locale),
        }


def refusal(reasons: Reasons, raw: RawQuestion) -> Forbidden:
    """The refusal of a question, explained from the state of the policy that denied it.

    Where the question has values of the wrong kind, the refusal has them as Python shows them.
    """
    try:
        question = raw.checked()
    except InvalidQuestionError as error:
        invalid = str(error)
        shown = raw.as_shown()
        return Forbidden(shown, lambda asked: Explanation(Decision(False, asked, invalid)), reasons)
    return Forbidden(question, lambda asked: explain(asked, reasons.snapshot), reasons)


def unavailable(raw: RawQuestion, reason: str, reasons: Reasons) -> Forbidden:
    """The refusal of a question that cannot be answered now; the languages are those of *reasons*."""
    found = Explanation(Decision(False, raw.as_shown(), one_line(reason)))
    return Forbidden(raw.as_shown(), lambda _: found, reasons)
