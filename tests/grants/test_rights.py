"""Rights and instance patterns: what covers what, and what follows from a right."""

from __future__ import annotations

from pathlib import Path

import pytest

from rolegate.grants.rights import (
    Need,
    Right,
    RightSet,
    covers,
    implied,
    need,
    overlap,
    patterns,
    project,
    shown,
    widest,
)
from steps import sound_catalog

CATALOG = """
scopes: {reach: [all, team, my]}
resources: {brand: Brand, inbox: {title: Inbox, within: brand}}
permissions:
  show: {title: Show, scopes: reach}
  edit: {title: Edit, scopes: reach, requires: show}
  list: {title: List, per: brand}
  access: {title: Access, per: inbox, implies: list}
  open: {title: Open, requires: show}
"""


@pytest.mark.parametrize(
    ("pattern", "obj", "expected"),
    [
        ("a", "a", True),
        ("*", "a/b", True),
        ("*", "*", True),
        ("a/*", "a/b", True),
        ("a/*", "a/b/*", True),
        ("a/*", "a", False),
        ("a/*", "ab/c", False),
        ("a", "*", False),
        ("*", "-", False),
        ("-", "-", True),
    ],
)
def test_a_pattern_covers_what_lies_within_it(pattern: str, obj: str, expected: bool) -> None:
    """A star is every instance; `-` is what takes none, and no instance."""
    assert covers(pattern, obj) is expected


def test_patterns_are_all_that_cover_an_instance() -> None:
    """Itself first, then outwards; each of them does cover it."""
    assert ["a/b", "a/*", "*"] == list(patterns("a/b"))
    assert ["-"] == list(patterns("-"))
    assert all(covers(pattern, "a/b") for pattern in patterns("a/b"))


def test_two_patterns_overlap_in_the_narrower_one() -> None:
    """Or not at all."""
    assert "a/b" == overlap("a/*", "a/b") == overlap("a/b", "a/*")
    assert overlap("a/*", "b/*") is None


def test_an_instance_is_projected_onto_another_chain() -> None:
    """The kinds that both share are kept; deeper ones are all that is below, and nothing shared is None."""
    brand, inbox = ("brand",), ("brand", "inbox")
    assert "a" == project("a/b", inbox, brand)
    assert "a/*" == project("a", brand, inbox)
    assert "-" == project("a", brand, ())
    assert project("a", brand, ("queue",)) is None


def test_what_a_right_requires_is_needed_at_the_same_scope(tmp_path: Path) -> None:
    """Where the two share a ladder; otherwise any scope serves."""
    catalog = sound_catalog(tmp_path, CATALOG)
    edit, open_ = (catalog.permission(path).requires[0] for path in ("edit", "open"))
    assert Need("show", "-", "my") == need(catalog, Right("edit", "-", "my"), edit)
    assert Need("show", "-", None) == need(catalog, Right("open", "-", "-"), open_)


def test_a_need_is_met_by_what_covers_it() -> None:
    """Scopes are compared as they are: whoever holds a broader one holds each within it as well."""
    assert Need("list", "a", "-").met_by(Right("list", "*", "-"))
    assert not Need("list", "*", "-").met_by(Right("list", "a", "-"))
    assert Need("show", None, None).met_by(Right("show", "-", "my"))
    assert not Need("show", "-", "team").met_by(Right("show", "-", "my"))


def test_what_is_implied_is_held_where_the_right_is(tmp_path: Path) -> None:
    """Access to an inbox of a brand implies the list of that brand, and is not brought twice."""
    catalog = sound_catalog(tmp_path, CATALOG)
    (entry,) = catalog.permission("access").implies
    right = Right("access", "a/b", "-")
    assert [Right("list", "a", "-")] == list(implied(catalog, right, entry))
    assert [] == list(implied(catalog, right, entry, {Right("list", "a", "-")}))


def test_a_set_of_rights_answers_as_its_members_do() -> None:
    """`meets` and `covers` look a right up; `met_by` compares one by one."""
    rights = [Right("access", "a/*", "-"), Right("show", "-", "my")]
    held = RightSet(rights)
    wanted = [
        Need(path, obj, scope)
        for path in ("access", "show")
        for obj in (None, "-", "*", "a", "a/b")
        for scope in (None, "-", "my", "team")
    ]
    assert [any(asked.met_by(right) for right in rights) for asked in wanted] == [
        held.meets(asked) for asked in wanted
    ]
    assert held.covers(Right("access", "a/b", "-")) and not held.covers(Right("access", "b/b", "-"))


def test_what_another_right_covers_is_left_out() -> None:
    """At the same scope only."""
    broad, narrow, other = Right("p", "*", "my"), Right("p", "a", "my"), Right("p", "a", "all")
    assert [broad, other] == widest([broad, narrow, other])


def test_a_right_is_shown_as_the_grant_that_gives_it() -> None:
    """What may be any, and what there is none of, is left out."""
    assert "access[a/b]" == shown(Right("access", "a/b", "-"))
    assert "show@my" == shown(Need("show", None, "my"))
