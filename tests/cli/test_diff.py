"""`rolegate diff`, run on folders and on revisions of git."""

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


def test_a_revision_and_the_folder_are_compared(desk: Repository) -> None:
    """With --exit-code, a change of access ends with 1, and a comment does not."""
    desk.write(roles__viewer="role: viewer # my own\ngrants: [tickets.show@my]\n")
    same = rolegate("diff", "HEAD:policies/desk", "policies/desk", "--exit-code")
    assert (same.code, same.out) == (0, "nobody's access changes\n")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@team]\n")
    other = rolegate("diff", "HEAD:policies/desk", "policies/desk", "--exit-code")
    assert other.code == 1
    assert "user dan in beta\n  as role viewer\n" in other.out
    assert rolegate("diff", "HEAD:policies/desk", "policies/desk").code == 0


def test_two_revisions_are_compared_as_json(desk: Repository) -> None:
    """Neither has to be checked out."""
    desk.write(bindings=FILES["bindings.yaml"].replace("role: viewer", "role: agent"))
    desk.commit("Dan is an agent")
    run = rolegate("diff", "HEAD~1:policies/desk", "HEAD:./policies/desk", "--format", "json")
    assert [subjects["names"] for subjects in run.json["subjects"]] == [["dan"]]


def test_a_side_that_cannot_be_read_is_an_error_with_its_place(desk: Repository) -> None:
    """Never half an answer: what is wrong is said, at the revision where it is."""
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.shwo@my]\n")
    desk.commit("Broken")
    run = rolegate("diff", "HEAD~1:policies/desk", "HEAD:policies/desk")
    assert (run.code, run.out) == (2, "")
    assert "HEAD:policies/desk/roles/viewer.yaml:2:10: RG301" in run.err
    missing = rolegate("diff", "gone:policies/desk", "policies/desk")
    assert (missing.code, missing.out) == (2, "")
    assert "there is no revision `gone`" in missing.err
