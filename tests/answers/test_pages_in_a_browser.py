"""Pages as somebody sees them: in a real Chromium."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

import picture_sets
import rolegate
from reading import write
from real_browser import Looked, Onlooker, browser, onlooker
from repository import ROOT
from rolegate import Policy, TreeNode

__all__ = ["browser", "onlooker"]

pytestmark = pytest.mark.slow

A4 = 297 - 2 * 12
"""What a page of A4 across has beside its margins, in millimetres."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), picture_sets.PERSIAN))


def clean(seen: Looked) -> None:
    """axe finds nothing, the browser has no complaint, and nothing else is asked for."""
    assert ([], [], []) == (seen.barriers(), seen.complaints, seen.requests)


def spoken(seen: Looked, role: str) -> list[str]:
    """What a screen reader is told of everything that has *role*, as the browser says it."""
    session = seen.page.context.new_cdp_session(seen.page)
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    return [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == role]


@pytest.mark.parametrize(
    "settings", [{}, {"color_scheme": "dark"}, {"width": 400, "height": 800}], ids=["light", "dark", "narrow"]
)
def test_a_matrix_shuts_nobody_out(onlooker: Onlooker, desk: Policy, settings: dict[str, Any]) -> None:
    """In Persian, from right to left, with titles that try to break out."""
    seen = onlooker.look(rolegate.matrix_html(desk.matrix()), **settings)
    clean(seen)
    root = seen.page.locator("html")
    assert root.evaluate("root => [root.lang, getComputedStyle(root).direction]") == ["fa", "rtl"]
    assert seen.page.locator("table").count() == 1
    assert "می‌بیند" in seen.page.inner_text("main")
    assert root.evaluate("root => root.scrollWidth <= root.clientWidth")


def test_a_matrix_in_french_says_everything_in_french(onlooker: Onlooker) -> None:
    """The words of the program as well; nothing is marked as another language."""
    policy = rolegate.load(ROOT / "policies" / "responso")
    matrix = policy.matrix(locale="fr", group="tickets")
    seen = onlooker.look(rolegate.matrix_html(matrix))
    clean(seen)
    assert seen.page.locator("[lang=en]").count() == 0
    told = spoken(seen, "cell")
    assert set(told) >= {"oui", "oui★", ""} and not set(told) & {"yes", "✓", "·"}


PAINTED = """tables => tables.map(table => [...table.tBodies].flatMap(body => [...body.rows].map(row =>
  [...row.cells].slice(1).map(cell =>
    getComputedStyle(cell, "::before").content.match(/[✓·]/)?.[0] ?? "-"))))"""


def test_the_sign_of_each_cell_is_what_it_says(onlooker: Onlooker, desk: Policy) -> None:
    """A cell of nothing has a dot and one of everything a tick, in the last column and on paper as well."""
    signs = {"on": "✓", "off": "·", "partial": "-"}
    for policy in (desk, rolegate.load(ROOT / "policies" / "respond-io")):
        matrix = policy.matrix()
        seen = onlooker.look(rolegate.matrix_html(matrix))
        screen, *paper = seen.page.locator("table").evaluate_all(PAINTED)
        assert not paper or [list(chain(*parts)) for parts in zip(*paper, strict=True)] == screen
        limited = {
            cell for row in matrix.rows for cell in row.held if any(k == "cut" or s for k, s in cell.signs)
        }
        assert [
            ["-" if cell in limited else signs[cell.state] for cell in row.held] for row in matrix.rows
        ] == screen


def test_no_role_is_lost_on_paper(onlooker: Onlooker) -> None:
    """Each of 19 roles has a head on the printed pages, and none of it is cut off."""
    matrix = rolegate.load(ROOT / "policies" / "respond-io").matrix()
    seen = onlooker.look(rolegate.matrix_html(matrix), width=round(A4 / 25.4 * 96), height=700)
    seen.page.emulate_media(media="print")
    heads = seen.page.locator("thead th[scope=col]:visible")
    names = heads.evaluate_all(
        "heads => heads.filter(head => head.getBoundingClientRect().right <= innerWidth"
        " && head.scrollWidth <= head.clientWidth).map(head => head.querySelector('bdi')?.textContent)"
    )
    assert [column.title for column in matrix.columns] == [name for name in names if name is not None]
    assert seen.page.locator("main").evaluate("main => main.scrollWidth <= innerWidth")
    rows = [len(matrix.rows) + 1] * 3
    tables = seen.page.locator("table:visible")
    assert rows == tables.evaluate_all("tables => tables.map(table => table.rows.length)")


