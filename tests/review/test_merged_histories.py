"""Merges in ranges and histories: two states are compared, whatever lies between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate.review.access_history import AccessHistory, access_history
from rolegate.review.asked_access import AskedAccess
from rolegate.review.history_text import history_lines
from rolegate.review.sets_diff import SetsDiff, sets_diff

HERE = "policies/desk"
AGENT = FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent")
LESS = "role: boss\ngrants: [tickets.*]\n"
DAN = AskedAccess("user", "dan")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def told(history: AccessHistory) -> list[tuple[str, str]]:
    """The state and the title of each step."""
    return [(step.state, "" if step.commit is None else step.commit.title) for step in history.steps]


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
