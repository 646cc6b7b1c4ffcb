"""The files of a set at a revision of git are those that were committed, whatever lies in the folder now."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate import RevisionError
from rolegate.documents.capture import read_files
from rolegate.documents.git_revision import revision_files
from rolegate.documents.unreadable import LEADS_OUT, OTHER_NAME, UnreadableReason


@pytest.fixture
def desk(tmp_path: Path) -> Repository:
    return repository(tmp_path / "top")


def read(desk: Repository, revision: str, folder: str = "policies/desk") -> dict[str, object]:
    return dict(revision_files(revision, folder, within=desk.top).contents)


def test_what_was_committed_is_read(desk: Repository) -> None:
    """Neither a change nor a new file in the working tree is seen."""
    desk.write(bindings="bindings: []\n", roles__new="role: new\n")
    assert read(desk, "HEAD") == {name: text.encode() for name, text in FILES.items()}


def test_each_revision_has_its_own_files(desk: Repository) -> None:
    """A branch, a tag, an id and a parent name revisions, as they do for git."""
    before = desk.git("rev-parse", "HEAD")
    desk.git("tag", "first")
    desk.write(bindings=None, roles__agent="role: agent\ngrants: [tickets.show@all]\n")
    desk.commit("No bindings")
    assert "bindings.yaml" not in read(desk, "main")
    for revision in (before, before[:10], "first", "main~1", "HEAD^"):
        assert read(desk, revision)["bindings.yaml"] == FILES["bindings.yaml"].encode()


def test_a_folder_is_seen_from_the_top_or_with_a_dot_from_here(desk: Repository) -> None:
    """As in git; a name that begins with a dash is a name."""
    inside = desk.folder / "roles"
    assert revision_files("HEAD", "policies/desk", within=inside).contents
    assert revision_files("HEAD", "..", within=inside).contents
    with pytest.raises(RevisionError, match=r"there are policy sets in `policies/desk`"):
        revision_files("HEAD", "policies", within=inside)
    with pytest.raises(RevisionError, match=r"no policy set .* in `-x`"):
        revision_files("HEAD", "-x", within=inside)
    with pytest.raises(RevisionError, match="outside the repository"):
        revision_files("HEAD", "../../../..", within=inside)


def test_links_lead_to_files_of_the_set_only(desk: Repository) -> None:
    """A link within the set has the text of its target; one that leads out, or round, is refused."""
    roles = desk.folder / "roles"
    (roles / "twin.yaml").symlink_to("agent.yaml")
    (roles / "out.yaml").symlink_to("/etc/passwd")
    (roles / "round.yaml").symlink_to("round.yaml")
    desk.commit("Links")
    found = read(desk, "HEAD")
    assert found["roles/twin.yaml"] == FILES["roles/agent.yaml"].encode()
    assert found["roles/out.yaml"] is LEADS_OUT
    assert found["roles/round.yaml"] is LEADS_OUT


def test_a_link_of_a_file_of_rules_has_its_name(desk: Repository) -> None:
    """As on disk: the owners of the name are asked about every file that has it."""
    (desk.folder / ".kept").mkdir()
    for name, target in (("approvals", "approvals"), ("review", "x"), ("invariants", "x")):
        (desk.folder / f".kept/{target}.yaml").write_text("{}")
        (desk.folder / f"{name}.yaml").symlink_to(f".kept/{target}.yaml")
    desk.commit("Links")
    on_disk = read_files(desk.folder).contents
    for found in (on_disk, read(desk, "HEAD")):
        assert found["approvals.yaml"] == b"{}"
        assert [found["review.yaml"], found["invariants.yaml"]] == [OTHER_NAME] * 2


def test_names_that_look_like_patterns_or_hold_line_ends_are_names(desk: Repository) -> None:
    """Nothing in a name is a pattern, an option or a second request to git."""
    names = ("*", "new\nline", "tab\there", "ünï")
    for name in names:
        (desk.folder / "roles" / f"{name}.yaml").write_text("role: x\n", encoding="utf-8")
    desk.commit("Names")
    assert {f"roles/{name}.yaml" for name in ("*", "new\nline", "tab\there", "ünï")} <= set(
        read(desk, "HEAD")
    )


@pytest.mark.parametrize("revision", ["nope", "--output=x", "HEAD~9", "", "HEAD:policies", "a b"])
def test_an_unknown_revision_is_said(desk: Repository, revision: str) -> None:
    """Whatever it looks like."""
    with pytest.raises(RevisionError, match="there is no revision"):
        revision_files(revision, "policies/desk", within=desk.top)


def test_a_shallow_clone_says_how_to_get_the_rest(desk: Repository, tmp_path: Path) -> None:
    """The revision may be there once everything is fetched."""
    desk.write(roles__agent="role: agent\ngrants: [tickets.show@all]\n")
    desk.commit("Second")
    clone = tmp_path / "clone"
    subprocess.run(
        ["git", "clone", "--quiet", "--depth", "1", f"file://{desk.top}", str(clone)],
        check=True,
        capture_output=True,
    )
    with pytest.raises(RevisionError, match="git fetch --unshallow"):
        revision_files("HEAD~1", "policies/desk", within=clone)


@pytest.mark.parametrize("left_out", ["blob:none", "tree:0"])
def test_a_partial_clone_says_how_to_get_the_rest(left_out: str, desk: Repository, tmp_path: Path) -> None:
    """Nothing is fetched behind anybody's back; what the message says to write helps."""
    desk.git("config", "uploadpack.allowFilter", "true")
    clone = Repository(tmp_path / "clone")
    desk.git(
        "clone", "--quiet", "--no-checkout", f"--filter={left_out}", f"file://{desk.top}", str(clone.top)
    )
    with pytest.raises(RevisionError, match=r"this clone is partial.*`git fetch --refetch --no-filter`"):
        revision_files("HEAD", "policies/desk", within=clone.top)
    clone.git("fetch", "--quiet", "--refetch", "--no-filter")
    assert read(clone, "HEAD") == read(desk, "HEAD")


