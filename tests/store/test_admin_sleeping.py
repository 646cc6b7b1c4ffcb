"""What sleeps in a store is not given by somebody who would not hold it when it wakes."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from administered_desk import CATALOG, nothing
from administered_walks import DEFAULTS, DOMAINS, PEOPLE, WALKED, Step, begun
from drawing import some
from plain.managed_documents import MANAGE, MOMENTS, read
from plain.stolen_rights import stolen
from rolegate.administration import administered_set
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import AddMember, Assign, Lift, RemoveMember, Restrict
from rolegate.administration.role_changes import CloneRole, CreateRole, DeleteRole, EditRole
from rolegate.administration.tenant_documents import DocumentKind, DocumentName, TenantDocuments, takes_away
from rolegate.errors import ChangeError, RefusedChangeError
from rolegate.grants.resolve import Resolved
from rolegate.store.sleeping_grants import SleepingGrants
from rolegate.store.store import Store
from rolegate.store.stored_part import StoredPart
from stored_walks import begin, part_of
from tenant_desk import begun_desk, by, can, same_as_documents


def slept(folder: Path) -> Store:
    """A store with a tenant in which `lea` manages and holds little, and roles and lines hold what sleeps."""
    desk = begun_desk(Store.open("sqlite://"), folder)
    olga, app = by(desk, "olga"), desk.admin(system="app", domain="acme")
    for inbox in ("Support", "Sales"):
        app.add_instance("inbox", inbox)
    olga.create_role("lead", grants=["access.manage", "tickets.show@my"])
    olga.create_role("desk", grants=["tickets.show@my", "inboxes.access[Support]"])
    olga.create_role("cash", grants=["tickets.show@my", "refund"])
    olga.create_role("upon", extends=["cash"])
    olga.create_team("crew", ["zoe"])
    olga.create_team("till", ["zoe"])
    olga.create_team("lone", ["kim"])
    olga.assign(team="crew", grants=["refund"])
    olga.assign(team="till", role="cash")
    olga.assign(user="lea", role="lead")
    olga.assign(user="max", grants=["access.manage", "inboxes.access[Support]", "tickets.show@my"])
    app.remove_instance("inbox", "Support")
    path = folder / "set" / "catalog.yaml"
    path.write_text(path.read_text().replace("  refund: Refund\n", "removed: {refund: {}}\n"))
    desk.apply(folder / "set")
    return desk


SLEEPING: dict[str, AdministrativeChange] = {
    "an instance": Assign({"user": "ned", "role": "desk", "domain": "acme"}),
    "a permission": Assign({"user": "ned", "role": "cash", "domain": "acme"}),
    "a parent": Assign({"user": "ned", "role": "upon", "domain": "acme"}),
    "a team that is joined": AddMember("till", "acme", "ned"),
    "a line that gives nothing": AddMember("crew", "acme", "ned"),
    "a team in a team": AddMember("crew", "acme", {"team": "lone"}),
    "holders who move": DeleteRole("lead", "acme", "cash"),
    "a role that extends it": CreateRole({"role": "new", "domain": "acme", "extends": ["cash"]}),
    "a title": EditRole("cash", "acme", {"title": "Harmless"}),
}


def test_what_names_a_removed_instance_sleeps_at_once(tmp_path: Path) -> None:
    """Although nothing slept before; so the rows of its role are those that documents give."""
    desk = begun_desk(Store.open("sqlite://"), tmp_path)
    app = desk.admin(system="app", domain="acme")
    app.add_instance("inbox", "Support")
    app.remove_instance("inbox", "Support")
    by(desk, "olga").create_role("desk", grants=["tickets.show@my", "inboxes.access[Support]"])
    assert desk.status().is_sound
    app.add_instance("inbox", "Support", revive=True)
    by(desk, "olga").assign(user="ned", role="desk")
    assert desk.status().is_sound
    assert can(desk, "ned", "inboxes.access", on="Support")


def test_what_sleeps_is_not_given_by_who_would_not_hold_it(tmp_path: Path) -> None:
    """It wakes with an apply, or with an instance that comes back; the owner holds it then, others do not."""
    desk = slept(tmp_path)
    for way, change in SLEEPING.items():
        refused = {(one.reason, one.code) for one in by(desk, "lea").may(change)}
        assert (way, refused) == (way, {("asleep", "RG982")})
        assert (way, by(desk, "olga").may(change)) == (way, ())
    assert by(desk, "max").may(SLEEPING["an instance"]) == ()
    said = [str(one) for one in by(desk, "lea").may(SLEEPING["a permission"])]
    assert said[0].endswith(": `refund` in `acme`")
    for harmless in (
        Assign({"user": "ned", "role": "lead", "domain": "acme"}),
        DeleteRole("upon", "acme"),
        CloneRole("cash", "acme", "copy"),
        RemoveMember("till", "acme", "zoe"),
    ):
        assert by(desk, "lea").may(harmless) == ()
    by(desk, "lea").clone_role("cash", "copy")
    with pytest.raises(RefusedChangeError):
        by(desk, "lea").make(SLEEPING["a permission"])


def test_what_sleeps_goes_with_whom_it_is_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever has the same id later, or makes a domain of the same name, finds nothing that was theirs."""

    def left(folder: Path) -> list[str]:
        desk = begun_desk(Store.open("sqlite://"), folder)
        catalog = folder / "set" / "catalog.yaml"
        said = catalog.read_text()
        desk.admin(system="sign-up", domain="beta").create_domain("ben", plan="pro")
        by(desk, "olga").assign(user="max", grants=["refund"])
        by(desk, "ben", "beta").assign(user="max", grants=["refund"])
        by(desk, "olga").create_team("crew", ["zoe"])
        by(desk, "olga").assign(team="crew", grants=["refund"])
        catalog.write_text(said.replace("  refund: Refund\n", "removed: {refund: {}}\n"))
        desk.apply(folder / "set")
        by(desk, "olga").remove_user("max", reason="left")
        by(desk, "olga").delete_team("crew")
        desk.admin(system="billing", domain="beta").delete_domain()
        desk.admin(system="sign-up", domain="beta").create_domain("new", plan="pro")
        by(desk, "olga").create_team("crew", ["ned"])
        catalog.write_text(said)
        desk.apply(folder / "set")
        asked = [("max", "acme"), ("max", "beta"), ("ned", "acme")]
        same_as_documents(desk)
        return [f"{user} in {domain}" for user, domain in asked if can(desk, user, "refund", domain)]

    assert left(tmp_path / "right") == []
    monkeypatch.setattr(StoredPart, "gone_asleep", nothing)
    assert left(tmp_path / "wrong") == ["max in acme", "max in beta", "ned in acme"]


