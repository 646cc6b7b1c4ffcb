"""Merges in ranges and histories: two states are compared, whatever lies between them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate.review.access_history import access_history
from rolegate.review.asked_access import AskedAccess
from rolegate.review.history_text import history_lines
from rolegate.review.sets_diff import SetsDiff, sets_diff
from told_histories import told

HERE = "policies/desk"
AGENT = FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent")
LESS = "role: boss\ngrants: [tickets.*]\n"
DAN = AskedAccess("user", "dan")
EVIL = FILES["bindings.yaml"] + "  - {user: eve, role: boss, domain: beta}\n"
EVE = AskedAccess("user", "eve")
ZED = FILES["bindings.yaml"] + "  - {user: zed, role: viewer, domain: beta}\n"
YUN = ZED + "  - {user: yun, role: viewer, domain: beta}\n"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def changed(diff: SetsDiff) -> set[str]:
    """Who gains or loses, in all sets."""
    return {name for known in diff.sets if known.diff for who in known.diff.subjects for name in who.names}


def branch(desk: Repository, name: str, **files: str) -> None:
    """A branch from main with one commit that writes *files*."""
    desk.git("checkout", "--quiet", "-b", name, "main")
    desk.write(**files)
    desk.commit(f"On {name}")
    desk.git("checkout", "--quiet", "main")


def merge(desk: Repository, *names: str, **files: str) -> None:
    """Merge branches, and write *files* in the merge."""
    desk.git("merge", "--quiet", "--no-ff", "--no-commit", *names)
    desk.write(**files)
    desk.commit(f"Merge {' '.join(names)}")


def test_an_evil_merge_is_told_as_what_it_is(desk: Repository) -> None:
    """What somebody wrote in the merge is not taken for what the branch brought."""
    branch(desk, "side", roles__boss=LESS)
    merge(desk, "side", bindings=AGENT)
    assert changed(sets_diff("HEAD^1", "HEAD")) == {"dan", "boss", "ana"}
    assert changed(sets_diff("HEAD^2", "HEAD")) == {"dan"}
    history = access_history(HERE, DAN)
    assert told(history) == [("changed", "Merge side"), ("new", "A desk")]
    assert [commit.title for commit in history.steps[0].brought] == ["On side"]
    assert history.steps[0].in_merge == (f"{HERE}/bindings.yaml",)
    assert f"  changed in the merge itself: {HERE}/bindings.yaml" in list(history_lines(history))
    assert history.to_dict()["steps"][0]["in_merge"] == [f"{HERE}/bindings.yaml"]


def brought(source: str, asked: AskedAccess) -> list[str]:
    """The titles of the commits that the newest step names."""
    return [commit.title for commit in access_history(source, asked).steps[0].brought]


@pytest.mark.parametrize("conflict", [False, True], ids=["added", "resolved"])
def test_what_was_written_in_a_merge_of_the_branch_is_named(desk: Repository, conflict: bool) -> None:
    """Main came into the branch with a line that no other commit has, and the branch into main."""
    branch(desk, "side", **({"bindings": AGENT} if conflict else {"roles__boss": LESS}))
    if conflict:
        desk.write(
            bindings=FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: boss")
        )
    else:
        desk.write(roles__new="role: new\ngrants: [tickets.show@my]\n")
    desk.commit("On main")
    desk.git("checkout", "--quiet", "side")
    run = subprocess.run(["git", "merge", "--quiet", "--no-commit", "main"], cwd=desk.top, check=False)
    assert bool(run.returncode) == conflict
    desk.write(bindings=EVIL)
    desk.commit("Main into side")
    desk.git("checkout", "--quiet", "main")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    assert told(access_history(HERE, EVE)) == [("changed", "Merge side")]
    assert access_history(HERE, EVE).steps[0].in_merge == ()
    assert brought(HERE, EVE) == ["Main into side", "On side"]


@pytest.mark.parametrize("kept", [False, True], ids=["merged", "kept"])
def test_a_merge_of_the_branch_that_undoes_a_change_of_main_is_named(desk: Repository, kept: bool) -> None:
    """It has no line of its own, yet it gave back what main took; one that git made itself is left out."""
    desk.write(bindings=EVIL)
    desk.commit("Eve is a boss")
    branch(desk, "side", roles__boss=LESS)
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Eve is out")
    desk.git("checkout", "--quiet", "side")
    how = ["--strategy", "ours"] if kept else []
    desk.git("merge", "--quiet", "--no-ff", *how, "--message", "Main into side", "main")
    desk.git("checkout", "--quiet", "main")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    assert brought(HERE, EVE if kept else AskedAccess("role", "boss")) == (
        ["Main into side", "On side"] if kept else ["On side"]
    )


def test_a_merge_that_undoes_a_change_of_main_is_told_as_what_it_is(desk: Repository) -> None:
    """It took a file from the branch, which had not touched it. Where both had, that may be no more."""
    desk.write(bindings=EVIL)
    desk.commit("Eve is a boss")
    branch(desk, "side", roles__boss=LESS)
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Eve is out")
    merge(desk, "side", bindings=EVIL)
    assert access_history(HERE, EVE).steps[0].in_merge == (f"{HERE}/bindings.yaml",)
    branch(desk, "other", bindings=EVIL + "# other\n")
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Eve is out again")
    desk.git("merge", "--quiet", "--no-ff", "-X", "theirs", "--message", "Merge other", "other")
    assert told(access_history(HERE, EVE, limit=1)) == [("changed", "Merge other")]
    assert access_history(HERE, EVE).steps[0].in_merge == ()


def test_a_merge_that_moves_the_folder_names_what_it_brings_from_each(desk: Repository) -> None:
    """The branch changed it where it was, moved it twice, and changed it between and after."""
    desk.git("checkout", "--quiet", "-b", "side")
    desk.write(bindings=ZED)
    desk.commit("Zed is a viewer")
    desk.git("mv", HERE, "policies/between")
    desk.commit("Away")
    (desk.top / "policies/between/bindings.yaml").write_text(YUN)
    desk.commit("Yun is a viewer")
    desk.git("mv", "policies/between", "policies/help")
    desk.commit("On")
    desk.git("checkout", "--quiet", "main")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    history = access_history("policies/help", AskedAccess("user", "zed"))
    assert told(history) == [("changed", "Merge side")]
    assert history.steps[0].commit is not None
    assert history.steps[0].commit.moved_from == HERE
    assert brought("policies/help", AskedAccess("user", "zed")) == [
        "On",
        "Yun is a viewer",
        "Away",
        "Zed is a viewer",
    ]


@pytest.mark.parametrize("first", [False, True], ids=["at the end", "before it"])
def test_what_a_branch_changed_where_main_had_the_folder_before_is_named(
    desk: Repository, first: bool
) -> None:
    """Main moved it meanwhile; the branch came there by the merge, or by one of its own *first*."""
    branch(desk, "side", bindings=ZED)
    desk.git("mv", HERE, "policies/help")
    desk.commit("Moved")
    if first:
        desk.git("checkout", "--quiet", "side")
        desk.git("merge", "--quiet", "--no-ff", "--message", "Main into side", "main")
        desk.git("checkout", "--quiet", "main")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    step = access_history("policies/help", AskedAccess("user", "zed")).steps[0]
    assert [commit.title for commit in step.brought] == ["Main into side", "On side"][not first :]
    assert step.in_merge == ()


def test_a_line_of_a_merge_that_moves_the_folder_is_told(desk: Repository) -> None:
    """The lines that it took from where the folder was before are not its own."""
    branch(desk, "side", bindings=ZED)
    desk.git("mv", HERE, "policies/help")
    desk.commit("Moved")
    desk.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    text = EVIL + ZED.removeprefix(FILES["bindings.yaml"])
    (desk.top / "policies/help/bindings.yaml").write_text(text)
    desk.commit("Merge side")
    assert access_history("policies/help", EVE).steps[0].in_merge == ("policies/help/bindings.yaml",)


def test_two_arms_that_make_the_same_change_are_both_named(desk: Repository) -> None:
    """git follows one of them where two have the same files."""
    branch(desk, "one", bindings=ZED)
    branch(desk, "two", bindings=ZED)
    desk.git("commit", "--quiet", "--allow-empty", "--message", "Main goes on")
    merge(desk, "one", "two")
    assert set(brought(HERE, AskedAccess("user", "zed"))) == {"On one", "On two"}


def test_a_merge_of_one_file_that_both_sides_changed_is_not_evil(desk: Repository) -> None:
    """git merged it by itself: each line is one of a parent."""
    far = "".join(f"# {number}\n" for number in range(30))
    desk.write(bindings=FILES["bindings.yaml"] + far)
    desk.commit("Far")
    branch(desk, "side", bindings=AGENT + far)
    desk.write(bindings=FILES["bindings.yaml"] + far + "# last\n")
    desk.commit("Here")
    merge(desk, "side")
    history = access_history(HERE, DAN)
    assert told(history) == [("changed", "Merge side"), ("new", "A desk")]
    assert history.steps[0].in_merge == ()


@pytest.mark.parametrize("name", ["bindings", "roles__new"])
def test_a_file_that_only_the_merge_has_or_lacks_is_named(desk: Repository, name: str) -> None:
    """Whether it came or went with the merge."""
    branch(desk, "side", roles__boss=LESS)
    desk.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    desk.write(**{name: "role: new\ngrants: [tickets.show@my]\n" if "new" in name else None})
    desk.commit("Merge side")
    subject = AskedAccess("role", "new") if "new" in name else DAN
    step = access_history(HERE, subject).steps[0]
    assert step.in_merge == (f"{HERE}/{name.replace('__', '/')}.yaml",)


def test_a_file_that_the_merge_gives_to_another_domain_is_named(desk: Repository) -> None:
    """Each line of it is one of a parent, and counts for other people there."""
    desk.write(roles__beta__helper="role: helper\ngrants: [tickets.show@my]\n")
    desk.commit("A helper")
    branch(desk, "side", roles__boss=LESS)
    desk.git("merge", "--quiet", "--no-ff", "--no-commit", "side")
    (desk.folder / "roles/acme").mkdir()
    desk.git("mv", f"{HERE}/roles/beta/helper.yaml", f"{HERE}/roles/acme/helper.yaml")
    desk.commit("Merge side")
    step = access_history(HERE, AskedAccess("role", "helper")).steps[0]
    assert f"{HERE}/roles/acme/helper.yaml" in step.in_merge


def test_an_octopus_brings_what_its_arms_bring(desk: Repository) -> None:
    """Three parents, each with a change of its own."""
    branch(desk, "one", bindings=AGENT)
    branch(desk, "two", roles__boss=LESS)
    branch(desk, "three", roles__new="role: new\ngrants: [tickets.show@my]\n")
    merge(desk, "one", "two", "three")
    assert changed(sets_diff("HEAD~1", "HEAD")) == {"dan", "boss", "ana", "new"}
    assert changed(sets_diff("HEAD^2", "HEAD")) == {"boss", "ana", "new"}
    history = access_history(HERE, AskedAccess("role", "boss"))
    assert told(history) == [("changed", "Merge one two three"), ("new", "A desk")]
    assert {commit.title for commit in history.steps[0].brought} == {"On one", "On two", "On three"}


def test_merges_that_cross_are_told_once(desk: Repository) -> None:
    """Each of two branches merged the other one: what is told is what was in force on the one asked about."""
    branch(desk, "left", bindings=AGENT)
    branch(desk, "right", roles__boss=LESS)
    ends = {name: desk.git("rev-parse", name) for name in ("left", "right")}
    for name, other in (("left", "right"), ("right", "left")):
        desk.git("checkout", "--quiet", name)
        desk.git("merge", "--quiet", "--no-ff", "--message", f"Into {name}", ends[other])
    boss = AskedAccess("role", "boss")
    assert told(access_history(f"left:{HERE}", boss)) == [("changed", "Into left"), ("new", "A desk")]
    assert told(access_history(f"left:{HERE}", DAN)) == [("changed", "On left"), ("new", "A desk")]
    assert told(access_history(f"right:{HERE}", DAN)) == [("changed", "Into right"), ("new", "A desk")]
    assert changed(sets_diff("left", "right")) == set()
    assert changed(sets_diff("left~1", "right")) == {"boss", "ana"}


def test_a_folder_that_a_merge_renames_is_followed(desk: Repository) -> None:
    """The branch moved it, and main changed it meanwhile: the range compares one set with itself."""
    desk.git("checkout", "--quiet", "-b", "side")
    desk.git("mv", HERE, "policies/help")
    desk.commit("Moved")
    desk.git("checkout", "--quiet", "main")
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    desk.git("merge", "--quiet", "--no-ff", "--message", "Merge side", "side")
    assert [(s.folder, s.state, s.former) for s in sets_diff("HEAD~2", "HEAD").sets] == [
        ("policies/help", "compared", HERE)
    ]
    assert changed(sets_diff("HEAD~1", "HEAD")) == set()
    assert changed(sets_diff("HEAD^2", "HEAD")) == changed(sets_diff("HEAD~2", "HEAD")) == {"dan"}
    assert told(access_history("policies/help", DAN)) == [
        ("changed", "Merge side"),
        ("changed", "Dan is an agent"),
        ("new", "A desk"),
    ]
