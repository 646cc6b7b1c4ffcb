"""A word about a user of whom the files say nothing, where a command shows what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolegate_cli.stderr import say

if TYPE_CHECKING:
    from rolegate import Policy


def tell_of_stranger(policy: Policy, user: str | None, domain: str | None, locale: str | None = None) -> None:
    """Say on stderr that nothing is bound to *user*, if that is so."""
    from rolegate.encoding import encode
    from rolegate.engine.idle_notes import nothing_bound
    from rolegate.engine.speaker import Speaker
    from rolegate.grants.domains import DEFAULT
    from rolegate.texts.escaping import plain
    from rolegate.wording.languages import wording

    dom = DEFAULT if domain is None else encode(domain)
    note = None if user is None else nothing_bound(user, dom, policy.snapshot())
    if note is not None:
        told = str if locale is None else Speaker.of(policy.resolved, locale, domain).say
        help = wording(locale)("help")
        say(f"{note.code}: {plain(told(note.message))}\n  {plain(f'{help} {told(note.help)}')}")
