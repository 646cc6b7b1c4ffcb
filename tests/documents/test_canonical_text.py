"""`rolegate fmt`: one form, in which every value and comment is what it was."""

from __future__ import annotations

import difflib
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as run
from commented_sets import CommentedWriter
from drawing import examples
from drawn_role_files import drawn_role_file
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate.documents.canonical_text import canonical_text
from rolegate.documents.edit_role import roles_of_text
from rolegate.documents.file_kinds import ROLES
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.yaml_outline import YamlOutline

FORMS = {
    "between brackets": ("a:  [ x , y,z, ]   # c\n", "a: [x, y, z,]   # c\n"),
    "a mapping": ("b: { k : v,l:   [ 1a ]}  \r\n", "b: {k: v, l: [1a]}\n"),
    "blank lines": ("\n\na: b\n \n\n\n# c  \n\n\nd: e\n\n\n", "a: b\n\n# c\n\nd: e\n"),
    "no line end": ("a: b", "a: b\n"),
    "a text of several lines stays": ("a: |\n   x  \n\n\n   y\nb: 'c   , d'\n", None),
    "a list stays where it is": ("a:\n-   x\n-  'y'\n", None),
    "a mark of the byte order": ("\ufeffa: b\n", "a: b\n"),
}


@pytest.mark.parametrize("about", FORMS)
def test_the_form_of(about: str) -> None:
    """What is in its form stays as it is."""
    before, after = FORMS[about]
    assert canonical_text(before, "f.yaml") == (before if after is None else after)


def test_what_would_mean_something_else_is_refused() -> None:
    """A text without a line end gets none, since that would be part of it."""
    with pytest.raises(rolegate.EditError, match="cannot be formatted without another meaning"):
        canonical_text("a: |\n  x", "f.yaml")


def formed(text: str) -> str:
    """The form of a role file, keys and quotes included."""
    return canonical_text(text, "f.yaml", ROLES.shape)


def comments(text: str) -> list[str]:
    outline = YamlOutline.of(text.removeprefix("\ufeff"), "f.yaml")
    return [comment.rstrip() for comment in outline.all_comments()]


@given(st.integers(0, 2**32))
@examples(450)
def test_a_formatted_file_says_the_same(seed: int) -> None:
    """Every role says what it said, every comment stays, and a second run changes nothing."""
    text = drawn_role_file(seed).text
    new = formed(text)
    was, now = ([RoleParts.of(role) for role in roles_of_text(one, "f.yaml")] for one in (text, new))
    assert was == now
    assert sorted(comments(text)) == sorted(comments(new))
    assert formed(new) == new
    spaced = canonical_text(text, "f.yaml")
    assert comments(text) == comments(spaced)
    assert canonical_text(spaced, "f.yaml") == spaced


@given(st.integers(0, 2**32))
@examples(150)
def test_one_changed_line_is_one_changed_line(seed: int) -> None:
    """A line that loses its form is the only one that is written anew."""
    lines = formed(drawn_role_file(seed).text).split("\n")
    number = next(at for at, line in enumerate(lines) if line.startswith(("role: x", "roles:")))
    changed = "\n".join((*lines[:number], lines[number].replace(":", ":   ", 1), *lines[number + 1 :]))
    back = formed(changed).split("\n")
    assert len([line for line in difflib.ndiff(lines, back) if line[0] in "+-"]) <= 2


@given(files=policy_sets(), seed=st.integers(0, 2**32))
@examples(23)
def test_a_formatted_set_has_the_same_access_and_findings(files: Files, seed: int) -> None:
    """Findings are where they were said of the same text; nobody gains or loses anything."""
    with TemporaryDirectory() as made:
        folder = CommentedWriter(Random(seed)).write_set(files, Path(made))
        before = rolegate.validate([folder], at=NOW)
        rolegate.format_sets([folder])
        after = rolegate.validate([folder], at=NOW)
        assert rolegate.format_sets([folder], check=True) == ()
    said = [sorted((one.code, one.message) for one in found.diagnostics) for found in (before, after)]
    assert said[0] == said[1]


def test_the_command_writes_or_checks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With --check nothing is written; a file that is not YAML keeps all of them from being written."""
    write(tmp_path, {"roles/x.yaml": "role:  x\ngrants: [ a ]\n"})
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"catalog.yaml": "catalog: demo\npermissions: {a: A, b: B}\n"})
    checked = run("fmt", "--check")
    assert (checked.code, checked.out) == (1, "roles/x.yaml\n1 file would be written\n")
    assert run("fmt").code == 0
    assert (tmp_path / "roles/x.yaml").read_text(encoding="utf-8") == "role: x\ngrants: [a]\n"
    assert run("fmt", "--check").code == 0
    write(tmp_path, {"roles/x.yaml": "role:   x\n", "roles/z.yaml": "role: [\n"})
    assert run("fmt").code == 2
    assert (tmp_path / "roles/x.yaml").read_text(encoding="utf-8") == "role:   x\n"
