"""A word about a user of whom the files say nothing, where a command shows what they hold."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from rolegate_cli.stderr import say

if TYPE_CHECKING:
    from rolegate import Decision, Policy


def tell_of_stranger(policy: Policy, user: str | None, domain: str | None, locale: str | None = None) -> None:
    """Say on stderr that nothing is bound to *user*, if that is so."""
    from rolegate.encoding import encode
    from rolegate.engine.idle_notes import nothing_bound
    from rolegate.engine.speaker import Speaker
    from rolegate.grants.domains import DEFAULT
    from rolegate.texts.escaping import plain
    from rolegate.wording.languages import wording

    dom = DEFAULT if domain is None else encode(domain)
    note = None if user is None else nothing_bound(user, dom, policy.snapshot(), near=True)
    if note is not None:
        told = str if locale is None else Speaker.of(policy.resolved, locale, domain).say
        help = wording(locale)("help")
        say(f"{note.code}: {plain(told(note.message))}\n  {plain(f'{help} {told(note.help)}')}")


def with_near_user(policy: Policy, decision: Decision, locale: str | None = None) -> Decision:
    """*decision*, whose note names a user who may be meant where nothing is bound to the one it is about."""
    from rolegate.encoding import encode
    from rolegate.engine.idle_notes import nothing_bound
    from rolegate.engine.speaker import Speaker
    from rolegate.grants.domains import DEFAULT

    question = decision.question
    if question.user is None or not any(note.code == _STRANGER for note in decision.notes):
        return decision
    dom = DEFAULT if question.domain is None else encode(question.domain)
    found = nothing_bound(question.user, dom, policy.snapshot(), near=True)
    if found is None:
        return decision
    told = str if locale is None else Speaker.of(policy.resolved, locale, question.domain).say
    help = str(told(found.help))
    notes = [replace(note, help=help) if note.code == _STRANGER else note for note in decision.notes]
    return replace(decision, notes=tuple(notes))


_STRANGER = "RG602"
