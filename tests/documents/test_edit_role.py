"""Role files are changed in place: layouts by hand, hostile texts, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import yaml

from drawn_role_files import HOSTILE
from rolegate.diagnostics import Report
from rolegate.documents import composer, yaml_outline
from rolegate.documents.composer import compose
from rolegate.documents.edit_role import edited_role, roles_of_text
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.scalar_writer import written
from rolegate.errors import EditError


def changed(text: str, name: str = "x", home: str | None = None, **parts: Any) -> str:
    """*text* with other *parts* of the role *name*."""
    old = next(RoleParts.of(role) for role in roles_of_text(text, "f.yaml", home) if role[0] == name)
    return edited_role(text, "f.yaml", replace(old, **parts), home)


CHANGES: dict[str, tuple[str, dict[str, Any], str]] = {
    "a scope changes and the comment beside it stays": (
        "role: x\ngrants:\n  - a@my   # only hers\n  - b\n",
        {"grants": ("a@team", "b")},
        "role: x\ngrants:\n  - a@team   # only hers\n  - b\n",
    ),
    "a grant goes below the one before it": (
        "role: x\ngrants:\n  # first\n  - a\n    # more of a\n  # second\n  - c\n  # off: - d\n",
        {"grants": ("a", "b", "c")},
        "role: x\ngrants:\n  # first\n  - a\n    # more of a\n  - b\n  # second\n  - c\n  # off: - d\n",
    ),
    "of a list that is emptied, the comments stay that are not about an item": (
        "role: x\ngrants:  # what it does\n  # basics\n\n  # a\n  - a  # yes\n  # end\nexcept: [b]  # no\n",
        {"grants": (), "excepted": ()},
        "role: x\ngrants: []  # what it does\n  # basics\n\n  # end\n",
    ),
    "a grant in place of another takes none of its comments": (
        "role: x\ngrants:\n  - a\n  # why b\n  - b # b\n    # more of b\n\n  - d\n",
        {"grants": ("a", "c", "d")},
        "role: x\ngrants:\n  - a\n  - c\n\n  - d\n",
    ),
    "a grant before the first goes above the comment of that": (
        "role: x\nassumed:\n  # why a\n  - a\n",
        {"assumed": ("b", "a")},
        "role: x\nassumed:\n  - b\n  # why a\n  - a\n",
    ),
    "a comment above a blank line stays with what is above it": (
        "role: x\ngrants:\n  - a\n  # why a\n\n  # why c\n  - c\n",
        {"grants": ("a", "b", "c")},
        "role: x\ngrants:\n  - a\n  # why a\n\n  - b\n  # why c\n  - c\n",
    ),
    "a key takes the comments above it along": (
        "# file\nrole: x\n\n# hers\ntitle: T\n\n# what it does\ngrants: [a]\n",
        {"title": None},
        "# file\nrole: x\n\n# what it does\ngrants: [a]\n",
    ),
    "one text in place of another takes no comment": (
        "role: x\nextends: w  # for now\n",
        {"extends": ("z",)},
        "role: x\nextends: z\n",
    ),
    "a list of brackets stays in brackets": (
        "role: x\ngrants: [ a, 'b' ,c ]  # all\n",
        {"grants": ("a", "c", "d[*]")},
        'role: x\ngrants: [ a ,c, "d[*]" ]  # all\n',
    ),
    "brackets with one item a line": (
        "role: x\ngrants: [  # all\n  a,  # one\n  # two\n  b  # three\n]\n",
        {"grants": ("a", "b", "c")},
        "role: x\ngrants: [  # all\n  a,  # one\n  # two\n  b,  # three\n  c\n]\n",
    ),
    "one text becomes a list": (
        "role: x\nextends: w  # for now\n",
        {"extends": ("w", "z")},
        "role: x\nextends:\n  - w  # for now\n  - z\n",
    ),
    "a list that does not fit into its line goes below": (
        "role: x\ngrants: []  # none yet\n",
        {"grants": ("a" * 60, "b" * 60)},
        f"role: x\ngrants:  # none yet\n  - {'a' * 60}\n  - {'b' * 60}\n",
    ),
    "keys have their order": (
        "role: x\n# its rights\ngrants: [a]\n",
        {"title": "X: y", "excepted": ("b",), "locked": True},
        'role: x\ntitle: "X: y"\nlocked: true\n# its rights\ngrants: [a]\nexcept:\n  - b\n',
    ),
    "a text below a bar is replaced": (
        "role: x\ndescription: |\n  one\n  # not a comment\n\n# a comment\ntitle: T\n",
        {"description": "two"},
        "role: x\ndescription: two\n\n# a comment\ntitle: T\n",
    ),
    "an item that begins below its dash": (
        "role: x\ngrants:\n  -\n    # why\n    a\n  - b\n",
        {"grants": ("b",)},
        "role: x\ngrants:\n  - b\n",
    ),
    "items over several lines": (
        'role: x\nassumed:\n  - one\n    goes on\n  - "two\n    goes on"\n  - |\n    three\n\n  - four\n',
        {"assumed": ("one goes on", "four", "five")},
        "role: x\nassumed:\n  - one\n    goes on\n\n  - four\n  - five\n",
    ),
    "a list of assumptions keeps its order": (
        "role: x\nassumed: [b, c]\n",
        {"assumed": ("a", "b", "c")},
        "role: x\nassumed: [a, b, c]\n",
    ),
    "lines end as they did": (
        "role: x\r\ngrants:\r\n- a # c\r\n",
        {"grants": ("a", "b")},
        "role: x\r\ngrants:\r\n- a # c\r\n- b\r\n",
    ),
    "a file without an end of its last line": (
        "role: x\ngrants:\n- a",
        {"grants": ("a", "b"), "excepted": ("c",)},
        "role: x\ngrants:\n- a\n- b\nexcept:\n  - c",
    ),
    "a mark of the byte order stays": (
        "\ufeffrole: x\ntitle: A\n",
        {"title": "B"},
        "\ufeffrole: x\ntitle: B\n",
    ),
    "a whole file in brackets": (
        "{role: x, title: T, grants: [a]}  # short\n",
        {"title": None, "grants": ("b",), "excepted": ("c", "d"), "locked": True},
        "{role: x, locked: true, grants: [b], except: [c, d]}  # short\n",
    ),
    "nothing but the name": (
        "role: x",
        {"title": "T", "grants": ("a",)},
        "role: x\ntitle: T\ngrants:\n  - a",
    ),
    "letters of all kinds": (
        "role: x\ntitle: نماینده\u200cها\ngrants:\n  - 工单.回复 # 😀\n",
        {"title": "نماینده\u200cی ما", "grants": ("工单.回复", "工单.*")},
        "role: x\ntitle: نماینده\u200cی ما\ngrants:\n  - 工单.回复 # 😀\n  - 工单.*\n",
    ),
}


@pytest.mark.parametrize(("text", "parts", "expected"), CHANGES.values(), ids=CHANGES)
def test_a_change_touches_what_changes(text: str, parts: dict[str, Any], expected: str) -> None:
    """The text is what a careful colleague would have made of it."""
    assert expected == changed(text, **parts)


SEVERAL = """\
# Two roles.
roles:
  # The first.
  x: {}  # nothing yet
  w:
    # what she may do
    grants: [a]  # one
  z: {grants: [a], title: Z}
