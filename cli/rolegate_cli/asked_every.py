"""What a question without an instance is about: all of them, which is more than most people mean."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rolegate import Decision, Policy


def kinds_asked(policy: Policy, decision: Decision) -> list[str]:
    """The kinds of resources of which the question is about every instance, the outermost first."""
    from rolegate.catalog.model import Permission

    question = decision.question
    found = policy.catalog.find(question.permission)
    if question.any or not isinstance(found, Permission):
        return []
    return list(found.chain[len(question.path) :])


def every_line(policy: Policy, decision: Decision, locale: str | None) -> str:
    """What the question is about, in words; empty where it names what it is about."""
    from rolegate.catalog.labels import words_of
    from rolegate.texts.escaping import plain
    from rolegate.wording.languages import wording

    kinds = kinds_asked(policy, decision)
    if not kinds:
        return ""
    words, titles = words_of(policy.resolved.labels, locale), policy.catalog.resources
    title = words.resource(kinds[0], titles[kinds[0]].title if locale is not None else kinds[0])
    id = "…/ID" if decision.question.path else "ID"
    return f"  {wording(decision.language)('asked_every', kind=plain(title), id=id)}"


def json_answer(policy: Policy, decision: Decision) -> dict[str, Any]:
    """The JSON form of the decision; `every` has the kinds of which it is about every instance."""
    kinds = kinds_asked(policy, decision)
    answer = decision.to_dict()
    return {**answer, "every": kinds} if kinds else answer
