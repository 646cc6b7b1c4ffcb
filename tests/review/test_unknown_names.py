"""Rules that name what nothing in the set is called by."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from reading import write
from steps import NOW

SET = {
    "catalog.yaml": "catalog: desk\nresources: {inbox: Inbox}\npermissions: {open: {per: inbox}}\n",
    "domains.yaml": "domains: {acme: {instances: {inbox: [Sales]}, teams: {night: [dana]}}, beta: {}}\n",
    "bindings.yaml": "bindings: [{user: olga, role: agent, domain: acme}]\n",
    "roles/agent.yaml": 'role: agent\ngrants: ["open[*]"]\n',
}


def told(folder: Path, files: dict[str, str]) -> list[str]:
    """The messages of RG740 about the set with *files*."""
    write(folder, {**SET, **files})
    found = rolegate.validate([folder], at=NOW).diagnostics
    return [one.message for one in found if one.code == "RG740"]


@pytest.mark.parametrize("who", ["user:Olga", "user:olag", "user:dan"])
def test_a_user_nearly_called_like_a_known_one_is_told(who: str, tmp_path: Path) -> None:
    """Lines and teams name users."""
    files = {"invariants.yaml": f"invariants: [{{never: 'open[Sales]', for: '{who}'}}]\n"}
    name = who.partition(":")[2]
    assert told(tmp_path, files) == [
        f"the invariant is about the user `{name}`, whom no line and no team names"
    ]


@pytest.mark.parametrize("who", ["user:olga", "user:dana", "user:zacharias", "role:agent", "users"])
def test_any_other_user_can_be_named(who: str, tmp_path: Path) -> None:
    """Users come from outside."""
    assert (
        told(tmp_path, {"invariants.yaml": f"invariants: [{{never: 'open[Sales]', for: '{who}'}}]\n"}) == []
    )


def test_an_instance_that_no_domain_lists_is_told(tmp_path: Path) -> None:
    """In every key that takes grants; one that some domain lists is known."""
    files = {"invariants.yaml": "invariants: [{includes: 'open[Sales]', with: 'open[Slaes]'}]\n"}
    assert told(tmp_path, files) == ["the invariant names the inbox `Slaes`, which no domain lists"]
    assert told(tmp_path, {**files, "domains.yaml": "domains: {acme: {}, beta: {}}\n"}) == []


def test_an_unknown_role_of_a_review_is_told(tmp_path: Path) -> None:
    """With or without invariants in the set."""
    assert told(tmp_path, {"review.yaml": "only_roles: [agent, agnet]\n"}) == [
        "`only_roles` names an unknown role `agnet`"
    ]
    assert told(tmp_path, {"review.yaml": "only_roles: [agent]\n"}) == []


def test_a_custom_role_of_a_review_is_told(tmp_path: Path) -> None:
    """`only_roles` lets default roles change alone, so the name does not do what it says."""
    files = {
        "catalog.yaml": f"{SET['catalog.yaml']}plans: [pro]\ncustom_roles: {{plans: [pro]}}\n",
        "domains.yaml": "domains: {acme: {plan: pro, instances: {inbox: [Sales]}}}\n",
        "roles/acme/helper.yaml": 'role: helper\ngrants: ["open[Sales]"]\n',
        "review.yaml": "only_roles: [helper]\n",
    }
    assert told(tmp_path, files) == [
        "`only_roles` names `helper`, a custom role, and lets only default roles change"
    ]
