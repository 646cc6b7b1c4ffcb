"""Pins the plain evaluator to the examples of the design."""

from typing import Any

import pytest
import yaml

from plain.catalog import NO_SCOPE
from plain.evaluator import Ask, Evaluator
from plain.grammar import parse, write

CATALOG = """
catalog: sample
plans: [free, pro]
addons: [audit]
scopes:
  reach: [all, team, my]
  queue: {all: {}, team: {within: all}, unassigned: {within: all}, my: {within: team}}
resources:
  inbox: Inbox
  integration: Integration
  account: {title: Account, within: integration}
permissions:
  tickets:
    renamed_from: issues
    permissions:
      show: {scopes: reach, aliases: ['read:tickets']}
      edit: {scopes: reach, requires: [tickets.show]}
      bulk_actions: Bulk actions
      old: {title: Old, deprecated: true}
      purge: {title: Purge, hidden: true}
  inboxes:
    permissions:
      add: {title: Add, plans: [pro]}
      access: {title: Access, per: inbox}
      reply: {title: Reply, per: inbox, requires: [inboxes.access, tickets.show]}
  integrations:
    permissions:
      list: List
      each:
        per: integration
        permissions:
          delete: {title: Delete, implies: [integrations.list]}
          accounts: {title: Accounts, per: account, permissions: {access: Account, sync: {title: Sync, requires: integrations.each.delete}}}
  catalogs: {header: open, permissions: {open: Open, create: Create, sub: {permissions: {x: X}}}}
  contacts:
    addons: [audit]
    fields: {name: Name, phone: Phone, card: Card, salary: {scopes: reach}}
    permissions: {view: {title: View, scopes: queue}}
"""  # noqa: E501


def files(bindings: str, roles: str = "", domains: str = "") -> dict[str, Any]:
    """A policy set of the sample catalog."""
    found = {"catalog.yaml": CATALOG, "bindings.yaml": f"bindings: [{bindings}]"}
    if roles:
        found["roles/all.yaml"] = f"roles: {roles}"
    if domains:
        found["domains.yaml"] = f"domains: {domains}"
    return {name: yaml.load(text, Loader=yaml.CBaseLoader) for name, text in found.items()}


def allows(policy: dict[str, Any], permission: str, *on: str, scope: str | None = None, **more: Any) -> bool:
    """The answer for ana."""
    ask = {"kind": "user", "name": "ana", "domain": "default", **more}
    return Evaluator(policy).answer(Ask(permission=permission, on=on, scope=scope, **ask))


def grants(*texts: str) -> str:
    """A binding line."""
    return "{user: ana, grants: [" + ", ".join(f"'{text}'" for text in texts) + "]}"


def restrict(*texts: str) -> str:
    """A binding line."""
    return grants(*texts).replace("grants", "restrict")


def test_grammar_cuts_at_the_first_and_last_bracket() -> None:
    """An id may hold brackets, `@` and everything else."""
    entry = parse("a.b[x]@my[%2F]@team")
    assert (entry.name, entry.instance, entry.scope) == ("a.b", ("x]@my[/",), "team")
    assert write("a.b", ("x/%*]",), 2, "team") == "a.b[x%2F%25%2A]/*]@team"
    assert parse("a@b.c") == ("a", None, "b.c")


