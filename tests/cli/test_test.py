"""`rolegate test`: results for people and for programs, and its exit codes."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from command_line import rolegate
from reading import write

HOSTILE = ']]> <b> & "q" ok # @all \u202e ::error:: \uffff | \\'
SET = {
    "catalog.yaml": "catalog: x\npermissions: {a: A, b: B}\n",
    "roles/r.yaml": "role: r\ngrants: [a]\n",
    "bindings.yaml": "bindings: [{user: ana, role: r}]\n",
    "tests/x.yaml": "access:\n"
    "  - {name: fine, user: ana, allow: a, deny: b}\n"
    "  - {name: wrong, user: ana, allow: b, deny: a}\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "set", SET)


def test_what_is_not_met_is_explained(folder: Path) -> None:
    """Where it is expected, what is the case, and the lines that are the reason."""
    found = rolegate("test", folder)
    assert found.code == 1
    place = folder.as_posix()
    assert found.out.splitlines()[:3] == [
        f"{place}/tests/x.yaml:3:5: not met: wrong",
        f"  {place}/tests/x.yaml:3:37: user `ana` may not use `b`, and should: no grant covers it",
        '    → grant it without a role: add {"user": "ana", "grants": ["b"]} to bindings.yaml',
    ]
    assert f"    · role `r` grants `a`  {place}/roles/r.yaml:2:10" in found.out.splitlines()
    assert found.out.splitlines()[-1] == "1 policy set: 2 expectations, 4 answers: 1 not met"
    assert rolegate("test", folder, "--only", "fine").code == 0


def test_json_has_everything(folder: Path) -> None:
    """Each expectation with its place, and what is not as expected with its reasons."""
    found = rolegate("test", folder, "--format", "json")
    (one,) = found.json["sets"]
    fine, wrong = one["expectations"]
    assert (found.code, found.json["ok"], one["ok"]) == (1, False, False)
    assert (fine["met"], fine["asked"], fine["unmet"]) == (True, 2, [])
    assert [answer["column"] for answer in wrong["unmet"]] == [37, 46]
    assert wrong["unmet"][1]["because"][-1]["text"] == "role `r` grants `a`"


@pytest.mark.parametrize("name", ["wrong", HOSTILE])
def test_junit_and_tap_hold_what_is_said(folder: Path, name: str) -> None:
    """A name from outside cannot break out of its place in either format."""
    text = SET["tests/x.yaml"].replace("wrong", "'" + name + "'")
    text = text.replace("\uffff", "\ufffd")  # which no policy file can hold
    write(folder, {**SET, "tests/x.yaml": text})
    root = ElementTree.fromstring(rolegate("test", folder, "--format", "junit").out.encode())
    assert root.attrib | {"name": ""} == {"name": "", "tests": "2", "failures": "1", "errors": "0"}
    fine, wrong = root.iter("testcase")
    assert (len(fine), len(wrong)) == (0, 1)
    shown = name.replace("\uffff", "\ufffd").replace("\u202e", "\\u202e")
    assert wrong.attrib["name"] == shown
    assert "role `r` grants `a`" in (wrong[0].text or "")
    lines = rolegate("test", folder, "--format", "tap").out.splitlines()
    assert lines[:3] == ["TAP version 14", "1..2", "ok 1 - fine"]
    assert lines[3] == "not ok 2 - " + shown.replace("\\", "\\\\").replace("#", "\\#")
    assert [line for line in lines if not line.startswith("  ")][4:] == []


def test_coverage_is_what_would_be_missed(folder: Path) -> None:
    """Each subject with what is not covered, and why; a bound fails."""
    text = (
        "access:\n  - {role: r, deny: b}\n  - {user: ana, allow: a}\nwho_can: [{permission: a, users: ana}]\n"
    )
    write(folder, {**SET, "tests/x.yaml": text})
    found = rolegate("test", folder, "--coverage")
    assert found.out.splitlines()[1:] == [
        f"{folder.as_posix()}: 3 of 6 answers covered, 50.0 %",
        "  role `r`: 1 of 2",
        "    not asked: a",
        "  user `ana` in `default`: 1 of 2",
        "    not asked: b",
        "  everyone else in `default`: 1 of 2",
        "    not asked: b",
    ]
    assert rolegate("test", folder, "--cover-min", "50").code == 0
    for wrong in ("nan", "101", "-1", "half"):
        refused = rolegate("test", folder, "--cover-min", wrong)
        assert (refused.code, refused.out) == (2, "")
        assert "--cover-min takes a number from 0 to 100" in refused.err
    below = rolegate("test", folder, "--cover-min", "50.1", "--format", "json")
    assert below.code == 1
    assert below.json["sets"][0]["coverage"]["percent"] == 50.0
    assert below.json["sets"][0]["coverage"]["subjects"][0]["uncovered"] == [
        {"permission": "a", "parts": [""], "why": "not asked"}
    ]


def test_nothing_to_run_is_not_a_success(folder: Path) -> None:
    """A misspelt folder in CI would be green for ever."""
    assert rolegate("test", folder, "--only", "nothing").code == 2
    (folder / "tests" / "x.yaml").unlink()
    found = rolegate("test", folder)
    assert (found.code, found.out) == (2, "")
    assert "there is nothing to run: the policy sets have no expectations" in found.err


def test_broken_expectations_are_not_run(folder: Path) -> None:
    """The message tells them from a broken policy; all sets below a folder are run."""
    write(folder.parent / "other", SET)
    found = rolegate("test", folder.parent)
    assert found.out.endswith("2 policy sets: 4 expectations, 8 answers: 2 not met\n")
    write(folder, {**SET, "tests/x.yaml": "access: [{user: ann, deny: b}]\n"})
    found = rolegate("test", folder)
    assert (found.code, found.out) == (2, "")
    assert "RG721" in found.err
    assert found.err.endswith("have 1 error, so none of them was run\n")
    write(folder, {**SET, "roles/r.yaml": "role: r\ngrants: [c]\n"})
    assert "so it answers no questions" in rolegate("test", folder).err
