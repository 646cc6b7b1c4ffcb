"""Instances that domains list: their titles, those of outer domains, and those that are gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import rolegate
from plain.loading import loaded
from rolegate import Policy, Question

CATALOG: dict[str, Any] = {
    "catalog": "desk",
    "scopes": {"reach": ["all", "my"]},
    "resources": {"inbox": "Inbox", "shop": "Shop", "account": {"title": "Account", "within": "shop"}},
    "permissions": {
        "read": {"title": 'Read "{inbox}"', "per": "inbox", "scopes": "reach"},
        "sell": {"title": 'Sell at "{account}" of {shop}', "per": "account"},
        "plain": {"requires": "read"},
    },
}
DOMAINS: dict[str, Any] = {
    "acme": {
        "teams": {"sales": ["tom"]},
        "instances": {
            "inbox": {"Default": "Everything", "Sales": {"title": "Sales team"}, "Plain": {}},
            "account": {"allegro/one": "First"},
        },
        "removed": {"inbox": "Old", "shop": ["ebay"]},
    },
    "emea": {"within": "acme", "instances": {"inbox": ["Lyon"], "shop": {"allegro": "Allegro"}}},
    "beta": {"instances": {"inbox": "Old"}},
}


def policy_of(folder: Path, *lines: dict[str, Any], **more: Any) -> Policy:
    """The desk, with *lines*; in acme an administrator, a seller, a team, and a binding of beta."""
    bindings = [
        {"user": "ana", "role": "admin", "domain": "acme"},
        {"user": "bo", "grants": ["read[Old]@my", "read[Sales]@my", "plain"], "domain": "acme"},
        {"team": "sales", "role": "admin", "domain": "acme"},
        {
            "user": "cy",
            "role": "admin",
            "domain": "acme",
            "only": {"inbox": ["Old", "Sales"]},
            "rest": "keep",
        },
        {"user": "dan", "role": "admin", "domain": "beta"},
        *lines,
    ]
    files = {
        "catalog.yaml": CATALOG,
        "domains.yaml": {"domains": DOMAINS},
        "roles/admin.yaml": {"role": "admin", "grants": ["*"]},
        "bindings.yaml": {"bindings": bindings},
        "labels/fr.yaml": {
            "locale": "fr",
            "instances": {"acme": {"inbox": {"Sales": "Ventes"}}, "emea": {"inbox": {"Default": "Tout"}}},
        },
    }
    return loaded(folder, files | more)


@pytest.fixture
def desk(tmp_path: Path) -> Policy:
    """The desk as it is."""
    return policy_of(tmp_path)


def allowed(policy: Policy, permission: str, on: Any, **who: Any) -> bool:
    scope = "my" if permission == "read" else None
    return policy.decide(Question(permission, on=on, scope=scope, **who)).allowed


@pytest.mark.parametrize("domain", ["acme", "emea"])
@pytest.mark.parametrize(
    "who", [{"user": "ana"}, {"user": "bo"}, {"team": "sales"}, {"user": "tom"}, {"role": "admin"}]
)
def test_nobody_may_use_what_is_removed(desk: Policy, who: dict[str, str], domain: str) -> None:
    """No user, team or role, whatever grants it, in the domain and inside it; the rest is as before."""
    assert not allowed(desk, "read", "Old", domain=domain, **who)
    assert allowed(desk, "read", "Sales", domain=domain, **who)
    if who != {"user": "bo"}:
        for on in (("ebay", "shop-1"), ("ebay",)):
            assert not allowed(desk, "sell", on, domain=domain, **who)
        for permission, every in (
            ("read", None),
            ("read", "one of tomorrow"),
            ("sell", None),
            ("sell", "allegro"),
        ):
            assert allowed(desk, permission, every, domain=domain, **who)


def test_what_is_limited_to_a_removed_instance_is_gone(desk: Policy) -> None:
    """`only` narrows to nothing there, and `any` finds only what is left."""
    assert not allowed(desk, "read", "Old", user="cy", domain="acme")
    assert allowed(desk, "read", "Sales", user="cy", domain="acme")
    assert ("Sales",) == desk.instances("read", user="cy", domain="acme").known


def test_another_domain_may_have_one_of_the_same_id(desk: Policy) -> None:
    """`Old` of beta has nothing to do with that of acme."""
    assert allowed(desk, "read", "Old", user="dan", domain="beta")


def test_what_is_gone_is_no_restriction(desk: Policy) -> None:
    """Bo holds `plain`, which requires some inbox: one of hers is gone, and nothing else is taken along."""
    assert allowed(desk, "plain", None, user="bo", domain="acme")


def test_the_reason_names_the_entry(desk: Policy) -> None:
    """And nothing is suggested that would not help."""
    explained = desk.explain("ana", "read", domain="acme", on="Old", scope="my")
    assert "the inbox `Old` is removed" == explained.decision.reason
    assert [("the inbox `Old` is removed", "domains.yaml")] == [
        (step.text, Path(step.file).name) for step in explained.blocked
    ]
    assert () == explained.nearest


def test_lists_and_trees_leave_it_out(desk: Policy) -> None:
    """Even where a grant names it."""
    assert ("Sales",) == desk.instances("read", user="bo", domain="acme", scope="my").known
    assert not any("Old" in node.id for node in desk.tree(user="bo", domain="acme").walk())
    assert ("Old",) == desk.instances("read", user="dan", domain="beta").known


def test_instances_of_an_outer_domain_are_known_inside(desk: Policy) -> None:
    """Its own come first; those of an inner domain are not known outside."""
    found = desk.instances("read", user="ana", domain="emea")
    assert ("Lyon", "Default", "Sales", "Plain") == found.known
    assert ("Default", "Sales", "Plain") == desk.instances("read", user="ana", domain="acme").known


def test_instances_have_titles(desk: Policy) -> None:
    """In the language asked for, from the domain asked in outwards; the id where there is none."""
    found = desk.instances("read", user="ana", domain="emea")
    assert {"Default": "Everything", "Sales": "Sales team"} == found.titles
    assert found.to_dict()["titles"] == found.titles
    french = desk.instances("read", user="ana", domain="emea", locale="fr")
    assert {"Default": "Tout", "Sales": "Ventes"} == french.titles
    assert "Everything" == desk.instances("read", user="ana", domain="acme", locale="fr").titles["Default"]
    with pytest.raises(rolegate.UnknownNameError):
        desk.instances("read", user="ana", domain="acme", locale="de")


def test_the_tree_shows_titles(desk: Policy) -> None:
    """In place of the ids, at each level of a chain."""
    titles = {node.title for node in desk.tree(user="ana", domain="emea", locale="fr").walk()}
    assert {'Read "Tout"', 'Read "Ventes"', 'Read "Plain"', 'Sell at "First" of Allegro'} <= titles


@pytest.mark.parametrize(
    ("labels", "unknown"),
    [
        ({"acne": {"inbox": {"Sales": "x"}}}, "unknown domain `acne`"),
        ({"acme": {"inbax": {"Sales": "x"}}}, "unknown resource `inbax`"),
        ({"acme": {"inbox": {"Sails": "x"}}}, "unknown inbox of domain `acme` `Sails`"),
        ({"acme": {"inbox": {"Lyon": "x"}}}, "unknown inbox of domain `acme` `Lyon`"),
    ],
)
def test_a_label_needs_its_instance(labels: dict[str, Any], unknown: str, tmp_path: Path) -> None:
    """A label for what is not listed is an error."""
    with pytest.raises(rolegate.InvalidPolicyError, match=f"RG216 .*{unknown}"):
        policy_of(tmp_path, **{"labels/fr.yaml": {"locale": "fr", "instances": labels}})
