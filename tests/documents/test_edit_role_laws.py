"""Laws of role files that are changed in place, on drawn texts full of comments and odd layouts."""

from __future__ import annotations

import difflib
import re
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drawing import examples
from drawn_role_files import drawn_role_file, role_parts
from rolegate.documents.edit_role import edited_role, roles_of_text, same_parts
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.yaml_outline import YamlOutline
from rolegate.errors import EditError

SEEDS = st.integers(0, 2**32)

DOUBT = "may be about the next one as well|would move away from its comment"
"""What is refused as only a person knows it; `test_comments_of_lists` says when."""


def read(text: str, name: str = "x") -> RoleParts:
    return next(RoleParts.of(role) for role in roles_of_text(text, "f.yaml") if role[0] == name)


def comments(text: str) -> list[str]:
    return YamlOutline.of(text.removeprefix("\ufeff"), "f.yaml").all_comments()


def written(text: str, parts: RoleParts, *, firm: bool = True) -> str | None:
    """*text* changed to *parts*; None for what is refused with reason."""
    try:
        return edited_role(text, "f.yaml", parts)
    except EditError as refused:
        assert re.search(DOUBT if firm else f"{DOUBT}|would be lost", str(refused)), f"{refused}\n{text}"
        return None


def drawn_parts(seed: int, parts: RoleParts) -> RoleParts:
    """Other parts of a role; often only its lists differ."""
    draw = Random(seed + 1)
    new = role_parts(draw)
    return replace(parts, grants=new.grants, excepted=new.excepted) if draw.random() < 0.5 else new


def stays(item: tuple[str, str], parts: RoleParts) -> bool:
    """Whether what a comment is beside is still there, as it was or at another scope."""
    key, text = item
    values = dict(parts.values())
    if key in ("key", "wrapped"):
        return bool(values.get(text)) or text == "role"
    value = values[key]
    texts = (value,) if isinstance(value, str) else value
    return isinstance(texts, tuple) and text in texts


@given(SEEDS)
@examples(2000)
def test_a_changed_file_says_what_was_asked_for_and_keeps_its_comments(seed: int) -> None:
    """Every comment stays in its order, unless it is beside or above something that is gone."""
    drawn = drawn_role_file(seed)
    assert same_parts(read(drawn.text), drawn.parts)
    parts = drawn_parts(seed, drawn.parts)
    text = written(drawn.text, parts, firm=drawn.firm)
    if text is None:
        return
    assert same_parts(read(text), parts)
    before, after = comments(drawn.text), comments(text)
    assert after == [comment for comment in before if comment in after]
    lost = [comment for comment in before if comment not in after]
    assert [] == [c for c in lost if c in drawn.beside and stays(drawn.beside[c], parts)]
    assert edited_role(text, "f.yaml", parts) == text


@given(SEEDS)
@examples(1000)
def test_nothing_asked_for_is_nothing_changed(seed: int) -> None:
    """A role that is written as it is, in whatever order, leaves the file as it is."""
    drawn = drawn_role_file(seed)
    parts = replace(drawn.parts, grants=drawn.parts.grants[::-1], extends=drawn.parts.extends[::-1])
    assert edited_role(drawn.text, "f.yaml", parts) == drawn.text


def changed_lines(before: str, after: str) -> tuple[list[str], list[str]]:
    """The lines that are gone, and those that are new."""
    diff = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    return [line for line in diff if line[0] == "-"], [line for line in diff if line[0] == "+"]


def block(seed: int) -> tuple[str, RoleParts]:
    """A drawn text in which the grants are a list with one item a line, and what it says."""
    for number in range(seed * 100, seed * 100 + 100):
        drawn = drawn_role_file(number)
        part = YamlOutline.of(drawn.text.removeprefix("\ufeff"), "f.yaml").root
        roles = part.entry("roles")
        own = part if roles is None else next(body for key, body in roles[1].entries if key.value == "x")
        grants = own.entry("grants")
        if (
            grants is not None
            and grants[1].kind == "list"
            and not grants[1].flow
            and len(grants[1].items) > 1
        ):
            return drawn.text, drawn.parts
    raise AssertionError("there is no list with one item a line")


@pytest.mark.parametrize("seed", range(25))
def test_one_changed_grant_is_one_changed_line(seed: int) -> None:
    """A grant that is added adds a line, one that is removed removes one, another scope changes one."""
    text, parts = block(seed)
    draw = Random(seed)
    for added in ("tickets.zzz", "a: b", "*@all"):
        place = draw.randrange(len(parts.grants) + 1)
        grants = (*parts.grants[:place], added, *parts.grants[place:])
        lost, new = changed_lines(text, edited_role(text, "f.yaml", replace(parts, grants=grants)))
        assert (len(lost), len(new)) == (0, 1)
    for number in range(len(parts.grants)):
        grants = (*parts.grants[:number], *parts.grants[number + 1 :])
        changed = written(text, replace(parts, grants=grants))
        if changed is not None:
            lost, new = changed_lines(text, changed)
            code = [line for line in lost + new if line[2:].strip() and line[2:].lstrip()[:1] != "#"]
            assert [line[0] for line in code] == ["-"]
    base = replace(parts, grants=(*parts.grants, "desk.open@all"))
    text = edited_role(text, "f.yaml", base)
    other = replace(parts, grants=("desk.open@team", *parts.grants))
    lost, new = changed_lines(text, edited_role(text, "f.yaml", other))
    assert [len(lost), len(new)] == [1, 1]
    assert "desk.open@team" in new[0]


@given(SEEDS)
@examples(1000)
def test_a_fresh_file_reads_back_as_the_role(seed: int) -> None:
    """Whatever a role says, hostile texts included, its own file says it again, and has no comments."""
    parts = role_parts(Random(seed))
    text = parts.text()
    assert same_parts(read(text), parts)
    assert comments(text) == []
    assert text.isprintable() or all(c.isprintable() or c in "\n\u200c\u200d\xa0" for c in text)
