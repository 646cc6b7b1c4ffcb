"""Where comments go when keys are put in their order, and which values keep their quotes."""

from __future__ import annotations

import pytest

import rolegate
from rolegate.documents.canonical_text import canonical_text
from rolegate.documents.edit_role import edited_role
from rolegate.documents.file_kinds import kind_of
from rolegate.documents.role_parts import RoleParts

MOVED = {
    "the comment that begins a file stays": (
        "# file\n# more\ntitle: T\nrole: x\n",
        "# file\n# more\nrole: x\ntitle: T\n",
    ),
    "another one goes with what is below it": (
        "# file\n\n# title\ntitle: T # beside\n# role\nrole: x\n",
        "# file\n\n# role\nrole: x\n# title\ntitle: T # beside\n",
    ),
    "below the mark of a document": (
        "---\n# file\ntitle: T\nrole: x\n...\n",
        "---\n# file\nrole: x\ntitle: T\n...\n",
    ),
    "what is indented further ends a block": (
        "role: x\nexcept: # e\n  - a\n  # end\n\n  # more\ngrants:\n  - b # be\n  # end\n# end of the file\n",
        "role: x\ngrants:\n  - b # be\n  # end\nexcept: # e\n  - a\n  # end\n\n  # more\n# end of the file\n",
    ),
    "above a blank line, it is about what is above": (
        "role: x\ngrants: [a]\n# grants\n\n# title\ntitle: T\nexcept: [b]\n",
        "role: x\n\n# title\ntitle: T\ngrants: [a]\n# grants\n\nexcept: [b]\n",
    ),
    "it would be about nothing at the end": (
        "role: x\ngrants: [a]\n# grants\n\ntitle: T\n",
        "role: x\ngrants: [a]\n# grants\n\ntitle: T\n",
    ),
    "right above the first key, and not about the file": (
        "# file\ntitle: T\n# role\nrole: x\n",
        "# file\n\n# role\nrole: x\ntitle: T\n",
    ),
    "between blank lines, it is about nothing": (
        "roles:\n  x:\n\n    # why\n\n    grants: [a]\n    title: T\n",
        "roles:\n  x:\n\n    title: T\n\n    # why\n\n    grants: [a]\n",
    ),
    "between blank lines, it goes with what is below": (
        "grants: [a]\n\n# why\n\nrole: x\n",
        "# why\n\nrole: x\n\ngrants: [a]\n",
    ),
    "in a role of several": (
        "roles:\n  # y\n  y: # here\n    # g\n    grants: [x]\n    # t\n    title: T\n    # end\n  x: {}\n",
        "roles:\n  # y\n  y: # here\n    # t\n    title: T\n    # g\n    grants: [x]\n    # end\n  x: {}\n",
    ),
    "between brackets, one a line": (
        "roles:\n  x: {\n    # g\n    grants: [a], # gg\n    # t\n    title: T # tt\n    # end\n  }\n",
        "roles:\n  x: {\n    # t\n    title: T, # tt\n    # g\n    grants: [a] # gg\n    # end\n  }\n",
    ),
    "between brackets, above a blank line, it is about what is above": (
        "roles:\n  x: {\n    grants: [a],\n    # g\n\n    # t\n    title: T,\n    except: [b]\n  }\n",
        "roles:\n  x: {\n\n    # t\n    title: T,\n    grants: [a],\n    # g\n\n    except: [b]\n  }\n",
    ),
    "between brackets, between blank lines, it is about nothing": (
        "roles:\n  x: {\n    # why\n\n    grants: [a],\n    title: T\n  }\n",
        "roles:\n  x: {\n    title: T,\n\n    # why\n\n    grants: [a]\n  }\n",
    ),
    "texts of several lines": (
        "grants:\n- a\ndescription: |+\n  text\n  # text\n\ntitle: >-\n  folded\n  more\n# r\nrole: x\n",
        "# r\nrole: x\ntitle: >-\n  folded\n  more\ndescription: |+\n  text\n  # text\n\ngrants:\n- a\n",
    ),
}

MOVED["no comment becomes part of a text"] = (
    "roles:\n  x:\n      # one\n    grants: [a]\n    title: |\n      T\n",
    "roles:\n  x:\n      # one\n    grants: [a]\n    title: |\n      T\n",
)
MOVED["and no blank line"] = (
    "role: x\ntitle: A\n\ngrants: [a]\n\ndescription: |+\n  T\n",
    "role: x\ntitle: A\n\ndescription: |+\n  T\ngrants: [a]\n",
)

