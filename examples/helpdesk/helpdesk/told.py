"""What changes, said to people: refusals, who gains and loses, and the history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from helpdesk.boxes import Titles
from helpdesk.pages import Visit
from rolegate.changes import DocumentChange
from rolegate.giving.may_give import Refusal
from rolegate.review.access_diff import AccessDiff
from rolegate.review.extents import AccessChange


def refused(refusals: Iterable[Refusal], visit: Visit) -> list[str]:
    """Why somebody may not do something, each reason once, in their language."""
    said = (replace(one, domain=None).message(visit.words.language) for one in refusals)
    return list(dict.fromkeys(sentence(text) for text in said))


def sentence(text: str) -> str:
    """What the program says begins in the middle of one."""
    return f"{text[:1].upper()}{text[1:]}."


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
