"""Trees and matrices on a terminal: columns line up, whatever the letters, and nothing is wider than it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import picture_sets
from command_line import POLICIES, rolegate, write_set
from rolegate_cli.render.text_width import folded, padded, text_width

WIDTHS = ("60", "120")
WIDE = {
    "catalog.yaml": "catalog: x\ntitle: 工单系统\nscopes: {reach: [all, my]}\npermissions:\n"
    "  a: {title: 查看工单, scopes: reach}\n  b: {title: Plain title, scopes: reach}\n"
    "  c: {title: '\U0001f469\u200d\U0001f4bb می‌خواهم', scopes: reach}\n",
    "roles/r.yaml": "roles:\n  r: {title: 管理员, grants: ['a@my', 'b@all', 'c@my']}\n  s: {title: Other}\n",
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("path", POLICIES, ids=lambda path: path.name)
def test_no_line_is_wider_than_the_terminal(path: Path, width: str) -> None:
    """And no role, permission or scope is lost."""
    matrix = rolegate("matrix", path, env={"COLUMNS": width})
    known = rolegate("matrix", path, "--format", "json").json
    parts = matrix.out.split("\n\n")
    for role in known["roles"]:
        words = role["title"].split()
        assert any(all(word[:14] in part for word in words) for part in parts)
    assert all(part.count("\n") >= len(known["rows"]) for part in parts[:-1])
    tree = rolegate("tree", path, "--role", "admin", env={"COLUMNS": width})
    if tree.code == 0:
        assert max(map(text_width, tree.out.splitlines())) <= int(width)
    assert max(map(text_width, matrix.out.splitlines())) <= int(width)


def test_holders_fit_into_the_terminal() -> None:
    """What does not fit beside a name is below it; without a terminal each holder has one line."""
    asked = ("who-can", "policies/respond-io", "messages.view", "--domain", "shop-main")
    whole = rolegate(*asked).out
    for width in WIDTHS:
        narrow = rolegate(*asked, env={"COLUMNS": width}).out
        assert max(map(text_width, narrow.splitlines())) <= int(width)
        assert narrow.split() == whole.split()
    assert whole.count("\n") == len(rolegate(*asked, "--format", "json").json["holders"])


def test_wide_letters_and_joined_emoji_take_the_room_they_take(tmp_path: Path) -> None:
    """The boxes of the scopes begin in one column, and so do the cells of a matrix."""
    path = write_set(tmp_path, WIDE)
    lines = rolegate("tree", path, "--role", "r").out.splitlines()[1:]
    starts = {text_width(re.split("[☑☐☒] all", line)[0]) for line in lines}
    assert len(lines) == 3 and len(starts) == 1
    table = rolegate("matrix", path).out.splitlines()[2:]
    assert len({text_width(line.rstrip("·").rstrip()) - text_width(line) for line in table[1:]}) == 1


def test_a_folded_text_keeps_its_words() -> None:
    """Between words where there are some, and after the points of a path."""
    assert folded("one two three", 7) == ["one two", "three"]
    assert folded("settings.workspace.open", 12) == ["settings.", "workspace.", "open"]
    assert folded("工单系统", 4) == ["工单", "系统"]
    assert [*map(text_width, ("abc", "工单", "\U0001f469\u200d\U0001f4bb", "می‌خواهم", "e\u0301"))] == [
        3,
        4,
        2,
        7,
        1,
    ]
    assert (padded("工", 5), padded("ab", 5, centred=True)) == ("工   ", " ab  ")


def test_what_is_taken_away_looks_different(tmp_path: Path) -> None:
    """From what was never granted: in the box of the permission, and in that of a scope."""
    path = write_set(tmp_path, picture_sets.PERSIAN)
    lines = rolegate("tree", path, "--user", "ana", "--domain", "tehran").out.splitlines()
    marks = {line.split("─ ")[-1][0]: line for line in lines if "inboxes." in line or "hostile" in line}
    assert set(marks) == {"☒", "☑", "☐"}
    (shown,) = [line for line in lines if line.endswith("tickets.show")]
    assert ("☐ همه" in shown, "☒ گروه من" in shown, "☑ خودم" in shown) == (True, True, True)


def test_a_part_is_shown(tmp_path: Path) -> None:
    """One group, so many levels; a group that does not exist is an error that says which do."""
    path = write_set(tmp_path, picture_sets.PERSIAN)
    tree = rolegate("tree", path, "tickets", "--format", "json").json
    assert (tree["id"], len(tree["children"])) == ("tickets", 5)
    assert len(rolegate("tree", path, "--depth", "1").out.splitlines()) == 4
    rows = rolegate("matrix", path, "--role", "admin", "--group", "inboxes", "--format", "json").json["rows"]
    assert [row["path"] for row in rows] == ["inboxes", "inboxes.open", "inboxes.call"]
    for command in (("tree", path), ("matrix", path, "--group")):
        run = rolegate(*command, "inboxs")
        assert (run.code, run.out) == (2, "")
        assert "unknown group " in run.err and "`inboxs`" in run.err and "did you mean `inboxes`?" in run.err
