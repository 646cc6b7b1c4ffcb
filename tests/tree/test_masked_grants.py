"""A role may except something of what it grants itself: its draft is clicked all the same."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from clicks import click
from drawing import examples
from plain.writer import write_set
from rolegate import Draft, DraftError, Policy, TreeNode
from rolegate.grants.rights import widest

CATALOG: dict[str, Any] = {
    "catalog": "desk",
    "scopes": {
        "reach": {"all": {}, "team": {"within": "all"}, "vip": {"within": "all"}, "my": {"within": "team"}},
        "line": ["every", "own"],
    },
    "resources": {"inbox": "Inbox", "box": {"title": "Box", "within": "inbox"}},
    "permissions": {
        "tickets": {
            "permissions": {
                "show": {"scopes": "reach"},
                "edit": {"scopes": "reach", "requires": ["tickets.show"]},
                "note": {"scopes": "reach", "implies": ["tickets.show"]},
                "lines": {"scopes": "line"},
                "print": "Print",
            }
        },
        "inboxes": {
            "permissions": {
                "access": {"per": "inbox", "title": "Access {inbox}", "every": "Access all"},
                "reply": {
                    "per": "inbox",
                    "title": "Reply {inbox}",
                    "every": "Reply all",
                    "scopes": "reach",
                    "requires": ["inboxes.access"],
                },
                "open": {"per": "box", "title": "Open {box}", "every": "Open all"},
            }
        },
        "contacts": {"fields": ["name", "phone"], "permissions": {"view": {"scopes": "reach"}}},
        "fast": {"implies": ["tickets.print", "tickets.edit@team"]},
    },
}
DOMAINS = {"domains": {"acme": {"instances": {"inbox": ["one", "two"], "box": ["one/a", "two/b"]}}}}

SCOPES = ["", "@all", "@team", "@vip", "@my"]
PLACES = ["", "[*]", "[one]", "[two]", "[new]"]
ENTRIES = [
    *(f"tickets.{name}{scope}" for name in ("show", "edit", "note") for scope in SCOPES),
    *(f"tickets.*{scope}" for scope in SCOPES),
    *(f"*{scope}" for scope in SCOPES),
    *("tickets.lines@every", "tickets.lines@own", "*@own", "tickets.print", "fast", "*[*]", "inboxes.*[*]"),
    *(f"inboxes.access{place}" for place in PLACES),
    *(f"inboxes.reply{place}{scope}" for place in PLACES for scope in SCOPES),
    *("inboxes.open[*]", "inboxes.open[one/a]", "inboxes.open[one/*]", "inboxes.*[one]", "inboxes.*"),
    *(
        "contacts.fields.*@edit",
        "contacts.fields.*@view",
        "contacts.fields.phone@edit",
        "contacts.fields.phone",
    ),
    *("contacts.fields.name@view", "contacts.*", "contacts.view@vip", "contacts.view@my", "contacts.view"),
]


def policy_of(folder: str, *files: dict[str, Any]) -> Policy:
    roles = {f"roles/{number}.yaml": file for number, file in enumerate(files)}
    return rolegate.load(write_set({"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, **roles}, Path(folder)))


def as_file(draft: Draft) -> dict[str, Any]:
    said = {
        "role": draft.name,
        "domain": draft.domain,
        "extends": list(draft.extends),
        "grants": list(draft.grants),
        "except": list(draft.excepts),
    }
    return {key: value for key, value in said.items() if value}


def drafted(grants: list[str], excepts: list[str], domain: str | None = None) -> Draft:
    return BLANK.draft(name="drafted", domain=domain, grants=grants, excepts=excepts)


def one_of(entries: list[str], key: str) -> st.SearchStrategy[str]:
    """Those of *entries* that a role may have under *key*."""
    return st.sampled_from([entry for entry in entries if _may_have(entry, key)])


def _may_have(entry: str, key: str) -> bool:
    try:
        drafted([entry], []) if key == "grants" else drafted([], [entry])
    except DraftError:
        return False
    return True


PARENT = {"role": "parent", "grants": ["tickets.show@my", "inboxes.access[two]"]}
with tempfile.TemporaryDirectory() as made:
    BLANK = policy_of(made, PARENT)
GRANTS, EXCEPTIONS = (st.lists(one_of(ENTRIES, key), min_size=1, max_size=3) for key in ("grants", "excepts"))


@st.composite
def masked(draw: st.DrawFn) -> Draft:
    """A role that excepts something of what it grants, or of what that implies."""
    draft = BLANK.draft(
        name="drafted",
        domain=draw(st.sampled_from([None, "acme"])),
        grants=draw(GRANTS),
        excepts=draw(EXCEPTIONS),
        extends=draw(st.sampled_from([[], ["parent"]])),
    )
    assume(not errors_of(draft))
    return draft


def errors_of(draft: Draft) -> list[str]:
    return [found.message for found in draft.findings if found.severity == "error"]


def plain(tree: TreeNode) -> list[tuple[Any, ...]]:
    return [(box.id, box.state, box.star, box.opens, box.cut_stars, box.ladder) for box in tree.walk()]


@examples(150)
@given(masked(), st.data())
def test_whatever_is_clicked_is_a_role_that_shows_itself(draft: Draft, data: st.DataObject) -> None:
    """It validates, shows what it holds, and each click changes something or says why not."""
    clicks: list[Any] = [as_file(draft)]
    for _ in range(data.draw(st.integers(1, 5))):
        draft = click(draft, data)
        clicks.append(draft.change)
        worked_out = draft.rules.work_out([draft.selection.entries[text] for text in draft.grants])
        assert set(widest(worked_out)) == set(widest(draft.held)), clicks
        assert [] == errors_of(draft), clicks
    with tempfile.TemporaryDirectory() as folder:
        later = policy_of(folder, PARENT, as_file(draft))
        assert plain(draft.tree()) == plain(later.tree(role="drafted", domain=draft.domain)), clicks


def test_what_is_left_of_a_grant_stays_what_it_was() -> None:
    """A scope that is excepted is not written again, in whichever branch of the ladder: it would be held."""
    draft = drafted(["*[*]"], ["inboxes.reply@team"], "acme")
    assert {"vip", "my"} == {right.scope for right in draft.held.on("inboxes.reply")}
    left = draft.untick("inboxes.access[one]")
    replies = ("inboxes.reply[two]@my", "inboxes.reply[two]@vip")
    assert ("inboxes.access[two]", *replies, "inboxes.open[*]") == left.grants
    assert [] == errors_of(left)


def test_what_an_excepted_right_implies_can_be_unticked() -> None:
    """Nobody can untick first what implies it, as that is not held; it goes with the grant."""
    draft = drafted(["tickets.note@all", "tickets.print"], ["tickets.note"])
    left = draft.untick("tickets.show")
    assert ("tickets.print",) == left.grants
    assert left.change is not None and ("tickets.show@all",) == left.change.removed
    narrower = draft.untick("tickets.show@vip")
    assert ("tickets.show@team", "tickets.print") == narrower.grants


@pytest.mark.parametrize(
    ("box", "help"),
    [
        (
            "inboxes.access[Nope]",
            "nothing names this instance, and the box of all of them is `inboxes.access[*]`",
        ),
        ("inboxes.access[tow]", "did you mean `inboxes.access[two]`?"),
        ("inboxes.open[nine/nope]", "the box of all of them is `inboxes.open[*]`"),
        ("inboxes[Nope]", "the box of all of them is `inboxes[*]`"),
    ],
)
def test_an_instance_without_a_box_is_not_unticked(box: str, help: str) -> None:
    """The star that holds it would be lost to a misspelt name."""
    draft = drafted(["inboxes.*[*]"], ["tickets.show"], "acme")
    with pytest.raises(DraftError, match=re.escape(help)) as refused:
        draft.untick(box)
    assert f"there is no box `{box}`" in str(refused.value)


def test_an_instance_that_only_a_grant_names_is_unticked() -> None:
    """It has a box, in a domain that does not know it as well."""
    draft = drafted(["inboxes.access[new]", "inboxes.access[one]"], ["tickets.show"], "acme")
    assert ("inboxes.access[one]",) == draft.untick("inboxes.access[new]").grants
