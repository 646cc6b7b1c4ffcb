"""Compiled files in the place of SOURCE: answered where lines say enough, else refused with what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import FILES
from reading import write


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The desk and its compiled files, in `set` and `built`."""
    top = tmp_path_factory.mktemp("compiled")
    write(top / "set", dict(FILES))
    assert rolegate("compile", top / "set", "-o", top / "built").code == 0
    return top / "built"


SAID = "compiled files have names alone: no titles, no places, and nothing that nobody holds"
DAN = ("--user", "dan", "--domain", "beta")


def test_check_says_yes_and_no(built: Path) -> None:
    """With the role of the line, and once what cannot be known."""
    yes = rolegate("check", built, "tickets.show", *DAN, "--scope", "my")
    assert (yes.code, yes.out) == (0, "allowed: role `viewer` grants `tickets.show@my`\n")
    assert yes.err.count(SAID) == 1
    no = rolegate("check", built, "tickets.show", *DAN, "--scope", "all", "--format", "json")
    assert (no.code, json.loads(no.out)["allowed"]) == (1, False)


@pytest.mark.parametrize(
    ("options", "help"),
    [
        ((), "name a scope; lines have `all`, `my`, `team`"),
        (("--scope", "my", "--at", "2026-01-01"), "leave out the time"),
        (("--scope", "my", "--locale", "en"), "leave out the language"),
    ],
)
def test_what_lines_do_not_say_is_not_guessed(built: Path, options: tuple[str, ...], help: str) -> None:
    """The broadest scope, another time, titles: each is refused with what to ask instead."""
    run = rolegate("check", built, "tickets.show", *DAN, *options)
    assert (run.code, run.out) == (2, "")
    assert help in run.err


def test_who_can_lists_holders(built: Path) -> None:
    """The users are those of the set."""
    lines = rolegate("who-can", built, "tickets.show", "--scope", "my", "--format", "json")
    asked = rolegate("who-can", built.parent / "set", "tickets.show", "--scope", "my", "--format", "json")
    found, known = (
        {(h["name"], h["domain"]) for h in json.loads(run.out)["holders"] if h["kind"] == "user"}
        for run in (lines, asked)
    )
    assert found == known != set()


@pytest.mark.parametrize("format", ["text", "markdown", "json", "html"])
def test_diff_compares_them_with_the_set(built: Path, tmp_path: Path, format: str) -> None:
    """What is deployed and what would be: the first thing to look at before a deployment."""
    same = rolegate("diff", built, built.parent / "set", "--exit-code", "--format", format)
    assert same.code == 0
    assert "no conditions on records" in same.out
    files = {name: text.replace("@team", "@all") for name, text in FILES.items()}
    wider = rolegate("diff", built, write(tmp_path, files), "--exit-code", "--format", format)
    assert wider.code == 1
    assert "agent" in wider.out


def test_a_gate_and_routes_are_refused(built: Path) -> None:
    """Both need more than lines."""
    for option in (("--gate",), ("--routes", "routes.yaml")):
        run = rolegate("diff", built, built.parent / "set", *option)
        assert (run.code, run.out) == (2, "")
        assert "compiled files" in run.err