def test_roles_are_chosen_groups_folded_and_permissions_found(onlooker: Onlooker) -> None:
    """A column goes from screen and paper; a folded group is one row; a search unfolds what it finds."""
    matrix = rolegate.load(ROOT / "policies" / "respond-io").matrix()
    seen = onlooker.look(rolegate.matrix_html(matrix))
    shown = seen.page.locator("#t0 tbody tr:visible")
    everything = shown.count()
    seen.page.click("summary")
    seen.page.uncheck("#r1")
    assert seen.page.locator("#t0 thead th:visible").count() == len(matrix.columns)
    seen.page.uncheck(".fold >> nth=1")
    assert everything - shown.count() == 8
    seen.page.fill("[type=search]", "surveys")
    assert shown.locator("p").all_inner_texts() == ["messages", "messages.send_surveys"]
    seen.page.fill("[type=search]", "")
    assert everything - shown.count() == 8
    seen.page.emulate_media(media="print")
    printed = seen.page.locator("thead th[scope=col]:visible")
    assert printed.count() == 3 + len(matrix.columns) - 1
    assert seen.page.locator("#t1 tr:visible").count() == len(matrix.rows) + 1
    assert seen.complaints == []


def test_a_page_without_scripts_shows_everything(onlooker: Onlooker) -> None:
    """Only the search is not there."""
    matrix = rolegate.load(ROOT / "policies" / "livechat").matrix()
    seen = onlooker.look(rolegate.matrix_html(matrix), java_script_enabled=False)
    assert seen.page.locator("#t0 tr:visible").count() == len(matrix.rows) + 1
    assert not seen.page.locator("[type=search]").is_visible()


def test_what_a_page_must_not_do_is_seen(onlooker: Onlooker) -> None:
    """A picture without words, a script that fails, and a file that is asked for."""
    seen = onlooker.look("<img src='missing.png'><script>nowhere()</script>")
    assert any(rule.startswith("image-alt:") for rule in seen.barriers())
    assert any("nowhere is not defined" in complaint for complaint in seen.complaints)
    assert any(asked.endswith("missing.png") for asked in seen.requests)


@pytest.mark.parametrize(
    "settings", [{}, {"color_scheme": "dark"}, {"width": 400, "height": 800}], ids=["light", "dark", "narrow"]
)
def test_a_tree_shuts_nobody_out(onlooker: Onlooker, desk: Policy, settings: dict[str, Any]) -> None:
    """With restricted boxes, an end, stars and remarks; each box says in words what it shows."""
    tree = desk.tree(user="ana", domain="tehran")
    seen = onlooker.look(rolegate.tree_html(tree, "ana", "fa"), **settings)
    clean(seen)
    boxes = seen.page.locator("li > .row > .name > .box, summary > .row > .name > .box")
    assert boxes.count() == sum(1 for _ in tree.walk())
    said = boxes.evaluate_all("boxes => boxes.map(box => box.getAttribute('aria-label'))")
    names = {"on": "yes", "partial": "partly", "off": "no"}
    assert said == [
        "taken away by a restriction"
        if box.restricted and box.state == "off" and not box.children
        else names[box.state]
        for box in tree.walk()
    ]
    assert seen.page.locator("html").evaluate("root => root.scrollWidth <= root.clientWidth")


def test_a_folded_tree_is_printed_and_searched_as_a_whole(onlooker: Onlooker, tmp_path: Path) -> None:
    """Without a script as well; only the search needs one."""
    tree = rolegate.load(write(tmp_path, picture_sets.large(3, 200))).tree(role="role1")
    page = rolegate.tree_html(tree)
    for scripts in (True, False):
        seen = onlooker.look(page, java_script_enabled=scripts)
        rows = seen.page.locator(".row:visible")
        assert rows.count() == 3
        seen.page.emulate_media(media="print")
        assert rows.count() == sum(1 for _ in tree.walk())
        assert seen.complaints == []
    seen = onlooker.look(page)
    shown = seen.page.locator("code:visible")
    seen.page.fill("[type=search]", "permission 138")
    assert shown.all_inner_texts() == ["area1", "area1.group13", "area1.group13.p138"]
    seen.page.fill("[type=search]", "")
    assert shown.all_inner_texts() == ["area0", "area1"]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """Many permissions, for roles of which two tables are printed."""
    return rolegate.load(write(tmp_path_factory.mktemp("large"), picture_sets.large(roles=12)))


