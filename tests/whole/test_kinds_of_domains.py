"""Kinds of domains: a permission is held in the kinds in which it exists, and nowhere else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import rolegate
from reading import write
from rolegate import Policy, Question

FILES = {
    "catalog.yaml": """
catalog: rooms
domain_kinds: {organization: Organization, workspace: Workspace}
plans: [free, pro]
permissions:
  home: Home
  settings:
    permissions:
      members: {title: Members, domain_kinds: [organization]}
      tags: {title: Tags, domain_kinds: [workspace]}
  inbox:
    domain_kinds: [workspace]
    permissions:
      read: Read
      reply: {title: Reply, requires: inbox.read}
      export: {title: Export, plans: [pro], requires: inbox.read, implies: inbox.load}
      load: {title: Load, hidden: true, plans: [pro]}
  billing: {title: Billing, domain_kinds: [organization], plans: [pro]}
""",
    "roles/all.yaml": "role: all\ngrants: ['*']\n",
    "roles/lead.yaml": "role: lead\ndomain: acme\ngrants: [settings.*, inbox.read]\n",
    "domains.yaml": """
domains:
  acme: {kind: organization, plan: pro, teams: {staff: [bo]}}
  acme-main: {kind: workspace, within: acme}
  acme-free: {kind: workspace, within: acme, plan: free}
""",
    "bindings.yaml": """
bindings:
  - {user: ana, role: all, domain: acme}
  - {team: staff, role: lead, domain: acme}
  - {user: cy, grants: [billing, inbox.reply, inbox.read], domain: acme}
  - {user: dan, role: all, domain: acme}
  - {user: dan, restrict: [inbox.read, settings.members], domain: acme}
""",
}
DOMAINS = ("acme", "acme-main", "acme-free")


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    return rolegate.load(write(tmp_path, FILES))


def where(policy: Policy, permission: str, **subject: str) -> list[str]:
    """The domains in which the answer is yes."""
    return [
        domain
        for domain in DOMAINS
        if policy.decide(Question(permission, domain=domain, any=permission.endswith("*"), **subject))
    ]


def test_a_role_bound_in_the_organization_holds_each_permission_where_it_exists(policy: Policy) -> None:
    """A kind is one condition, a plan another, and a hidden permission goes with what implies it."""
    assert ["acme", "acme-main", "acme-free"] == where(policy, "home", user="ana")
    assert ["acme"] == where(policy, "settings.members", user="ana") == where(policy, "billing", user="ana")
    assert ["acme-main", "acme-free"] == where(policy, "inbox.reply", user="ana")
    assert (
        ["acme-main"] == where(policy, "inbox.export", user="ana") == where(policy, "inbox.load", user="ana")
    )


def test_custom_roles_and_lines_of_grants_are_no_way_around(policy: Policy) -> None:
    """They are in lines of their own domains."""
    assert ["acme"] == where(policy, "settings.members", user="bo") == where(policy, "billing", user="cy")
    assert ["acme-main", "acme-free"] == where(policy, "settings.tags", user="bo")
    assert ["acme-main", "acme-free"] == where(policy, "inbox.reply", user="cy")
    assert ["acme-main", "acme-free"] == where(policy, "inbox.read", team="staff")
    assert ["acme"] == where(policy, "billing", role="all")
    assert policy.decide(Question("billing", role="all")) and policy.decide(
        Question("inbox.reply", role="all")
    )


def test_a_restriction_takes_what_exists_there(policy: Policy) -> None:
    """With what requires it; a line denies nothing that does not exist in its domain."""
    assert [] == where(policy, "settings.members", user="dan") == where(policy, "inbox.reply", user="dan")
    assert ["acme-main", "acme-free"] == where(policy, "settings.tags", user="dan")
    denied = {
        (line.dom, line.act) for line in policy.compile().p if line.sub == "user:dan" and line.eft == "deny"
    }
    inbox = {(dom, f"inbox.{name}") for dom in ("acme-main", "acme-free") for name in ("read", "reply")}
    assert {("acme", "settings.members"), *inbox, ("acme-main", "inbox.export")} == denied


def test_the_condition_stands_in_the_lines(policy: Policy) -> None:
    """Before the plan, and each domain that meets it is listed."""
    compiled = policy.compile()
    wanted = "gate:kind=workspace&plan=pro"
    assert [wanted] == [
        line.dom for line in compiled.p if (line.sub, line.act) == ("role:all", "inbox.export")
    ]
    assert [":full", "acme-main"] == [dom for dom, name in compiled.g2 if name == wanted]
    assert [":full", "acme-free", "acme-main"] == [
        dom for dom, name in compiled.g2 if name == "gate:kind=workspace"
    ]


def test_a_denial_says_where_the_permission_exists(policy: Policy) -> None:
    """And points at the domain; a missing plan is told as before."""
    explanation = policy.explain("ana", "billing", domain="acme-main")
    because = (
        "`billing` exists only in a domain of kind `organization`, and `acme-main` is of kind `workspace`"
    )
    assert because == explanation.decision.reason
    assert [(because, "domains.yaml", 4)] == [
        (step.text, Path(step.file).name, step.line) for step in explanation.blocked
    ]
    assert () == explanation.nearest
    lacking = policy.explain("ana", "inbox.export", domain="acme-free").decision.reason
    assert "`inbox.export` needs the plan `pro`, which domain `acme-free` does not have" == lacking


def test_any_of_a_group_is_about_what_exists_there(policy: Policy) -> None:
    """What does not exist is not the reason of a no, unless nothing of it exists."""
    assert ["acme", "acme-main", "acme-free"] == where(policy, "settings.*", user="ana")
    assert ["acme-main", "acme-free"] == where(policy, "settings.*", user="dan")
    nobody = Question("settings.*", user="eve", domain="acme", any=True)
    assert "no grant covers it" == policy.decide(nobody).reason
    assert "exists only in" in policy.decide(Question("inbox.*", user="eve", domain="acme", any=True)).reason


def boxes(
    policy: Policy,
    domain: str | None = None,
    user: str | None = None,
    team: str | None = None,
    role: str | None = None,
) -> set[str]:
    tree = policy.tree(user=user, team=team, role=role, domain=domain)
    return {node.path for node in tree.walk()}


def test_trees_have_the_boxes_of_their_domain(policy: Policy) -> None:
    """A role without a domain has all of them; so do a group's boxes, where anything in it is left."""
    everything = boxes(policy, role="all")
    assert {"settings.members", "settings.tags", "inbox", "inbox.export", "billing"} < everything
    assert everything - {"settings.tags", "inbox", "inbox.read", "inbox.reply", "inbox.export"} == boxes(
        policy, user="ana", domain="acme"
    )
    for domain in ("acme-main", "acme-free"):
        for subject in ({"user": "ana"}, {"team": "staff"}, {"role": "all"}):
            assert everything - {"settings.members", "billing"} == boxes(policy, domain=domain, **subject)