@pytest.mark.parametrize(
    ("held", "permission", "on", "scope", "expected"),
    [
        ("tickets.show@team", "tickets.show", (), "team", True),
        ("tickets.show@team", "tickets.show", (), "my", True),
        ("tickets.show@team", "tickets.show", (), None, False),
        ("tickets.show@team", "read:tickets", (), "my", True),
        ("issues.*@my", "tickets.show", (), "my", True),
        ("issues.show@all", "tickets.show", (), None, True),
        ("tickets.*", "tickets.edit", (), "all", True),
        ("tickets.*@my", "tickets.bulk_actions", (), None, False),
        ("tickets.*", "tickets.old", (), None, False),
        ("tickets.*", "tickets.purge", (), None, False),
        ("contacts.view@team", "contacts.view", (), "my", True),
        ("contacts.view@team", "contacts.view", (), "unassigned", False),
        ("contacts.fields.*@view", "contacts.fields.phone", (), "view", True),
        ("contacts.fields.*@view", "contacts.fields.phone", (), None, False),
        ("contacts.fields.*", "contacts.fields.salary.edit", (), None, True),
        ("contacts.fields.*@team", "contacts.fields.salary.view", (), "my", True),
        ("contacts.fields.*@edit", "contacts.fields.salary.view", (), "my", False),
        ("contacts.fields.salary.edit@my", "contacts.fields.salary.view", (), "my", True),
        ("contacts.fields.salary.edit@my", "contacts.fields.salary.view", (), "team", False),
        ("contacts.fields.salary.view@all", "contacts.fields.salary.edit", (), "my", False),
        ("inboxes.access[a/*]".replace("/*", ""), "inboxes.access", ("a",), None, True),
        ("inboxes.access[a]", "inboxes.access", (), None, False),
        ("inboxes.access[*]", "inboxes.access", ("new",), None, True),
        ("integrations.each.accounts.*[a/b]", "integrations.each.accounts.access", ("a", "b"), None, True),
        ("integrations.each.accounts.*[a/*]", "integrations.each.accounts.access", ("a",), None, True),
        ("integrations.each.accounts.*[a/*]", "integrations.each.accounts.access", (), None, False),
        ("integrations.each.*[a]", "integrations.each.delete", ("a",), None, True),
        ("integrations.each.*[a]", "integrations.each.accounts.access", ("a",), None, False),
        ("integrations.each.delete[a]", "integrations.list", (), None, True),
    ],
)
def test_grants(held: str, permission: str, on: tuple[str, ...], scope: str | None, expected: bool) -> None:
    """Stars, scopes, instances, aliases, old names and `implies`."""
    assert allows(files(grants(held)), permission, *on, scope=scope) is expected


@pytest.mark.parametrize(
    ("lost", "permission", "on", "scope", "expected"),
    [
        ("*@all", "tickets.show", (), "all", False),
        ("*@all", "tickets.show", (), "team", True),
        ("tickets.show@team", "tickets.edit", (), "team", False),
        ("tickets.show@team", "tickets.edit", (), "my", True),
        ("tickets.show@team", "inboxes.reply", ("x",), None, True),
        ("tickets.show", "inboxes.reply", ("x",), None, False),
        ("inboxes.access[x]", "inboxes.reply", ("x",), None, False),
        ("inboxes.access[x]", "inboxes.reply", ("y",), None, True),
        ("inboxes.access[x]", "inboxes.reply", (), None, False),
        ("integrations.each.delete[x]", "integrations.each.accounts.sync", ("x", "y"), None, False),
        ("integrations.each.delete[x]", "integrations.each.accounts.sync", ("y",), None, True),
        ("catalogs.open", "catalogs.sub.x", (), None, False),
        ("integrations.each.*[x]", "integrations.each.accounts.access", ("x", "y"), None, False),
        ("integrations.each.*[x]", "integrations.each.accounts.access", ("z", "y"), None, True),
        ("tickets.*", "tickets.old", (), None, False),
    ],
)
def test_restrictions(
    lost: str, permission: str, on: tuple[str, ...], scope: str | None, expected: bool
) -> None:
    """What is named, everything broader, and everything that requires it."""
    policy = files(f"{grants('*', 'tickets.old')}, {restrict(lost)}")
    assert allows(policy, permission, *on, scope=scope) is expected


def test_any_serves_while_something_is_left() -> None:
    """Where needs and needed share nothing, the last one restricted takes the rest along."""
    held = grants("tickets.show@my", "inboxes.access[*]", "inboxes.reply[*]")
    assert allows(files(f"{held}, {restrict('tickets.show@team')}"), "inboxes.reply") is True
    queue = CATALOG.replace("requires: [inboxes.access, tickets.show]", "requires: [contacts.view]")
    lines = grants("contacts.view@unassigned", "inboxes.reply[*]"), restrict("contacts.view@unassigned")
    policy = files(", ".join(lines))
    policy["catalog.yaml"] = yaml.load(queue, Loader=yaml.CBaseLoader)
    assert allows(policy, "inboxes.reply") is False
    policy["bindings.yaml"]["bindings"].append({"user": "ana", "grants": ["contacts.view@my"]})
    assert allows(policy, "inboxes.reply") is True


def test_any_counts_instances_no_file_names() -> None:
    """A star counts for some instance until it is denied as a whole."""
    policy = files(f"{grants('inboxes.access[*]')}, {restrict('inboxes.access[a]')}")
    assert allows(policy, "inboxes.access", any=True) is True
    assert allows(policy, "inboxes.access", "a", any=True) is False
    assert allows(policy, "inboxes.*", any=True) is True
    assert allows(policy, "tickets.*", any=True) is False
    policy = files(f"{grants('inboxes.access[*]')}, {restrict('inboxes.access[*]')}")
    assert allows(policy, "inboxes.access", any=True) is False


