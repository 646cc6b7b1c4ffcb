"""What tenants have stored is read under the catalog in force: followed, or asleep with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from rolegate.policy.policy import Policy
from rolegate.store.item import Item
from rolegate.store.store import Store
from stored_items import files_of, put, read_under, run_time

CATALOG = """
catalog: desk
scopes: {reach: [all, team, my]}
resources: {inbox: Inbox}
plans: [free, pro]
addons: [roles]
custom_roles: {addons: [roles], manage: people.edit}
permissions:
  people: {permissions: {edit: Edit}}
  tickets:
    permissions:
      show: {title: Show, scopes: reach}
      edit: {title: Edit, scopes: reach}
      export: Export
  inbox: {permissions: {read: {title: Read, per: inbox}}}
"""
FILES = {
    "roles/admin.yaml": "role: admin\ngrants: [people.edit, tickets.*]\n",
    "roles/helper.yaml": "role: helper\ngrants: [people.edit]\n",
    "domains.yaml": "domains: {acme: {plan: pro, addons: [roles], instances: {inbox: [Sales]}}}\n",
    "bindings.yaml": "bindings: [{user: ana, role: admin, domain: acme}]\n",
}
GRANTS = ["tickets.show@all", "tickets.edit@team", "tickets.export", "inbox.read[Sales]"]
AGENT = run_time("role", role="agent", domain="acme", grants=GRANTS)
BO = run_time("binding", user="bo", role="agent", domain="acme")
TAKEN = run_time("restriction", user="bo", restrict=["tickets.edit@all"], domain="acme")

ROWS: dict[str, tuple[str, str, list[str], list[str]]] = {
    "nothing": ("", "", GRANTS, []),
    "renamed": (
        "export: Export",
        "dump: {title: Dump, renamed_from: tickets.export}",
        ["tickets.show@all", "tickets.edit@team", "tickets.dump", "inbox.read[Sales]"],
        ["moved tickets.export"],
    ),
    "removed": (
        "permissions:\n  people: {permissions: {edit: Edit}}",
        "removed: {tickets.export: {}}\npermissions:\n  people: {permissions: {edit: Edit}}",
        ["tickets.show@all", "tickets.edit@team", "inbox.read[Sales]"],
        ["dormant tickets.export removed"],
    ),
    "requires what is not held": (
        "export: Export",
        "export: {title: Export, requires: [people.edit]}",
        ["tickets.show@all", "tickets.edit@team", "inbox.read[Sales]"],
        ["dormant tickets.export requires"],
    ),
    "never": (
        "manage: people.edit}",
        "manage: people.edit, never: [inbox.*]}",
        ["tickets.show@all", "tickets.edit@team", "tickets.export"],
        ["dormant inbox.read[Sales] kind"],
    ),
    "loses scopes, narrower": (
        "edit: {title: Edit, scopes: reach}\n      export",
        "edit: Edit\n      export",
        ["tickets.show@all", "tickets.export", "inbox.read[Sales]"],
        ["dormant tickets.edit@team scope", "moved tickets.edit@all"],
    ),
    "loses scopes, broadest": (
        "show: {title: Show, scopes: reach}",
        "show: Show",
        ["tickets.show", "tickets.edit@team", "tickets.export", "inbox.read[Sales]"],
        ["live tickets.show@all"],
    ),
    "gets scopes": (
        "export: Export",
        "export: {title: Export, scopes: reach}",
        ["tickets.show@all", "tickets.edit@team", "tickets.export@all", "inbox.read[Sales]"],
        ["live tickets.export"],
    ),
    "another order of scopes": ("[all, team, my]", "[all, my, team]", GRANTS, []),
}


@pytest.mark.parametrize("row", ROWS)
def test_each_entry_of_a_role_has_a_state(row: str) -> None:
    """One that sleeps takes no other with it, and what is stored stays as it is."""
    old, new, grants, states = ROWS[row]
    catalog = CATALOG.replace(old, new)
    if row == "removed":
        catalog = catalog.replace("      export: Export\n", "")
    found = read_under({"catalog.yaml": catalog, **FILES}, [AGENT, BO, TAKEN], CATALOG)
    role = next(item for item in found.stored.items if item.key == "agent")
    said = [
        f"{state.grant.state} {state.grant.text} {state.grant.reason or ''}".strip() for state in found.states
    ]
    assert (grants, states) == (role.document["grants"], said)
    assert GRANTS == AGENT.document["grants"]


TAKES = {
    "its scope is gone": (("[all, team, my]", "[team, my]"), ["tickets.edit"]),
    "its permission has no scopes": (
        ("edit: {title: Edit, scopes: reach}\n      exp", "edit: E\n      exp"),
        ["tickets.edit"],
    ),
    "its permission is a group": (
        ("edit: {title: Edit, scopes: reach}\n      exp", "edit: {title: E, permissions: {a: A}}\n      exp"),
        ["tickets.edit.*"],
    ),
}


@pytest.mark.parametrize("row", TAKES)
def test_what_takes_away_takes_everything_if_in_doubt(row: str) -> None:
    """A restriction that says what the catalog does not have any more lifts nothing."""
    edit, taken = TAKES[row]
    found = read_under({"catalog.yaml": CATALOG.replace(*edit), **FILES}, [TAKEN], CATALOG)
    assert taken == next(i for i in found.stored.items if i.kind == "restriction").document["restrict"]


def _without(*names: str) -> dict[str, str]:
    return {"catalog.yaml": CATALOG} | {name: text for name, text in FILES.items() if name not in names}


LINES: dict[str, tuple[Item, dict[str, str], Any]] = {
    "a role that is gone": (
        run_time("binding", user="bo", role="helper", domain="acme"),
        _without("roles/helper.yaml"),
        None,
    ),
    "a role that is extended and gone": (
        run_time("role", role="lead", domain="acme", extends=["helper"], grants=["tickets.edit@my"]),
        _without("roles/helper.yaml"),
        {"role": "lead", "domain": "acme", "grants": ["tickets.edit@my"]},
    ),
    "a name that a default role takes": (
        run_time("role", role="viewer", domain="acme", grants=["tickets.edit@my"]),
        _without() | {"roles/viewer.yaml": "role: viewer\ngrants: [tickets.show@my]\n"},
        None,
    ),
    "a role that replaced one that is gone": (
        run_time("role", role="own", domain="acme", replaces="helper", grants=["tickets.edit@my"]),
        _without("roles/helper.yaml"),
        None,
    ),
}


DOMAINS: dict[str, tuple[str, str, dict[str, Any] | None]] = {
    "an add-on that is gone": (
        "addons: [roles]\ncustom_roles: {addons: [roles], ",
        "custom_roles: {",
        {"domain": "Ümlaut", "plan": "pro", "instances": {"inbox": ["A"]}},
    ),
    "a kind of instances that is gone": (
        "resources: {inbox: Inbox}",
        "resources: {box: Box}",
        {"domain": "Ümlaut", "plan": "pro", "addons": ["roles"]},
    ),
    "a plan that is gone": ("[free, pro]", "[free, big]", None),
}


@pytest.mark.parametrize("row", DOMAINS)
def test_a_tenant_made_at_run_time_loses_what_is_gone(row: str) -> None:
    """Without its plan nobody knows what it may have: it is not there, and the others are."""
    old, new, expected = DOMAINS[row]
    catalog = CATALOG.replace(old, new).replace(
        "per: inbox", "per: box" if "box: Box" in new else "per: inbox"
    )
    files = _without("domains.yaml", "bindings.yaml") | {
        "catalog.yaml": catalog,
        "domains.yaml": "domains: {acme: {plan: free}}\n",
    }
    made = run_time("domain", domain="Ümlaut", plan="pro", addons=["roles"], instances={"inbox": ["A"]})
    line = run_time("binding", user="bo", role="admin", domain="Ümlaut")
    found = read_under(files, [made, line])
    left = [item.document for item in found.stored.items if item.owner != "files"]
    assert ([] if expected is None else [line.document, expected]) == left
    assert ("acme" in found.resolved.domains) is True


@pytest.mark.parametrize("row", LINES)
def test_what_cannot_be_read_stops_nobody_else(row: str) -> None:
    """The tenant's other items, and the files, are in force."""
    item, texts, expected = LINES[row]
    found = read_under(texts, [item, AGENT, BO])
    left = [one.document for one in found.stored.items if one.identity == item.identity]
    assert ([] if expected is None else [expected]) == left
    assert any(state.is_asleep for state in found.states)
    assert ("acme", "agent") in found.resolved.roles
    assert () == found.resolved.set_aside


