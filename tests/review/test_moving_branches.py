"""A branch that moves while `diff` reads: each revision that is named is looked up once."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import FILES, Repository

ROUTES = "# rolegate routes 1\nGET /a -> {}\n"
WIDER = FILES["roles/agent.yaml"].replace("@team", "@all")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="a script stands for git")


@pytest.fixture
def moving(desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository of which `main` goes back to its first commit as soon as its tree was asked for."""
    routes = desk.top / "routes.lock"
    routes.write_text(ROUTES.format("tickets.show"), encoding="utf-8")
    first = desk.commit("Routes")
    desk.write(roles__agent=WIDER)
    routes.write_text(ROUTES.format("nothing"), encoding="utf-8")
    desk.git("add", "--all")
    desk.git("update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},policies/desk/vendor")
    desk.git("commit", "--quiet", "--message", "Wider")
    desk.git("branch", "old", first)
    script = tmp_path / "bin/git"
    script.parent.mkdir()
    git = shutil.which("git")
    script.write_text(
        f'#!/bin/sh\n{git} "$@"\ncode=$?\ncase "$*" in\n*"main^{{tree}}"*) '
        f"{git} update-ref refs/heads/main {first};;\nesac\nexit $code\n",
        encoding="utf-8",
    )
    script.chmod(0o755)
    monkeypatch.setenv("PATH", str(script.parent), prepend=os.pathsep)
    monkeypatch.chdir(desk.top)
    return desk


@pytest.mark.parametrize(
    "sides",
    [["old..main"], ["old:policies/desk", "main:policies/desk"]],
    ids=["a repository", "two sets"],
)
def test_whatever_is_read_of_a_branch_that_moves_is_of_one_commit(
    moving: Repository, sides: list[str]
) -> None:
    """The set, the submodules in it and the file of routes."""
    run = rolegate("diff", *sides, "--routes", "routes.lock")
    assert moving.git("rev-parse", "main") == moving.git("rev-parse", "old")
    assert "tickets.{show, edit}  @team → @all" in run.out
    assert "policies/desk/vendor" in run.out
    assert "GET /a  tickets.show → nothing" in run.out
