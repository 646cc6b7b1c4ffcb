"""Teams in teams: who is a member, by which way, and whom restrictions reach."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Gate, Policy, Question

CATALOG = """
catalog: teams
scopes: {reach: [all, my]}
permissions:
  see: {title: See, scopes: reach}
  edit: {title: Edit, requires: see}
  call: Call
"""
DOMAINS = """
domains:
  acme:
    teams:
      all: [{team: sales}, zoe]
      sales: [ana, {team: emea}]
      emea: [bo, {team: paris}]
      paris: {team: lille}
      lille: [cy]
  inner: {within: acme, teams: {emea: [di], here: [{team: emea}, {team: sales}]}}
"""
BINDINGS = """
bindings:
  - {team: all, grants: ["see@all", edit, call], domain: acme}
  - {team: sales, restrict: ["see@all"], domain: acme}
  - {team: emea, restrict: [see@my], domain: acme}
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    """A set with teams five deep, one of which an inner domain shadows."""
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": BINDINGS}
    return rolegate.load(write(tmp_path / "set", files))


def may(
    policy: Policy, permission: str, *, user: str | None = None, team: str | None = None, domain: str = "acme"
) -> bool:
    return policy.decide(Question(permission, user=user, team=team, domain=domain)).allowed


def test_everybody_within_a_team_is_in_it(policy: Policy) -> None:
    """Users and teams, however deep; in the domain that declares the team and inside it."""
    assert all(
        may(policy, "call", user=user, domain=domain)
        for user in ("zoe", "ana", "bo", "cy")
        for domain in ("acme", "inner")
    )
    assert all(may(policy, "call", team=team) for team in ("all", "sales", "emea", "paris", "lille"))
    assert not may(policy, "call", user="di", domain="inner")
    assert not may(policy, "call", team="emea", domain="inner")


def test_restrictions_on_the_teams_around_count_together(policy: Policy) -> None:
    """`edit` needs `see` at any scope: `sales` leaves `my`, `emea` takes that as well."""
    assert {"zoe": True, "ana": True, "bo": False, "cy": False} == {
        user: may(policy, "edit", user=user) for user in ("zoe", "ana", "bo", "cy")
    }
    assert {"all": True, "sales": True, "emea": False, "lille": False} == {
        team: may(policy, "edit", team=team) for team in ("all", "sales", "emea", "lille")
    }


def test_no_question_needs_more_than_two_links(policy: Policy) -> None:
    """From user to team, and from there to a role; from a team to each team above at once."""
    links = {(link.sub, link.role) for link in policy.compile().g if link.dom == "acme"}
    above = {"team:acme/paris", "team:acme/emea", "team:acme/sales", "team:acme/all"}
    assert above == {role for sub, role in links if sub == "team:acme/lille"}
    assert {*above, "team:acme/lille"} == {role for sub, role in links if sub == "user:cy"}


def test_the_way_is_explained(policy: Policy) -> None:
    """Each team on it, and where its member is named; a shadowed one with its domain."""
    chain = policy.explain("cy", "call", domain="inner").chain
    assert [
        "`cy` is in team `lille`",
        "team `lille` is in team `paris`",
        "team `paris` is in team `emea` of `acme`",
        "team `emea` of `acme` is in team `sales`",
        "team `sales` is in team `all`",
    ] == [step.text for step in chain[:-1]]
    assert [9, 8, 7, 6, 5] == [step.line for step in chain[:-1]]


def test_a_name_is_looked_up_where_the_team_is_declared(policy: Policy) -> None:
    """`emea` in `here` is the one of `inner`; in `sales`, which `here` contains, that of `acme`."""
    gate = Gate(policy)
    assert {"here"} < set(gate.subject("di", "inner").teams)
    assert {"here", "sales", "all"} == set(gate.subject("bo", "inner").teams)
    assert {"emea", "sales", "all"} == set(gate.subject("bo", "acme").teams)
    assert {"here", "emea"} == set(gate.subject("di", "inner").teams)


def test_who_can_has_the_users_of_member_teams(policy: Policy) -> None:
    """Those whom a team brings are users of the set."""
    holders = {(holder.kind, holder.name) for holder in policy.who_can("call", domain="acme")}
    users = {("user", user) for user in ("ana", "bo", "cy", "zoe")}
    assert users | {("team", team) for team in ("all", "sales", "emea", "paris", "lille")} == holders
    assert {"ana", "bo", "cy", "di", "zoe"} == set(policy.users)


@pytest.mark.parametrize("members", ["[{team: nobody}]", "[{team: inner_team}]"])
def test_a_member_team_has_to_be_known(tmp_path: Path, members: str) -> None:
    """An outer team cannot have an inner one as a member."""
    domains = f"domains:\n  acme: {{teams: {{sales: {members}}}}}\n"
    domains += "  inner: {within: acme, teams: {inner_team: [ana]}}\n"
    found = rolegate.validate([write(tmp_path, {"catalog.yaml": CATALOG, "domains.yaml": domains})])
    assert ["RG403"] == [finding.code for finding in found.diagnostics]


def test_many_teams_in_teams_are_counted_before_they_are_made(tmp_path: Path) -> None:
    """A chain of thousands of teams is refused, and does not take long."""
    teams = "".join(f"      t{n}: [u{n}, {{team: t{n - 1}}}]\n" for n in range(1, 5000))
    domains = f"domains:\n  acme:\n    teams:\n      t0: [u0]\n{teams}"
    found = rolegate.validate([write(tmp_path, {"catalog.yaml": CATALOG, "domains.yaml": domains})])
    assert {"RG502", "RG503"} & {finding.code for finding in found.diagnostics}
