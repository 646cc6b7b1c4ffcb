"""Lists of expectations are written as the policy is, in place, for review."""

from __future__ import annotations

import difflib
import random
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rolegate
from command_line import rolegate as run
from drawing import examples
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from reading import write

SET = {
    "catalog.yaml": "catalog: x\nscopes: {reach: [all, team, my]}\nresources: {box: Box}\n"
    "permissions: {a: {title: A, scopes: reach}, b: B, c: C, d: {title: D, per: box}}\n",
    "domains.yaml": "domains: {acme: {teams: {crew: [bo]}, instances: {box: [One, Two]}}}\n",
    "roles/x.yaml": "roles: {low: {grants: [a@my, b, 'd[One]']}, high: {grants: '*'}}\n",
    "bindings.yaml": "bindings:\n  - {user: ana, role: high, domain: acme}\n"
    "  - {team: crew, role: low, domain: acme}\n",
}


def written(folder: Path, tests: str, **more: bool) -> tuple[rolegate.WrittenLists, list[str]]:
    """What was written into a file of expectations, and the lines of it that were removed and added."""
    path = write(folder / "set", {**SET, "tests/x.yaml": tests}) / "tests" / "x.yaml"
    found = rolegate.write_expectations(folder / "set", **more)  # type: ignore[arg-type]
    new = path.read_bytes().decode()
    changes = difflib.unified_diff(tests.splitlines(), new.splitlines(), n=0, lineterm="")
    return found, [line for line in changes if line[:1] in "-+" and line[:3] not in ("---", "+++")]


LISTS = {
    "one that lacks something and has too much": (
        "holds:\n  - role: low  # the lowest\n    # in the order of the catalog\n    exactly:\n"
        "      - a@team  # as agreed\n      - c\n      # below\n      - d[One]\n",
        ["-      - a@team  # as agreed", "-      - c", "+      - a@my  # as agreed", "+      - b"],
    ),
    "in its own order": (
        "holds:\n  - role: low\n    exactly:\n      - d[One]\n      - b\n",
        ["+      - a@my"],
    ),
    "between brackets": (
        "holds: [{role: low, exactly: [a@my, 'd[One]', c]}]\n",
        [
            "-holds: [{role: low, exactly: [a@my, 'd[One]', c]}]",
            "+holds: [{role: low, exactly: [a@my, b, 'd[One]']}]",
        ],
    ),
    "one that was empty": (
        "holds:\n  - role: low\n    exactly: []\n",
        ["-    exactly: []", '+    exactly: [a@my, b, "d[One]"]'],
    ),
    "one that is empty": (
        "holds:\n  - everyone: true\n    domain: acme\n    exactly:\n      - b\n      # nobody\n",
        ["-    exactly:", "-      - b", "+    exactly: []"],
    ),
    "holders": (
        "who_can:\n  - permission: b\n    domain: acme\n    users: ana\n    teams: []\n    everyone: true\n",
        [
            "-    users: ana",
            "-    teams: []",
            "-    everyone: true",
            "+    users: [ana, bo]",
            "+    teams: [crew]",
            "+    everyone: false",
        ],
    ),
    "boxes": (
        "trees:\n  - role: low\n    ticked: [c, b]\n    partly: [a]\n    unticked: d[*]\n",
        ["-    ticked: [c, b]", "+    ticked: [b]", "-    unticked: d[*]", '+    unticked: [c, "d[*]"]'],
    ),
    "a part of a tree": (
        "trees:\n  - role: low\n    # nothing\n    unticked: '*'\n",
        [
            "+    ticked:",
            "+      - a@my",
            "+      - b",
            "+      - d[One]",
            "+    partly:",
            "+      - a",
            "-    unticked: '*'",
            '+    unticked: [c, "d[*]"]',
        ],
    ),
    "what is met": ("holds:\n  - role: low\n    exactly: ['d[One]', b, a@my, b]\n", []),
    "what is meant": ("access:\n  - {role: low, allow: c}\n", []),
}


