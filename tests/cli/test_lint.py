"""`rolegate lint`, run on folders and on revisions of git."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import Repository, repository


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


TWICE = "role: viewer\ngrants: [tickets.show@my, tickets.show@my]\n"


def test_findings_end_with_one(desk: Repository) -> None:
    """At the level that fails and above; what is below is shown all the same."""
    desk.write(roles__viewer=TWICE)
    run = rolegate("lint", "policies/desk")
    assert run.code == 1
    assert "policies/desk/roles/viewer.yaml:2:27: RG800 grant.covered: warning: `tickets.show@my`" in run.out
    assert rolegate("lint", "policies/desk", "--fail-level", "error").code == 0


def test_a_revision_is_looked_at_as_it_was(desk: Repository) -> None:
    """Nothing is checked out."""
    desk.write(roles__viewer=TWICE)
    desk.commit("Twice")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@my]\n")
    codes = {
        source: [one["code"] for one in rolegate("lint", source, "--format", "json").json["diagnostics"]]
        for source in ("HEAD:policies/desk", "HEAD~1:policies/desk", "policies/desk")
    }
    assert ["RG800" in found for found in codes.values()] == [True, False, False]


def test_what_cannot_be_looked_at_ends_with_two(desk: Repository) -> None:
    """A set with errors, a source that is not there, and settings that are not valid: no half answer."""
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.shwo@my]\n")
    broken = rolegate("lint", "policies/desk")
    assert (broken.code, broken.out) == (2, "")
    assert "RG301" in broken.err
    assert rolegate("lint", "nowhere").code == 2
    (desk.top / "rolegate.toml").write_text("[lint]\nlevel = 1\n", encoding="utf-8")
    refused = rolegate("lint", "policies/desk", "--format", "json")
    assert (refused.code, "is not a key of `[lint]`" in refused.json["error"]) == (2, True)
