"""What changes, said to people: refusals, who gains and loses, and the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from helpdesk.boxes import Titles
from helpdesk.pages import Visit
from rolegate.administration.tenant_documents import DocumentChange
from rolegate.giving.may_give import Refusal
from rolegate.grants.rights import shown
from rolegate.review.access_diff import AccessDiff
from rolegate.review.extents import AccessChange

REFUSED = {
    "manage": "You may not edit roles or say who has them.",
    "beyond": "You cannot give what you do not hold: {what}.",
    "stronger": "The role holds more than you do: {what}. You may take away from it.",
    "locked": "The role is locked.",
    "kind": "Roles of this kind may not hold {what}.",
    "never": "Roles of this kind never hold {what}.",
    "last": "Nobody would be left who may do this: {what}.",
    "apart": "Nobody who manages around would be left who may do this: {what}.",
    "outer": "You cannot take this from somebody who manages around: {what}.",
    "tenant": "Only the help desk itself changes plans and inboxes.",
    "invalid": "It does not fit with the rest: {what}.",
    "files": "This comes with the help desk, and is the same for all.",
}


def refused(refusals: Iterable[Refusal], titles: Titles, visit: Visit) -> list[str]:
    """Why somebody may not do something, each reason once."""
    found = []
    for refusal in refusals:
        if refusal.reason in REFUSED:
            what = "" if refusal.right is None else titles(shown(refusal.right))
            what = what if refusal.finding is None else refusal.finding.message
            found.append(visit.words(REFUSED[refusal.reason], what=what))
        else:
            found.append(str(refusal))
    return list(dict.fromkeys(found))


def gains_and_losses(
    diff: AccessDiff, role: str, titles: Titles, visit: Visit
) -> dict[str, list[tuple[str, list[str]]]]:
    """Who gains what, and who loses what; the role itself is not somebody."""
    found: dict[str, list[tuple[str, list[str]]]] = {"gains": [], "losses": []}
    for known in diff.subjects:
        names = [name for name in known.names if (known.kind, name) != ("role", role)]
        who = ", ".join(_subject(known.kind, name, visit) for name in names)
        if known.since is not None:
            who += visit.words(" (from {day})", day=known.since.date())
        for side, wanted in (("gains", "gains"), ("losses", "loses")):
            said = [_access(change, titles, visit) for change in known.changes if getattr(change, wanted)]
            if names and said:
                found[side].append((who, said))
    return found


def _access(change: AccessChange, titles: Titles, visit: Visit) -> str:
    """What somebody holds of a permission after a change, and before it."""
    path = change.permission.path
    before, after = (
        ", ".join(titles(path + part) for part in side) for side in (change.before, change.after)
    )
    if before and after:
        return visit.words("{after}, until now {before}", after=after, before=before)
    return after or before


def _subject(kind: str, name: str, visit: Visit) -> str:
    if kind == "user":
        return visit.called(name)
    words = {"team": "team {name}", "role": "role {name}"}
    return visit.words(words[kind], name=name) if kind in words else visit.words("everybody else")


def who(document: Any, visit: Visit) -> str:
    """Whom a line is about."""
    kind = next((kind for kind in ("user", "team", "role") if kind in document), None)
    if kind is None:
        return visit.words("everybody")
    return _subject(kind, str(document.get(kind, "")), visit)


def in_words(change: DocumentChange, titles: Titles, visit: Visit) -> Iterator[str]:
    """One change of the history."""
    before, after = change.before or {}, change.after or {}
    name, kind, said = change.name.name, change.name.kind, visit.words
    if kind == "role":
        title = (after or before).get("title", name)
        if not before:
            yield said("New role “{title}”", title=title)
        elif not after:
            yield said("Role “{title}” deleted", title=title)
        else:
            yield said("Role “{title}” changed", title=title)
            if before.get("title") != after.get("title"):
                yield said("It was called “{title}”", title=before.get("title", name))
        old, new = before.get("grants") or [], after.get("grants") or []
        yield from (f"+ {titles(grant)}" for grant in new if grant not in old)
        yield from (f"− {titles(grant)}" for grant in old if grant not in new)
    elif kind == "line":
        for document, text in ((before, "{who} no longer has: {what}"), (after, "{who} has: {what}")):
            if document:
                taken = document.get("restrict") or document.get("restrictions")
                role = document.get("role")
                what = (
                    titles.roles.get(role, role)
                    if role
                    else ", ".join(map(titles, document.get("grants") or taken or []))
                )
                sign = said("restricted: {what}", what=what) if taken else what
                yield said(text, who=who(document, visit), what=sign)
    else:
        yield said("{kind} {name} changed", kind=kind, name=name)
