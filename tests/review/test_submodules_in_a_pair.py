"""Two sets that are named, and a submodule in one of them: what is in it is not read, so it is refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from command_line import Run, rolegate
from git_desk import Repository

FIRST, SECOND = "1" * 40, "2" * 40
PAIR = ("HEAD:policies/desk", "policies/desk")


def gitlink(desk: Repository, commit: str, place: str) -> None:
    desk.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{place}")


def refused(run: Run) -> list[str]:
    words = "refused: this needs an approval: "
    return [line.removeprefix(words) for line in run.out.splitlines() if line.startswith(words)]


def test_a_submodule_in_the_place_of_roles_is_refused(desk: Repository) -> None:
    """It is not checked out, so it looks as if everybody lost their access; whoever deploys it has others."""
    desk.write(bindings="bindings: []\n")
    desk.commit("Nobody is bound")
    desk.git("rm", "-r", "--quiet", "policies/desk/roles")
    gitlink(desk, FIRST, "policies/desk/roles")
    (desk.folder / "roles").mkdir()
    rule = f'submodule "policies/desk/roles": new at {FIRST}'
    run = rolegate("diff", *PAIR, "--gate")
    assert (run.code, refused(run)) == (1, [rule])
    assert "note: the submodule `policies/desk/roles` is at 1111" in run.out
    for format in ("markdown", "html", "json", "sarif", "github", "gitlab"):
        told = rolegate("diff", *PAIR, "--gate", "--format", format)
        assert (told.code, FIRST in told.out) == (1, True)
    assert "the submodule `policies/desk/roles` is at 1111" in rolegate("diff", *PAIR).out
    approval = f"approvals: [{{rules: '{rule}', reason: Read., until: 2999-01-01}}]\n"
    desk.write(approvals=approval)
    approved = rolegate("diff", *PAIR, "--gate")
    assert (approved.code, "RG713" in approved.out) == (0, False)


def test_one_that_moves_or_goes_is_refused(desk: Repository, tmp_path: Path) -> None:
    """In a folder that holds no part of a set as well, between two checkouts and two revisions."""
    gitlink(desk, FIRST, "policies/desk/vendor")
    desk.git("commit", "--quiet", "--message", "First")
    desk.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "then"), "HEAD")
    gitlink(desk, SECOND, "policies/desk/vendor")
    moved = [f'submodule "policies/desk/vendor": moved to {SECOND}']
    before = str(tmp_path / "then/policies/desk")
    assert refused(rolegate("diff", *PAIR, "--gate")) == moved
    assert refused(rolegate("diff", before, "policies/desk", "--gate")) == moved
    desk.git("commit", "--quiet", "--message", "Second")
    assert refused(rolegate("diff", "HEAD~1:policies/desk", "HEAD:policies/desk", "--gate")) == moved
    assert rolegate("diff", *PAIR, "--gate").code == 0
    away = shutil.copytree(desk.folder, tmp_path / "away")
    gone = rolegate("diff", "policies/desk", str(away), "--gate")
    assert (gone.code, refused(gone)) == (1, ['submodule "policies/desk/vendor": gone'])


def test_the_commit_that_is_checked_out_counts(desk: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever a hook says of the repository around it."""
    inner = Repository(desk.folder / "vendor")
    inner.top.mkdir()
    inner.git("init", "--quiet")
    (inner.top / "note").touch()
    inner.commit("A note")
    desk.commit("Submodule")
    monkeypatch.setenv("GIT_DIR", str(desk.top / ".git"))
    assert rolegate("diff", *PAIR, "--gate").code == 0
    monkeypatch.delenv("GIT_DIR")
    (inner.top / "note").write_text("other", encoding="utf-8")
    id = inner.commit("Another")
    monkeypatch.setenv("GIT_DIR", str(desk.top / ".git"))
    moved = [f'submodule "policies/desk/vendor": moved to {id}']
    assert refused(rolegate("diff", *PAIR, "--gate")) == moved


def test_folders_outside_of_a_repository_need_no_git(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And those in one are not judged without it."""
    for name in ("old", "new"):
        shutil.copytree(desk.folder, tmp_path / name)
    (tmp_path / "new/.git").mkdir()
    assert rolegate("diff", str(tmp_path / "old"), str(tmp_path / "new"), "--gate").code == 0
    (tmp_path / "new/.git").rmdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert rolegate("diff", str(tmp_path / "old"), str(tmp_path / "new"), "--gate").code == 0
    without = rolegate("diff", str(tmp_path / "old"), "policies/desk", "--gate")
    assert (without.code, without.out) == (2, "")
    assert "git is not installed" in without.err
