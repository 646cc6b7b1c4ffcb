"""A box is open where what implies it goes with it: it came along, or it has no box in the domain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import rolegate
from rolegate import Draft, DraftError, Policy

CAME_ALONG = {
    "p": {
        "header": "p",
        "permissions": {
            "p": {"implies": ["p.q.p"]},
            "q": {"permissions": {"p": "P", "q": {"requires": "p.q.s"}, "r": "R", "s": "S"}},
        },
    }
}
OF_ORG = {"implies": "p.r", "domain_kinds": ["org"]}
ELSEWHERE = {
    "p": {"permissions": {"r": "R", "s": "S"}},
    "q": {
        "permissions": {"p": {"permissions": {"r": {"implies": "p.r", "domain_kinds": ["org"]}, "t": "T"}}}
    },
    "y": {"implies": "q.p.r"},
}
DOMAINS = {"a": {"kind": "proj"}, "o": {"kind": "org"}}


def set_of(folder: Path, permissions: dict[str, Any], **roles: list[str]) -> Policy:
    """A set with these *permissions*, and *roles* of the domain `a` that hold grants."""
    catalog = {"catalog": "x", "domain_kinds": ["org", "proj"], "permissions": permissions}
    (folder / "roles").mkdir(exist_ok=True)
    (folder / "catalog.yaml").write_text(json.dumps(catalog))
    (folder / "domains.yaml").write_text(json.dumps({"domains": DOMAINS}))
    for name, grants in roles.items():
        role = {"role": name, "domain": "a", "grants": grants}
        (folder / "roles" / f"{name}.yaml").write_text(json.dumps(role))
    return rolegate.load(folder)


def boxes(draft: Draft) -> dict[str, tuple[str, tuple[str, ...]]]:
    """The state of each box, and the codes of why it is closed."""
    return {node.id: (node.state, tuple(r.code for r in node.closed)) for node in draft.tree().walk()}


def test_what_came_along_does_not_close_the_box_that_asked_for_it(tmp_path: Path) -> None:
    """The header implies the last box that requires it; both go with a click."""
    draft = set_of(tmp_path, CAME_ALONG).draft(domain="a", name="form")
    last = draft.tick("p.q").untick("p.q.s").untick("p.q.r")
    assert (("p.p", "p.q.p"), {"p.p"}) == (last.grants, set(last.brought))
    assert ("on", ()) == boxes(last)["p.q.p"]
    assert () == last.untick("p.q.p").grants


def test_a_group_may_be_open_whose_boxes_are_closed(tmp_path: Path) -> None:
    """Each of the two boxes keeps the header that implies the other one; together they go."""
    two = {"q": {"permissions": {"r": "R", "s": "S"}}, "p": {"implies": ["p.q.r", "p.q.s"]}}
    draft = set_of(tmp_path, {"p": {"header": "p", "permissions": two}}).draft(domain="a", name="form")
    both = draft.tick("p.q")
    assert ("on", ("implies",)) == boxes(both)["p.q.r"] == boxes(both)["p.q.s"]
    with pytest.raises(DraftError):
        both.untick("p.q.r")
    assert ("on", ()) == boxes(both)["p.q"]
    assert () == both.untick("p.q").grants


def test_what_has_no_box_in_the_domain_does_not_close_one(tmp_path: Path) -> None:
    """Nobody could untick it first. The role that is written is valid, and shows the same."""
    permissions = {name: ELSEWHERE[name] for name in ("p", "q")}
    draft = set_of(tmp_path, permissions).draft(domain="a", name="form").tick("*")
    assert ("on", ()) == boxes(draft)["p.r"]
    fewer = draft.untick("p.r")
    assert (("p.s", "q.p.t"), ()) == (fewer.grants, fewer.findings)
    saved = set_of(tmp_path, permissions, form=list(fewer.grants))
    assert boxes(fewer) == boxes(saved.draft("form", domain="a"))
    assert "off" == next(n.state for n in saved.tree(role="form", domain="a").walk() if n.id == "p.r")


@pytest.mark.parametrize("grants", [["q.*"], ["q.p.r"]])
def test_a_grant_of_what_has_no_box_goes_with_what_it_implies(grants: list[str], tmp_path: Path) -> None:
    """The box says what holds it, and a click takes that along."""
    draft = set_of(tmp_path, ELSEWHERE, form=grants).draft("form", domain="a")
    (node,) = (node for node in draft.tree().walk() if node.id == "p.r")
    assert ("on", (), ["q.p.r"]) == (node.state, node.closed, [holder.name for holder in node.held_by])
    fewer = draft.untick("p.r")
    assert (["q.p.t"] if grants == ["q.*"] else []) == list(fewer.grants)
    assert ("off", ()) == boxes(fewer)["p.r"]


def test_what_is_implied_through_what_has_no_box_is_closed(tmp_path: Path) -> None:
    """By the box that people see."""
    draft = set_of(tmp_path, ELSEWHERE).draft(domain="a", name="form").tick("y")
    (node,) = (node for node in draft.tree().walk() if node.id == "p.r")
    assert [("implies", ("y",))] == [(reason.code, reason.names) for reason in node.closed]
    with pytest.raises(DraftError):
        draft.untick("p.r")
