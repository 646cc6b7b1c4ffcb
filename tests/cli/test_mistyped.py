"""What is said to command lines with a mistake in them."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from command_line import rolegate
from repository import CASES

TYPED = CASES / "mistyped.txt"


def said(line: str) -> str:
    """What the command *line* prints, and its exit code."""
    run = rolegate(*shlex.split(line.removeprefix("$ rolegate ")))
    lines = [one for one in (run.out + run.err).splitlines() if one]
    return "".join(f"{one}\n" for one in [line, *lines, f"exit {run.code}"])


def test_a_mistyped_command_names_the_right_one(monkeypatch: pytest.MonkeyPatch, update_golden: bool) -> None:
    """Each line of `cases/mistyped.txt` gets the answer that was reviewed, and none is taken for a yes."""
    monkeypatch.chdir(CASES)
    lines = [line for line in TYPED.read_text("utf-8").splitlines() if line.startswith("$ ")]
    text = "\n".join(map(said, lines))
    if update_golden:
        TYPED.write_text(text, "utf-8")
    assert TYPED.read_text("utf-8") == text
    assert "exit 0" not in text


FAILING = [
    "check nowhere trips.view --user ana --format json",
    "check fleet trips.view --user ana --format=json",
    "explain fleet trips.view --format json",
    "who-can fleet trips.vieww --format json",
    "instances fleet --format json",
    "fields fleet trips --role driver --format json",
    "tree fleet --role drivr --format json",
    "matrix RG301 --format json",
    "bindings RG301 --format json",
    "labels RG301 --locale fr --format json",
    "compile RG301 --format json",
    "validate nowhere --format json",
    "check RG301 tickets.show --role agent --format json --bogus",
]


@pytest.mark.parametrize("line", FAILING)
def test_a_failure_is_json_where_json_is_wanted(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that reads stdout gets one object with the sentence that is on stderr."""
    monkeypatch.chdir(CASES)
    run = rolegate(*shlex.split(line))
    told = json.loads(run.out)
    assert (2, 2) == (run.code, told["exit_code"])
    assert f"rolegate: {told['error']}\n" in run.err
    assert ("answers no questions" in told["error"]) == bool(told["diagnostics"])


def test_findings_of_a_broken_set_are_in_the_object(monkeypatch: pytest.MonkeyPatch) -> None:
    """They have the form in which `validate` prints them."""
    monkeypatch.chdir(CASES)
    told = rolegate("matrix", Path("RG301"), "--format", "json").json
    assert rolegate("validate", Path("RG301"), "--format", "json").json["diagnostics"] == told["diagnostics"]
