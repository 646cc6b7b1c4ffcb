"""Whoever manages around a domain manages in it: nobody inside takes that from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest

from administered_desk import NOW, SUMMER, WINTER, desk_with, nothing, reasons, tried
from administered_walks import PEOPLE, WALKED, Step
from drawing import some
from plain.managed_documents import NEW_USER, kept_out, left_alone, managed, read
from pressing_walks import INNER, OUTER, pressed
from rolegate.administration import judge_managers
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.administration import AdministrativeChange
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import (
    AddMember,
    Assign,
    CreateTeam,
    Lift,
    Prolong,
    RemoveUser,
    Restrict,
    Revoke,
)
from rolegate.administration.role_changes import CreateRole, EditRole
from rolegate.administration.tenant_documents import Document, DocumentKind


def inner(**keys: object) -> Document:
    """A line of the domain inside `acme`."""
    return {**keys, "domain": "acme-emea"}


def taken(**who: object) -> Document:
    """A line there by which these do not manage."""
    return inner(**who, restrict=["access.manage"])


INA = inner(user="ina", role="owner")


def inside(*more: tuple[DocumentKind, Document]) -> AdministeredSet:
    """The desk: `ina` manages the domain inside, and `olga` and `omar` the one around it."""
    omar = {"user": "omar", "role": "owner", "domain": "acme"}
    return desk_with(("line", INA), ("line", omar), *more)


def version(**keys: object) -> Document:
    """The version of `owner` that the domain inside has."""
    return {"role": "own", "domain": "acme-emea", "replaces": "owner", "extends": ["owner"], **keys}


CREW: Document = {"team": "crew", "domain": "acme-emea", "members": ["olga"]}
LATER = {**taken(user="olga"), "from": SUMMER, "until": SUMMER + "T00:01Z"}
NARROW = {"user": "olga", "role": "owner", "domain": "acme", "only": {"inbox": ["Sales"]}, "rest": "keep"}

WAYS: dict[str, tuple[AdministrativeChange, tuple[tuple[DocumentKind, Document], ...]]] = {
    "a restriction": (Restrict(taken(user="olga")), ()),
    "one that begins later": (Restrict({**taken(user="olga"), "from": WINTER}), ()),
    "one that ends later": (Prolong(LATER, WINTER), (("line", LATER),)),
    "one that never ends": (Prolong(LATER), (("line", LATER),)),
    "a group of permissions": (Restrict(inner(user="olga", restrict=["access.*"])), ()),
    "everything": (Restrict(inner(user="olga", restrict=["*"])), ()),
    "roles of a kind": (Restrict(inner(user="olga", restrict=["access.guests"])), ()),
    "everyone": (Restrict(taken(everyone=True)), ()),
    "a team of the domain around": (Restrict(taken(team="chiefs")), ()),
    "holders of a role": (Restrict(taken(role="owner")), ()),
    "a team that is joined": (
        AddMember("band", "acme-emea", "olga"),
        (("team", {**CREW, "team": "band", "members": []}), ("line", taken(team="band"))),
    ),
    "a role that is given": (
        Assign(inner(user="olga", role="agent")),
        (("line", taken(role="agent")),),
    ),
    "a version": (CreateRole(version(**{"except": ["access.manage"]})), ()),
    "a version that extends nothing": (
        CreateRole({"role": "own", "domain": "acme-emea", "replaces": "owner", "grants": ["refund"]}),
        (),
    ),
    "a version that is edited": (
        EditRole("own", "acme-emea", {"except": ["access.manage"]}),
        (("role", version()),),
    ),
    "a team that hides the one around": (
        CreateTeam("chiefs", "acme-emea", ("olga",)),
        (("line", taken(team="chiefs")),),
    ),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_nobody_inside_keeps_out_whoever_manages_around(way: str) -> None:
    """Whatever the way; whoever manages around as well may, as long as they are not the last."""
    change, more = WAYS[way]
    before = inside(*more)
    assert "outer" in reasons("ina", change, before)
    assert "outer" not in reasons("omar", change, before)


def test_the_fault_as_it_was() -> None:
    """Ina restricts Olga inside, and Olga could neither give anything that reaches inside nor lift that."""
    ban, given = taken(user="olga"), Assign({"user": "new", "role": "owner", "domain": "acme"})
    assert reasons("ina", Restrict(ban), inside()) == {"outer"}
    assert {one.code for one in tried("ina", Restrict(ban), inside()).refusals} == {"RG981"}
    locked = inside(("line", ban))
    assert reasons("olga", given, locked) == {"manage", "beyond"}
    assert reasons("olga", Lift(ban), locked) == {"manage", "beyond"}
    assert reasons("olga", given, inside()) == set()


def test_other_rights_are_taken_inside_and_people_inside_lose_managing() -> None:
    """Also those of stronger people; nobody who manages around the domain is shut out by that."""
    before = inside(("line", inner(user="ian", role="owner")))
    for path in ("refund", "tickets.*", "billing.pay"):
        assert reasons("ina", Restrict(inner(user="olga", restrict=[path])), before) == set()
    assert reasons("ina", Restrict(inner(everyone=True, restrict=["refund"])), before) == set()
    assert reasons("ina", Restrict(taken(user="ian")), before) == set()
    assert reasons("ina", Revoke(inner(user="ian", role="owner")), before) == set()
    assert reasons("olga", Restrict(taken(user="ina")), before) == set()
    assert reasons("ina", RemoveUser("olga", "acme-emea"), inside(("team", CREW))) == set()


def test_somebody_who_manages_around_is_left_who_manages_inside() -> None:
    """What was done when nobody held it around must not shut out the last one."""
    mine, hers = ({"user": who, "role": "owner", "domain": "acme"} for who in ("dan", "eve"))
    ban = taken(user="dan")
    people = {"without": ACME}
    before = desk_with(("line", INA), ("line", hers), **people)
    assert reasons("ina", Restrict(ban), before) == set()  # he is a user like all others
    now = desk_with(("line", INA), ("line", hers), ("line", mine), ("line", ban), **people)
    assert reasons("eve", Lift(ban), now) == set()
    assert reasons("eve", Revoke(hers), now) == {"apart"}
    assert reasons("system:leavers", RemoveUser("eve"), now) == {"apart"}
    assert reasons("eve", Restrict(taken(user="eve")), now) == {"apart"}
    lifted = desk_with(("line", INA), ("line", hers), ("line", mine), **people)
    assert reasons("eve", Restrict(taken(user="eve")), lifted) == set()
    assert reasons("system:leavers", RemoveUser("eve"), lifted) == set()


def test_the_next_plan_shuts_out_nobody() -> None:
    """What the plan has not today is taken from nobody who would manage then."""
    lean = {"domain": "acme-emea", "within": "acme", "plan": "free"}
    clerk: Document = {"role": "clerk", "domain": "acme", "grants": ["access.manage"]}
    before = desk_with(
        ("domain", {"domain": "acme", "plan": "free"}),
        ("domain", lean),
        ("role", clerk),
        ("line", {"user": "kim", "role": "clerk", "domain": "acme"}),
        ("line", INA),
        without=ACME[1:],
    )
    assert "outer" in reasons("ina", Restrict(taken(user="kim")), before)
    assert reasons("olga", Restrict(taken(user="kim")), before) == set()


def test_the_application_repairs_what_files_have_made() -> None:
    """It lifts what keeps those out who manage around, and makes somebody manage where nobody does."""
    ban = taken(user="olga")
    for line in (ban, inner(user="olga", restrict=["access.manage", "refund"]), taken(role="owner")):
        assert "system" in reasons("system:support", Restrict(line), inside())
    assert reasons("system:support", Lift(ban), inside(("line", ban))) == set()
    other = inner(user="ian", restrict=["refund"])
    ian = inner(user="ian", role="owner")
    assert reasons("system:support", Lift(other), inside(("line", ian), ("line", other))) == {"system"}
    empty = desk_with(without=ACME)
    first = Assign({"user": "new", "role": "owner", "domain": "acme"})
    assert reasons("system:support", first, empty) == set()
    assert reasons("system:support", first) == {"system"}
    weak = Assign({"user": "new", "role": "agent", "domain": "acme"})
    assert reasons("system:support", weak, empty) == {"system"}
    nobody = {"everyone": True, "restrict": ["access.manage"], "domain": "acme"}
    assert reasons("system:support", Lift(nobody), desk_with(("line", nobody))) == set()


ACME = [
    {"user": "olga", "role": "owner", "domain": "acme"},
    {"user": "lea", "role": "lead", "domain": "acme"},
    {"user": "bob", "role": "boss", "domain": "acme"},
    {"team": "chiefs", "role": "boss", "domain": "acme"},
]


# -- random people


def shut_out(step: Step) -> list[str]:
    """What is wrong with a change that may be made."""
    if step.refusals:
        return []
    found = [*left_alone(step), *([] if step.actor.system else kept_out(step))]
    if managed(read(step.after.documents), (INNER, OUTER)):
        found += [] if reaches(step.after) else ["nobody changes anything that reaches inside"]
    return [f"{step.actor.name}: {step.change}: {fault}" for fault in found]


def reaches(world: AdministeredSet) -> bool:
    """Whether somebody who manages around a domain makes a change there that holds inside, and one inside."""
    given = Assign({"user": NEW_USER, "grants": ["access.manage"], "domain": OUTER})
    changes = (given, CreateTeam("probe", INNER))
    return any(all(WALKED.try_change(Actor(who), one, world, NOW) for one in changes) for who in PEOPLE)


def faults(steps: Iterable[Step]) -> Iterator[str]:
    return (fault for step in steps for fault in shut_out(step))


def test_no_sequence_of_changes_shuts_out_whoever_manages_around() -> None:
    """Somebody who manages a domain can change something inside it after each step."""
    assert list(faults(pressed(1, some(700, 40)))) == []


CHECKS = {"who manages around": ("outer_refusals", 20), "somebody who is left": ("last_refusals", 10)}
"""Each with a walk in which it matters soon."""


@pytest.mark.parametrize("check", CHECKS)
def test_the_law_sees_what_is_left_out(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without each of these, somebody is shut out."""
    name, seed = CHECKS[check]
    assert not any(faults(pressed(seed, 5)))
    monkeypatch.setattr(judge_managers.Managers, name, nothing)
    assert any(faults(pressed(seed, 5)))
