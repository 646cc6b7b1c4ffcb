"""Saving a draft changes what the clicks changed, and nothing else in its file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import rolegate
from drawing import examples
from plain.writer import write_set
from rolegate import Draft, DraftError, RoleFile

CATALOG: dict[str, Any] = {
    "catalog": "desk",
    "scopes": {"reach": {"all": {}, "team": {"within": "all"}, "vip": {"within": "all"}}},
    "resources": {"inbox": "Inbox"},
    "permissions": {
        "tickets": {
            "permissions": {
                "show": {"scopes": "reach", "aliases": ["read:ticket"]},
                "edit": {"scopes": "reach", "requires": ["tickets.show"]},
                "print": {"title": "Print", "renamed_from": ["tickets.paper"]},
            }
        },
        "inboxes": {
            "permissions": {"access": {"per": "inbox", "title": "Access {inbox}", "every": "Access all"}},
        },
        "contacts": {"fields": ["name", "phone"], "permissions": {"view": "View"}},
    },
}
GRANTS = [
    *("*", "tickets.*", "tickets.*@team", "tickets.show@all", "tickets.show@team", "read:ticket@all"),
    *("tickets.edit@team", "tickets.edit@vip", "tickets.print", "tickets.paper", "contacts.fields.*@view"),
    *("inboxes.access[*]", "inboxes.access[one]", "inboxes.access[new]", "inboxes.*[*]", "contacts.*"),
    *("contacts.fields.phone@edit", "contacts.fields.phone@view", "contacts.view"),
]
EXCEPTIONS = ["tickets.show@all", "tickets.print", "contacts.fields.phone", "inboxes.access[*]"]


def text_of(grants: list[str], excepts: list[str]) -> str:
    """A role file with a comment beside each entry and between them."""
    lines = ["# A role for clerks.", "role: clerk", "grants:"]
    for number, entry in enumerate(grants):
        lines += [f"  # above {number}", f'  - "{entry}"  # beside {number}']
    lines += ["except:"] * bool(excepts) + [f'  - "{entry}"  # not {entry}' for entry in excepts]
    return "\n".join([*lines, "title: Clerk", ""])


@st.composite
def files(draw: st.DrawFn) -> str:
    """The text of a role file, with grants that others include and with other spellings."""
    grants = draw(st.lists(st.sampled_from(GRANTS), min_size=1, max_size=6, unique=True))
    excepts = draw(st.lists(st.sampled_from(EXCEPTIONS), max_size=1))
    return text_of(grants, excepts)


def opened(folder: str, text: str) -> tuple[Draft, RoleFile]:
    """The draft of the role in a set with the file *text*, and its file."""
    domains = {"domains": {"acme": {"instances": {"inbox": ["one", "two"]}}}}
    path = write_set({"catalog.yaml": CATALOG, "domains.yaml": domains}, Path(folder))
    (path / "roles").mkdir()
    (path / "roles" / "clerk.yaml").write_text(text, encoding="utf-8")
    try:
        return rolegate.load(path).draft("clerk"), rolegate.read_role(path, "clerk")
    except rolegate.InvalidPolicyError:
        assume(False)
        raise


@examples(45)
@given(files(), st.data())
def test_a_click_changes_the_lines_it_is_about(text: str, data: st.DataObject) -> None:
    """Without one no byte does; else a line goes where its grant goes, or something new covers it."""
    with tempfile.TemporaryDirectory() as folder:
        draft, file = opened(folder, text)
        assert text == file.text(draft)
        box = data.draw(st.sampled_from([box for box in draft.tree().walk() if not box.template]))
        name = data.draw(st.sampled_from([box.id, *(f"{box.id}@{scope}" for scope, _, _ in box.ladder)]))
        untick = data.draw(st.booleans())
        try:
            after = draft.untick(name) if untick else draft.tick(name)
        except DraftError:
            return
        saved = file.text(after)
        lines = saved.splitlines()
        kept = [line for line in text.splitlines() if not line.startswith("  ") or "# not" in line]
        assert [line for line in kept if line not in lines and line != "grants:"] == []
        role = file.role
        assert role is not None
        fresh = {*after.grants} - {*draft.grants}
        for number, entry in enumerate(role.grants):
            grant, there = str(entry.grant), after.selection.entries
            written = f'  - "{entry.text}"  # beside {number}'
            above = [lines[at - 1] for at, line in enumerate(lines) if line.endswith(f"  # beside {number}")]
            assert above == [line for line in lines if line == f"  # above {number}"]
            if written in lines:
                assert grant in there
            else:
                assert grant not in there or covered_by(after, grant, fresh), (name, untick, grant)


def covered_by(draft: Draft, grant: str, fresh: set[str]) -> bool:
    """Whether one of the grants that are new includes *grant*."""
    own = draft.selection.entries[grant]
    return any(
        type(draft.selection).with_entries(draft.rules.catalog, [draft.selection.entries[new], own]).covered
        == {grant}
        for new in fresh
    )


def test_a_grant_that_another_one_includes_stays_as_it_is_written() -> None:
    """With its comment, until a click is about it."""
    text = text_of(["tickets.*", "read:ticket@all", "tickets.paper"], [])
    with tempfile.TemporaryDirectory() as folder:
        draft, file = opened(folder, text)
        ticked = draft.tick("contacts.view")
        assert text.replace("title", "  - contacts.view\ntitle") == file.text(ticked)
        assert ("tickets.*", "tickets.show@all", "tickets.print", "contacts.view") == ticked.grants
        saved = file.text(draft.untick("tickets.print"))
        assert "tickets.paper" not in saved and "read:ticket@all" in saved


ACCEPT = "accept:\n  RG311: {{{entry}: The old name is on our screens}}\n"


@examples(30)
@given(files(), st.data())
def test_a_draft_has_the_findings_of_its_saved_file(text: str, data: st.DataObject) -> None:
    """Former names and what the file accepts included, whether a click leaves it to be accepted or not."""
    text += data.draw(st.sampled_from(["", ACCEPT.format(entry="tickets.paper")]))
    with tempfile.TemporaryDirectory() as folder:
        draft, file = opened(folder, text)
        box = data.draw(st.sampled_from([box for box in draft.tree().walk() if not box.closed]))
        try:
            after = draft.untick(box.id) if box.state == "on" else draft.tick(box.id)
        except DraftError:
            after = draft
        (Path(folder) / "roles" / "clerk.yaml").write_text(file.text(after), encoding="utf-8")
        found = rolegate.validate([Path(folder)]).diagnostics
        theirs = [one for one in found if one.file.endswith("clerk.yaml")]
        mine = [one.diagnostic for one in after.findings if not one.elsewhere]
        assert sorted((one.code, one.message) for one in theirs) == sorted((o.code, o.message) for o in mine)


RENAMED = {
    "agent.yaml": "role: agent\nrenamed_from: [helper]\ngrants: [contacts.view]\n",
    "boss.yaml": "role: boss\nextends: helper\ngrants: [tickets.print]\n",
    "copy.yaml": "role: copy\nclone_of: helper\ngrants: [contacts.view]\n",
    "own.yaml": "role: own\ndomain: acme\nreplaces: helper\nextends: helper\n"
    "accept: {RG236: {helper: The old name is on our screens}}\n",
}


@pytest.mark.parametrize(
    ("role", "domain"), [("agent", None), ("boss", None), ("copy", None), ("own", "acme")]
)
def test_former_names_of_roles_stay_in_a_saved_draft(tmp_path: Path, role: str, domain: str | None) -> None:
    """Whoever uses one still finds the role, and the draft has the findings of its file."""
    files: dict[str, Any] = {"catalog.yaml": CATALOG, "domains.yaml": {"domains": {"acme": {}}}}
    line = {"user": "ana", "role": "helper", "domain": "acme"}
    write_set({**files, "bindings.yaml": {"bindings": [line]}}, tmp_path)
    (tmp_path / "roles").mkdir()
    for name, text in RENAMED.items():
        (tmp_path / "roles" / name).write_text(text, encoding="utf-8")
    draft, file = (
        rolegate.load(tmp_path).draft(role, domain=domain),
        rolegate.read_role(tmp_path, role, domain=domain),
    )
    assert RENAMED[f"{role}.yaml"] == file.text(draft)
    ticked = draft.tick("tickets.show@vip")
    file.save(ticked)
    found = [one for one in rolegate.validate([tmp_path]).diagnostics if one.file.endswith(f"{role}.yaml")]
    assert [one.message for one in found] == [one.message for one in ticked.findings]
    assert (
        RENAMED[f"{role}.yaml"].splitlines()[1]
        in (tmp_path / "roles" / f"{role}.yaml").read_text().splitlines()
    )