def test_outside_of_a_repository_that_is_what_is_said(tmp_path: Path) -> None:
    """And not that the revision is unknown."""
    with pytest.raises(RevisionError, match="not in a git repository"):
        revision_files("HEAD", "policies", within=tmp_path)


def test_without_git_that_is_what_is_said(
    desk: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No traceback, and nothing of the system's words alone."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(RevisionError, match="git is not installed"):
        revision_files("HEAD", "policies/desk", within=desk.top)


def test_a_link_to_a_folder_is_refused(desk: Repository) -> None:
    """A checkout would have the files of two domains; nothing is passed over."""
    desk.write(bindings__beta__x="bindings: []\n")
    (desk.folder / "bindings" / "acme").symlink_to("beta")
    desk.commit("A link to a folder")
    refused = read(desk, "HEAD")["bindings/acme"]
    assert isinstance(refused, UnreadableReason)
    assert "link to a folder" in refused.message


def test_what_was_committed_is_read_whatever_replaces_it(desk: Repository) -> None:
    """A replace ref shows other contents to git, and not to a review."""
    blob = desk.git("rev-parse", "HEAD:policies/desk/roles/agent.yaml")
    desk.git("replace", blob, desk.git("rev-parse", "HEAD:policies/desk/roles/boss.yaml"))
    assert read(desk, "HEAD")["roles/agent.yaml"] == FILES["roles/agent.yaml"].encode()


def test_a_long_chain_of_links_takes_one_process(desk: Repository) -> None:
    """Each link is followed, and one whose target is longer than a path can be is not read."""
    roles = desk.folder / "roles"
    for number in range(40):
        (roles / f"z{number}.yaml").symlink_to(f"z{number + 1}.yaml" if number < 39 else "agent.yaml")
    desk.commit("A chain")
    found = read(desk, "HEAD")
    assert {found[f"roles/z{number}.yaml"] for number in range(40)} == {FILES["roles/agent.yaml"].encode()}
