"""Who may do something with one record: those for whom the check says yes."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate

CATALOG = """
catalog: desk
user: {region: text}
scopes:
  reach:
    all: {}
    region: {within: all, where: {region: user.region}}
    my: {within: region, where: {owner: user.id}}
permissions: {tickets: {permissions: {show: {title: Show, scopes: reach}}}}
"""
ROLES = """
roles:
  own: {grants: ["tickets.show@my"]}
  near: {grants: ["tickets.show@region"]}
  whole: {grants: ["tickets.show@all"]}
"""
BINDINGS = """
bindings:
  - {user: ana, role: own, domain: acme}
  - {team: sales, role: own, domain: acme}
  - {user: cy, role: near, domain: acme}
  - {user: dee, role: whole, domain: acme}
  - {user: eli, role: whole, domain: acme}
  - {user: eli, restrict: [tickets.show], domain: acme}
  - {user: fay, role: whole, domain: birch}
"""


@pytest.fixture
def gate(tmp_path: Path) -> rolegate.Gate:
    (tmp_path / "roles").mkdir()
    for name, text in (
        ("catalog.yaml", CATALOG),
        ("roles/all.yaml", ROLES),
        ("domains.yaml", "domains: {acme: {teams: {sales: [bo]}}, birch: {}}"),
        ("bindings.yaml", BINDINGS),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return rolegate.Gate(rolegate.load(tmp_path))


def test_only_those_whose_condition_is_met(gate: rolegate.Gate) -> None:
    """Not the restricted one, and nobody of another domain."""
    ticket = {"owner": "bo", "region": "eu"}
    assert gate.users_who_can("tickets.show", ticket, domain="acme") == ("bo", "dee")
    assert gate.users_who_can("tickets.show", {**ticket, "owner": "nobody"}, domain="acme") == ("dee",)
    assert gate.users_who_can("tickets.show", ticket, domain="birch") == ("fay",)


def test_the_application_says_what_it_knows_of_each_user(gate: rolegate.Gate) -> None:
    """Without it, a condition on an attribute of the user is not met."""
    ticket = {"owner": "ana", "region": "eu"}
    regions = {"cy": "eu"}
    found = gate.users_who_can(
        "tickets.show", ticket, domain="acme", attributes=lambda user: {"region": regions.get(user, "us")}
    )
    assert found == ("ana", "cy", "dee")
    assert gate.users_who_can("tickets.show", ticket, domain="acme") == ("ana", "dee")


def test_a_wrong_question_is_told(gate: rolegate.Gate) -> None:
    """Nobody takes an empty list for an answer."""
    with pytest.raises(rolegate.UnknownNameError):
        gate.users_who_can("tickets.shwo", {}, domain="acme")
    with pytest.raises(rolegate.InvalidQuestionError):
        gate.users_who_can("tickets.show", {"owner": "bo", "region": "eu"})
    assert gate.users_who_can("tickets.show", None, domain="acme") == ()
    with pytest.raises(rolegate.InvalidQuestionError):
        gate.domains_of(7)  # type: ignore[arg-type]
