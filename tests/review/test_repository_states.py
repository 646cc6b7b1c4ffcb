"""Whatever a change does to the folders of a repository, nobody gets another set unseen.

A change is told alike between two commits, and between a commit and the files.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate.errors import PolicyNotFoundError, RevisionError
from rolegate.review.sets_diff import SetsDiff, sets_diff

WIDER = FILES["roles/agent.yaml"].replace("@team", "@all")
GAIN = "tickets.show@all"
RULE = "approvals: [{{rules: '{0}', reason: Agreed., until: 2999-01-01}}]\n"


def link(desk: Repository, place: str, target: str) -> None:
    """A link in the place of whatever is there."""
    path = desk.top / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.is_symlink():
        path.unlink()
    path.symlink_to(target)


def copy(desk: Repository, place: str, *, wider: bool = False, name: str = "desk") -> Path:
    """Another set in *place*; a *wider* one gives more."""
    path = desk.top / place
    shutil.copytree(desk.folder, path)
    catalog = (path / "catalog.yaml").read_text("utf-8").replace("catalog: desk", f"catalog: {name}")
    (path / "catalog.yaml").write_text(catalog, encoding="utf-8")
    if wider:
        (path / "roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    return path


def refused(diff: SetsDiff) -> list[str]:
    verdicts = [known.verdict for known in diff.sets if known.verdict is not None]
    return [what for verdict in verdicts for refusal in verdict.refusals for what in refusal.what]


def told(diff: SetsDiff) -> list[tuple[str, str]]:
    return [(known.folder, known.state) for known in diff.sets if known]


def judged(desk: Repository, folder: str | None = None) -> SetsDiff:
    """What the gate says of the files, and after that of the commit in which they are."""
    return judged_in(desk, [folder])[0]


def judged_in(desk: Repository, folders: Sequence[str | None]) -> list[SetsDiff]:
    """The same of several folders, one after the other."""
    on_disk = [sets_diff("HEAD", None, folder, gate=True) for folder in folders]
    desk.commit("A change")
    committed = [sets_diff("HEAD~1", "HEAD", folder, gate=True) for folder in folders]
    assert [(told(diff), refused(diff)) for diff in on_disk] == [
        (told(diff), refused(diff)) for diff in committed
    ]
    assert all(sets_diff("HEAD", None, folder, gate=True).allowed for folder in folders)
    return committed


def test_a_folder_that_becomes_a_link_to_another_set_is_compared_with_it(desk: Repository) -> None:
    """Who reads the folder reads that set now; that the former one may go does not approve it."""
    copy(desk, "policies/wide", wider=True, name="wide")
    desk.write(approvals=RULE.format('policy set "desk": gone from "policies/desk"'))
    desk.commit("It may go")
    shutil.rmtree(desk.folder)
    link(desk, "policies/desk", "wide")
    found = refused(judged(desk))
    assert GAIN in found
    assert 'policy set "desk": moved from "policies/desk" to "policies/wide"' in found


def test_a_set_that_one_link_hides_and_another_shows_is_compared(desk: Repository) -> None:
    """The link that led to it leads elsewhere, and a new one leads to it, with more in it."""
    copy(desk, ".real/a", name="a")
    link(desk, "policies/one", "../.real/a")
    desk.commit("A link")
    (desk.top / ".real/a/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    link(desk, "policies/one", "desk")
    link(desk, "policies/two", "../.real/a")
    assert GAIN in refused(judged(desk))


@pytest.mark.parametrize("folder", [None, "policies"])
def test_a_set_behind_a_link_into_another_folder_is_compared(desk: Repository, folder: str | None) -> None:
    """One link to a folder of sets, whether or not a search comes there as well."""
    copy(desk, "shelf/one", name="one")
    link(desk, "policies/shelf", "../shelf")
    desk.commit("A shelf")
    (desk.top / "shelf/one/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    assert GAIN in refused(judged(desk, folder))
    copy(desk, "shelf/two", wider=True, name="two")
    assert refused(judged(desk, folder)) == ['policy set "two": new in "shelf/two"']
    link(desk, "policies/shelf", "../policies")
    assert 'policy set "one": gone from "policies/shelf/one"' in refused(judged(desk, "policies"))


def test_two_sets_that_change_places_are_compared_where_they_are(desk: Repository) -> None:
    """Whoever reads a folder gains what the other set gives."""
    wide = copy(desk, "policies/wide", wider=True, name="wide")
    desk.commit("Two")
    wide.rename(desk.top / "aside")
    desk.folder.rename(wide)
    (desk.top / "aside").rename(desk.folder)
    found = judged(desk)
    assert told(found) == [("policies/desk", "compared"), ("policies/wide", "compared")]
    assert GAIN in refused(found)


def test_of_several_sets_of_one_name_none_is_taken_for_another(desk: Repository) -> None:
    """One that is new may be any of those that are gone."""
    copy(desk, "policies/other")
    desk.commit("Two of one name")
    (desk.top / "rules").mkdir()
    desk.folder.rename(desk.top / "rules/desk")
    shutil.rmtree(desk.top / "policies/other")
    assert refused(judged(desk)) == [
        'policy set "desk": gone from "policies/desk"',
        'policy set "desk": gone from "policies/other"',
        'policy set "desk": new in "rules/desk"',
    ]


def test_a_set_that_moves_with_a_change_of_it_is_refused_for_both(desk: Repository) -> None:
    """Also where only the case of its folder differs, and where the new folder is around the former one."""
    for former, now in (("policies/desk", "policies/Desk"), ("policies/Desk", "policies")):
        text = WIDER if now == "policies/Desk" else WIDER.replace("[tickets", "[billing.pay, tickets")
        (desk.top / former).rename(desk.top / "aside")
        if now == "policies":
            (desk.top / "policies").rmdir()
        (desk.top / "aside").rename(desk.top / now)
        (desk.top / now / "roles/agent.yaml").write_text(text, encoding="utf-8")
        found = refused(judged(desk))
        assert f'policy set "desk": moved from "{former}" to "{now}"' in found
        assert len(found) > 1


@pytest.mark.parametrize("become", ["file", "link to a file", "link to nothing", "submodule"])
def test_a_set_that_is_no_folder_any_more_is_gone(desk: Repository, become: str) -> None:
    """Whatever is in its place, nobody can read it."""
    copy(desk, "policies/other", name="other")
    desk.commit("Another")
    shutil.rmtree(desk.folder)
    if become == "file":
        desk.folder.write_text("catalog: desk\n", encoding="utf-8")
    elif become == "submodule":
        desk.git("rm", "-r", "--quiet", "--cached", "policies/desk")
        repository(desk.folder)
        desk.git("add", "policies/desk")
    else:
        link(desk, "policies/desk", "other/catalog.yaml" if become == "link to a file" else "nothing")
    assert 'policy set "desk": gone from "policies/desk"' in refused(judged(desk))


ODD = ["-desk", "*", "[a-z]", "a\nb", 'a "b"', "a'b", ":(top)x", "HEAD:x", "\\d", "äö", "a b ", "!x", "#x"]


def test_a_folder_may_have_any_name(desk: Repository) -> None:
    """What git or a shell reads otherwise is taken as it is."""
    for name in ODD:
        copy(desk, f"{name}/desk", name=f"odd{ODD.index(name)}")
        link(desk, f"policies/{name}", f"../{name}")
    desk.commit("Odd")
    for name in ODD:
        (desk.top / name / "desk/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    found = dict(zip(ODD, judged_in(desk, [f"./{name}" for name in ODD]), strict=True))
    assert [name for name, diff in found.items() if GAIN not in refused(diff)] == []
    assert {name: told(diff) for name, diff in found.items()} == {
        name: [(f"{name}/desk", "compared")] for name in ODD
    }
    for name in ODD:
        copy(desk, f"{name}/more", name=f"more{ODD.index(name)}", wider=True)
    assert sorted(told(judged(desk, "policies"))) == sorted((f"{name}/more", "new") for name in ODD)
    for name in ODD:
        shutil.rmtree(desk.top / name / "desk")
    gone = [f"{place}{name}/desk" for name in ODD for place in ("", "policies/")]  # also through the link
    last = judged(desk)
    assert sorted(told(last)) == sorted((place, "gone") for place in gone)
    assert len(refused(last)) == len(gone)


def test_the_top_may_have_any_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also one that ends with a line break."""
    made = repository(tmp_path / "work\n")
    monkeypatch.chdir(made.top)
    made.write(roles__agent=WIDER)
    assert GAIN in refused(judged(made))