def test_a_large_matrix_is_light(tmp_path: Path) -> None:
    """That of 60 roles and 1,100 permissions, with scopes and instances."""
    policy = rolegate.load(write(tmp_path, picture_sets.large()))
    assert len(rolegate.matrix_html(policy.matrix()).encode()) < 2_200_000


def test_a_large_matrix_is_used_by_keyboard(onlooker: Onlooker, large: Policy) -> None:
    """Groups are unfolded, roles chosen and permissions found without a mouse."""
    seen = onlooker.look(rolegate.matrix_html(large.matrix()))
    rows, heads = seen.page.locator("#t0 tbody tr:visible"), seen.page.locator("#t0 thead th:visible")
    press = seen.page.keyboard.press
    assert (1 + 11, 13) == (rows.count(), heads.count())
    press("Tab")
    seen.page.keyboard.type("permission")
    assert (1 + 11) == rows.count()  # what is found in them is too much to be unfolded
    seen.page.keyboard.type(" 138")
    assert ["area1", "area1.group13", "area1.group13.p138"] == rows.locator("p").all_inner_texts()
    press("Control+a")
    press("Delete")
    for key in ("Tab", "Enter", "Tab", "Space"):
        press(key)
    assert ("Role number 1", 12) == (heads.nth(1).inner_text(), heads.count())
    for key in ("Space", "Shift+Tab", "Enter", "Tab", "Tab", "Space"):
        press(key)
    assert 1 + 11 + 110 == rows.count()
    assert seen.complaints == []


def test_parts_of_a_large_matrix_shut_nobody_out(onlooker: Onlooker, large: Policy) -> None:
    """All roles, which are chosen and printed in two tables, and folded groups; the whole takes minutes."""
    wide = onlooker.look(rolegate.matrix_html(large.matrix(group="area0.group0")))
    clean(wide)
    wide.page.click("summary")
    clean(wide)
    wide.page.emulate_media(media="print")
    assert wide.page.locator("table:visible").count() == 2
    clean(wide)
    long = onlooker.look(rolegate.matrix_html(large.matrix(roles=["role1", "role2"], depth=2)))
    clean(long)
    long.page.fill("[type=search]", "area 3")
    clean(long)


def sort_of(box: TreeNode) -> tuple[object, ...]:
    """What decides how a box is written, whatever it is called."""
    held = (box.kind, box.state, box.star, box.scopes, bool(box.ladder), len(box.opens))
    return (*held, bool(box.instance), bool(box.description), box.available, box.deprecated, box.by_name)


def telling(tree: TreeNode) -> TreeNode:
    """*tree* with only those of its groups that have a sort of box which none before them has."""
    seen: set[tuple[object, ...]] = set()
    groups: list[TreeNode] = []
    for group in tree.children:
        sorts = {sort_of(box) for box in group.walk()}
        if not sorts <= seen:
            groups.append(group)
            seen |= sorts
    assert 1 < len(groups) < len(tree.children)
    return replace(tree, children=tuple(groups))


@pytest.mark.parametrize("name", ["french", "persian", "all sorts"])
def test_trees_shut_nobody_out_on_screen_and_paper(onlooker: Onlooker, desk: Policy, name: str) -> None:
    """One in French; one in Persian; one with stars, ends, and boxes that are restricted and unavailable."""
    match name:
        case "french":
            policy = rolegate.load(ROOT / "policies" / "responso")
            page = rolegate.tree_html(telling(policy.tree(role="agent", locale="fr")), None, "fr")
        case "persian":
            page = rolegate.tree_html(desk.tree(user="bo", domain="shiraz"), "bo", "fa")
        case _:
            page = rolegate.tree_html(picture_sets.all_sorts(), None, "en")
    seen = onlooker.look(page)
    clean(seen)
    seen.page.emulate_media(media="print")
    clean(seen)
