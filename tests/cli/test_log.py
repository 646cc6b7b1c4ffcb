"""`rolegate log`, run on real repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import FILES, Repository, repository


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def test_text_and_json_tell_the_same_commits(desk: Repository) -> None:
    """Each with its id, its date, its author and its title."""
    desk.write(bindings=FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent"))
    commit = desk.commit("Dan is an \x1b[31magent")
    asked = ("log", "policies/desk", "--user", "dan", "tickets.edit", "-n", "1")
    text = rolegate(*asked)
    step = rolegate(*asked, "--format", "json").json["steps"][0]
    assert (text.code, step["commit"], step["author"], step["state"]) == (0, commit, "Ops", "changed")
    assert step["subjects"][0]["changes"][0]["permission"] == "tickets.edit"
    assert f"{step['short']}  Ops  Dan is an " in text.out
    assert "\x1b" not in text.out
    assert "    + tickets.edit  @team\n      now: user `dan` has role `agent`  " in text.out


def test_what_cannot_be_told_ends_with_two(desk: Repository, tmp_path: Path) -> None:
    """A shallow clone, a name that never was, no set, and git that is not there."""
    desk.write(bindings=FILES["bindings.yaml"].replace("user: dan", "user: eve"))
    desk.commit("Eve")
    clone = tmp_path / "clone"
    desk.git("clone", "--quiet", "--depth", "1", f"file://{desk.top}", str(clone))
    runs = [
        (rolegate("log", clone / "policies" / "desk", "--user", "dan"), "this clone is shallow"),
        (rolegate("log", "policies/desk", "tickets.shw"), "unknown permission `tickets.shw`"),
        (rolegate("log", "policies/desk", "tickets.*"), "unknown permission `tickets.*`; write `tickets`"),
        (rolegate("log", "policies/desk", "--user", "evve"), "unknown user `evve`; did you mean `eve`?"),
        (rolegate("log", "policies/desk", "--since", "yesterday"), "a date is written 2027-01-31, "),
        (rolegate("log", "policies/none"), "policies/none"),
        (rolegate("log", "policies/desk", env={"PATH": ""}), "git is not installed"),
    ]
    assert [(run.code, run.out) for run, _ in runs] == [(2, "")] * len(runs)
    assert [words for run, words in runs if words not in run.err] == []