def test_whoever_does_not_manage_removes_nothing_that_sleeps(tmp_path: Path) -> None:
    """A line that gives nothing is a line, and so is the one of a user whom nothing else names."""
    desk = slept(tmp_path)
    by(desk, "olga").remove_user("max")
    with pytest.raises(RefusedChangeError) as refused:
        by(desk, "zoe").delete_team("crew")
    assert {one.code for one in refused.value.refusals} == {"RG960"}


def test_a_line_wakes_with_the_instance_that_comes_back(tmp_path: Path) -> None:
    """Also one that granted nothing else, and was not there as long."""
    desk = begun_desk(Store.open("sqlite://"), tmp_path)
    app = desk.admin(system="app", domain="acme")
    app.add_instance("inbox", "Support")
    by(desk, "olga").assign(user="max", grants=["inboxes.access[Support]"])
    app.remove_instance("inbox", "Support")
    app.add_instance("inbox", "Support", revive=True)
    assert can(desk, "max", "inboxes.access", on="Support")
    same_as_documents(desk)


# -- random people, while something sleeps

LOST = (
    {
        "refund": "  refund: {title: Refund, plans: [pro]}\n",
        "export": "  export: {title: Export, plans: [pro], addons: [export], requires: refund}\n",
    },
    {"billing.pay": "pay: Pay, "},
)
"""What a catalog loses, with the text that says it."""