AGENTS = {"roles/agent.yaml": "role: agent\ngrants: [tickets.show@all, tickets.export]\n"}
VERSION = run_time(
    "role",
    role="own",
    domain="acme",
    replaces="agent",
    extends=["agent"],
    grants=["inbox.read[*]"],
    excepts=["tickets.export"],
)
USER = run_time("binding", user="bo", role="agent", domain="acme")


def test_a_version_of_a_default_role_follows_it() -> None:
    """It is stored as what it adds and takes away, so that a new default reaches it."""
    texts = {"catalog.yaml": CATALOG, **FILES, **AGENTS}
    found = read_under(texts, [VERSION, USER])
    texts["roles/agent.yaml"] = "role: agent\ngrants: [tickets.edit@all, tickets.export]\n"
    later = read_under(texts, [VERSION, USER])
    assert ((), ()) == (found.states, later.states)
    for read, edits in ((found, False), (later, True)):
        policy = Policy(resolved=read.resolved)
        assert edits is bool(policy.check("bo", "tickets.edit", domain="acme"))
        assert (not edits) is bool(policy.check("bo", "tickets.show", domain="acme"))
        assert policy.check("bo", "inbox.read", domain="acme", on="x")
        assert not policy.check("bo", "tickets.export", domain="acme")


def test_a_version_takes_away_what_cannot_be_held_without_what_it_takes() -> None:
    """A new default that breaks the sum gives nobody what the tenant took away, and leaves the rest."""
    catalog = CATALOG.replace(
        "export: Export", "export: Export\n      bulk: {title: B, requires: [tickets.export]}"
    )
    agent = "role: agent\ngrants: [tickets.show@all, tickets.export, tickets.bulk]\n"
    texts = {"catalog.yaml": catalog, **FILES, "roles/agent.yaml": agent}
    found = read_under(texts, [VERSION, USER], CATALOG)
    policy = Policy(resolved=found.resolved)
    asked = ("tickets.show", "tickets.export", "tickets.bulk")
    assert [True, False, False] == [bool(policy.check("bo", path, domain="acme")) for path in asked]
    assert [("tickets.export", "tickets.bulk")] == [state.grant.now for state in found.states]


def test_a_store_goes_on_with_a_new_catalog(store: Store) -> None:
    """Rules are those of what is in force; what is stored does not change, and going back gives it again."""
    texts = {"catalog.yaml": CATALOG, **FILES}
    store.apply(files_of(texts))
    put(store, AGENT, BO, TAKEN)
    store.apply(files_of(texts))
    before = store.policy().compile().policy_text
    narrower = CATALOG.replace("edit: {title: Edit, scopes: reach}\n      exp", "edit: E\n      exp")
    store.apply(files_of({**texts, "catalog.yaml": narrower}))
    assert store.status().is_sound
    assert not store.policy().check("bo", "tickets.edit", domain="acme")
    with store.reading() as snapshot:
        items = snapshot.items(owner="run time")
    assert {AGENT.text, BO.text, TAKEN.text} == {item.text for item in items}
    today = [item.today for item in items if item.kind == "restriction"]
    assert [["tickets.edit"]] == [item.document["restrict"] for item in today if item is not None]
    store.apply(files_of(texts))
    assert before == store.policy().compile().policy_text
    assert store.status().is_sound