def test_what_a_tree_writes_is_what_the_subject_has_there(policy: Policy) -> None:
    """A star that is held stays a star, though part of it does not exist in the domain."""
    catalog = policy.catalog
    assert ("*",) == rolegate.grants_of(policy.tree(role="all", domain="acme-main"), catalog)
    assert ("settings.*", "inbox.read") == rolegate.grants_of(
        policy.tree(role="lead", domain="acme-main"), catalog
    )
    assert ("settings.*",) == rolegate.grants_of(policy.tree(role="lead", domain="acme"), catalog)


def test_a_star_is_not_written_of_a_tree_that_lacks_another_box(policy: Policy) -> None:
    """Only what does not exist in the domain may be missing under a star."""
    tree = policy.tree(role="all", domain="acme")
    smaller = replace(tree, children=tree.children[1:])
    assert ("settings.members", "billing") == rolegate.grants_of(smaller, policy.catalog)


def test_a_form_of_one_domain_names_nothing_of_others(policy: Policy) -> None:
    """Where a ticked star is taken apart, what is left of it is what has a box there."""
    boxes = policy.draft(domain="acme-main", grants=["settings.*", "inbox.*"])
    assert ("inbox.read", "inbox.reply", "settings.*") == tuple(sorted(boxes.untick("inbox.export").grants))
    assert ("inbox.*",) == boxes.untick("settings.tags").grants
    assert ("settings.members", "inbox.*") == (
        policy.draft(grants=["settings.*", "inbox.*"]).untick("settings.tags").grants
    )
    for box in ("billing", "settings.members"):
        with pytest.raises(rolegate.DraftError, match="does not exist in a domain of kind `workspace`"):
            boxes.tick(box)


def test_lists_say_what_checks_say(policy: Policy) -> None:
    """`who_can` lists holders where the permission exists; the matrix is about roles, before any domain."""
    holders = {(one.kind, one.name, one.domain) for one in policy.who_can("settings.members")}
    assert {
        ("user", "ana", "acme"),
        ("user", "bo", "acme"),
        ("team", "staff", "acme"),
        ("role", "all", "acme"),
        ("role", "lead", "acme"),
    } == holders
    rows = {row.path: row.cells for row in policy.matrix().rows}
    assert ("yes", "yes") == rows["settings.members"] == rows["settings.tags"]


def test_without_domains_everything_exists(tmp_path: Path) -> None:
    """The one domain of such a set is of every kind."""
    files = {"catalog.yaml": FILES["catalog.yaml"], "roles/all.yaml": FILES["roles/all.yaml"]}
    files["bindings.yaml"] = "bindings: [{user: ana, role: all}]\n"
    policy = rolegate.load(write(tmp_path, files))
    assert policy.check("ana", "billing") and policy.check("ana", "inbox.export")
    assert "inbox.reply" in boxes(policy, user="ana") and "billing" in boxes(policy, user="ana")