def asleep(pick: random.Random, folder: Path) -> Store:
    """Random tenants, of which the catalog has lost something since, and an inbox is gone."""
    store = Store.open("sqlite://")
    store.create()
    lost, text = pick.choice(LOST), CATALOG.decode()
    begin(store, holding(begun(pick), next(iter(lost)), pick), folder)
    for said in lost.values():
        text = text.replace(said, "")
    removed = ", ".join(f"{path}: {{}}" for path in lost)
    (folder / "files" / "roles").mkdir(parents=True)
    (folder / "files" / "catalog.yaml").write_text(f"{text}removed: {{{removed}}}\n")
    for role in DEFAULTS:
        (folder / "files" / "roles" / f"{role['role']}.yaml").write_text(json.dumps(role))
    store.apply(folder / "files")
    store.admin(system="app", domain="acme").remove_instance("inbox", "Support")
    return store


def holding(world: AdministeredSet, path: str, pick: random.Random) -> AdministeredSet:
    """The same, in which more roles hold a permission."""
    documents = {
        name: {**one, "grants": sorted({*one["grants"], path})}
        if name.kind == "role" and name.domain is not None and pick.random() < 0.7
        else one
        for name, one in world.documents.by_name.items()
    }
    return WALKED.read(TenantDocuments(documents))


def awake(store: Store) -> AdministeredSet:
    """The documents as they are written."""
    found = {}
    for one in part_of(store).items:
        item = one.item
        known: dict[str, DocumentKind] = {"role": "role", "team": "team", "domain": "domain"}
        kind = known.get(item.kind, "line")
        found[DocumentName.of(kind, item.document)] = item.document
    return AdministeredSet(TenantDocuments(found), None)


def giving_change(documents: TenantDocuments, pick: random.Random) -> AdministrativeChange:
    """A change by which somebody gets a role or a team that is there."""
    domain, user = pick.choice(DOMAINS), pick.choice(PEOPLE)
    roles = sorted(
        {str(one["role"]) for one in documents.of_kind("role") if one.get("domain") in (None, domain)}
    )
    role, other = pick.choice(roles), pick.choice(roles)
    lines = sorted(documents.of_kind("line"), key=str)
    ways: list[AdministrativeChange] = [
        Assign({"user": user, "role": role, "domain": domain}),
        Assign({"team": "crew", "role": role, "domain": domain}),
        AddMember("crew", domain, user),
        CloneRole(role, domain, f"clone-{pick.randrange(3)}"),
        CreateRole({"role": f"new-{pick.randrange(3)}", "domain": domain, "extends": [role]}),
        EditRole(role, domain, pick.choice([{"title": "Harmless"}, {"extends": [other]}])),
        DeleteRole(role, domain, other),
        Restrict({"user": user, "restrict": ["inboxes.access[Support]"], "domain": domain}),
        *[Lift(line) for line in lines if takes_away(line)][:1],
    ]
    return pick.choice(ways)


def slept_through(seed: int, steps: int, folder: Path) -> Iterator[Step]:
    """Changes that people make while something sleeps, each as if it were awake."""
    pick = random.Random(seed)
    for number in range(steps):
        if number % 25 == 0:
            store = asleep(pick, folder / str(number))
            before = awake(store)
        user, today = pick.choice(PEOPLE), part_of(store).documents
        if not any(MANAGE in read(today)[MOMENTS[0], False].of(user, domain) for domain in DOMAINS):
            continue
        try:
            change = giving_change(today, pick)
            store.admin(user).make(change)
        except (ChangeError, KeyError, RefusedChangeError):
            continue
        after = awake(store)
        yield Step(Actor(user), change, before, after, ())
        before = after


def test_nobody_comes_to_hold_what_slept_by_somebody_who_did_not(tmp_path: Path) -> None:
    """As in a set in which nothing sleeps."""
    steps = list(slept_through(1, some(200, 20), tmp_path))
    assert [(step.change, found) for step in steps if (found := list(stolen(step)))] == []
    assert steps


def in_any_plan(resolved: Resolved) -> Resolved:
    """As if plans alone could change, and what is removed could not come back."""
    domains = resolved.domains
    made = {one.name: replace(one, offers_everything=True) for one in domains}
    return replace(resolved, domains=replace(domains, by_name=made))


FAULTS: dict[str, tuple[object, str, object, int]] = {
    "what sleeps": (SleepingGrants, "refusals", nothing, 11),
    "what is removed": (administered_set, "with_every_plan", in_any_plan, 38),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_law_sees_what_is_not_looked_at(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with a walk in which it matters soon."""
    owner, name, wrong, seed = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert any(any(stolen(step)) for step in slept_through(seed, 25, tmp_path / "wrong"))
