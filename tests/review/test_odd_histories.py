"""Histories as people and programs leave them: folders that come and go, dates that no calendar has."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import pytest

from git_desk import FILES, Repository, repository
from rolegate.errors import RevisionError
from rolegate.review.access_history import access_history
from rolegate.review.asked_access import AskedAccess
from rolegate.review.history_text import history_lines
from told_histories import told

HERE = "policies/desk"
AGENT = FILES["bindings.yaml"].replace("user: dan, role: viewer", "user: dan, role: agent")
BROKEN = "role: viewer\ngrants: [tickets.shwo@my]\n"
DAN = AskedAccess("user", "dan")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repository:
    made = repository(tmp_path / "top")
    monkeypatch.chdir(made.top)
    return made


def dated(desk: Repository, title: str, date: str) -> str:
    """Commit everything, with *date* as the committer wrote it; git itself would refuse some."""
    desk.git("add", "--all")
    who = f"Ops <ops@desk.example> {date}".rstrip()
    text = f"tree {desk.git('write-tree')}\nparent {desk.git('rev-parse', 'HEAD')}\n"
    text += f"author {who}\ncommitter {who}\n\n{title}\n"
    made = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--literally", "--stdin"],
        cwd=desk.top,
        input=text.encode(),
        capture_output=True,
        check=True,
    )
    id = made.stdout.decode().strip()
    desk.git("reset", "--quiet", "--hard", id)
    return id


@pytest.mark.parametrize("seed", range(6))
def test_a_folder_is_followed_however_often_it_moves(desk: Repository, seed: int) -> None:
    """Away, back, and on: nothing is told as new but the set itself, and each change of access is told."""
    draw = random.Random(seed)
    places, at = ["policies/desk", "policies/help", "elsewhere/desk"], HERE
    expected = [("new", "A desk")]
    for number in range(8):
        if draw.random() < 0.6:
            to = draw.choice([place for place in places if place != at])
            (desk.top / to).parent.mkdir(parents=True, exist_ok=True)
            desk.git("mv", at, to)
            at = to
            expected.insert(0, ("changed", f"Move {number}"))
            desk.commit(f"Move {number}")
        path = desk.top / at / "bindings.yaml"
        path.write_text(FILES["bindings.yaml"] if "dan, role: agent" in path.read_text() else AGENT)
        expected.insert(0, ("changed", f"Change {number}"))
        desk.commit(f"Change {number}")
    assert told(access_history(at, DAN)) == expected


def test_a_folder_that_moves_beside_another_one_is_followed(desk: Repository) -> None:
    """One was changed with the move; the other one is as it was before, so it is not the former one."""
    shutil.copytree(desk.folder, desk.top / "policies" / "other")
    (desk.top / "policies" / "other" / "bindings.yaml").write_text(AGENT)
    desk.commit("Another desk")
    desk.git("mv", "policies", "rights")
    (desk.top / "rights" / "desk" / "bindings.yaml").write_text(AGENT.replace("boss", "viewer"))
    desk.commit("Moved")
    assert told(access_history("rights/desk", DAN)) == [("changed", "Moved"), ("new", "A desk")]
    assert told(access_history("rights/other", DAN)) == [("changed", "Moved"), ("new", "Another desk")]


DATES = [
    "99999999999999 +0000",
    "18446744073709551615 +0000",
    "99999999999999999999999 +0000",
    "67767976233532800 +0000",
    "253402300799 +1400",
    "1000 +9999",
    "1000 -9999",
    "1000 +99999999",
    "-5 +0000",
    "-62135596900 +0000",
    "soon",
    "",
]
"""As a program may write them: git shows some as another date, and ends where it is to show others."""


@pytest.mark.parametrize("date", DATES)
def test_a_commit_with_an_impossible_date_is_told(desk: Repository, date: str) -> None:
    """As any other one, in text and in JSON, and what is older is found behind it."""
    desk.write(bindings=AGENT)
    id = dated(desk, "Dan is an agent", date)
    desk.write(bindings=FILES["bindings.yaml"])
    desk.commit("Dan is a viewer")
    for since in (None, "2020-01-01"):
        history = access_history(HERE, DAN, since=since)
        assert told(history) == [
            ("changed", "Dan is a viewer"),
            ("changed", "Dan is an agent"),
            ("new", "A desk"),
        ]
        step = history.to_dict()["steps"][1]
        line = next(line for line in history_lines(history) if line.endswith("  Dan is an agent"))
        assert (step["when"] is None) == line.startswith("no valid date  ") == (int_of(date) is None)
    assert told(access_history(HERE, DAN, since=id)) == [("changed", "Dan is a viewer")]


def int_of(date: str) -> int | None:
    """The seconds of a date that a calendar has."""
    first = date.split(" ")[0]
    return int(first) if first.isdigit() and int(first) < 253402300800 else None


def test_a_commit_without_a_date_is_compared_at_the_time_of_the_next(desk: Repository) -> None:
    """Access that had ended by then is no gain of it."""
    ended = FILES["bindings.yaml"] + "  - {user: dan, role: agent, domain: beta, until: 2020-01-01}\n"
    desk.write(bindings=ended)
    dated(desk, "Until then", "soon")
    desk.write(roles__boss="role: boss\ngrants: [tickets.*]\n")
    desk.commit("Later")
    assert told(access_history(HERE, DAN)) == [("new", "A desk")]


@pytest.mark.parametrize("broken", [0, 1, 2])
def test_what_a_shallow_clone_is_told_to_write_works(desk: Repository, tmp_path: Path, broken: int) -> None:
    """Also where the oldest commits of the clone do not load: the advice is followed once."""
    for number in range(broken):
        desk.write(roles__viewer=f"{BROKEN}# {number}\n")
        desk.commit(f"Broken {number}")
    desk.write(roles__viewer=FILES["roles/viewer.yaml"], roles__agent=FILES["roles/agent.yaml"] + "# new\n")
    desk.commit("Mended")
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    clone = tmp_path / "clone"
    depth = str(2 + broken)
    desk.git("clone", "--quiet", "--depth", depth, f"file://{desk.top}", str(clone))
    there = str(clone / HERE)
    with pytest.raises(RevisionError, match="this clone is shallow") as refused:
        access_history(there, DAN)
    since = str(refused.value).partition("--since ")[2].rstrip("`")
    assert told(access_history(there, DAN, since=since)) == [("changed", "Dan is an agent")]


def test_a_shallow_clone_without_a_state_that_loads_has_no_such_advice(
    desk: Repository, tmp_path: Path
) -> None:
    """There is nothing with which its commits could be compared."""
    desk.write(roles__viewer=BROKEN)
    desk.commit("Broken")
    clone = tmp_path / "clone"
    desk.git("clone", "--quiet", "--depth", "1", f"file://{desk.top}", str(clone))
    with pytest.raises(RevisionError, match=r"write `git fetch --unshallow`$"):
        access_history(str(clone / HERE), DAN)
    left_out = access_history(str(clone / HERE), DAN, since="HEAD")
    assert (left_out.steps, left_out.more) == ((), True)


@pytest.mark.parametrize("depth", [2, 3])
def test_a_shallow_clone_tells_as_many_steps_as_are_there(
    desk: Repository, tmp_path: Path, depth: int
) -> None:
    """All that were asked for, and that there may be more; one step more than these is refused."""
    titles = ["Dan is an agent", "Dan is a viewer", "Dan is an agent again"]
    for title, text in zip(titles, [AGENT, FILES["bindings.yaml"], AGENT], strict=True):
        desk.write(bindings=text)
        desk.commit(title)
    clone = tmp_path / "clone"
    desk.git("clone", "--quiet", "--depth", f"{depth}", f"file://{desk.top}", str(clone))
    for limit in range(1, depth):
        history = access_history(str(clone / HERE), DAN, limit=limit)
        assert told(history) == [("changed", title) for title in titles[::-1][:limit]]
        assert history.more
    with pytest.raises(RevisionError, match="this clone is shallow"):
        access_history(str(clone / HERE), DAN, limit=depth)


def test_a_date_is_no_revision(desk: Repository) -> None:
    """What is neither, or both, is refused with what to write; what is written so is taken."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    for words in ("yesterday", "2 weeks ago", "12/31/2026", "2026-13-01", "31.12.2026"):
        with pytest.raises(RevisionError, match=f"no revision `{words}`.*a date is written 2027-01-31, "):
            access_history(HERE, DAN, since=words)
    for date in ("2020-01-01", "2020-01-01T12:00", "2020-01-01T12:00+02:00", "20200101"):
        assert len(access_history(HERE, DAN, since=date).steps) == 2
    desk.git("tag", "2020-01-01", "HEAD")
    with pytest.raises(RevisionError, match="is a date and a revision") as refused:
        access_history(HERE, DAN, since="2020-01-01")
    date = str(refused.value).split("write `")[1].split("`")[0]
    assert len(access_history(HERE, DAN, since=date).steps) == 2
    assert told(access_history(HERE, DAN, since="2020-01-01^0")) == []


def test_a_wrong_clock_hides_nothing(desk: Repository) -> None:
    """A commit that says it is of 1970 lies after those before it, and these are asked about as well."""
    desk.write(bindings=AGENT)
    desk.commit("Dan is an agent")
    desk.write(bindings=FILES["bindings.yaml"])
    dated(desk, "Dan is a viewer", "0 +0000")
    assert [title for _, title in told(access_history(HERE, DAN, since="2020-01-01"))] == [
        "Dan is a viewer",
        "Dan is an agent",
        "A desk",
    ]
