"""What a plan says of each way in which a catalog moves on under stored items."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from rolegate.errors import ConflictError, PlanRefusedError
from rolegate.policy.policy import Policy
from stored_items import files_of, filled, next_state, planned, run_time, state_of, told

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
      export: {title: Export, plans: [pro]}
  crm: {permissions: {merge: Merge, erase: {title: Erase, sensitive: true}}}
  inbox: {permissions: {read: {title: Read, per: inbox}}}
"""
ADMIN = "role: admin\ngrants: [people.edit, tickets.show@all, tickets.edit@all, tickets.export]\n"
HELPER = "role: helper\ngrants: [tickets.show@my]\n"
DOMAINS = "domains: {acme: {plan: pro, addons: [roles], instances: {inbox: [Sales]}}}\n"
FILES = {
    "catalog.yaml": CATALOG,
    "roles/admin.yaml": ADMIN,
    "roles/helper.yaml": HELPER,
    "domains.yaml": DOMAINS,
    "bindings.yaml": "bindings: [{user: ana, role: admin, domain: acme}]\n",
}
STORED = [
    run_time("role", role="desk", domain="acme", grants=["tickets.*", "tickets.show@my", "tickets.edit@my"]),
    run_time("role", role="crm", domain="acme", grants=["crm.*", "tickets.export", "inbox.read[Sales]"]),
    run_time("role", role="merger", domain="acme", grants=["crm.merge", "tickets.show@team"]),
    run_time("binding", user="bo", role="desk", domain="acme"),
    run_time("binding", user="cy", role="crm", domain="acme"),
    run_time("binding", user="dee", role="merger", domain="acme"),
    run_time("binding", user="eli", role="helper", domain="acme"),
]


class Row(NamedTuple):
    """Edits of files, and what the plan has to say and not to say, with the codes of what it refuses."""

    edits: list[tuple[str, str, str]]
    says: list[str]
    codes: list[str] = []  # noqa: RUF012  # never changed
    lacks: list[str] = []  # noqa: RUF012


C = "catalog.yaml"
EXPORT = "export: {title: Export, plans: [pro]}"
ROWS = {
    "renamed": Row(
        [(C, "merge: Merge", "join: {title: Merge, renamed_from: crm.merge}")],
        ["~ crm.merge → crm.join: role merger in acme", "access: nobody's changes"],
    ),
    "renamed into a starred group": Row(
        [
            (C, "merge: Merge, ", ""),
            (C, EXPORT, EXPORT + "\n      merge: {title: Merge, renamed_from: crm.merge}"),
        ],
        ["user bo", "+ tickets.merge", "user cy", "- tickets.merge"],
        lacks=["user dee"],
    ),
    "merged": Row(
        [
            (
                C,
                "permissions: {merge: Merge, erase: {title: Erase, sensitive: true}}",
                "permissions: {erase: E}",
            ),
            (C, EXPORT, "export: {title: Export, renamed_from: crm.merge}"),
        ],
        ["~ crm.merge → tickets.export: role merger in acme", "user dee", "+ tickets.export"],
    ),
    "removed": Row(
        [
            (C, "merge: Merge, ", ""),
            (C, "permissions:\n  people", "removed: {crm.merge: {}}\npermissions:\n  people"),
        ],
        ["z crm.merge: role merger in acme: `crm.merge` was removed", "cy, dee", "- crm.merge", "1 asleep"],
    ),
    "removed, with something in its place": Row(
        [
            (C, "merge: Merge, ", ""),
            (
                C,
                "permissions:\n  people",
                "removed: {crm.merge: {becomes: tickets.export}}\npermissions:\n  people",
            ),
        ],
        ["~ crm.merge → tickets.export: role merger in acme", "+ tickets.export", "- crm.merge"],
        lacks=["asleep"],
    ),
    "removed without a word": Row(
        [(C, "merge: Merge, ", "")],
        ["! `crm.merge` is gone, and named by role merger in acme (RG973)", "renamed_from"],
        ["RG973"],
    ),
    "gets scopes": Row(
        [(C, "merge: Merge", "merge: {title: M, scopes: reach}")],
        ["~ crm.merge → crm.merge@all: role merger in acme", "access: nobody's changes"],
    ),
    "loses scopes": Row(
        [
            (C, "show: {title: Show, scopes: reach}", "show: Show"),
            ("roles/admin.yaml", "tickets.show@all", "tickets.show"),
            ("roles/helper.yaml", "tickets.show@my", "crm.merge"),
        ],
        [
            "z tickets.show@team: role merger in acme: `tickets.show` has no scopes",
            "user dee",
            "- tickets.show",
        ],
    ),
    "a scope removed": Row(
        [
            (C, "[all, team, my]", "[all, my]"),
            (
                C,
                "permissions:\n  people",
                "removed_names: {scopes: {reach: {team: {}}}}\npermissions:\n  people",
            ),
        ],
        ["z tickets.show@team: role merger in acme", "1 asleep"],
    ),
    "a scope removed without a word": Row(
        [(C, "[all, team, my]", "[all, my]")], ["`tickets.show@team` is gone"], ["RG973"]
    ),
    "scopes swapped": Row(
        [(C, "[all, team, my]", "[all, my, team]")],
        ["user dee", "↓ tickets.show  @team with @my → @team without @my", "↑ tickets.show"],
        lacks=["asleep"],
    ),
    "requires what is not held": Row(
        [(C, "merge: Merge", "merge: {title: M, requires: [people.edit]}")],
        [
            "z crm.merge: role merger in acme: role `merger` holds `crm.merge` without `people.edit`",
            "user dee",
        ],
    ),
    "implies something": Row(
        [(C, "merge: Merge", "merge: {title: M, implies: [tickets.export]}")],
        ["user dee", "+ tickets.export"],
        lacks=["asleep"],
    ),
    "deprecated": Row(
        [(C, "merge: Merge", "merge: {title: M, deprecated: true}")],
        ["user cy", "- crm.merge"],
        lacks=["dee", "asleep"],
    ),
    "never held by custom roles": Row(
        [(C, "manage: people.edit}", "manage: people.edit, never: [crm.merge]}")],
        ["which no custom role may", "- crm.merge"],
    ),
    "a plan that is lower": Row(
        [("domains.yaml", "plan: pro", "plan: free")],
        ["- tickets.export", "1 changed"],
        lacks=["asleep"],
    ),
    "a default role that is gone": Row(
        [("roles/helper.yaml", HELPER, "")], ["line of user eli: role helper"], ["RG973"]
    ),
    "a default role that was removed": Row(
        [
            ("roles/helper.yaml", HELPER, ""),
            (C, "permissions:\n  people", "removed_names: {roles: {helper: {}}}\npermissions:\n  people"),
        ],
        ["z line of user eli: role helper in acme", "user eli", "- tickets.show"],
    ),
    "a default role that became another one": Row(
        [
            ("roles/helper.yaml", HELPER, ""),
            (
                C,
                "permissions:\n  people",
                "removed_names: {roles: {helper: {becomes: admin}}}\npermissions:\n  people",
            ),
        ],
        ["~ helper → admin: line of user eli", "user eli", "+ people.edit"],
        lacks=["asleep"],
    ),
    "another catalog": Row([(C, "catalog: desk", "catalog: shop")], ["called `shop`"], ["RG970"]),
    "nobody who manages": Row(
        [("bindings.yaml", "[{user: ana, role: admin, domain: acme}]", "[]")],
        ["nobody would be left in `acme` who may manage roles"],
        ["RG976"],
    ),
    "a gain of what is sensitive": Row(
        [(C, "merge: Merge", "merge: {title: M, implies: [crm.erase]}")],
        ["user dee", "+ crm.erase", "(sensitive)", "gains what is sensitive"],
        ["RG975", "RG975"],
    ),
    "what run time has as well": Row(
        [
            ("roles/helper.yaml", HELPER, HELPER),
            ("roles/own.yaml", "", "role: crm\ndomain: acme\ngrants: [crm.merge]\n"),
        ],
        ["role crm in acme was made at run time"],
        ["RG904"],
    ),
}


