"""Named restrictions: the catalog says what they take away, lines of bindings switch them on."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

import rolegate
from plain.writer import write_set

SET = """
catalog.yaml:
  catalog: named
  resources: {inbox: Inbox}
  restrictions:
    contact_deletion: {title: Contact Deletion, description: For trainees., restrict: contacts.delete}
    one_inbox: {restrict: ["inboxes.use[Default]"]}
    unused: {restrict: [contacts.view]}
  permissions:
    contacts:
      permissions:
        view: View
        delete: {title: Delete, requires: contacts.view}
        merge: {title: Merge, requires: contacts.delete}
    inboxes: {permissions: {use: {title: Use, per: inbox}}}
roles/all.yaml: {role: all, grants: ["*"]}
domains.yaml:
  domains:
    acme: {teams: {sales: [bo]}, instances: {inbox: [Default]}}
    acme-emea: {within: acme}
    birch: {instances: {inbox: [Other]}}
labels/fr.yaml: {locale: fr, restrictions: {contact_deletion: Suppression des contacts}}
bindings.yaml:
  bindings:
    - {user: ana, role: all, domain: acme}
    - {user: bo, role: all, domain: acme}
    - {user: ana, restrictions: [contact_deletion, one_inbox], domain: acme}
    - {team: sales, restrictions: contact_deletion, domain: acme, until: "2030-01-01"}