def test_a_file_whose_name_differs_in_case_is_a_change(desk: Repository) -> None:
    """Though git was told that the system takes both for one."""
    desk.git("config", "core.ignorecase", "true")
    copy(desk, "policies/other", name="other")
    desk.commit("Another")
    (desk.folder / "roles/Agent.yaml").write_text("role: extra\ngrants: [billing.pay]\n", encoding="utf-8")
    diff = sets_diff("HEAD", None, gate=True)
    assert told(diff) == [("policies/desk", "compared")]
    assert "billing.pay" in refused(diff)


def test_a_link_out_of_the_repository_that_leads_elsewhere_is_refused(desk: Repository) -> None:
    """Nobody sees what is there; an approval names what it leads to, in any set, and may stay."""
    link(desk, "policies/far", "/srv/policies/far")
    desk.git("add", "policies/far")
    rule = 'link "policies/far": leads to "{0}"'
    assert refused(judged(desk)) == [rule.format("/srv/policies/far")]
    link(desk, "policies/far", "../../wide")
    assert refused(judged(desk, "policies")) == [rule.format("../../wide")]
    desk.write(approvals=RULE.format(rule.format("../../wide")))
    desk.commit("Approved")
    diff = sets_diff("HEAD~2", "HEAD", gate=True)
    assert diff.allowed
    assert [known.verdict.findings for known in diff.sets if known.verdict is not None] == [(), ()]
    for place in ("HEAD~1", "HEAD"):
        assert sets_diff(place, None, gate=True).allowed
    (desk.top / "policies/far").unlink()
    assert refused(judged(desk)) == ['link "policies/far": gone']


