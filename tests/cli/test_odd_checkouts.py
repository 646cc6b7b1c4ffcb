"""Where git has something else than a branch with all of its files: an answer, or what to do."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from command_line import Run, rolegate
from git_desk import FILES, Repository, repository

AGENT = FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent")
ASKED = [
    ("log", "policies/desk", "--user", "dan"),
    ("log", "HEAD:policies/desk", "--user", "dan"),
    ("diff", "HEAD~1..HEAD", "--exit-code"),
    ("diff", "HEAD:policies/desk", "policies/desk"),
    ("diff", "HEAD"),
    ("diff", "policies"),
    ("validate", "HEAD:policies/desk"),
    ("check", "HEAD:policies/desk", "tickets.edit", "--user", "dan", "--domain", "beta", "--any"),
]
"""Commands that read a revision, and those that compare it with files."""


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    made.write(bindings=AGENT)
    made.commit("Dan is an agent")
    monkeypatch.chdir(made.top)
    return made


def refused(run: Run, words: str) -> bool:
    """Whether it ends with 2 and nothing but a message of one line."""
    return (run.code, run.out) == (2, "") and words in run.err and run.err.count("\n") == 1


@pytest.mark.parametrize("kind", ["detached", "worktree", "orphan"])
def test_any_checkout_answers_as_a_branch_does(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """A detached HEAD, a linked worktree, and a branch without a parent of main."""
    expected = [rolegate(*asked) for asked in ASKED]
    assert [run.code for run in expected] == [0, 0, 1, 0, 0, 0, 0, 0]
    if kind == "worktree":
        desk.git("worktree", "add", "--quiet", str(tmp_path / "other"), "HEAD")
        monkeypatch.chdir(tmp_path / "other")
    else:
        desk.git("checkout", "--quiet", "--detach")
    if kind == "orphan":
        desk.git("update-ref", "-d", "refs/heads/main")
    assert [rolegate(*asked) for asked in ASKED] == expected


def test_a_bare_repository_has_revisions_and_no_files(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What names revisions alone is answered as it is in a checkout."""
    bare = tmp_path / "bare.git"
    desk.git("clone", "--quiet", "--bare", ".", str(bare))
    alone = [ASKED[number] for number in (1, 2, 6, 7)]
    expected = [rolegate(*asked) for asked in alone]
    for folder in (bare, desk.top / ".git"):
        monkeypatch.chdir(folder)
        assert [rolegate(*asked) for asked in alone] == expected
        assert refused(rolegate("diff", "HEAD^0"), "no files are checked out here: name revisions")
        assert all(rolegate(*ASKED[number]).code == 2 for number in (0, 3, 4, 5))


def test_a_repository_without_a_commit_says_so(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the folder of a set that nobody has committed yet."""
    new = repository(tmp_path / "new")
    new.git("update-ref", "-d", "refs/heads/main")
    monkeypatch.chdir(new.top)
    assert [asked for asked in ASKED if not refused(rolegate(*asked), "which has no commit yet")] == []


def test_without_a_repository_or_git_nothing_is_told(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each command that needs one says which of the two is missing."""
    runs = [rolegate(*asked, env={"PATH": ""}) for asked in ASKED]
    assert [run.err for run in runs if not refused(run, "git is not installed")] == []
    (desk.top / ".git").rename(tmp_path / "gone")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    runs = [rolegate(*asked) for asked in ASKED]
    assert [run.err for run in runs if not refused(run, "not in a git repository")] == []


def sparse(desk: Repository, *patterns: str) -> None:
    desk.git("sparse-checkout", "set", "--no-cone", *patterns)


@pytest.mark.parametrize(
    "lacking", ["policies/", "policies/desk/roles/boss.yaml", "policies/desk/domains.yaml"]
)
def test_what_a_sparse_checkout_lacks_is_not_gone(desk: Repository, lacking: str) -> None:
    """A comparison with files is refused, with what to write; one of revisions is as before."""
    (desk.top / "other").mkdir()
    (desk.top / "other" / "note").write_text("a note")
    desk.commit("A note")
    expected = [rolegate("diff", "HEAD~2..HEAD"), rolegate("log", "HEAD:policies/desk", "--user", "dan")]
    sparse(desk, "/*", f"!/{lacking}")
    for asked in (["HEAD"], ["HEAD~2"], ["HEAD", "--gate"], ["."]):
        assert refused(rolegate("diff", *asked), "is not checked out here, since the checkout is sparse")
    assert rolegate("diff", "other").code == 2
    assert [
        rolegate("diff", "HEAD~2..HEAD"),
        rolegate("log", "HEAD:policies/desk", "--user", "dan"),
    ] == expected
    if lacking != "policies/":
        assert rolegate("log", "policies/desk", "--user", "dan") == expected[1]
        desk.write(bindings=FILES["bindings.yaml"])
        assert refused(rolegate("log", "policies/desk", "--user", "dan"), "is not checked out here")


def test_a_new_set_that_is_not_checked_out_is_not_passed_over(desk: Repository) -> None:
    """Neither the older side nor the files have it, and the commit that is checked out does."""
    shutil.copytree(desk.folder, desk.top / "policies" / "new")
    desk.commit("A new set")
    sparse(desk, "/*", "!/policies/new/")
    assert refused(rolegate("diff", "HEAD~1"), "`policies/new/catalog.yaml` is not checked out here")
    assert rolegate("diff", "policies/desk").code == 0


@pytest.mark.parametrize("mark", ["--skip-worktree", "--assume-unchanged"])
def test_a_change_that_git_was_told_to_pass_over_is_compared(desk: Repository, mark: str) -> None:
    """git calls such a file the same as before, whatever is in it."""
    desk.git("update-index", mark, "policies/desk/bindings.yaml")
    assert rolegate("diff", "HEAD", "--exit-code").code == 0
    desk.write(bindings=FILES["bindings.yaml"])
    assert rolegate("diff", "HEAD", "--exit-code").code == 1
    assert rolegate("log", "policies/desk", "--user", "dan").out.startswith("not committed yet\n")


@pytest.mark.parametrize("inner", [".", "policies"])
def test_a_hook_says_where_the_repository_is(
    desk: Repository, monkeypatch: pytest.MonkeyPatch, inner: str
) -> None:
    """Seen from the current directory, and git is asked in others."""
    expected = [rolegate(*asked) for asked in ASKED]
    monkeypatch.chdir(desk.top / inner)
    up = os.path.relpath(desk.top, desk.top / inner)
    monkeypatch.setenv("GIT_DIR", os.path.join(up, ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", os.path.join(up, ".git", "index"))
    if inner != ".":
        monkeypatch.setenv("GIT_WORK_TREE", up)
        assert rolegate("log", "desk", "--user", "dan") == expected[0]
        assert rolegate("diff", "HEAD").code == 0
    else:
        assert [rolegate(*asked) for asked in ASKED] == expected
