"""Random people in a domain and inside it, who try to keep each other from managing."""

from __future__ import annotations

import random
from collections.abc import Iterator

from administered_desk import NOW, SUMMER, WINTER
from administered_walks import DEFAULTS, PEOPLE, WALKED, Step
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.domain_changes import SetPlan, Undo
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
from rolegate.administration.role_changes import CreateRole, DeleteRole, EditRole, RenameRole
from rolegate.administration.tenant_documents import Document, DocumentChange, TenantDocuments, takes_away
from rolegate.errors import ChangeError

OUTER, INNER = "acme", "acme-emea"


def begun(pick: random.Random) -> AdministeredSet:
    """A domain inside another one. Somebody manages both, and somebody the inner one."""
    owner, other, inner = pick.sample(PEOPLE, 3)
    crew: Document = pick.choice([{"user": owner}, {"team": "crew"}])
    plan: Document = pick.choice([{}, {}, {"plan": "free"}])
    found = WALKED.read(
        TenantDocuments.of(
            [
                *(("role", role) for role in DEFAULTS),
                ("role", {"role": "chief", "domain": OUTER, "extends": ["head"]}),
                ("domain", {"domain": OUTER, "plan": "pro"}),
                ("domain", {"domain": INNER, "within": OUTER, **plan}),
                ("team", {"team": "crew", "domain": OUTER, "members": [owner]}),
                ("team", {"team": "band", "domain": INNER, "members": [inner]}),
                ("line", {**crew, "role": pick.choice(["owner", "head", "chief"]), "domain": OUTER}),
                ("line", {"user": other, "role": pick.choice(["head", "agent"]), "domain": OUTER}),
                ("line", {"user": inner, "role": pick.choice(["owner", "head"]), "domain": INNER}),
            ]
        )
    )
    assert found.resolved is not None and not found.errors
    return found


def pressing_change(world: AdministeredSet, pick: random.Random) -> AdministrativeChange:
    """A change of who manages, inside more often than outside."""
    domain = pick.choice([OUTER, INNER, INNER])
    lines = sorted(world.documents.of_kind("line"), key=str)
    line, user = pick.choice(lines), pick.choice(PEOPLE)
    roles = ("owner", "head", "chief", "agent", "own")
    others: list[Document] = [{"team": "crew"}, {"team": "band"}, {"everyone": True}]
    who: Document = pick.choice([{"user": user}, {"user": user}, *others, {"role": pick.choice(roles)}])
    times: Document = pick.choice([{}] * 4 + [{"until": SUMMER}, {"from": SUMMER}])
    taken: Document = {**who, "restrict": ["access.manage"], "domain": domain, **times}
    someone: Document = pick.choice([{"user": user}, {"user": user}, {"team": "band"}])
    given: Document = {**someone, "role": pick.choice(roles[:4])}
    replaced = pick.choice(["owner", "head", "agent"])
    version: Document = {"role": "own", "domain": domain, "replaces": replaced, "extends": [replaced]}
    taking: Document = {"except": ["access.manage"]}
    ways: list[AdministrativeChange] = [
        *[Restrict(taken)] * 5,
        *[Assign({**given, "domain": domain, **times})] * 3,
        *[Lift(line) if takes_away(line) else Revoke(line)] * 3,
        Prolong(line, pick.choice([None, SUMMER, WINTER])),
        CreateRole({**version, **pick.choice([taking, taking, {}])}),
        EditRole("own", domain, pick.choice([taking, {"except": None}])),
        EditRole("chief", OUTER, {"extends": [pick.choice(["head", "agent"])]}),
        DeleteRole("own", domain),
        RenameRole("own", domain, "other"),
        AddMember(pick.choice(["crew", "band"]), domain, pick.choice([user, {"team": "crew"}])),
        RemoveMember(pick.choice(["crew", "band"]), domain, user),
        CreateTeam("crew", INNER, (user,)),
        DeleteTeam("band", INNER),
        RemoveUser(user, pick.choice([None, domain])),
        SetPlan(domain, pick.choice(["free", "pro"])),
    ]
    return pick.choice(ways)


def pressed(seed: int, steps: int) -> Iterator[Step]:
    """Steps of a walk, refused ones as well; each that may be made is made."""
    pick = random.Random(seed)
    world, past = begun(pick), list[tuple[DocumentChange, ...]]()
    done = 0
    while done < steps:
        if done % 12 == 11:
            world, past = begun(pick), []
        person = Actor(pick.choice(PEOPLE))
        actor = Actor("support", system=True) if pick.random() < 0.15 else person
        change: AdministrativeChange = pressing_change(world, pick)
        if past and pick.random() < 0.1:
            change = Undo(pick.choice(past))
        try:
            tried = WALKED.try_change(actor, change, world, NOW)
        except (ChangeError, KeyError):
            continue
        done += 1
        yield Step(actor, change, world, tried.after, tried.refusals)
        if tried:
            past = [*past, world.documents.changes_to(tried.after.documents)]
            world = tried.after
