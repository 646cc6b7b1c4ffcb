"""`rolegate store plan`, `apply`, `adopt`, `release` and `forget`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command_line import rolegate
from planned_desk import FILES, WIDER


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A set beside a store to which it is applied, and a wider one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ROLEGATE_STORE", f"sqlite:///{tmp_path}/store.db")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    for folder, texts in (("desk", FILES), ("wider", WIDER)):
        for name, text in texts.items():
            (tmp_path / folder / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / name).write_text(text, encoding="utf-8")
    assert 0 == rolegate("store", "init").code
    assert 0 == rolegate("store", "apply", "desk").code
    return tmp_path


def test_a_plan_has_three_forms(desk: Path) -> None:
    """The text, JSON and Markdown say the same; no line is wider than the terminal."""
    text = rolegate("store", "plan", "wider")
    assert (0, "") == (text.code, text.err)
    assert "    + tickets.erase" in text.out
    told = json.loads(rolegate("store", "plan", "wider", "--format", "json").out)
    assert (True, True, 2) == (told["changed"], told["allowed"], told["counts"]["gaining"])
    assert ["role admin gains tickets.erase", "user ana in acme gains tickets.erase"] == told["gains"]
    markdown = rolegate("store", "plan", "wider", "--format", "markdown").out
    assert "\n+    tickets.erase\n" in markdown
    assert markdown.startswith(f"**{text.out.splitlines()[-1]}**\n\n```diff\n")
    narrow = rolegate("store", "plan", "wider", env={"COLUMNS": "34"}).out
    assert "\nplan: 0 added, 0 changed, 0\n    removed, 2 gaining access\n" in narrow
    assert " ".join(text.out.split()) == " ".join(narrow.split())


def test_a_saved_plan_is_applied(desk: Path) -> None:
    """What is refused ends with 1 in a plan, with 2 where it was to be applied."""
    assert 0 == rolegate("store", "plan", "wider", "--save", "plan.json").code
    done = rolegate("store", "apply", "plan.json")
    assert (0, "store: is at revision 2") == (done.code, done.out.splitlines()[0])
    again = rolegate("store", "apply", "plan.json")
    assert (2, "") == (again.code, again.out)
    assert "was applied to store: already, as revision 2: nothing is left to do (RG978)" in again.err
    assert 0 == rolegate("store", "plan", "wider", "--save", "older.json").code
    assert 0 == rolegate("store", "apply", "desk").code
    assert (
        "files were applied to store: since the plan was made" in rolegate("store", "apply", "older.json").err
    )
    assert rolegate("store", "apply", "store").err.endswith(
        "store: there is no such file or folder; did you mean `store:`?\n"
    )
    text = (desk / "desk/catalog.yaml").read_text(encoding="utf-8")
    (desk / "desk/catalog.yaml").write_text(text.replace("catalog: desk", "catalog: shop"), encoding="utf-8")
    assert 1 == rolegate("store", "plan", "desk").code
    refused = rolegate("store", "apply", "desk")
    assert (2, "") == (refused.code, refused.out)
    assert "called `shop`" in refused.err


def test_items_change_hands_by_command(desk: Path) -> None:
    """What has the owner already is said to have it."""
    released = rolegate("store", "release", "domain", "acme", "--everything")
    assert (
        0,
        "line of user ana: role admin in acme is owned by run time\ndomain acme is owned by run time\n",
    ) == (
        released.code,
        released.out,
    )
    adopted = rolegate("store", "adopt", "domain", "acme")
    assert "domain acme is owned by files\n" == adopted.out
    assert "domain `acme` is owned by files already\n" == rolegate("store", "adopt", "domain", "acme").out
    assert 2 == rolegate("store", "adopt", "role", "admin", "--everything").code
    assert "1 entry of the history is forgotten\n" == rolegate("store", "forget", "ana").out
