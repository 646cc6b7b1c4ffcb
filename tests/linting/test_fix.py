"""What `lint --fix` removes from files, and what it leaves as it is."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import LintSettings
from steps import NOW

CATALOG = """catalog: demo
scopes: {reach: [all, my]}
permissions: {a: A, b: B, c: {title: C, scopes: reach}, d: {permissions: {e: E}}}
"""

FIXED = {
    "a grant with the comment beside it": (
        "roles/x.yaml",
        "role: x\ngrants: # all\n  # the first\n  - a # one\n  - a # two\n  # the end\n",
        "role: x\ngrants: # all\n  # the first\n  - a # one\n  # the end\n",
    ),
    "a grant between brackets": (
        "roles/x.yaml",
        "role: x\ngrants: [c@all, c@my, a]\n",
        "role: x\ngrants: [c@all, a]\n",
    ),
    "one role of several": (
        "roles/x.yaml",
        "roles:\n  x: {grants: [a, a]} # first\n  z: {grants: [b, a, b]}\n",
        "roles:\n  x: {grants: [a]} # first\n  z: {grants: [b, a]}\n",
    ),
    "exceptions": (
        "roles/x.yaml",
        "role: x\ngrants: [a, b, c@my]\nexcept: [c@all, a] # as before\n",
        "role: x\ngrants: [b, c@my]\n",
    ),
    "a line that has ended": (
        "bindings.yaml",
        "bindings:\n  - {user: ana, grants: [a]}\n  # for May\n  - user: bo # she\n"
        "    grants: [a]\n    until: 2026-06-01\n",
        "bindings:\n  - {user: ana, grants: [a]}\n",
    ),
    "a line with comments above it and in it": (
        "bindings.yaml",
        "bindings:\n  # for May\n  - user: bo\n    # hers\n    grants: [a]\n    until: 2026-06-01\n"
        "  # all year\n  - {user: ana, grants: [a]}\n",
        "bindings:\n  # all year\n  - {user: ana, grants: [a]}\n",
    ),
    "a grant with the comments above it": (
        "roles/x.yaml",
        "role: x\ngrants:\n  # hers\n  # alone\n  - c@my\n  # all\n  - c@all\n",
        "role: x\ngrants:\n  # all\n  - c@all\n",
    ),
    "a grant with a comment of its own between brackets": (
        "roles/x.yaml",
        "role: x\ngrants: [\n  # hers\n  c@my,\n  # all\n  c@all,\n]\n",
        "role: x\ngrants: [\n  # all\n  c@all,\n]\n",
    ),
    "the last one of a block": (
        "roles/x.yaml",
        "role: x\ngrants:\n  # the first\n  - a\n  - a\n  # more\n  - b\n",
        "role: x\ngrants:\n  # the first\n  - a\n  # more\n  - b\n",
    ),
    "a line within another": (
        "bindings.yaml",
        "bindings:\n  - {user: ana, grants: [a], until: 2027-01-01}\n  - {user: ana, grants: [a]}\n",
        "bindings:\n  - {user: ana, grants: [a]}\n",
    ),
    "a grant of a line": (
        "bindings.yaml",
        "bindings:\n  - user: ana\n    grants:\n      - c@my # hers\n      - c@all # all\n",
        "bindings:\n  - user: ana\n    grants:\n      - c@all # all\n",
    ),
}

LEFT = {
    "what is accepted": "role: x\ngrants: [a, a]\naccept: {RG800: {a: said twice}}\n",
    "what something else is accepted about": "role: x\ngrants: [a, a]\naccept: {RG310: {a: said twice}}\n",
    "what cannot go without a comment": "role: x\ngrants: [a, # one\n  a, b]\n",
    "what has a comment that may be about what follows": "role: x\ngrants:\n  # seen\n  - c@my\n  - c@all\n",
    "an exception by a star, which takes what comes later": "role: x\ngrants: [a]\nexcept: [d.*]\n",
}


def fix(folder: Path, settings: LintSettings | None = None) -> rolegate.LintFix:
    return rolegate.lint_fix([folder], at=NOW, settings=settings or LintSettings())


@pytest.mark.parametrize("about", FIXED)
def test_what_can_go_goes(about: str, tmp_path: Path) -> None:
    """The rest of the text stays as it is written, and there is nothing left to do."""
    name, before, after = FIXED[about]
    write(tmp_path, {"catalog.yaml": CATALOG, name: before})
    assert fix(tmp_path).files == (tmp_path / name,)
    assert (tmp_path / name).read_text(encoding="utf-8") == after
    assert fix(tmp_path).files == ()


HELPS = {
    "what has a comment that may be about what follows": (
        "mend it by hand: the comment above it may be about the next one as well; put a blank line below the "
        "comment if it is about several, or change the file by hand"
    ),
    "what cannot go without a comment": (
        "mend it by hand: roles/x.yaml:2:13: the comment `# one` would be lost, or beside something else; "
        "write one item a line, or change the file by hand"
    ),
}


@pytest.mark.parametrize("about", HELPS)
def test_what_a_person_has_to_mend_says_why(about: str, tmp_path: Path) -> None:
    """The help of the finding, in the place of the one that says to remove it."""
    write(tmp_path, {"catalog.yaml": CATALOG, "roles/x.yaml": LEFT[about]})
    fixed = fix(tmp_path)
    found = rolegate.lint([tmp_path], at=NOW, settings=LintSettings()).diagnostics
    (left,) = fixed.left
    assert left.help == HELPS[about]
    explained = fixed.explained(found)
    assert left in explained
    assert [one for one in explained if one != left] == [one for one in found if one.span != left.span]


def test_one_mended_entry_is_one_changed_line(tmp_path: Path) -> None:
    """Every other line stays as it is written, whatever is odd about it."""
    lines = [
        "role:   x",
        "grants:",
        "   - 'a'   # one",
        "",
        "   - d.*",
        "   -  b",
        "   - a # again",
        "   - c@my",
    ]
    write(tmp_path, {"catalog.yaml": CATALOG, "roles/x.yaml": "\n".join((*lines, ""))})
    fix(tmp_path)
    after = (tmp_path / "roles/x.yaml").read_text(encoding="utf-8").split("\n")
    assert after == [*(line for line in lines if "again" not in line), ""]


@pytest.mark.parametrize("about", LEFT)
def test_what_stays(about: str, tmp_path: Path) -> None:
    """Not a byte of it changes."""
    write(tmp_path, {"catalog.yaml": CATALOG, "roles/x.yaml": LEFT[about]})
    fixed = fix(tmp_path)
    assert (fixed.files, fixed.fixed) == ((), ())
    assert [one.code for one in fixed.left] == (["RG800"] if about in HELPS else [])
    assert (tmp_path / "roles/x.yaml").read_text(encoding="utf-8") == LEFT[about]


def test_what_is_off_is_not_mended(tmp_path: Path) -> None:
    """Whoever does not want to hear of it does not want it changed."""
    write(tmp_path, {"catalog.yaml": CATALOG, "roles/x.yaml": "role: x\ngrants: [a, a]\n"})
    assert fix(tmp_path, LintSettings({"RG800": "off"})).files == ()


def test_a_revision_is_not_mended() -> None:
    """What git has is not changed."""
    with pytest.raises(rolegate.EditError, match="is a revision"):
        rolegate.lint_fix(["HEAD:policies"], settings=LintSettings())
