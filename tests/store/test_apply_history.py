"""What files change is in the history of the domains that it changes, in words, and is not undone there."""

from __future__ import annotations

import pytest

from planned_desk import BO, CATALOG, FILES, STAR
from rolegate import ChangeError, PlanRefusedError, Store
from rolegate.administration.judge import Actor
from rolegate.store import apply_history
from rolegate.store.databases import reading, writing
from rolegate.store.history import forget_person, verify_history
from stored_items import files_of, put, run_time, told

INSTANCES = {
    **FILES,
    "catalog.yaml": CATALOG.replace("\npermissions:", "\nresources: {inbox: Inbox}\npermissions:").replace(
        "show: Show", "show: {title: Show, per: inbox}"
    ),
}
BOB = "bindings: [{user: bob, role: admin, domain: acme}]\n"


def inboxes(domain: str) -> dict[str, str]:
    return {**INSTANCES, "domains.yaml": f"domains: {{acme: {{addons: [roles], {domain}}}, other: {{}}}}\n"}


def test_each_domain_remembers_what_files_changed_in_it(store: Store) -> None:
    """Who applied which set, what is new, other and gone; a person in it can be forgotten."""
    store.apply(files_of(FILES), source="policies", by="olga")
    acme, shared = (store.admin(system="desk", domain=domain) for domain in ("acme", None))
    (first,) = acme.history()
    assert (Actor("olga"), ()) == (first.actor, first.documents)
    assert (
        "files were applied from policies: + domain `acme`, "
        '+ line `{"domain":"acme","role":"admin","user":"ana"}` of domain `acme`'
    ) == str(first.applied)
    assert "files were applied from policies: ~ catalog.yaml, + role `admin`" == str(
        shared.history()[0].applied
    )
    line = '{"domain":"acme","role":"admin","user":"%s"}'
    wider = {**FILES, "roles/admin.yaml": "role: admin\ngrants: ['*']\n", "bindings.yaml": BOB}
    store.apply_plan(store.plan(files_of(wider), source="policies"))
    lines = "+ line `" + line % "bob" + "` of domain `acme`, - line `" + line % "ana" + "` of domain `acme`"
    assert ["~ role `admin`", lines] == [
        str(one.history()[-1].applied).partition(": ")[2] for one in (shared, acme)
    ]
    assert store.apply(files_of(wider)).changed is False
    assert (2, 2) == (len(shared.history()), len(acme.history()))
    with pytest.raises(ChangeError, match=r"change 2 was made by applying files.*RG922"):
        acme.undo(2)
    with writing(store.engine) as connection:
        assert forget_person(connection, store.tables, "ana") == 2
    assert [None, None] == [entry.applied for entry in acme.history()]
    with reading(store.engine) as connection:
        assert verify_history(connection, store.tables).ok


def test_an_apply_of_much_keeps_a_part_and_counts_the_rest(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So the history of a domain does not grow by its size."""
    monkeypatch.setattr(apply_history, "MOST", 2)
    lines = ", ".join(f"{{user: u{number}, role: admin, domain: other}}" for number in range(5))
    store.apply(files_of({**FILES, "bindings.yaml": f"bindings: [{lines}]\n"}))
    applied = store.admin(system="desk", domain="other").history()[0].applied
    assert applied is not None
    assert (2, {"added": 4}) == (len(applied.documents), applied.more)
    assert str(applied).endswith(", + 4 more")


def test_a_set_that_nobody_planned_is_refused_where_a_plan_refuses_it(store: Store) -> None:
    """Another set, unless it is meant; and one without a domain in which tenants have made something."""
    store.apply(files_of(FILES))
    put(store, STAR, BO)
    shop = files_of({**FILES, "catalog.yaml": CATALOG.replace("desk", "shop")})
    without = {**FILES, "domains.yaml": "domains: {other: {}}\n", "bindings.yaml": "bindings: []\n"}
    for refused, code in ((shop, "RG970"), (files_of(without), "RG973")):
        with pytest.raises(PlanRefusedError) as error:
            store.apply(refused)
        plan = store.plan(refused)
        assert (code, [f"{one.what}: {one.help}" for one in plan.refusals]) == (
            error.value.code,
            [*error.value.reasons],
        )
    assert "desk" == store.status().head.catalog
    said = CATALOG.replace("catalog: desk", "catalog: desk\nremoved_names: {domains: {acme: {}}}")
    assert store.apply(files_of({**without, "catalog.yaml": said})).changed
    assert store.apply(shop, other_set=True).changed
    assert "shop" == store.status().head.catalog


def test_files_revive_an_instance_by_not_saying_that_it_is_removed(store: Store) -> None:
    """What tenants were given on it sleeps until then; the plan says what wakes, and who gains by it."""
    store.apply(files_of(inboxes("instances: {inbox: [a, b]}")))
    put(store, run_time("binding", user="bo", grants=["tickets.show[b]"], domain="acme"))
    store.apply(files_of(inboxes("instances: {inbox: [a]}, removed: {inbox: [b]}")))

    def bo_may() -> bool:
        return bool(store.policy().check("bo", "tickets.show", domain="acme", on="b"))

    assert not bo_may()
    back = files_of(inboxes("instances: {inbox: [a, b]}"))
    plan = store.plan(back)
    assert "wakes" in told(plan)
    assert {"user bo in acme gains tickets.show[b]"} <= plan.gains
    store.apply_plan(plan)
    assert bo_may()
