"""What to know of the instance in a question: that there is none in it, or that it is not listed."""

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


def unlisted_line(policy: Policy, decision: Decision, locale: str | None) -> str:
    """Of a denial, that the domain does not list the instance in question, and what may have been meant."""
    from rolegate.catalog.model import Permission
    from rolegate.diagnostics import Report, did_you_mean
    from rolegate.encoding import encode, readable
    from rolegate.engine.speaker import Speaker
    from rolegate.texts.escaping import plain
    from rolegate.wording.languages import wording

    question, domains = decision.question, policy.resolved.domains
    found = policy.catalog.find(question.permission)
    if decision.allowed or not isinstance(found, Permission):
        return ""
    if question.domain is None or question.domain not in domains:
        return ""
    said, path = wording(decision.language), ""
    for kind, part in zip(found.chain, question.path, strict=False):
        path = f"{path}/{encode(part)}" if path else encode(part)
        known = domains.known(kind, question.domain, Report())
        if known is not None and path not in known:
            shown, told = f"`{readable(path)}`", f"`{question.domain}`"
            line = said("asked_unlisted", kind=kind, id=shown, domain=told)
            help = did_you_mean(readable(path), map(readable, known))
            if locale is not None:
                help = Speaker.of(policy.resolved, locale, question.domain).say(help)
            if domains.team_owner(part, question.domain) is not None:
                help = f"{said('is_a_team', id=shown)} {help}".rstrip()
            return plain(f"  {line}; {help}" if help else f"  {line}")
    return ""