def test_a_link_that_nobody_commits_is_told_if_it_leads_to_a_set(desk: Repository, tmp_path: Path) -> None:
    """A virtual environment has many that lead out of the repository, and none is a part of a change."""
    link(desk, "venv/bin/python", "/usr/bin/python3")
    link(desk, "venv/share", os.fspath(tmp_path))
    assert told(sets_diff("HEAD", None, gate=True)) == []
    shutil.copytree(desk.folder, tmp_path / "away")
    link(desk, "policies/away", os.fspath(tmp_path / "away"))
    assert told(sets_diff("HEAD", None, gate=True)) == [("policies/away", "link")]
    desk.git("add", "venv/share")
    assert told(sets_diff("HEAD", None, gate=True)) == [("policies/away", "link"), ("venv/share", "link")]


def submodule(desk: Repository, place: str = "sub") -> Repository:
    """A repository with a set in it, checked out and committed as a submodule."""
    inner = repository(desk.top / place)
    desk.commit("Submodule")
    return inner


def test_a_submodule_that_is_checked_out_is_not_read_as_files(desk: Repository) -> None:
    """Its sets are neither new nor compared: its commit says whether they are others."""
    inner = submodule(desk)
    assert told(sets_diff("HEAD", None, gate=True)) == []
    assert told(sets_diff("HEAD~1", None, gate=True)) == [("sub", "submodule")]
    inner.write(roles__agent=WIDER)
    id = inner.commit("Wider")
    assert refused(judged(desk)) == [f'submodule "sub": moved to {id}']


def test_a_link_on_disk_to_a_submodule_is_told(desk: Repository) -> None:
    """Whether it leads to it, into it, or to a folder around it."""
    id = submodule(desk, "mods/sub").git("rev-parse", "HEAD")
    for target, seen, end in (
        ("../mods/sub", "policies/own", id),
        ("../mods/sub/policies", "policies/own", f"{id}:policies"),
        ("../mods", "policies/own/sub", id),
    ):
        link(desk, "policies/own", target)
        diff = sets_diff("HEAD", None, "policies", gate=True)
        assert refused(diff) == [f'submodule "{seen}": new at {end}']
    assert told(judged(desk, "policies")) == [("policies/own/sub", "submodule")]


