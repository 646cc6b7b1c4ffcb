"""What is bound: who has a role, what a user has and where, what ends, which labels are missing."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given

import rolegate
from drawing import examples
from plain.evaluator import Evaluator
from plain.loading import loaded
from plain.strategies import NOW, Files, names_in, policy_sets
from plain.writer import write_set
from reading import write
from rolegate import BoundLine, UnknownNameError
from rolegate.grants.roles import RoleKey, RoleTable

SET = """
catalog.yaml:
  catalog: stock
  resources: {inbox: Inbox}
  permissions:
    tickets: {permissions: {view: View, reply: {title: Reply, description: To the customer.}}}
    inboxes: {permissions: {use: {title: Use, per: inbox, every: Every inbox}}}
roles/agent.yaml: {role: agent, title: Agent, grants: [tickets.view, "inboxes.use[*]"]}
roles/lead.yaml: {role: lead, title: Lead, domain: acme, grants: [tickets.reply]}
domains.yaml:
  domains:
    acme: {teams: {sales: [bo, cy]}, instances: {inbox: [Default]}}
    acme-emea: {within: acme}
    birch: {teams: {idle: [dee]}}
labels/fr.yaml:
  locale: fr
  title: Stock
  permissions: {tickets: Billets, tickets.view: Voir, inboxes.use: {title: Utiliser}}
bindings.yaml:
  bindings:
    - {user: ana, role: agent, domain: acme}
    - {team: sales, role: agent, domain: acme, until: "2030-01-01"}
    - {user: bo, role: agent, domain: acme, only: {inbox: [Default]}, rest: keep}
    - {user: bo, role: lead, domain: acme-emea}
    - {user: ana, grants: [tickets.reply], domain: birch, until: "2029-01-01"}
    - {user: ana, restrict: [tickets.reply], domain: birch}
    - {user: eli, role: agent, domain: acme, until: "2020-01-01"}
