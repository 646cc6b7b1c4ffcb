"""The lists of a report name exactly those who are allowed some of a permission."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

import rolegate
from drawing import examples
from plain.loading import sound
from plain.strategies import NOW, Files, policy_sets
from reading import write
from rolegate import Policy
from rolegate.grants.roles import name_in
from rolegate.review.differences import PolicySide
from rolegate.review.part_holders import DomainHolders, PartHolder, part_holders

DESK = {
    "catalog.yaml": """
catalog: desk
scopes: {reach: {all: {}, team: {within: all}, my: {within: team}}}
permissions:
  tickets: {permissions: {show: {title: Show, scopes: reach}, export: Export}}
""",
    "domains.yaml": """
domains: {acme: {teams: {sales: [ana, bo]}}, emea: {teams: {sales: [ana, bo]}}, small: {}}
""",
    "roles/all.yaml": "roles: {agent: {grants: ['tickets.show@team']}, boss: {grants: ['tickets.*']}}\n",
    "roles/acme.yaml": "role: lead\ndomain: acme\ngrants: [tickets.export]\n",
    "bindings.yaml": """
bindings:
  - {team: sales, role: agent, domain: acme}
  - {team: sales, role: agent, domain: emea}
  - {everyone: true, grants: ['tickets.show@my'], domain: small}
  - {user: cy, role: boss, domain: small}
  - {user: dan, restrict: ['tickets.*'], domain: small}
""",
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return rolegate.load(write(tmp_path_factory.mktemp("desk"), DESK), at=NOW)


def holders(policy: Policy) -> dict[str, tuple[DomainHolders, ...]]:
    return part_holders(PolicySide.of(policy.snapshot()))


def test_domains_with_the_same_holders_are_one_line(desk: Policy) -> None:
    """Default roles once; who holds what everyone holds is not named, and who does not is."""
    team = ("@team",)
    assert holders(desk)["tickets.show"] == (
        DomainHolders(
            (), (PartHolder("role", "agent", None, team), PartHolder("role", "boss", None, ("@all",)))
        ),
        DomainHolders(
            ("acme", "emea"),
            (
                PartHolder("team", "sales", None, team),
                PartHolder("user", "ana", None, team),
                PartHolder("user", "bo", None, team),
            ),
        ),
        DomainHolders(
            ("small",),
            (PartHolder("everyone", "", None, ("@my",)), PartHolder("user", "cy", None, ("@all",))),
            ("dan",),
        ),
    )
    assert [here.domains for here in holders(desk)["tickets.export"]] == [(), ("acme",), ("small",)]


@examples(75)
@given(files=policy_sets())
def test_the_lists_are_those_of_who_can(files: Files) -> None:
    """In each domain the users, whether it is everyone, the teams, and the roles of the domain."""
    with TemporaryDirectory() as folder:
        policy = Policy(resolved=sound(files, Path(folder)).resolved, at=NOW)
    for path, found in holders(policy).items():
        assert in_lists(policy, found) == by_asking(policy, path), path


def in_lists(policy: Policy, found: tuple[DomainHolders, ...]) -> set[tuple[str, str, str]]:
    """Kind, name and domain of each holder, also of those who are not named beside everyone."""
    named = set()
    for here in found:
        for domain in here.domains:
            kinds = {
                (holder.kind, holder.name) for holder in here.holders if can_be_asked(policy, holder, domain)
            }
            if ("everyone", "") in kinds:
                users = policy.snapshot().index.tables[domain].users
                kinds |= {("user", user) for user in users if user not in here.but_not}
            named |= {(kind, name, domain) for kind, name in kinds}
    return named


def can_be_asked(policy: Policy, holder: PartHolder, domain: str) -> bool:
    """A question cannot be about a team of an outer domain where one further inside has its name."""
    owner = policy.resolved.domains.team_owner(holder.name, domain)
    return holder.kind != "team" or owner == (holder.owner or domain)


def by_asking(policy: Policy, path: str) -> set[tuple[str, str, str]]:
    """The same by a question about each subject; default roles are listed without a domain."""
    resolved = policy.resolved
    own = {
        ("role", name_in(role, role.domain, resolved.roles, resolved.domains), role.domain): role.name
        for role in resolved.roles.values()
        if role.domain is not None
    }
    asked = ((holder.kind, holder.name, holder.domain) for holder in policy.who_can(path, any=True, at=NOW))
    return {(who[0], own.get(who, who[1]), who[2]) for who in asked if who[0] != "role" or who in own}