def test_a_hook_of_the_repository_does_not_speak_for_a_submodule(
    desk: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    """git tells hooks where the repository is, and the submodule is another one."""
    inner = submodule(desk)
    inner.write(roles__agent=WIDER)
    id = inner.commit("Wider")
    monkeypatch.setenv("GIT_DIR", str(desk.top / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(desk.top / ".git/index"))
    assert refused(sets_diff("HEAD", None, gate=True)) == [f'submodule "sub": moved to {id}']


@pytest.mark.parametrize("lacking", [".real/", "policies/own", ".real/desk/roles/agent.yaml"])
def test_what_a_sparse_checkout_lacks_behind_a_link_is_not_gone(desk: Repository, lacking: str) -> None:
    """The link, or what it leads to, though both are elsewhere than the folder that is named."""
    copy(desk, ".real/desk", name="real")
    link(desk, "policies/own", "../.real/desk")
    desk.commit("A link")
    desk.git("sparse-checkout", "set", "--no-cone", "/*", f"!/{lacking}")
    with pytest.raises(RevisionError, match="is not checked out here"):
        sets_diff("HEAD", None, "policies", gate=True)
    assert sets_diff("HEAD", "HEAD", "policies", gate=True).allowed


def test_a_folder_in_a_folder_that_is_a_link_is_looked_through(desk: Repository) -> None:
    """As a system does it, on both sides; one behind a link out of the repository is refused."""
    copy(desk, ".real/sets/one", name="one")
    link(desk, "rules", ".real")
    desk.commit("A link")
    (desk.top / ".real/sets/one/roles/agent.yaml").write_text(WIDER, encoding="utf-8")
    assert GAIN in refused(judged(desk, "rules/sets"))
    link(desk, "rules", os.fspath(desk.top.parent))
    with pytest.raises(RevisionError, match="leads out of the repository"):
        sets_diff("HEAD", None, "rules/sets", gate=True)


def test_a_link_behind_a_link_that_leads_elsewhere_is_compared(desk: Repository) -> None:
    """Though who reads everything comes to each of the sets by a shorter way as well, and none is another."""
    copy(desk, "e/own", wider=True, name="wide")
    link(desk, "d/own", "../policies/desk")
    link(desk, "x", "d")
    desk.commit("Links")
    link(desk, "x", "e")
    found = judged(desk)
    assert told(found) == [("x/own", "compared")]
    assert GAIN in refused(found)


def test_links_in_a_circle_are_passed_over(desk: Repository) -> None:
    """They lead nowhere, whether to one another or around themselves."""
    for place, target in (
        ("policies/a", "b"),
        ("policies/b", "a"),
        ("policies/in", "."),
        ("policies/up", ".."),
    ):
        link(desk, place, target)
    assert refused(judged(desk)) == []
    with pytest.raises(PolicyNotFoundError):
        sets_diff("HEAD", None, "policies/a", gate=True)


def test_a_merge_is_compared_as_ci_checks_it_out(desk: Repository) -> None:
    """A detached merge of the branch and of what it goes into: each parent is the older side of the other."""
    desk.git("checkout", "--quiet", "-b", "topic")
    desk.write(roles__agent=WIDER)
    desk.commit("Wider")
    desk.git("checkout", "--quiet", "main")
    copy(desk, "policies/other", name="other")
    desk.commit("Another")
    desk.git("checkout", "--quiet", "--detach", "main")
    desk.git("merge", "--quiet", "--no-ff", "--no-edit", "topic")
    desk.git("update-ref", "refs/pull/1/merge", "HEAD")
    for new in ("refs/pull/1/merge", "HEAD", None):
        diff = sets_diff("HEAD^1", new, gate=True)
        assert told(diff) == [("policies/desk", "compared")]
        assert GAIN in refused(diff)
        assert told(sets_diff("HEAD^2", new, gate=True)) == [("policies/other", "new")]
