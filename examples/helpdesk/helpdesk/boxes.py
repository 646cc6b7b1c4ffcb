"""The boxes of a role as a form shows them, and what somebody did with them."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass

from fastapi import HTTPException

from helpdesk.words import Words
from rolegate import Draft, DraftError, TreeNode


@dataclass(frozen=True)
class Box:
    """One checkbox: `value` is what the form sends. A box that cannot be changed has a reason."""

    value: str
    title: str
    state: str
    reason: str = ""
    note: str = ""
    description: str = ""
    scopes: tuple[Box, ...] = ()
    below: tuple[Box, ...] = ()

    @property
    def reasons(self) -> list[str]:
        """Why it, or a scope of it, cannot be changed, each reason once."""
        return [why for why in dict.fromkeys(box.reason for box in (self, *self.scopes)) if why]

    def walk(self) -> list[Box]:
        parts = (*self.scopes, *self.below)
        return [self, *(box for part in parts for box in part.walk())]


def boxes(node: TreeNode, mine: dict[str, TreeNode], words: Words, closed: str) -> Box:
    """The box of *node*; *mine* are those of whoever looks at it, who gives nothing that they do not hold."""
    own = mine.get(node.id)
    held = own is not None and (own.star if node.children else own.state == "on")
    scopes_held = {scope for scope, _, is_held in own.ladder if is_held} if own else set()
    refused = {scope: reasons for scope, reasons in node.closed_at if reasons}
    beyond = words("You do not hold this yourself.")

    def reason(reasons: Collection[object], is_on: bool, may: bool) -> str:
        found = " ".join(getattr(one, "text", "") for one in reasons)
        return closed or found or ("" if is_on or may else beyond)

    scopes = tuple(
        Box(
            f"{node.id}@{scope}",
            title,
            "on" if is_held else "off",
            reason(refused.get(scope, ()), is_held, scope in scopes_held),
        )
        for scope, title, is_held in node.ladder
    )
    below = tuple(boxes(child, mine, words, closed) for child in node.children)
    why = reason(node.closed, node.state != "off", held)
    return Box(node.id, node.title, node.state, why, _note(node, words), node.description, scopes, below)


def _note(node: TreeNode, words: Words) -> str:
    """In words, what the sign of a group shows: nothing is said by a colour or a dash alone."""
    if node.star:
        return words("new ones included")
    if not node.children:
        return ""
    leaves = [box for box in node.walk() if not box.children]
    ticked = sum(box.state != "off" for box in leaves)
    return words("{some} of {all}", some=ticked, all=len(leaves)) if ticked else ""


def open_boxes(box: Box) -> str:
    """The boxes that can be changed, and whether they are ticked: the form brings it back with the ticks."""
    return json.dumps({one.value: one.state == "on" for one in box.walk() if not one.reason})


@dataclass(frozen=True)
class Clicked:
    """A draft after what somebody did with its boxes, and what has to be said of it."""

    draft: Draft
    notes: tuple[str, ...]


def clicked(draft: Draft, shown: str, ticked: Collection[str], titles: Titles, words: Words) -> Clicked:
    """Tick and untick what is not as it was *shown*; groups come before what is in them."""
    notes: list[str] = []
    for value, was in _shown(shown).items():
        if (value in ticked) == was:
            continue
        try:
            draft = _click(draft, value, tick=not was)
        except DraftError as error:
            notes.append(draft.say(error, words.language))
            continue
        change = draft.change
        if change is None:
            continue
        for text, companions in (
            ("{what} came along, which {by} needs.", change.brought),
            ("{what} went as well, which needs {by}.", change.taken_along),
        ):
            notes += [words(text, what=titles(one.grant), by=titles(one.by)) for one in companions]
        notes += [
            words("New ones in {what} are no longer included.", what=titles(s)) for s in change.stars_lost
        ]
        if change.left:
            notes.append(words("Some of it stays as it is: its boxes say why."))
    return Clicked(draft, tuple(dict.fromkeys(notes)))


def _click(draft: Draft, value: str, tick: bool) -> Draft:
    """A click on a box that is partly ticked ticks it, or unticks it where that is all that can be done."""
    if not tick:
        return draft.untick(value)
    try:
        return draft.tick(value)
    except DraftError as error:
        try:
            return draft.untick(value)
        except DraftError:
            raise error from None


def _shown(text: str) -> dict[str, bool]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict) or not all(isinstance(was, bool) for was in found.values()):
        raise HTTPException(400, "this form was not made by these pages")
    return found


GRANT = re.compile(r"(?P<path>[^\[@]*)(?P<on>\[.*\])?(?:@(?P<scope>\w+))?", re.DOTALL)


class Titles:
    """What people call grants, in the words of a tree, and roles."""

    def __init__(self, tree: TreeNode, words: Words, roles: dict[str, str]) -> None:
        self.roles, self._words = roles, words
        self._titles, self._scopes = {"*": tree.title}, dict[tuple[str, str], str]()
        for group in tree.walk():
            for node in group.children:
                title = node.title if group.id == "*" else f"{group.title}: {node.title}"
                self._titles[node.id] = title
                self._titles.setdefault(node.path, title)
                self._scopes |= {(node.path, scope): name for scope, name, _ in node.ladder}

    def __call__(self, grant: str) -> str:
        found = GRANT.fullmatch(grant)
        if found is None:
            return grant
        path, on, scope = found["path"], found["on"] or "", found["scope"]
        star = path.endswith(".*") or path == "*"
        name = path.removesuffix(".*")
        on = "" if star and on == "[*]" else on
        title = self._titles.get(name + on) or f"{self._titles.get(name, name)} {on}".strip()
        ends = [self._scopes.get((path, scope), scope)] if scope else []
        ends += [self._words("new ones included")] if star else []
        return f"{title} ({', '.join(ends)})" if ends else title
