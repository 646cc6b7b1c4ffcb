"""The exceptions callers meet; what is wrong with a policy file is a diagnostic instead."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolegate.diagnostics import Diagnostic
    from rolegate.engine.question import Question
    from rolegate.review.explain import Explanation


class RolegateError(Exception):
    """The base of everything rolegate raises on purpose."""


class PolicyNotFound(RolegateError):
    """The path holds no policy set."""


class PolicyInvalid(RolegateError):
    """The policy set has errors; `diagnostics` holds every finding, warnings too."""

    def __init__(self, diagnostics: tuple[Diagnostic, ...]) -> None:
        self.diagnostics = diagnostics
        errors = [d for d in diagnostics if d.severity == "error"]
        shown = "\n".join(str(each) for each in errors[:20])
        more = f"\n… and {len(errors) - 20} more" if len(errors) > 20 else ""
        super().__init__(f"the policy set has {len(errors)} error{'s' * (len(errors) != 1)}:\n{shown}{more}")


class QuestionInvalid(RolegateError):
    """The question cannot be asked: it has no subject, or a value of the wrong kind."""


class UnknownName(RolegateError):
    """Nothing of this `kind` is called `name`, or it does not fit; `help` has the nearest names."""

    def __init__(self, kind: str, name: str, message: str = "", help: str = "") -> None:
        self.kind, self.name, self.help = kind, name, help
        self.message = message or f"unknown {kind} `{name}`"
        super().__init__(self.message + (f"; {help}" if help else ""))


class SelectionError(RolegateError):
    """There is no such box, or it cannot be changed by itself."""


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


class LinesInvalid(RolegateError):
    """These are not the lines of a compiled policy."""