def edited(edits: list[tuple[str, str, str]]) -> dict[str, str]:
    """The files after *edits*; one that says nothing any more is gone."""
    texts = dict(FILES)
    for name, old, new in edits:
        assert old in texts.get(name, "")
        texts[name] = texts.get(name, "").replace(old, new, 1) if old else new
    return {name: text for name, text in texts.items() if text}


@pytest.mark.parametrize("name", ROWS)
def test_a_plan_says_what_happens(name: str) -> None:
    """Who gains and who loses, what falls asleep and why, and what is refused."""
    row = ROWS[name]
    plan = planned(state_of(FILES, STORED), edited(row.edits))
    text = told(plan)
    assert row.codes == [refusal.code for refusal in plan.refusals], text
    for said in row.says:
        assert said in text, text
    for said in row.lacks:
        assert said not in text, text


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.codes])
def test_whoever_applies_without_a_plan_is_refused_the_same(name: str) -> None:
    """But for gains that nobody approved: these are for people to look at, who look at a plan."""
    given = files_of(edited(ROWS[name].edits))
    store = filled(state_of(FILES, STORED).stored)
    if {*ROWS[name].codes} == {"RG975"}:
        assert store.apply(given).changed
        return
    plan = store.plan(given)
    with pytest.raises((PlanRefusedError, ConflictError)) as error:
        store.apply(given)
    assert plan.refusals[0].code == error.value.code
    assert f"{plan.refusals[0].what}: {plan.refusals[0].help}" in str(error.value)
    assert 1 == store.status().head.files_revision


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if not row.codes])
def test_going_back_returns_the_same(name: str) -> None:
    """The older files give what they gave, and the plan says so."""
    state = state_of(FILES, STORED)
    before = state.in_force().resolved
    there = next_state(state, edited(ROWS[name].edits))
    plan = planned(there, FILES, older=True)
    back = next_state(there, FILES)

    assert (
        Policy(resolved=before).compile().policy_text
        == Policy(resolved=back.in_force().resolved).compile().policy_text
    )
    assert not back.in_force().asleep
    assert bool(plan)


def test_what_an_older_commit_does_not_know_wakes_with_the_next_one() -> None:
    """It sleeps where older is meant, is never lost, and its awakening is a gain."""
    older = edited([(C, "merge: Merge, ", "")])
    state = state_of(FILES, STORED)
    back = planned(state, older, older=True)
    assert ((), 1) == (back.refusals, back.counts["asleep"])
    there = next_state(state, older)
    forward = planned(there, FILES)
    assert "+ crm.merge: role merger in acme wakes" in told(forward)
    assert "user dee in acme gains crm.merge" in forward.gains
    assert not next_state(there, FILES).in_force().asleep


def test_a_plan_of_the_same_files_changes_nothing() -> None:
    """Nothing is said of what is as it was."""
    plan = planned(state_of(FILES, STORED), FILES)
    assert not plan
    assert "nothing changes" == told(plan).splitlines()[-1]