"""
AT = date(2026, 1, 1)


@pytest.fixture
def policy(tmp_path: Path) -> rolegate.Policy:
    return rolegate.load(write_set(yaml.load(SET, Loader=yaml.CBaseLoader), tmp_path), at=AT)


def said(lines: tuple[BoundLine, ...]) -> list[tuple[str, str]]:
    return [(line.name, line.domain) for line in lines]


def test_who_has_a_role(policy: rolegate.Policy) -> None:
    """Users and teams with their members, in the order of the files; what has ended is left out."""
    lines = policy.bindings(role="agent", domain="acme")
    assert said(lines) == [("ana", "acme"), ("sales", "acme"), ("bo", "acme")]
    assert [line.users for line in lines] == [("ana",), ("bo", "cy"), ("bo",)]
    assert lines[2].only == {"inbox": ("Default",)}


def test_in_an_inner_domain_the_outer_lines_hold(policy: rolegate.Policy) -> None:
    """But for those that `only` narrows, which hold in their own domain."""
    assert said(policy.bindings(role="agent", domain="acme-emea")) == [("ana", "acme"), ("sales", "acme")]


def test_what_a_user_has_and_where(policy: rolegate.Policy) -> None:
    """Through teams as well, in every domain."""
    assert said(policy.bindings(user="bo")) == [("sales", "acme"), ("bo", "acme"), ("bo", "acme-emea")]
    grants, taken = policy.bindings(user="ana", domain="birch")
    assert (grants.grants, grants.restrict, taken.grants, taken.restrict) == (
        ("tickets.reply",),
        (),
        (),
        ("tickets.reply",),
    )
    assert policy.bindings(user="nobody") == ()


def test_what_ends_before_a_date(policy: rolegate.Policy) -> None:
    """A line that ends as the day begins is over on that day, so it is there."""
    assert said(policy.bindings(ends_before=date(2029, 1, 1))) == [("ana", "birch")]
    assert said(policy.bindings(ends_before=date(2028, 12, 31))) == []
    assert said(policy.bindings(team="sales", ends_before=date(2031, 1, 1))) == [("sales", "acme")]


def test_a_date_begins_where_the_line_stands(tmp_path: Path) -> None:
    """In a domain with a zone of its own, the line ends with the day there."""
    files = yaml.load(SET, Loader=yaml.CBaseLoader)
    files["domains.yaml"]["domains"]["birch"]["zone"] = "America/New_York"
    policy = rolegate.load(write_set(files, tmp_path), at=AT)
    (line,) = policy.bindings(ends_before=date(2029, 1, 1))
    assert line.until is not None
    assert line.until.isoformat() == "2029-01-01T00:00:00-05:00"
    assert policy.bindings(ends_before=datetime(2029, 1, 1, tzinfo=UTC)) == ()
    with pytest.raises(rolegate.InvalidQuestionError):
        policy.bindings(ends_before="2029-01-01")  # type: ignore[arg-type]


def test_unknown_names_are_told(policy: rolegate.Policy) -> None:
    """A list that is empty because of a misspelt name would be believed."""
    with pytest.raises(UnknownNameError, match="unknown role `agnt`"):
        policy.bindings(role="agnt")
    with pytest.raises(UnknownNameError, match="unknown role `lead`"):
        policy.bindings(role="lead", domain="birch")
    with pytest.raises(UnknownNameError, match="unknown team `sale`"):
        policy.bindings(team="sale")
    with pytest.raises(UnknownNameError, match="unknown domain `acm`"):
        policy.bindings(domain="acm")


def test_the_domains_that_name_a_user(policy: rolegate.Policy) -> None:
    """By lines and by teams, and the domains inside; a team without any line counts."""
    assert policy.domains_of("bo") == ("acme", "acme-emea")
    assert policy.domains_of("ana") == ("acme", "acme-emea", "birch")
    assert policy.domains_of("dee") == ("birch",)
    assert policy.domains_of("eli") == ()
    assert rolegate.Gate(policy).domains_of("ana") == ("acme", "acme-emea", "birch")


def test_a_line_for_everyone_names_nobody(tmp_path: Path) -> None:
    """It reaches each user, and no list of tenants to choose from has all of them in it."""
    files = yaml.load(SET, Loader=yaml.CBaseLoader)
    files["bindings.yaml"]["bindings"].append({"everyone": "true", "role": "agent", "domain": "birch"})
    policy = rolegate.load(write_set(files, tmp_path), at=AT)
    assert policy.domains_of("bo") == ("acme", "acme-emea")
    assert policy.domains_of("nobody") == ()
    (line,) = policy.bindings(user="nobody")
    assert (line.kind, line.name, line.users, line.role) == ("everyone", "", (), "agent")


@examples(13)
@given(policy_sets())
def test_the_domains_of_a_user_are_those_where_a_line_or_a_team_names_them(files: Files) -> None:
    """As the plain evaluator has it."""
    plain = Evaluator(files, NOW)
    with tempfile.TemporaryDirectory() as folder:
        policy = loaded(Path(folder), files)
        for user in (*names_in(files)["user"], "nobody at all"):
            expected = [
                name
                for name in policy.domains
                if any(plain.spoken_of(line) == ("user", user, None) for line in plain.live(name))
                or any(
                    user in plain.members(("team", team, outer))
                    for outer in plain.outward(name)
                    for team in plain.domains[outer].get("teams", {})
                )
            ]
            assert expected == list(policy.domains_of(user, NOW))
            for domain in policy.domains:
                lines = policy.bindings(user=user, domain=domain, at=NOW)
                reached = [
                    line for line in plain.live(domain) if plain.reaches(line, ("user", user, None), domain)
                ]
                assert len(reached) == len(lines)


def test_missing_labels(policy: rolegate.Policy) -> None:
    """Titles, descriptions and the boxes of every instance, each with what is shown now."""
    assert [(label.section, label.name, label.key, label.text) for label in policy.missing_labels("fr")] == [
        ("permissions", "tickets.reply", "title", "Reply"),
        ("permissions", "tickets.reply", "description", "To the customer."),
        ("permissions", "inboxes", "title", "Inboxes"),
        ("permissions", "inboxes.use", "every", "Every inbox"),
        ("resources", "inbox", "title", "Inbox"),
        ("roles", "agent", "title", "Agent"),
    ]
    assert policy.missing_labels("en") == policy.missing_labels("en-GB") == ()
    with pytest.raises(UnknownNameError):
        policy.missing_labels("de")


def test_a_former_name_is_that_of_one_role(tmp_path: Path) -> None:
    """A role of another tenant with the name of today was never called by it."""
    files = {
        "catalog.yaml": "catalog: c\npermissions: {read: Read}\n",
        "domains.yaml": "domains: {acme: {}, beta: {}}\n",
        "roles/all.yaml": "roles:\n  chief: {domain: beta, grants: [read]}\n",
        "roles/chief.yaml": "role: chief\ndomain: acme\nrenamed_from: boss\ngrants: [read]\n",
        "bindings.yaml": "bindings:\n"
        "- {user: ana, role: chief, domain: acme}\n- {user: bo, role: chief, domain: beta}\n",
    }
    policy = rolegate.load(write(tmp_path, files))
    assert [line.name for line in policy.bindings(role="boss")] == ["ana"]
    assert [line.name for line in policy.bindings(role="chief")] == ["ana", "bo"]


def test_a_role_is_looked_for_once_for_all_lines(
    policy: rolegate.Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many lines there are, the table of roles is walked once."""
    asked: list[str] = []
    keys_called = RoleTable.keys_called

    def told(self: RoleTable[Any], name: str) -> frozenset[RoleKey]:
        asked.append(name)
        return keys_called(self, name)

    monkeypatch.setattr(RoleTable, "keys_called", told)
    assert len(policy.bindings(role="agent")) > 1 and asked == ["agent"]
