"""Random tenants, and random changes by random people: what a walk through them looks like."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from administered_desk import CATALOG, NOW, SUMMER, WINTER
from rolegate.administration.administered_set import AdministeredSet, WholeSet
from rolegate.administration.administration import Administration, AdministrativeChange
from rolegate.administration.domain_changes import (
    AddInstance,
    CreateDomain,
    DeleteDomain,
    RemoveInstance,
    SetAddons,
    SetPlan,
    Undo,
)
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import (
    AddMember,
    Assign,
    CreateTeam,
    DeleteTeam,
    Lift,
    Prolong,
    RemoveMember,
    RemoveUser,
    Restrict,
    Revoke,
)
from rolegate.administration.role_changes import CloneRole, CreateRole, DeleteRole, EditRole, RenameRole
from rolegate.administration.set_over_ground import SetOverGround, TenantGround
from rolegate.administration.tenant_documents import (
    Document,
    DocumentChange,
    DocumentKind,
    TenantDocuments,
    takes_away,
)
from rolegate.diagnostics import Report
from rolegate.documents.set_reader import read_both
from rolegate.errors import ChangeError
from rolegate.giving.may_give import Refusal

AS_FILES = WholeSet({"catalog.yaml": CATALOG})
PEOPLE = ("ana", "bo", "cy", "dan")
STRANGER = "svc"
DOMAINS = ("acme", "acme-emea", "beta")
GRANTS = (
    "access.manage", "access.manage", "access.guests", "tickets.show@all", "tickets.show@team",
    "tickets.*@my", "inboxes.access[*]", "inboxes.access[Support]", "contacts.fields.phone@view",
    "contacts.fields.phone@edit", "refund", "billing.pay",
)  # fmt: skip
TAKEN = (
    "access.manage",
    "tickets.show@all",
    "tickets.*",
    "inboxes.access[Support]",
    "refund",
    "contacts.*@edit",
)
DEFAULTS: tuple[Document, ...] = (
    {"role": "owner", "grants": ["*"]},
    {"role": "head", "grants": ["access.manage", "tickets.show@team", "inboxes.access[*]"]},
    {"role": "agent", "grants": ["tickets.show@my", "contacts.fields.phone@view"]},
    {"role": "root", "locked": True, "grants": ["access.manage", "billing.*"]},
)


def _over_ground() -> Administration:
    """Reads the documents of these domains over the catalog and default roles, as a store does."""
    documents = TenantDocuments.of([("domain", {"domain": "acme"}), *(("role", role) for role in DEFAULTS)])
    read, _ = read_both(AS_FILES.files_of(documents), Report())
    assert read is not None
    ground = TenantGround.of(read, Report())
    assert ground is not None
    return Administration(SetOverGround(ground, frozenset(DOMAINS)))


WALKED = _over_ground()


@dataclass(frozen=True)
class Step:
    """A change that somebody tried: the set before, what it would be, and why it was refused if it was."""

    actor: Actor
    change: AdministrativeChange
    before: AdministeredSet
    after: AdministeredSet
    refusals: tuple[Refusal, ...]


def begun(pick: random.Random) -> AdministeredSet:
    """Three domains, one of them in another, with what people have there; valid, and different each time."""
    while True:
        found = WALKED.read(TenantDocuments.of(_beginning(pick)))
        if found.resolved is not None and not found.errors:
            return found


def _beginning(pick: random.Random) -> Iterator[tuple[DocumentKind, Document]]:
    yield from (("role", role) for role in DEFAULTS)
    inner: dict[str, Any] = {"plan": "free"} if pick.random() < 0.3 else {}
    yield "domain", {"domain": "acme", "plan": "pro", "instances": {"inbox": ["Support", "Sales"]}}
    yield "domain", {"domain": "acme-emea", "within": "acme", **inner}
    yield "domain", {"domain": "beta", "plan": pick.choice(["free", "pro"])}
    for domain in DOMAINS:
        yield (
            "team",
            {"team": "crew", "domain": domain, "members": pick.sample(PEOPLE, pick.choice([0, 1, 2]))},
        )
        yield "role", _role(pick, f"{domain}-role", domain)
        for user in pick.sample(PEOPLE, 2):
            yield (
                "line",
                {"user": user, "role": pick.choice(["owner", "head", "head", "agent"]), "domain": domain},
            )
        yield "line", _line(pick, domain, [f"{domain}-role", "agent", "root"])
        if pick.random() < 0.5:
            yield "line", _restriction(pick, domain, [f"{domain}-role"])


def _role(pick: random.Random, name: str, domain: str) -> Document:
    grants = sorted(set(pick.sample(GRANTS, pick.choice([1, 2, 3]))))
    role: dict[str, Any] = {"role": name, "domain": domain, "grants": grants}
    if pick.random() < 0.2:
        role["extends"] = [pick.choice(["agent", "head"])]
    if pick.random() < 0.15 and role.get("extends") != ["agent"]:
        role["replaces"] = "agent"
    return role


def _line(pick: random.Random, domain: str, roles: list[str]) -> Document:
    who = pick.choice(
        [{"user": pick.choice((*PEOPLE, STRANGER))}] * 6 + [{"team": "crew"}] * 2 + [{"everyone": True}]
    )
    found: dict[str, Any] = {**who, "domain": domain}
    if pick.random() < 0.7:
        found["role"] = pick.choice(roles)
        if pick.random() < 0.1:
            found |= {
                "only": {"inbox": [pick.choice(["Support", "Sales"])]},
                "rest": pick.choice(["keep", "drop"]),
            }
    else:
        found["grants"] = [pick.choice(GRANTS)]
    return {**found, **_times(pick)}


def _restriction(pick: random.Random, domain: str, roles: list[str]) -> Document:
    who: Document = {"user": pick.choice(PEOPLE)}
    if pick.random() < 0.4:
        who = pick.choice([{"team": "crew"}, {"everyone": True}, {"role": pick.choice(roles)}])
    return {**who, "restrict": [pick.choice(TAKEN)], "domain": domain, **_times(pick)}


def _times(pick: random.Random) -> Document:
    return pick.choice([{}] * 6 + [{"until": SUMMER}, {"until": WINTER}, {"from": SUMMER}])


def drawn_change(
    world: AdministeredSet, past: list[tuple[DocumentChange, ...]], pick: random.Random
) -> AdministrativeChange:
    """A change of what is there, or of what is not."""
    domain = pick.choice(DOMAINS)
    documents = world.documents
    roles = [str(role["role"]) for role in documents.of_kind("role")]
    lines = sorted(documents.of_kind("line"), key=str)
    some_line = pick.choice(lines) if lines else {"user": "ana", "role": "agent", "domain": domain}
    own = sorted(str(one["role"]) for one in documents.of_kind("role") if one.get("domain") == domain)
    role = pick.choice([*own, *own, *roles])
    member: Any = pick.choice((*PEOPLE, STRANGER))
    way = pick.randrange(20)
    draw: list[Callable[[], AdministrativeChange]] = [
        lambda: Assign(_line(pick, domain, roles)),
        lambda: Assign(_line(pick, domain, roles)),
        lambda: Lift(some_line) if takes_away(some_line) else Revoke(some_line),
        lambda: Restrict(_restriction(pick, domain, roles)),
        lambda: Prolong(some_line, pick.choice([None, SUMMER, WINTER])),
        lambda: CreateRole(_role(pick, f"new-{pick.randrange(3)}", domain)),
        lambda: CloneRole(role, domain, f"clone-{pick.randrange(3)}"),
        lambda: EditRole(role, domain, {"grants": sorted(set(pick.sample(GRANTS, 2)))}),
        lambda: EditRole(role, domain, {"extends": [pick.choice(roles)]}),
        lambda: RenameRole(role, domain, f"other-{pick.randrange(3)}"),
        lambda: DeleteRole(role, domain, pick.choice([None, pick.choice(roles)])),
        lambda: AddMember("crew", domain, member),
        lambda: RemoveMember("crew", domain, member),
        lambda: _team_change(domain, member, pick),
        lambda: RemoveUser(member, pick.choice([None, domain])),
        lambda: _tenant_change(domain, member, pick),
        lambda: _tenant_change(domain, member, pick),
        lambda: Undo(pick.choice(past)) if past else SetPlan(domain, "pro"),
        lambda: Undo(pick.choice(past)) if past else SetPlan(domain, "free"),
        lambda: _awake(some_line),
    ]  # fmt: skip
    return draw[way]()


def _awake(line: Document) -> AdministrativeChange:
    """The same line, which begins at once."""
    rest = {key: value for key, value in line.items() if key != "from"}
    return Restrict(rest) if takes_away(line) else Assign(rest)


def _team_change(domain: str, member: Any, pick: random.Random) -> AdministrativeChange:
    inner = "crew" if domain == "acme-emea" else "more"
    ways: list[AdministrativeChange] = [
        CreateTeam("more", domain, (member,)), DeleteTeam(inner, domain), AddMember("more", domain, member),
        AddMember("more", domain, {"team": "crew"}), AddMember("crew", domain, {"team": "more"}),
    ]  # fmt: skip
    return pick.choice(ways)


def _tenant_change(domain: str, member: str, pick: random.Random) -> AdministrativeChange:
    ways: list[AdministrativeChange] = [
        SetPlan(domain, pick.choice(["free", "pro"])), SetPlan(domain, pick.choice(["free", "pro"])),
        SetAddons(domain, pick.choice([(), ("export",)])),
        AddInstance(domain, "inbox", "Support", revive=pick.random() < 0.5),
        RemoveInstance(domain, "inbox", "Support"), DeleteDomain(domain),
        CreateDomain({"domain": domain, "plan": "pro"}, owner=member),
        CreateDomain({"domain": "acme-emea", "within": "acme"}, owner=member),
    ]  # fmt: skip
    return pick.choice(ways)


def drawn_actor(pick: random.Random) -> Actor:
    """A user, or sometimes the application."""
    person = pick.random() < 0.85
    return Actor(pick.choice((*PEOPLE, *PEOPLE, STRANGER))) if person else Actor("sign-up", system=True)


def walked(seed: int, steps: int) -> Iterator[Step]:
    """Steps of a walk, refused ones as well; each that may be made is made."""
    pick = random.Random(seed)
    world, past = begun(pick), list[tuple[DocumentChange, ...]]()
    done = 0
    while done < steps:
        if done % 40 == 39:
            world, past = begun(pick), []
        actor = drawn_actor(pick)
        try:
            change = drawn_change(world, past, pick)
            tried = WALKED.try_change(actor, change, world, NOW)
        except (ChangeError, KeyError):
            continue
        done += 1
        yield Step(actor, change, world, tried.after, tried.refusals)
        if tried:
            done_now = world.documents.changes_to(tried.after.documents)
            past = [*past[-5:], done_now] if done_now else past
            world = tried.after
