"""`rolegate diff`, run on folders and on revisions of git."""

from __future__ import annotations

import hashlib
import itertools
import json
import shutil
from pathlib import Path

import pytest
from sarif_kit.validate import validation_errors

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
    assert "role viewer\nuser dan in beta\n  ↑ tickets.show  @my → @team\n" in other.out
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


def test_every_set_of_the_repository_is_compared(desk: Repository) -> None:
    """Between two revisions, from one to the files, and from HEAD in a folder; each set is named."""
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@team]\n")
    for arguments in (["HEAD"], ["policies"], ["policies/desk"]):
        run = rolegate("diff", *arguments, "--exit-code")
        assert (run.code, run.out.splitlines()[0]) == (1, "policies/desk:")
    desk.commit("Wider")
    for arguments in (["HEAD~1..HEAD"], ["HEAD~1..", "policies"], ["HEAD~1.."]):
        assert "user dan in beta\n" in rolegate("diff", *arguments).out
    same = rolegate("diff", "HEAD", "--exit-code", "--format", "json")
    assert (same.code, same.json["changed"], len(same.json["sets"])) == (0, False, 1)
    comment = rolegate("diff", "HEAD~1..HEAD", "--format", "markdown")
    assert comment.out.startswith("### `policies/desk`\n\n**Access: ")


def test_what_cannot_be_compared_says_what_to_write(desk: Repository) -> None:
    """Three dots, a set alone at a revision, and a folder without sets."""
    (desk.top / "empty").mkdir()
    errors = {
        "HEAD~1...HEAD": "write two dots: HEAD~1..HEAD, or $(git merge-base HEAD~1 HEAD)..HEAD",
        "HEAD:policies/desk": "what is `HEAD:policies/desk` to be compared with?",
        "empty": "neither side has a policy set (a folder with a catalog.yaml) in `empty`",
        "gone": "there is no revision `gone`",
    }
    runs = {argument: rolegate("diff", argument) for argument in errors}
    assert {argument: (run.code, run.out) for argument, run in runs.items()} == dict.fromkeys(errors, (2, ""))
    assert [argument for argument, run in runs.items() if errors[argument] not in run.err] == []


def test_a_revision_without_a_folder_says_how_both_are_written(desk: Repository) -> None:
    """Beside a folder, beside another revision, and as the newer side."""
    ranges = {
        ("HEAD", "policies"): "`HEAD..HEAD policies` for every set in it, or `HEAD:./FOLDER policies`",
        ("HEAD", "main"): "`HEAD..main`",
        ("policies", "HEAD"): "`HEAD..HEAD`, or `HEAD..HEAD FOLDER`",
    }
    for arguments, instead in ranges.items():
        run = rolegate("diff", *arguments)
        assert (run.code, run.out) == (2, "")
        assert f"is a revision: write {instead}" in run.err
    assert "gone: there is no such file or folder" in rolegate("diff", "gone", "policies").err


def test_a_gate_is_never_passed_over(desk: Repository) -> None:
    """Where every set is compared, each is judged, in every format."""
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@team]\n")
    runs = {
        format: rolegate("diff", "HEAD", "--gate", "--format", format)
        for format in ("text", "json", "markdown", "html", "sarif")
    }
    assert {format: run.code for format, run in runs.items()} == dict.fromkeys(runs, 1)
    assert "refused: role viewer gains tickets.show@team" in runs["text"].out
    log = json.loads(runs["sarif"].out)
    assert validation_errors(log) == []
    found = log["runs"][0]["results"]
    assert {result["level"] for result in found} == {"error"}
    places = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in found}
    assert places == {"policies/desk/roles/viewer.yaml"}
    assert rolegate("diff", "HEAD~0", "--gate", "--format", "sarif").code == 1


def test_names_cannot_act_on_a_terminal(desk: Repository) -> None:
    """Neither who is named, nor the command to try."""
    line = '  - {user: "e\\u001b[31mve", role: viewer, domain: beta}\n'
    desk.write(bindings=FILES["bindings.yaml"].replace("bindings:\n", f"bindings:\n{line}"))
    assert "\x1b" not in rolegate("diff", "HEAD").out


@pytest.mark.parametrize(
    ("planted", "arguments", "instead"),
    [
        ("origin/main:.", ("origin/main:./policies/desk", "policies/desk"), "origin/main^0:./policies/desk"),
        ("origin/main..HEAD", ("origin/main..HEAD",), "origin/main^0..HEAD"),
        ("origin/main..HEAD", ("origin/main..HEAD", "policies"), "origin/main^0..HEAD"),
        ("SHA:.", ("SHA:./policies/desk", "policies/desk"), "SHA^0:./policies/desk"),
        ("SHA", ("SHA",), "SHA^0"),
    ],
)
def test_a_folder_that_is_committed_does_not_replace_the_older_side(
    desk: Repository, planted: str, arguments: tuple[str, ...], instead: str
) -> None:
    """A copy of what is to be merged, under the name of the revision, would be compared with itself."""
    sha = desk.git("rev-parse", "HEAD")
    desk.git("update-ref", "refs/remotes/origin/main", sha)
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@all]\n")
    shutil.copytree(desk.top / "policies", desk.top / planted.replace("SHA", sha) / "policies")
    desk.commit("Wider")
    old, *rest = (text.replace("SHA", sha) for text in arguments)
    refused = rolegate("diff", old, *rest, "--gate")
    assert (refused.code, refused.out) == (2, "")
    assert f"`{old}` is a folder and a revision: write `./{old}` for the folder" in refused.err
    judged = rolegate("diff", instead.replace("SHA", sha), *(rest or ["policies"] * (old != sha)), "--gate")
    assert (judged.code, "refused: role viewer gains" in judged.out) == (1, True), judged
    assert rolegate("diff", f"./{old}", *rest).code in (0, 2)


def test_a_short_id_that_was_made_ambiguous_is_no_folder(desk: Repository) -> None:
    """Another object with the same beginning, and a folder that is called so, are committed together."""
    short = desk.git("rev-parse", "HEAD")[:4]
    bodies = (str(number) for number in itertools.count())
    twin = next(
        body
        for body in bodies
        if hashlib.sha1(f"blob {len(body)}\0{body}".encode(), usedforsecurity=False).hexdigest()[:4] == short
    )
    (desk.top / "twin").write_text(twin, "utf-8")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@all]\n")
    shutil.copytree(desk.top / "policies", desk.top / f"{short}:." / "policies")
    desk.commit("Wider")
    refused = rolegate("diff", f"{short}:./policies/desk", "policies/desk", "--gate")
    assert (refused.code, refused.out) == (2, "")
    assert "is a folder and a revision" in refused.err


def test_a_link_out_of_the_repository_hides_nothing(desk: Repository, tmp_path: Path) -> None:
    """What is there is not read, so a link that is new is refused beside what else is wrong."""
    shutil.copytree(desk.folder, tmp_path / "away")
    desk.write(roles__viewer="role: viewer\ngrants: [tickets.show@all]\n")
    (desk.top / "link").symlink_to(tmp_path / "away")
    for arguments in (["HEAD"], ["."]):
        run = rolegate("diff", *arguments, "--gate")
        assert run.code == 1
        assert f'refused: this needs an approval: link "link": leads to "{tmp_path}/away"' in run.out
        assert "refused: role viewer gains tickets.show@all" in run.out
    named = rolegate("diff", "link", "--gate")
    assert (named.code, named.out) == (2, "")
    assert "`link` leads out of the repository; name a folder that is in it" in named.err