"""
AT = date(2026, 1, 1)


def set_of() -> dict[str, Any]:
    return dict(yaml.load(SET, Loader=yaml.CBaseLoader))


def loaded(folder: Path) -> rolegate.Policy:
    return rolegate.load(write_set(set_of(), folder), at=AT)


def spelled_out() -> dict[str, Any]:
    """The same set with `restrict` in the place of each name."""
    files = set_of()
    named = files["catalog.yaml"].pop("restrictions")
    del files["labels/fr.yaml"]
    for line in files["bindings.yaml"]["bindings"]:
        names = line.pop("restrictions", [])
        entries = [named[name]["restrict"] for name in ([names] if isinstance(names, str) else names)]
        if entries:
            line["restrict"] = [
                text for entry in entries for text in ([entry], entry)[isinstance(entry, list)]
            ]
    return files


def test_it_compiles_to_the_lines_of_restrict(tmp_path: Path) -> None:
    """Nothing in the compiled form is new."""
    named = loaded(tmp_path / "named").compile()
    plain = rolegate.load(write_set(spelled_out(), tmp_path / "plain"), at=AT).compile()
    assert plain.policy_text == named.policy_text
    assert any(line.eft == "deny" and line.act == "contacts.merge" for line in named.p)


def test_the_answer_and_the_explanation_name_the_restriction(tmp_path: Path) -> None:
    """The line that switches it on comes first, then the entry in the catalog."""
    policy = loaded(tmp_path)
    found = policy.explain("ana", "contacts.merge", domain="acme-emea")
    needed = "`contact_deletion` (`contacts.delete`, which `contacts.merge` requires)"
    assert found.decision.reason == f"restricted by {needed}"
    assert [(Path(step.file).name, step.text) for step in found.blocked] == [
        ("bindings.yaml", f"user `ana` is restricted: {needed}"),
        ("catalog.yaml", "restriction `contact_deletion` (Contact Deletion) takes away `contacts.delete`"),
    ]


def test_titles_name_a_restriction_once(tmp_path: Path) -> None:
    """In a language of the set its title is its name."""
    found = loaded(tmp_path).explain("ana", "contacts.merge", domain="acme-emea", locale="en")
    assert [1, 1] == [step.text.count("Contact Deletion") for step in found.blocked]


def test_two_lines_with_one_restriction_are_both_in_the_way(tmp_path: Path) -> None:
    """Whoever lifts one of them has to see the other."""
    files = set_of()
    files["bindings.yaml"]["bindings"].append(
        {"user": "bo", "restrictions": ["contact_deletion"], "domain": "acme"}
    )
    policy = rolegate.load(write_set(files, tmp_path), at=AT)
    found = policy.explain("bo", "contacts.delete", domain="acme")
    assert [step.text for step in found.blocked if step.file.endswith("bindings.yaml")] == [
        "user `bo` is restricted: `contact_deletion` (`contacts.delete`)",
        "team `sales` is restricted: `contact_deletion` (`contacts.delete`)",
    ]


def test_an_application_lists_them_with_titles_and_what_is_on(tmp_path: Path) -> None:
    """Each in the order of the catalog; a title without a label is that of the catalog."""
    policy = loaded(tmp_path)
    blank = policy.restrictions(locale="fr")
    assert [(one.name, one.title, one.on) for one in blank] == [
        ("contact_deletion", "Suppression des contacts", False),
        ("one_inbox", "one_inbox", False),
        ("unused", "unused", False),
    ]
    assert (blank[0].description, blank[0].restrict) == ("For trainees.", ("contacts.delete",))
    on = policy.restrictions(user="ana", domain="acme-emea")
    assert [one.on for one in on] == [True, True, False]
    assert [(line.name, line.domain) for line in on[0].lines] == [("ana", "acme")]


def test_the_line_of_a_team_says_whose_it_is_and_until_when(tmp_path: Path) -> None:
    """The box of one user cannot remove it; after its end it is not there."""
    policy = loaded(tmp_path)
    (line,) = policy.restrictions(user="bo", domain="acme")[0].lines
    assert (line.kind, line.name, line.users) == ("team", "sales", ("bo",))
    assert line.until is not None
    assert line.until.date() == date(2030, 1, 1)
    later = policy.restrictions(user="bo", domain="acme", at=date(2030, 1, 1))
    assert [one.on for one in later] == [False, False, False]


@pytest.mark.parametrize(
    "subject", [{"role": "all"}, {"everyone": "true"}, {"team": "sales"}, {"user": "bo"}]
)
def test_any_subject_can_be_restricted(subject: dict[str, str], tmp_path: Path) -> None:
    """A user, a team, the holders of a role, everyone: the box of whoever it reaches is on."""
    files = set_of()
    lines = [line for line in files["bindings.yaml"]["bindings"] if "restrictions" not in line]
    files["bindings.yaml"]["bindings"] = [*lines, {**subject, "restrictions": "one_inbox", "domain": "acme"}]
    policy = rolegate.load(write_set(files, tmp_path), at=AT)
    assert not policy.check("bo", "inboxes.use", on="Default", domain="acme")
    assert policy.check("bo", "inboxes.use", on="Other", domain="acme")
    assert [one.on for one in policy.restrictions(user="bo", domain="acme")] == [False, True, False]
    (line,) = policy.restrictions(user="bo", domain="acme")[1].lines
    assert (line.kind, line.role) == (next(iter(subject)), None)


def test_an_instance_has_to_be_known_where_it_is_switched_on(tmp_path: Path) -> None:
    """The finding is at the line: elsewhere the same restriction is sound."""
    files = set_of()
    files["bindings.yaml"]["bindings"].append({"user": "cy", "restrictions": "one_inbox", "domain": "birch"})
    found = rolegate.validate([write_set(files, tmp_path)]).diagnostics
    assert [(one.code, one.span.file.rpartition("/")[2], one.message) for one in found] == [
        (
            "RG414",
            "bindings.yaml",
            "restriction `one_inbox` is on the inbox `Default`, which domain `birch` does not know",
        )
    ]


def test_a_restriction_that_no_line_uses_is_checked(tmp_path: Path) -> None:
    """It is not wrong to have it, but what it names has to be there."""
    files = set_of()
    files["catalog.yaml"]["restrictions"]["unused"] = {"restrict": ["contacts.vieww"]}
    found = rolegate.validate([write_set(files, tmp_path)]).diagnostics
    assert [one.code for one in found] == ["RG301"]
