"""Whatever is done to folders, links and sets: what the gate lets pass gives no reader of a folder more."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from drawing import some
from git_desk import Repository
from rolegate.errors import RolegateError
from rolegate.review.sets_diff import SetsDiff, sets_diff

CATALOG = "catalog: {0}\npermissions: {{read: Read, write: Write, pay: Pay}}\n"
ROLE = "role: holder\ngrants: [{0}]\n"
GRANTS = (("read",), ("read", "write"), ("read", "write", "pay"))
PLACES = ("a", "b", "shelf/a", "shelf/b", ".hid/a", "top/in/a")
LINKS = {"a": 0, "b": 0, "link": 0, "shelf": 0, "top/up": 1, "top/in/b": 2}
"""Where a link may be, and in how many folders."""


def put(top: Path, place: str, draw: Random) -> None:
    folder = top / place
    (folder / "roles").mkdir(parents=True, exist_ok=True)
    name = draw.choice(("one", "two"))
    (folder / "catalog.yaml").write_text(CATALOG.format(name), encoding="utf-8")
    grants = ", ".join(draw.choice(GRANTS))
    (folder / "roles/holder.yaml").write_text(ROLE.format(grants), encoding="utf-8")


def cleared(top: Path, place: str) -> bool:
    """Whether nothing is at *place* any more, and a folder is around it that is no link."""
    path = top / place
    if any((top / part).is_symlink() for part in map(str, Path(place).parents)):
        return False
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    return True


def step(top: Path, draw: Random) -> None:
    """One change of the folders: a set that is new or other, one that moves or goes, or a link."""
    what = draw.choice(("put", "put", "move", "remove", "link", "link"))
    place = draw.choice(PLACES)
    if what == "link":
        place = draw.choice(list(LINKS))
        if cleared(top, place):
            up = "../" * LINKS[place]
            (top / place).symlink_to(f"{up}{draw.choice((*PLACES, 'shelf', 'top', '.hid', 'link'))}")
    elif what == "remove":
        cleared(top, place)
    elif what == "move" and (top / place).is_dir() and not (top / place).is_symlink():
        other = draw.choice(PLACES)
        if other != place and cleared(top, other) and (top / place).is_dir():
            (top / place).rename(top / other)
    elif what == "put" and cleared(top, place):
        put(top, place, draw)


def read(top: Path) -> Mapping[str, tuple[str, frozenset[str]]]:
    """Each folder that is a set for those who read it: where it really is, and what is held there."""
    found: dict[str, tuple[str, frozenset[str]]] = {}
    waiting: list[tuple[str, tuple[str, ...]]] = [("", (os.path.realpath(top),))]
    while waiting:
        place, way = waiting.pop()
        real = os.path.realpath(top / place)
        if os.path.islink(top / place):
            if real in way:
                continue
            way = (*way, real)
        if not os.path.isdir(real) or not Path(real).is_relative_to(top):
            continue
        if os.path.exists(os.path.join(real, "catalog.yaml")):
            said = Path(real, "roles/holder.yaml").read_text("utf-8")
            held = frozenset(said.partition("[")[2].partition("]")[0].split(", "))
            found[place] = (real, held)
            continue
        for name in os.listdir(real):
            if not name.startswith("."):
                waiting.append((f"{place}/{name}".strip("/"), way))
    return found


def compared(old: str, new: str | None) -> SetsDiff | str:
    try:
        return sets_diff(old, new, gate=True)
    except RolegateError as error:
        return type(error).__name__


def told(diff: SetsDiff) -> list[tuple[object, ...]]:
    """What is said of each set, but for the places of lines, which name the commit."""
    return [
        (
            known.folder,
            known.state,
            known.former,
            bool(known),
            [refusal.what for refusal in known.verdict.refusals] if known.verdict is not None else [],
        )
        for known in diff.sets
    ]


@pytest.mark.parametrize("seed", range(some(240, 12)))
def test_what_passes_gives_no_reader_of_a_folder_more(desk: Repository, seed: int) -> None:
    """No approvals are there. The files are judged as the commit is in which they are."""
    draw = Random(seed)
    shutil.rmtree(desk.top / "policies")
    put(desk.top, draw.choice(PLACES), draw)
    for _ in range(draw.randrange(8)):
        step(desk.top, draw)
    (desk.top / "note").touch()
    desk.commit("Before")
    before = read(desk.top)
    for _ in range(draw.randrange(1, 4)):
        step(desk.top, draw)
    (desk.top / "note").write_text("after", encoding="utf-8")
    after = read(desk.top)
    on_disk = compared("HEAD", None)
    desk.commit("After")
    committed = compared("HEAD~1", "HEAD")
    if isinstance(on_disk, str) or isinstance(committed, str):
        assert (on_disk, before, after) == (committed, {}, {})
        return
    assert told(on_disk) == told(committed)
    was = dict(before.values())
    more = {
        place: held
        for place, (real, held) in after.items()
        if not held <= (before[place][1] if place in before else was.get(real, frozenset()))
    }
    gone = before.keys() - after.keys()
    assert not (committed.allowed and (more or gone)), (more, gone)
    assert committed.allowed or before != after
