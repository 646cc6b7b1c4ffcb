"""What a matrix shows is what trees show: full, partial, nothing, and whether new ones are included."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given

import picture_sets
import rolegate
from drawing import each_of, examples
from plain.found_sets import FOUND, sets_like_those_found
from plain.loading import loaded
from plain.restricting import without_restrictions
from plain.strategies import Files, policy_sets
from reading import write
from repository import ROOT
from rolegate import Matrix, Policy, UnknownNameError
from rolegate.answers.page_words import page_words


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), picture_sets.PERSIAN))


def column(matrix: Matrix, role: str) -> dict[str, str]:
    """The cells of a role as short texts, by path."""
    number = [column.id for column in matrix.columns].index(role)
    cells = {row.path: row.held[number] for row in matrix.rows}
    return {path: f"{cell.state} {cell}{' ★' * cell.star}".strip() for path, cell in cells.items()}


def fullness(matrix: Matrix, group: str, number: int) -> str | None:
    """How full *group* is for a role by the rows below it: on without what stars pass over, off with it.

    None where the domain has nothing of it that a star takes in.
    """
    rows = [row for row in matrix.rows if not row.group]
    below = [row for row in rows if group == "*" or row.path.startswith(f"{group}.")]
    ordinary = [row.held[number].state for row in below if not (row.deprecated or row.by_name)]
    if not ordinary:
        return None
    if all(row.held[number].state == "off" for row in below):
        return "off"
    return "on" if {*ordinary} == {"on"} else "partial"


def test_full_access_looks_full(desk: Policy) -> None:
    """Every group and permission of whoever holds `*`, but for what stars pass over, is on."""
    cells = column(desk.matrix(), "admin")
    less = {path for path, text in cells.items() if not text.startswith("on")}
    assert less == {"tickets.old", "tickets.purge"}
    stars = [path for path, text in cells.items() if "★" in text]
    assert stars == ["*", "tickets", "inboxes", "inboxes.open"]


def test_a_cell_says_how_much_is_held(desk: Policy) -> None:
    """Groups count what is held of them; scopes and instances are named, in the words of people as well."""
    matrix = desk.matrix()
    cells = column(matrix, "agent")
    assert (cells["tickets"], cells["tickets.show"], cells["inboxes.open"]) == (
        "partial 3/5",
        "partial team",
        "on yes ★",
    )
    assert column(matrix, "tehran/lead")["inboxes.open"] == "partial [فروش]"
    shown = next(row for row in matrix.rows if row.path == "tickets.show")
    assert shown.held[[c.id for c in matrix.columns].index("agent")].titles == ("گروه من",)


def test_rows_say_what_they_need_and_what_they_are(desk: Policy) -> None:
    """The plan, the add-on, and whether stars pass over it; what a domain does not have is left out."""
    rows = {row.path: row for row in desk.matrix().rows}
    assert rows["tickets.export"].needs == (("plan", ("حرفه‌ای",)),)
    assert rows["inboxes.call"].needs == (("addon", ("تماس",)),)
    assert [path for path, row in rows.items() if row.deprecated] == ["tickets.old"]
    assert [path for path, row in rows.items() if row.by_name] == ["tickets.purge"]
    here = desk.matrix(domain="shiraz")
    assert rows.keys() - {row.path for row in here.rows} == {"tickets.export", "inboxes.call"}
    assert here.left_out == 2


def test_two_roles_of_one_title_say_whose_they_are(desk: Policy) -> None:
    """Default roles come first, in the order of their titles."""
    assert [name for _, name in desk.matrix().roles] == [
        "بایگان پرونده‌های قدیمی و تازه",
        "مدیر",
        "مهمان",
        "کارشناس",
        "راهبر (فروشگاه تهران)",
        "راهبر (فروشگاه شیراز)",
    ]


def test_roles_groups_and_levels_are_chosen(desk: Policy) -> None:
    """Columns come in the order in which they are asked for; something unknown is an error."""
    part = desk.matrix(roles=["guest", "tehran/lead", "guest"], group="tickets", depth=0)
    assert [name for name, _ in part.roles] == ["guest", "tehran/lead"]
    assert [(row.path, row.depth, row.cells) for row in part.rows] == [("tickets", 0, ("1/5", "1/5"))]
    assert [row.path for row in desk.matrix(group="tickets.show").rows] == ["tickets.show"]
    assert [row.path for row in desk.matrix(depth=1).rows] == ["*", "tickets", "inboxes", "hostile"]
    with pytest.raises(UnknownNameError, match="unknown role `lead`"):
        desk.matrix(roles=["lead"])
    with pytest.raises(UnknownNameError, match="unknown group `ticket`"):
        desk.matrix(group="ticket")


def test_a_domain_that_has_no_permission_shows_nothing_as_held(tmp_path: Path) -> None:
    """Whatever its roles hold elsewhere; a star still includes what is added later."""
    roles = "roles:\n  some: {grants: [pay]}\n  admin: {grants: '*'}\n  mine: {grants: ['*@my']}\n"
    files = {
        "catalog.yaml": "catalog: c\nplans: [free, pro]\nscopes: {reach: [all, my]}\n"
        "permissions: {pay: {plans: [pro]}, show: {plans: [pro], scopes: reach}}\n",
        "domains.yaml": "domains: {acme: {plan: free}}\n",
        "roles/all.yaml": roles,
    }
    (row,) = rolegate.load(write(tmp_path, files)).matrix(domain="acme").rows
    assert [(cell.state, str(cell), cell.star) for cell in row.held] == [
        ("off", "", True),
        ("off", "", False),
        ("off", "", False),
    ]
    assert (row.deprecated, row.by_name) == (False, False)


def stars(star: bool, limited: Iterable[str], cut: Iterable[str]) -> tuple[bool, set[str], set[str]]:
    """The stars that are shown: one without a limit includes those that have one."""
    return star, set() if star else {*limited} - {""}, {*cut}


@examples(13)
@given(policy_sets() | sets_like_those_found())
@each_of(FOUND)
def test_a_group_is_as_full_as_its_box_in_the_tree(files: Files) -> None:
    """And has a star where the tree has one; so does each permission without instances."""
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), without_restrictions(files))
        for domain in policy.domains:
            matrix = policy.matrix(domain=domain)
            for number, (role, _) in enumerate(matrix.roles):
                boxes = {box.id: box for box in policy.tree(role=role, domain=domain).walk()}
                for row in matrix.rows:
                    box, cell = boxes.get(row.path), row.held[number]
                    if box is None or box.template or (box.instance and not row.group):
                        continue
                    below = list(box.walk())
                    promised = any(inner.kind == "group" and not inner.children for inner in below)
                    # What the domain does not have is in the tree, where it is off, and not in the matrix.
                    whole = all(inner.available for inner in below)
                    if row.group and not whole:
                        full = fullness(matrix, row.path, number) or cell.state
                        assert (row.path, full) == (row.path, cell.state)
                    if not promised and whole:
                        assert (row.path, box.state) == (row.path, cell.state)
                        assert not row.group or stars(box.star, box.opens, box.cut_stars) == stars(
                            cell.star, cell.labels, cell.cut_stars
                        )


def test_a_language_has_its_words_and_its_direction() -> None:
    """English words, where the program does not speak the language."""
    assert [page_words(locale).say("yes") for locale in ("fr_CA", "fa", "en")] == ["oui", "yes", "yes"]
    assert [page_words(locale).language for locale in ("fr_CA", "fa", "en-GB")] == ["fr-CA", "en", "en-GB"]
    leftward = [page_words(locale).direction for locale in ("fa", "ar-EG", "he", "uz-Arab")]
    rightward = [page_words(locale).direction for locale in ("ar-Latn", "fr")]
    assert (leftward, rightward) == (["rtl"] * 4, ["ltr"] * 2)


def test_the_four_sets_are_drawn_in_their_languages() -> None:
    """What is in the file of labels is in the matrix: titles of roles, scopes and plans."""
    policy = rolegate.load(ROOT / "policies" / "responso")
    french = policy.matrix(locale="fr")
    assert french.title != "" and french.locale == "fr"
    assert [row.title for row in french.rows] != [row.title for row in policy.matrix().rows]