def test_roles_inherit_and_except() -> None:
    """(parents + grants) without `except`, which takes the broader and leaves the narrower."""
    roles = "{base: {grants: ['tickets.*']}, lead: {extends: base, except: ['tickets.*@team']}}"
    policy = files("{user: ana, role: lead}", roles)
    assert allows(policy, "tickets.edit", scope="team") is False
    assert allows(policy, "tickets.edit", scope="my") is True
    assert allows(policy, "tickets.bulk_actions") is True
    assert Evaluator(policy).answer(Ask("role", "base", None, "tickets.edit")) is True


def test_only_narrows_and_rest_decides() -> None:
    """`only` keeps the named instances; what is not per instance follows `rest`."""
    roles = """{keeper: {grants: [
        'inboxes.access[*]', integrations.list, 'integrations.each.accounts.access[*]']}}"""
    line = "{user: ana, role: keeper, only: {inbox: [Default]}, rest: %s}"
    kept, dropped = (files(line % rest, roles) for rest in ("keep", "drop"))
    for policy, rest in ((kept, True), (dropped, False)):
        assert allows(policy, "inboxes.access", "Default") is True
        assert allows(policy, "inboxes.access", "Other") is False
        assert allows(policy, "integrations.list") is rest
        assert allows(policy, "integrations.each.accounts.access") is rest
    nested = files("{user: ana, role: keeper, only: {integration: [a], account: [b/c]}, rest: drop}", roles)
    assert allows(nested, "integrations.each.accounts.access", "b", "c") is True
    assert allows(nested, "integrations.each.accounts.access", "a", "c") is False


def test_domains_nest_and_gate() -> None:
    """Outer bindings hold inside, the inner plan replaces, add-ons add up, `only` stays."""
    domains = """{
        outer: {plan: pro, teams: {t: [ana]}},
        inner: {within: outer, plan: free, addons: [audit], teams: {t: [bo]}},
        same: {within: outer}, other: {}}"""
    lines = """{team: t, grants: [inboxes.add, 'contacts.view@all', catalogs.open], domain: outer},
        {team: t, restrict: ['contacts.view@all'], domain: inner},
        {team: t, restrict: ['catalogs.open'], domain: outer}"""
    roles = "{r: {grants: [inboxes.add]}, c: {domain: outer, grants: [integrations.list]}}"
    policy = files(lines, roles, domains)
    assert [allows(policy, "inboxes.add", domain=at) for at in ("outer", "same", "inner", "other", "x")] == [
        True, True, False, False, False,
    ]  # fmt: skip
    assert allows(policy, "contacts.view", domain="inner") is True
    assert allows(policy, "contacts.view", domain="outer") is False
    assert allows(policy, "catalogs.open", domain="inner") is False
    role = Evaluator(policy)
    assert role.answer(Ask("role", "r", None, "inboxes.add")) is True
    assert role.answer(Ask("role", "r", "inner", "inboxes.add")) is False
    assert role.answer(Ask("role", "c", "same", "integrations.list")) is True
    assert role.answer(Ask("role", "c", "other", "integrations.list")) is False
    assert role.answer(Ask("role", "c", None, "integrations.list")) is False
    assert role.answer(Ask("team", "t", "inner", "catalogs.open")) is False
    assert role.answer(Ask("team", "t", "same", "inboxes.add")) is True


def test_until_ends_its_own_line() -> None:
    """At 00:00 UTC of its date."""
    policy = files("{user: ana, grants: [tickets.bulk_actions], until: '2020-01-01'}")
    assert allows(policy, "tickets.bulk_actions") is False
    policy["bindings.yaml"]["bindings"][0]["until"] = "2999-01-01"
    assert allows(policy, "tickets.bulk_actions") is True


@pytest.mark.parametrize(
    ("permission", "on", "scope"),
    [
        ("tickets.bulk_actions", ("a",), None),
        ("tickets.bulk_actions", (), "all"),
        ("tickets.bulk_actions", (), NO_SCOPE),
        ("inboxes.access", ("a", "b"), None),
        ("tickets.show", (), "nowhere"),
        ("tickets.*", (), None),
        ("nothing", (), None),
    ],
)
def test_malformed_questions_are_denied(permission: str, on: tuple[str, ...], scope: str | None) -> None:
    """Even for one who may do everything."""
    assert allows(files(grants("*")), permission, *on, scope=scope) is False
