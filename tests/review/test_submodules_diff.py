"""A submodule of another commit than before never passes a comparison unseen."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line import rolegate
from git_desk import Repository, repository
from reading import write
from rolegate.errors import PolicyNotFoundError, RevisionError
from rolegate.review.sets_diff import SetsDiff, sets_diff
from rolegate.review.sets_text import sets_lines

FIRST, SECOND = "1" * 40, "2" * 40


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    """A repository with a set, and a submodule `sub` that nobody has checked out."""
    made = repository(tmp_path / "work")
    monkeypatch.chdir(made.top)
    point(made, FIRST)
    return made


def point(desk: Repository, commit: str | None, place: str = "sub") -> None:
    """Commit that the submodule is at *commit*, or gone."""
    if commit is None:
        desk.git("rm", "--cached", "--quiet", place)
    else:
        desk.git("update-index", "--add", "--cacheinfo", f"160000,{commit},{place}")
    desk.git("commit", "--quiet", "--message", "Submodule")


def approve(desk: Repository, rule: str) -> None:
    """Commit an approval of *rule* in the set beside the submodule."""
    desk.write(approvals=f"approvals: [{{rules: '{rule}', reason: Read there., until: 2999-01-01}}]\n")
    desk.git("add", "policies")
    desk.git("commit", "--quiet", "--message", "Approval")


def told(diff: SetsDiff) -> list[tuple[str, tuple[str | None, str | None], bool]]:
    """The submodules, their commits, and whether the gate refuses them."""
    modules = [known for known in diff.sets if known.state == "submodule"]
    return [
        (known.folder, (known.pointer.old, known.pointer.new), not known.verdict)
        for known in modules
        if known.pointer is not None
    ]


def test_a_pointer_that_moved_is_told_and_refused(desk: Repository) -> None:
    """Its sets are not read, so nobody knows that access does not change."""
    point(desk, SECOND)
    diff = sets_diff("HEAD~1", "HEAD")
    assert (bool(diff), diff.gains, diff.allowed) == (True, True, True)
    assert list(sets_lines(diff)) == [
        "sub:",
        f"  the submodule is at {SECOND}, it was at {FIRST}: its policy sets are not read, compare them "
        "in its repository",
    ]
    gated = rolegate("diff", "HEAD~1..HEAD", "--gate")
    assert gated.code == 1
    assert f'refused: this needs an approval: submodule "sub": moved to {SECOND}' in gated.out
    assert "into approvals.yaml of a set that is compared" in gated.out
    for format in ("markdown", "html", "json", "sarif", "github", "gitlab"):
        run = rolegate("diff", "HEAD~1..HEAD", "--gate", "--format", format)
        assert (run.code, SECOND in run.out) == (1, True)


def test_one_that_is_new_or_gone_is_refused(desk: Repository) -> None:
    """The first commit has it anew; a set in its place is gone then, which is refused as well."""
    assert told(sets_diff("HEAD~1", "HEAD", gate=True)) == [("sub", (None, FIRST), True)]
    point(desk, None)
    assert told(sets_diff("HEAD~1", "HEAD", gate=True)) == [("sub", (FIRST, None), True)]
    assert told(sets_diff("HEAD", "HEAD", gate=True)) == []
    desk.git("rm", "-r", "--quiet", "policies/desk")
    point(desk, FIRST, "policies/desk")
    assert not sets_diff("HEAD~1", "HEAD", gate=True).allowed


def test_the_approval_of_one_commit_approves_no_other(desk: Repository) -> None:
    """Any set may have it, and it is not a finding later; one that has ended approves nothing."""
    point(desk, SECOND)
    approve(desk, f'submodule "sub": moved to {SECOND}')
    diff = sets_diff("HEAD~2", "HEAD", gate=True)
    assert diff.allowed
    assert [known.verdict.findings for known in diff.sets if known.verdict is not None] == [(), ()]
    point(desk, "3" * 40)
    diff = sets_diff("HEAD~1", "HEAD", gate=True)
    assert told(diff) == [("sub", (SECOND, "3" * 40), True)]
    assert not diff.allowed
    approve(desk, f'submodule "sub": moved to {"3" * 40}')
    assert sets_diff("HEAD~2", "HEAD", gate=True).allowed
    assert not sets_diff("HEAD~2", "HEAD~1", gate=True).allowed


def test_only_what_a_reader_of_the_folder_comes_to_is_told(desk: Repository) -> None:
    """Through a link as well, wherever in the submodule, or above it, that leads."""
    for name, target in (("own", "../sub/rules"), ("above", "..")):
        (desk.top / "policies" / name).symlink_to(target)
    desk.git("add", "policies")
    point(desk, FIRST, "policies/.hidden")
    point(desk, FIRST, "other")
    point(desk, SECOND, "policies/.hidden")
    point(desk, SECOND)
    expected = [
        ("policies/above/policies/own", (f"{FIRST}:rules", f"{SECOND}:rules"), True),
        ("policies/above/sub", (FIRST, SECOND), True),
        ("policies/own", (f"{FIRST}:rules", f"{SECOND}:rules"), True),
    ]
    assert told(sets_diff("HEAD~2", "HEAD", "policies", gate=True)) == expected
    assert told(sets_diff("HEAD~2", "HEAD", "policies/desk", gate=True)) == []
    assert sets_diff("HEAD~1", "HEAD", "policies/desk", gate=True).allowed


def test_a_way_through_two_links_is_followed(desk: Repository) -> None:
    """Whether a submodule or a set is behind the second one, and though links lead around in a circle."""
    for name, target in (("policies/own", "../other"), ("other/in", "../sub"), ("other/round", "../other")):
        (desk.top / name).parent.mkdir(exist_ok=True)
        (desk.top / name).symlink_to(target)
    for number, grants in enumerate(("[]", "[a]"), 1):
        files = {
            "catalog.yaml": "catalog: c\npermissions: {a: A}\n",
            "roles/r.yaml": f"role: r\ngrants: {grants}\n",
        }
        write(desk.top / f"rules{number}", files)
    desk.git("add", "policies", "other", "rules1", "rules2")
    point(desk, SECOND)
    assert told(sets_diff("HEAD~1", "HEAD", "policies", gate=True)) == [
        ("policies/own/in", (None, SECOND), True)
    ]
    link = desk.top / "other" / "in"
    for target in ("../rules1", "../rules2"):
        link.unlink()
        link.symlink_to(target)
        desk.git("add", "other")
        desk.git("commit", "--quiet", "--message", target)
    assert not sets_diff("HEAD~2", "HEAD~1", "policies", gate=True).allowed
    diff = sets_diff("HEAD~1", "HEAD", "policies", gate=True)
    assert [known.folder for known in diff.sets if known.diff] == ["policies/own/in"]
    assert not diff.allowed


def test_links_that_lead_to_one_another_are_refused_where_the_ways_are_many(desk: Repository) -> None:
    """Nobody follows all of them, and nothing is said of those that were not."""
    names = [f"f{number}" for number in range(9)]
    for name in names:
        (desk.top / name).mkdir()
        for other in names:
            (desk.top / name / other).symlink_to(f"../{other}")
    (desk.top / "policies" / "own").symlink_to("../f0")
    desk.git("add", "policies", *names)
    desk.git("commit", "--quiet", "--message", "Links")
    with pytest.raises(RevisionError, match="more than 10000 ways"):
        sets_diff("HEAD~1", "HEAD", "policies")


def test_an_approval_that_names_no_submodule_as_it_is_is_told(desk: Repository) -> None:
    """What nobody could have meant, or what is over, is not needed; where the submodule is may stay."""
    point(desk, SECOND)
    rules = [f'submodule "sub": {what} {SECOND}' for what in ("moved to", "new at")]
    wrong = [
        f'submodule "sbu": moved to {SECOND}',
        f'submodule "sub": moved to {FIRST}',
        f"submodule sub: moved to {SECOND}",
        'submodule "sub": gone',
    ]
    texts = ", ".join(f"'{text}'" for text in (*rules, *wrong))
    desk.write(approvals=f"approvals: [{{rules: [{texts}], reason: Read there., until: 2999-01-01}}]\n")
    desk.git("add", "policies")
    desk.git("commit", "--quiet", "--message", "Approval")
    for old, folder in (("HEAD~2", None), ("HEAD~1", None), ("HEAD~1", "policies"), ("HEAD", None)):
        diff = sets_diff(old, "HEAD", folder, gate=True)
        assert diff.allowed
        found = [told.message for known in diff.sets if known.verdict for told in known.verdict.findings]
        assert found == [f"nothing in the change needs the approval of `{text}`" for text in wrong]


def test_a_link_that_leads_to_another_submodule_is_told(desk: Repository) -> None:
    """Though no pointer moved."""
    point(desk, SECOND, "other")
    link = desk.top / "policies" / "own"
    for target in ("../sub", "../other"):
        link.unlink(missing_ok=True)
        link.symlink_to(target)
        desk.git("add", "policies")
        desk.git("commit", "--quiet", "--message", "Link")
    assert told(sets_diff("HEAD~1", "HEAD", gate=True)) == [("policies/own", (FIRST, SECOND), True)]


def test_a_repository_of_submodules_alone_is_told(desk: Repository) -> None:
    """Without a set beside them as well; where nothing moved there is nothing to compare."""
    desk.git("rm", "-r", "--quiet", "policies")
    desk.git("commit", "--quiet", "--message", "No sets")
    point(desk, SECOND)
    assert told(sets_diff("HEAD~1", "HEAD", gate=True)) == [("sub", (FIRST, SECOND), True)]
    with pytest.raises(PolicyNotFoundError):
        sets_diff("HEAD", "HEAD", gate=True)


def test_the_working_tree_tells_a_pointer_that_moved(desk: Repository) -> None:
    """What is checked out counts, or what is staged; .gitmodules cannot hide it."""
    (desk.top / "sub").mkdir()
    settings = '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n'
    (desk.top / ".gitmodules").write_text(settings, encoding="utf-8")
    assert told(sets_diff("HEAD", None, gate=True)) == []
    desk.git("update-index", "--cacheinfo", f"160000,{SECOND},sub")
    assert told(sets_diff("HEAD", None, gate=True)) == [("sub", (FIRST, SECOND), True)]
    inner = repository(desk.top / "sub").git("rev-parse", "HEAD")
    diff = sets_diff("HEAD", None, gate=True)
    assert told(diff) == [("sub", (FIRST, inner), True)]
    assert not diff.allowed
