"""A role may except something of what it grants itself: its draft is clicked all the same."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
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
    *("contacts.fields.*@edit", "contacts.fields.*@view", "contacts.fields.phone@edit", "contacts.fields.phone"),
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


def masked(policy: Policy, data: st.DataObject) -> Draft:
    """A role that excepts something of what it grants."""
    entries = st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=4, unique=True)
    try:
        draft = policy.draft(
            name="drafted",
            domain=data.draw(st.sampled_from([None, "acme"])),
            grants=data.draw(entries),
            excepts=data.draw(entries),
            extends=data.draw(st.sampled_from([[], ["parent"]])),
        )
    except DraftError:
        assume(False)
        raise
    assume(not [found for found in draft.findings if found.severity == "error"])
    return draft


def plain(tree: TreeNode) -> list[tuple[Any, ...]]:
    return [(box.id, box.state, box.star, box.opens, box.cut_stars, box.ladder) for box in tree.walk()]


def click(draft: Draft, data: st.DataObject) -> Draft:
    """A click on some box: one that is refused has the reasons that it shows, one that is not does something."""
    box = data.draw(st.sampled_from([box for box in draft.tree().walk() if not box.template]))
    scope = data.draw(st.sampled_from([None, *(name for name, _, _ in box.ladder)]))
    held = box.state == "on" if scope is None else {name: on for name, _, on in box.ladder}[scope]
    some = box.state == "partial" and scope is None
    name = box.id if scope is None else f"{box.id}@{scope}"
    untick = held or (some and data.draw(st.booleans()))
    closed = box.closed if scope is None else dict(box.closed_at).get(scope, ())
    before = (draft.grants, draft.held)
    try:
        after = draft.untick(name) if untick else draft.tick(name)
    except DraftError as error:
        assert error.reasons, (name, untick)
        assert closed or untick != held, (name, untick, error)
        return draft
    assert before != (after.grants, after.held), ("nothing", name, untick, draft.grants, draft.excepts)
    if untick != held:
        return after
    assert not closed, (name, closed)
    return after


@examples(150)
@given(st.data())
def test_whatever_is_clicked_is_a_role_that_shows_itself(data: st.DataObject) -> None:
    """It validates, shows what it holds, and each click changes something or says why not."""
    with tempfile.TemporaryDirectory() as folder:
        parent = {"role": "parent", "grants": ["tickets.show@my", "inboxes.access[two]"]}
        policy = policy_of(f"{folder}/set", parent)
        draft = masked(policy, data)
        clicks: list[Any] = [as_file(draft)]
        for _ in range(data.draw(st.integers(1, 5))):
            draft = click(draft, data)
            clicks.append(draft.change)
            worked_out = draft.rules.work_out(draft.selection.entries.values())
            assert set(widest(worked_out)) == set(widest(draft.held)), clicks
            errors = [found.message for found in draft.findings if found.severity == "error"]
            assert errors == [], (clicks, draft.grants)
        later = policy_of(f"{folder}/later", parent, as_file(draft))
        assert plain(draft.tree()) == plain(later.tree(role="drafted", domain=draft.domain)), clicks