@pytest.mark.parametrize("name", LISTS)
def test_one_changed_list_is_one_changed_place(name: str, tmp_path: Path) -> None:
    """What is not as it was is written, and every other line stays as it is."""
    text, expected = LISTS[name]
    found, changes = written(tmp_path, text)
    assert changes == expected
    assert (bool(found.files), bool(found.lists)) == (bool(changes), bool(changes))
    if "access" not in text:
        assert rolegate.run_expectations(tmp_path / "set").ok
    assert rolegate.write_expectations(tmp_path / "set") == rolegate.WrittenLists((), 0)


def test_nothing_is_written_that_would_lose_a_comment(tmp_path: Path) -> None:
    """The file stays as it is, and the error has the comment with its place."""
    text = "holds:\n  - everyone: true\n    domain: acme\n    exactly: [b,  # why\n      c]\n"
    with pytest.raises(rolegate.EditError, match=r"x.yaml:4:19: the comment `# why` would be lost"):
        written(tmp_path, text)
    assert (tmp_path / "set/tests/x.yaml").read_text() == text


def test_a_revision_is_not_written() -> None:
    """It is history."""
    with pytest.raises(rolegate.EditError, match="`HEAD:policies` is a revision, which is not changed"):
        rolegate.write_expectations("HEAD:policies")


def test_an_unknown_name_is_not_written_over(tmp_path: Path) -> None:
    """A list with a misspelt user is an error and stays."""
    with pytest.raises(rolegate.InvalidExpectationsError):
        written(tmp_path, "who_can: [{permission: b, domain: acme, users: [anna]}]\n")


def test_everybody_gets_a_list(tmp_path: Path) -> None:
    """Whoever has one already keeps it; the time of the file is that of the lists which are added."""
    text = "# ours\nat: 2030-01-01\nholds:\n  - {user: ana, domain: acme, exactly: []}\n  # the end\n"
    folder = write(tmp_path / "set", {**SET, "tests/holds.yaml": text})
    shown = run("test", folder, "--write-all", "--only", "ana")
    assert shown.code == 0, shown.err
    place = f"{folder.as_posix()}/tests/holds.yaml"
    assert shown.err == f"rolegate: wrote 6 lists in {place}; review them before you commit them\n"
    assert (folder / "tests/holds.yaml").read_text() == (
        '# ours\nat: 2030-01-01\nholds:\n  - {user: ana, domain: acme, exactly: [a@all, b, c, "d[*]"]}\n'
        "  - role: high\n    exactly:\n      - a@all\n      - b\n      - c\n      - d[*]\n"
        "  - role: low\n    exactly:\n      - a@my\n      - b\n      - d[One]\n"
        "  - team: crew\n    domain: acme\n    exactly:\n      - a@my\n      - b\n      - d[One]\n"
        "  - user: bo\n    domain: acme\n    exactly:\n      - a@my\n      - b\n      - d[One]\n"
        "  - everyone: true\n    domain: acme\n    exactly: []\n"
        "  # the end\n"
    )


@examples(10)
@given(files=policy_sets(), seed=st.integers(0, 2**32))
def test_what_is_written_is_met(files: Files, seed: int) -> None:
    """Lists of a drawn set are met once they are written, and lines that get lost come back as they were."""
    draw = random.Random(seed)
    with TemporaryDirectory() as name:
        folder = Path(name)
        sound(files, folder)
        assert rolegate.write_expectations(folder, at=NOW, everybody=True).files
        run = rolegate.run_expectations(folder, at=NOW, coverage=True)
        # Trees would look at nothing more.
        assert run.ok and run.coverage is not None
        assert run.coverage.percent == 100
        assert rolegate.write_expectations(folder, at=NOW, everybody=True) == rolegate.WrittenLists((), 0)
        path = folder / "tests" / "holds.yaml"
        text = path.read_text()
        lines = text.splitlines(keepends=True)
        cut = [
            line
            for number, line in enumerate(lines)
            if not (
                line.startswith("      - ")
                and lines[number - 1].startswith("      - ")
                and draw.random() < 0.3
            )
        ]
        path.write_text("".join(cut))
        again = rolegate.write_expectations(folder, at=NOW)
        assert (path.read_text(), bool(again.lists)) == (text, cut != lines)
