"""A comment stays with the item that it is about, or goes with it: never is it beside another one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from random import Random

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from commented_lists import STYLES, CommentedList, owners_in
from drawing import examples
from rolegate.diagnostics import Span
from rolegate.documents.edit_expectations import WantedLists, edited_lists
from rolegate.documents.edit_lines import without_lines
from rolegate.documents.edit_role import edited_role, roles_of_text
from rolegate.documents.role_parts import RoleParts
from rolegate.errors import EditError

Editor = Callable[[str, Sequence[str]], str]
NAMES = ("ana", "bo", "cy", "dee", "eli", "fay", "gus")
RIGHTS = ("show@all", "edit@team", "erase", "tickets.close", "tickets.open@my", "note", "pay")


def in_role(key: str) -> Editor:
    """Change a list of a role."""

    def edit(text: str, new: Sequence[str]) -> str:
        (role,) = roles_of_text(text, "f.yaml")
        return edited_role(text, "f.yaml", replace(RoleParts.of(role), **{key: tuple(new)}))  # type: ignore[arg-type]

    return edit


def in_expectations(key: str) -> Editor:
    """Change a list of a file of expectations."""

    def edit(text: str, new: Sequence[str]) -> str:
        return edited_lists(text, "f.yaml", WantedLists({Span("f.yaml", 2, 5): {key: list(new)}}))

    return edit


def in_bindings(text: str, new: Sequence[str]) -> str:
    """Remove grants from a line of bindings."""
    places = [
        Span("f.yaml", line, text.split("\n")[line - 1].index(name) + 1)
        for name in RIGHTS
        if name not in new
        for line, code in enumerate((line.partition("#")[0] for line in text.split("\n")), 1)
        if name in code
    ]
    return without_lines(text, "f.yaml", [], places)


HOSTS: Mapping[str, tuple[str, str, int, Editor]] = {
    "grants": ("role: x\n", "title: A T", 0, in_role("grants")),
    "extends": ("role: x\n", "title: A T", 0, in_role("extends")),
    "assumed": ("role: x\n", "title: A T", 0, in_role("assumed")),
    "exactly": ("holds:\n  - role: x\n", "    domain: d e", 4, in_expectations("exactly")),
    "users": ("who_can:\n  - permission: a\n", "    domain: d e", 4, in_expectations("users")),
    "bindings": ("bindings:\n  - user: ana\n", "    domain: d e", 4, in_bindings),
}
"""What is before a list and after it, its column, and who changes it."""


def identity(text: str) -> str:
    """An item without its scope: with another one it is the same grant, and has the same comment."""
    return text.partition("@")[0]


def changed(draw: Random, host: str, old: Sequence[str]) -> list[str]:
    """Another list: fewer items, more of them at any place, at other scopes, or in another order."""
    new = [text for text in old if draw.random() < 0.75]
    if host == "bindings":
        return new or list(old[:1])
    if host in ("grants", "exactly"):
        new = [f"{identity(text)}@my" if "@" in text and draw.random() < 0.3 else text for text in new]
    for number in range(draw.choice((0, 0, 1, 1, 2))):
        new.insert(draw.randrange(len(new) + 1), f"new{number}")
    if draw.random() < 0.3:
        draw.shuffle(new)
    return new or ["new0"]


def reason(host: str, made: CommentedList, new: Sequence[str]) -> str | None:
    """Why nobody but a person can tell where the comments belong, if so."""
    stays = {identity(text) for text in new}
    gone = [text for text in made.texts if identity(text) not in stays]
    if made.shared and (gone or len(new) > len(made.texts) - len(gone)):
        return "would be lost, or beside something else"
    for commented, run in made.runs:
        if commented and run[0] in gone and any(identity(text) in stays for text in run[1:]):
            return "may be about the next one as well"
    return None


@pytest.mark.parametrize("host", HOSTS)
@examples(750)
@given(seed=st.integers(0, 2**32))
def test_comments_stay_with_their_items(host: str, seed: int) -> None:
    """In each layout, whatever goes, comes or moves; or nothing is written, where only a person knows."""
    draw = Random(seed)
    head, foot, column, edit = HOSTS[host]
    pool = RIGHTS if host in ("grants", "exactly", "bindings") else NAMES
    old = draw.sample(pool, draw.choice((1, 2, 3, 4, 6)))
    key = "grants" if host == "bindings" else host
    made = CommentedList(draw, key, column, old, draw.choice(STYLES))
    text = "\n".join((head + made.lines[0], *made.lines[1:], foot, ""))
    new = changed(draw, host, old)
    moved = host == "assumed" and [one for one in old if one in new] != [one for one in new if one in old]
    try:
        after = edit(text, new)
    except EditError as refused:
        assert moved or (reason(host, made, new) or "no reason") in str(refused), f"{refused}\n{text}"
        return
    assert moved or reason(host, made, new) is None
    stays = {identity(one) for one in new}
    kept = {c: item for c, item in made.owners.items() if item is None or identity(item) in stays}
    there = owners_in(after)
    assert list(there) == list(kept)
    if not made.shared:
        assert {c: item and identity(item) for c, item in there.items()} == {
            c: item and identity(item) for c, item in kept.items()
        }, f"{new}\n{text}\n{after}"


def test_the_reader_of_the_law_sees_what_was_drawn() -> None:
    """Each comment is about what it was written for."""
    for seed in range(300):
        draw = Random(seed)
        style = draw.choice([style for style in STYLES if style != "wrapped"])
        made = CommentedList(draw, "users", 0, draw.sample(NAMES, draw.choice((1, 2, 4, 6))), style)
        text = "\n".join((*made.lines, ""))
        assert owners_in(text) == made.owners, text
        value = yaml.safe_load(text)["users"]
        assert value == (list(made.texts) if isinstance(value, list) else made.texts[0])


def test_a_key_that_is_added_above_a_comment_does_not_take_it() -> None:
    """A comment that is indented further would be about the new key."""
    text = "roles:\n  x:\n      # why\n    grants: [a]\n"
    (role,) = roles_of_text(text, "roles/x.yaml")
    new = edited_role(text, "roles/x.yaml", replace(RoleParts.of(role), title="T", description="D"))
    assert new == "roles:\n  x:\n    title: T\n    description: D\n    # why\n    grants: [a]\n"