LINES = {
    "in a line of bindings": (
        "bindings:\n  # one\n  - role: r # ro\n    user: u\n    # end\n",
        "bindings:\n  # one\n  - user: u\n    role: r # ro\n    # end\n",
    ),
    "where a comment would follow a dash, nothing moves": (
        "bindings:\n  - role: r\n    # hers\n    user: u\n",
        "bindings:\n  - role: r\n    # hers\n    user: u\n",
    ),
    "on one line": (
        "bindings: [{domain: d, 'role': r, user: 'u'}]\n",
        "bindings: [{user: u, role: r, domain: d}]\n",
    ),
}

QUOTES = {
    "none where YAML needs none": (
        'role: \'x\'\ntitle: "it\'s"\ndescription: \'a "b" c\'\n"grants": [\'a\', "b"]\n',
        'role: x\ntitle: it\'s\ndescription: a "b" c\ngrants: [a, b]\n',
    ),
    "double ones, or single ones around double ones": (
        "role: x\ntitle: 'a: b'\nassumed: ['a, b', 'say \"a, b\"']\ngrants: ['t[a]', '*']\n",
        'role: x\ntitle: "a: b"\nassumed: ["a, b", \'say "a, b"\']\ngrants: ["t[a]", "*"]\n',
    ),
    "around what a parser takes for something else": (
        "role: '1'\ntitle: 'no'\ndescription: '2030-01-01'\n",
        'role: "1"\ntitle: "no"\ndescription: "2030-01-01"\n',
    ),
    "around what a comment would seem to cut off": (
        "role: x\ntitle: 'Trips' #1\n",
        'role: x\ntitle: "Trips" #1\n',
    ),
    "escapes of what cannot be seen stay": (
        'role: x\ntitle: "a\\u200bb"\ndescription: "a\\tb"\n',
        'role: x\ntitle: "a\\u200bb"\ndescription: "a\\tb"\n',
    ),
    "so do texts of several lines": (
        "role: x\ntitle: 'a\n  b'\n",
        "role: x\ntitle: 'a\n  b'\n",
    ),
}

CONDITIONS = (
    "catalog: 'c'\nscopes:\n  t: ['all', \"my\"]\n  s:\n"
    "    all: {where: {state: 'open', n: '1'}, title: 'A'}\n"
    "    my: {owner: user.id, state: 'new', within: 'all'}\npermissions: {a: 'A'}\n",
    'catalog: c\nscopes:\n  t: [all, my]\n  s:\n    all: {title: A, where: {state: "open", n: "1"}}\n'
    '    my: {within: all, owner: user.id, state: "new"}\npermissions: {a: A}\n',
)


def formed(text: str, name: str) -> str:
    kind = kind_of(name)
    assert kind is not None
    return canonical_text(text, name, kind.shape)


@pytest.mark.parametrize("about", [*MOVED, *QUOTES])
def test_a_role_file_in_its_form(about: str) -> None:
    """Keys in their order, each comment with what it belongs to, and only the quotes that are needed."""
    before, after = (MOVED | QUOTES)[about]
    assert formed(before, "roles/x.yaml") == after
    assert formed(after, "roles/x.yaml") == after


@pytest.mark.parametrize("about", LINES)
def test_lines_of_bindings_in_their_form(about: str) -> None:
    """Lines keep their order, and their keys have one."""
    before, after = LINES[about]
    assert formed(before, "bindings.yaml") == after


def test_in_conditions_quotes_stay() -> None:
    """There they say that something is a text."""
    assert formed(CONDITIONS[0], "catalog.yaml") == CONDITIONS[1]


@pytest.mark.parametrize(
    "text", ["title: &a T\nrole: *a\n", "title: !!str T\nrole: x\n", "role: x\nrole: y\n"]
)
def test_what_policy_files_do_not_use_is_refused(text: str) -> None:
    """An anchor, a tag and a key that is there twice."""
    with pytest.raises(rolegate.EditError, match="has errors"):
        formed(text, "roles/x.yaml")


def test_what_drafts_write_is_in_its_form() -> None:
    """A new file, and a key that is added to one."""
    parts = RoleParts("x", title="a: b", extends=("y",), grants=("t[a]", "*", "1"), locked=True)
    text = parts.text()
    assert formed(text, "roles/x.yaml") == text
    short = RoleParts("x", grants=("*",), locked=True)
    added = edited_role(short.text(), "roles/x.yaml", parts)
    assert formed(added, "roles/x.yaml") == added


def test_a_comment_of_one_key_stays_when_another_goes_after_fmt() -> None:
    """The blank line below it went with the title, and without one it would be about the exceptions."""
    text = "role: x\ngrants: [a, b]\n# reviewed\n\ntitle: T\nexcept: [b]\n"
    parts = RoleParts("x", title="T", grants=("a", "b"))
    for one in (text, formed(text, "roles/x.yaml")):
        assert "# reviewed" in edited_role(one, "roles/x.yaml", parts)
