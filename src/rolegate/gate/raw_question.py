"""A question as an application asks it, with values of any kind."""

from __future__ import annotations

from typing import Any, NamedTuple

from rolegate.engine.question import Question


class RawQuestion(NamedTuple):
    """What was passed to a gate or a subject; the kinds of its values have not been checked yet."""

    user: Any
    permission: Any
    domain: Any = None
    on: Any = None
    scope: Any = None

    def checked(self, *, any: bool = False) -> Question:
        """The question.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
        """
        return Question(self.permission, self.user, domain=self.domain, on=self.on, scope=self.scope, any=any)

    def as_shown(self) -> Question:
        """The question with every value of the wrong kind as Python shows it."""
        on = self.on
        path = tuple(map(_text, on)) if isinstance(on, (tuple, list)) else _text_or_none(on)
        return Question(
            _text(self.permission),
            _text(self.user),
            domain=_text_or_none(self.domain),
            on=path,
            scope=_text_or_none(self.scope),
        )


def _text(value: object) -> str:
    return value if isinstance(value, str) else repr(value)


def _text_or_none(value: object) -> str | None:
    return None if value is None else _text(value)