"""


def test_one_role_of_a_file_changes() -> None:
    """The others stay as they are, with their comments."""
    text = changed(SEVERAL, grants=("a", "b"))
    assert text == SEVERAL.replace(
        "  x: {}  # nothing yet\n", "  x:  # nothing yet\n    grants:\n      - a\n      - b\n"
    )
    text = changed(SEVERAL, "w", title="W", excepted=("c",))
    expected = "  w:\n    title: W\n    # what she may do\n    grants: [a]  # one\n    except:\n      - c\n"
    assert text == SEVERAL.replace("  w:\n    # what she may do\n    grants: [a]  # one\n", expected)
    text = changed(SEVERAL, "z", title=None, kind="k")
    assert text == SEVERAL.replace("{grants: [a], title: Z}", "{kind: k, grants: [a]}")


def test_the_folder_of_a_domain_says_the_domain() -> None:
    """Then the file does not say it, and goes on not saying it."""
    assert changed("role: x\n", home="acme", title="X") == "role: x\ntitle: X\n"
    with pytest.raises(EditError, match="would not say what was asked for"):
        changed("role: x\n", home="acme", domain=None)


REFUSED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a comment between brackets": (
        "role: x\ngrants: [a, # why a\n  b, c]\n",
        {"grants": ("b", "c")},
        r"f.yaml:2:13: the comment `# why a` would be lost, or beside something else",
    ),
    "a comment that would be beside an item that is added": (
        "role: x\ngrants: [a, # why a\n  b]\n",
        {"grants": ("a", "c", "b")},
        r"f.yaml:2:13: the comment `# why a` would be lost, or beside something else",
    ),
    "a comment that may be about what follows": (
        "role: x\ngrants:\n  # tickets\n  - a\n  - b\n",
        {"grants": ("b",)},
        "f.yaml:4:5: the comment above it may be about the next one as well; put a blank line below",
    ),
    "a key with such a comment": (
        "role: x\n# all of it\ntitle: T\ngrants: [a]\n",
        {"title": None, "grants": ("a",)},
        "f.yaml:3:1: the comment above it may be about the next one as well",
    ),
    "an item that moves away from its comment": (
        "role: x\nassumed:\n  - a # why\n  - b\n  - c\n",
        {"assumed": ("b", "c", "a")},
        "f.yaml:3:5: this item would move away from its comment",
    ),
    "a comment beside a bar": (
        "role: x\ndescription: | # why\n  a\n",
        {"description": "b"},
        "the comment `# why` would be lost",
    ),
    "an explicit key": (
        "role: x\n? grants\n: - a\n  - b\n",
        {"grants": ("b",)},
        "shares its line",
    ),
    "errors": ("role: x\ngrant: [a]\n", {"grants": ("b",)}, "f.yaml has errors, so it is not changed"),
    "an anchor": ("role: x\ngrants: &a [b]\n", {"grants": ("c",)}, "RG106"),
    "no such role": ("role: w\n", {}, "f.yaml has no role `x`; it has `w`"),
    "half of a character": ("role: x\n", {"title": "\ud800"}, "half of a character"),
    "an id that is too long": ("role: x\n", {"clone_of": "y" * 300}, "RG115"),
    "an id that is empty": ("role: x\n", {"kind": ""}, "RG116"),
}


@pytest.mark.parametrize(("text", "parts", "why"), REFUSED.values(), ids=REFUSED)
def test_what_would_lose_something_is_refused(text: str, parts: dict[str, Any], why: str) -> None:
    """The error says where and why, in words."""
    with pytest.raises(EditError, match=why):
        edited_role(text, "f.yaml", replace(RoleParts("x"), **parts))


@pytest.mark.parametrize("parser", [yaml.SafeLoader, yaml.CSafeLoader])
def test_both_parsers_give_the_same_places(parser: type, monkeypatch: pytest.MonkeyPatch) -> None:
    """A change is the same with and without libyaml."""
    monkeypatch.setattr(composer, "LOADER", parser)
    monkeypatch.setattr(yaml_outline, "LOADER", parser)
    for text, parts, expected in CHANGES.values():
        assert expected == changed(text, **parts)


@pytest.mark.parametrize("flow", [False, True])
def test_hostile_texts_read_back_exactly(flow: bool) -> None:
    """On one line, as an item and as a key, to our composer and to a plain YAML loader."""
    for text in HOSTILE:
        scalar = written(text, flow=flow)
        assert "\n" not in scalar
        for line, of in ((f"k: [{scalar}]" if flow else f"- {scalar}", list), (f"{{{scalar}: v}}", dict)):
            if of is dict and not flow:
                line = f"{scalar}: v"
            report = Report()
            value = compose(line, "f", report)
            assert report.diagnostics == []
            items = value["k"] if isinstance(value, dict) and flow and of is list else value
            assert [str(item) for item in items or ()] == [text]  # type: ignore[union-attr]
        loaded = yaml.safe_load(f"- {scalar}") if not flow else yaml.safe_load(f"[{scalar}]")
        assert loaded == [text] or loaded == [int(text)]


def test_quotes_are_written_only_where_they_are_needed() -> None:
    """Grants read as people write them."""
    for text in ("inboxes.access[*]", "a b", "Zoë's role", "a#b", "a:b", "http://x.y", "@", "-"):
        assert written(text) == (f'"{text}"' if text in "@-" else text)
    assert written("inboxes.access[*]", flow=True) == '"inboxes.access[*]"'
    assert written("yes") == '"yes"'
    assert written('say "hi": it\'s') == "'say \"hi\": it''s'"


@pytest.mark.parametrize(
    "wrong",
    [
        *({"name": 1}, {"title": 2}, {"grants": "tickets.show"}, {"grants": ("a", 1)}, {"extends": None}),
        *({"locked": "yes"}, {"excepted": 3}, {"name": None}),
    ],
)
def test_values_of_the_wrong_kind_are_refused(wrong: dict[str, Any]) -> None:
    """One text in the place of a list would be a list of letters."""
    with pytest.raises(EditError, match=f"`{next(iter(wrong))}` of a role has a value of the wrong kind"):
        RoleParts(**{"name": "x", **wrong})
    assert RoleParts("x", grants=["a"]) == RoleParts("x", grants=("a",))  # type: ignore[arg-type]


def test_a_long_list_is_changed_in_one_go() -> None:
    """Thousands of grants and comments take no time that anybody notices."""
    lines = "".join(f"  - a.b{number}  # {number}\n" for number in range(3000))
    text = f"role: x\ngrants:\n{lines}"
    grants = tuple(f"a.b{number}" for number in range(1, 3000, 2))
    after = changed(text, grants=(*grants, "z"))
    assert after.count("\n") == 1503
    assert after.endswith("  - a.b2999  # 2999\n  - z\n")
