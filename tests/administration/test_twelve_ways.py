"""Each way of giving is judged by what it gives: twelve ways that others forgot, through documents."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from administered_desk import (
    NOW,
    SUMMER,
    WINTER,
    desk,
    desk_with,
    expect_notice,
    line,
    nothing,
    reasons,
    role,
    tried,
)
from rolegate.administration import judge, judge_roles
from rolegate.administration.administered_set import AdministeredSet, WholeSet
from rolegate.administration.administration import Administration, AdministrativeChange, Judgement
from rolegate.administration.domain_changes import Undo
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import AddMember, Assign, Lift, Prolong, Revoke
from rolegate.administration.rights_at_moment import RightsAtMoment
from rolegate.administration.role_changes import CloneRole, CreateRole, DeleteRole, EditRole
from rolegate.administration.tenant_documents import DocumentChange, DocumentName, TenantDocuments

REFUND_GONE = line("user", "ana", restrict=["refund"])
PHONE_GONE = line("user", "lea", restrict=["contacts.fields.phone"])
SHORT = line("user", "lea", grants=["tickets.show@all"], until=SUMMER)


def test_assigning_an_existing_stronger_role() -> None:
    """A lead gives what a lead holds, and no role that holds more."""
    assert reasons("lea", Assign(line("user", "ana", "role", "lead"))) == set()
    assert reasons("lea", Assign(line("user", "ana", "role", "boss"))) == {"beyond"}
    assert reasons("lea", Assign(line("user", "lea", "role", "boss"))) == {"beyond"}
    assert reasons("ana", Assign(line("user", "ana", "role", "lead"))) == {"manage", "beyond"}


@pytest.mark.parametrize(
    "grant",
    [
        "tickets.show@all",
        "inboxes.access[*]",
        "inboxes.access[Sales]",
        "contacts.fields.phone@edit",
        "refund",
    ],
)
def test_scopes_instances_and_fields_are_part_of_what_is_held(grant: str) -> None:
    """Whoever holds a part of it does not give all of it."""
    assert reasons("lea", Assign(line("user", "ana", grants=[grant]))) == {"beyond"}
    assert reasons("lea", CreateRole(role("new", grant))) == {"beyond"}
    assert reasons("olga", CreateRole(role("new", grant))) == set()


def test_joining_a_team_that_has_a_stronger_role() -> None:
    """So does a team in that team."""
    assert reasons("lea", AddMember("chiefs", "acme", "ana")) == {"beyond"}
    assert reasons("bob", AddMember("chiefs", "acme", "ana")) == set()
    before = desk_with(("team", {"team": "all", "domain": "acme", "members": ["ana"]}))
    assert reasons("lea", AddMember("chiefs", "acme", {"team": "all"}), before) == {"beyond"}


def test_extending_a_role_by_a_stronger_one() -> None:
    """The role may be edited, and not by that."""
    before = desk_with(("role", role("small", "tickets.show@my")))
    assert reasons("lea", EditRole("small", "acme", {"extends": ["boss"]}), before) == {"beyond"}
    assert reasons("lea", EditRole("small", "acme", {"extends": ["lead"]}), before) == set()


def test_cloning_a_stronger_role() -> None:
    assert reasons("lea", CloneRole("boss", "acme", "mine")) == {"beyond"}
    assert reasons("lea", CloneRole("lead", "acme", "mine")) == set()


def test_undoing_what_took_a_right_away() -> None:
    """Whoever could take it away cannot give it back without holding it."""
    revoke = Revoke(line("user", "bob", "role", "boss"))
    done = tried("lea", revoke)
    assert done.refusals == ()
    changes = desk().documents.changes_to(done.after.documents)
    assert reasons("lea", Undo(changes), done.after) == {"beyond"}
    assert reasons("olga", Undo(changes), done.after) == set()


def test_restoring_a_deleted_role() -> None:
    gone = tried("lea", DeleteRole("boss", "acme"))
    assert gone.refusals == ()
    back = desk().documents.get("role", "acme", "boss")
    name = DocumentName("role", "acme", "boss")
    assert reasons("lea", Undo((DocumentChange(name, back, None),)), gone.after) == {"beyond"}


def test_lifting_a_restriction() -> None:
    """It gives back what it took: also to whoever lifts it."""
    before = desk_with(
        ("line", line("user", "ana", "role", "boss")), ("line", REFUND_GONE), ("line", PHONE_GONE)
    )
    assert reasons("lea", Lift(REFUND_GONE), before) == {"beyond"}
    assert reasons("lea", Lift(PHONE_GONE), before) == {"beyond"}
    assert reasons("bob", Lift(REFUND_GONE), before) == set()


def test_prolonging_what_ends() -> None:
    """Beyond the end of what they hold themselves, nobody gives anything."""
    before = desk_with(
        ("line", SHORT), ("line", line("user", "ana", grants=["tickets.show@my"], until=SUMMER))
    )
    other = line("user", "ana", grants=["tickets.show@all"])
    assert reasons("lea", Prolong(SHORT, WINTER), before) == {"beyond"}
    assert reasons("lea", Prolong(SHORT), before) == {"beyond"}
    assert reasons("lea", Assign({**other, "until": SUMMER}), before) == set()
    assert reasons("lea", Assign({**other, "until": WINTER}), before) == {"beyond"}
    assert reasons("lea", Assign(other), before) == {"beyond"}
    assert reasons("bob", Prolong(SHORT), before) == set()


def test_a_line_that_ends_gives_back_what_its_holders_are_denied() -> None:
    """Also where it gives nothing, and would not even be valid in another plan."""
    clerk = {"role": "clerk", "domain": "beta", "grants": ["refund"]}
    mine = {"user": "dan", "role": "clerk", "domain": "beta", "only": {"inbox": ["Sales"]}, "rest": "drop"}
    before = desk_with(
        ("role", clerk),
        ("line", mine),
        ("line", {"user": "dan", "grants": ["access.manage"], "domain": "beta"}),
        ("line", {"user": "dan", "grants": ["inboxes.access[*]"], "domain": "beta"}),
        ("line", {"role": "clerk", "restrict": ["inboxes.access[Support]"], "domain": "beta"}),
    )
    assert reasons("dan", Prolong(mine, WINTER), before) == {"beyond"}
    assert reasons("bert", Prolong(mine, WINTER), before) == set()


def test_what_begins_later_is_not_held_before() -> None:
    """A line that begins when the giver's own begins gives no more than they hold then."""
    mine = line("user", "lea", grants=["refund"], **{"from": SUMMER})
    before = desk_with(("line", mine))
    given = line("user", "ana", grants=["refund"])
    assert reasons("lea", Assign({**given, "from": SUMMER}), before) == set()
    assert reasons("lea", Assign(given), before) == {"beyond"}


def test_a_line_of_a_domain_around() -> None:
    """Whoever manages inside gives nothing outside. What also holds inside has to be held there as well."""
    inner = {"user": "ina", "role": "owner", "domain": "acme-emea"}
    before = desk_with(("line", inner))
    given = {"user": "ana", "grants": ["refund"], "domain": "acme-emea"}
    assert reasons("ina", Assign(given), before) == set()
    assert reasons("ina", Assign({**given, "domain": "acme"}), before) == {"manage", "beyond"}
    restricted = {"user": "bob", "restrict": ["refund"], "domain": "acme-emea"}
    assert reasons("bob", Assign({**given, "domain": "acme"}), desk_with(("line", restricted))) == {"beyond"}


def test_a_draft_that_is_saved_after_a_demotion() -> None:
    """What somebody held when they opened it is not looked at."""
    before = desk_with(("role", role("small", "tickets.show@my")))
    draft = EditRole("small", "acme", {"grants": ["refund"]})
    assert reasons("bob", draft, before) == set()
    demoted = tried("olga", Revoke(line("user", "bob", "role", "boss")), before).after
    assert reasons("bob", draft, demoted) == {"manage", "beyond", "stronger"}


def test_a_version_of_a_default_role() -> None:
    """It is that role for everybody who has it: what it adds is given to them."""
    before = desk_with(("line", line("user", "ana", "role", "agent")))

    def version(*grants: str) -> AdministrativeChange:
        return CreateRole(role("own", *grants, replaces="agent"))

    assert reasons("lea", version("tickets.show@all", "refund"), before) == {"beyond", "stronger"}
    assert reasons("lea", version("tickets.show@all", "inboxes.access[Support]"), before) == {"stronger"}
    assert reasons("lea", version("tickets.show@team"), before) == set()
    assert reasons("bob", version("tickets.show@all", "refund"), before) == {"stronger"}
    assert reasons("olga", version("tickets.show@all", "refund"), before) == set()
    narrowed = tried("lea", version("tickets.show@team"), before).after
    assert reasons("lea", DeleteRole("own", "acme"), narrowed) == {"beyond"}
    assert reasons("olga", DeleteRole("own", "acme"), narrowed) == set()


def test_creating_a_service_account() -> None:
    """A user whom nothing names yet is a user like all others."""
    assert reasons("lea", Assign(line("user", "bot-1", grants=["refund"]))) == {"beyond"}
    assert reasons("lea", Assign(line(everyone=True, grants=["refund"]))) == {"beyond"}


def test_what_is_given_to_nobody_yet() -> None:
    """A team without members, and everybody whom no line names, hold what they are given."""
    before = desk_with(("team", {"team": "none", "domain": "acme", "members": []}))
    for who in ({"team": "none"}, {"everyone": True}):
        assert reasons("lea", Assign(line(**who, role="boss")), before) == {"beyond"}
        assert reasons("lea", Assign(line(**who, role="lead")), before) == set()


def test_what_a_role_holds_inside_a_domain_alone() -> None:
    """Some things exist only in a kind of domain inside: whoever edits the role has to hold them there."""
    office = {"domain": "hq", "kind": "office"}
    shop = {"domain": "shop", "within": "hq", "kind": "shop"}
    keeper = {"role": "keeper", "domain": "hq", "grants": ["manage"]}
    before = SHOPS.read(
        TenantDocuments.of(
            [
                ("domain", office),
                ("domain", shop),
                ("role", keeper),
                ("line", {"user": "ana", "role": "keeper", "domain": "hq"}),
                ("line", {"user": "bo", "grants": ["manage", "till"], "domain": "hq"}),
            ]
        )
    )
    assert before.errors == ()
    more = EditRole("keeper", "hq", {"grants": ["manage", "till"]})
    new = CreateRole({"role": "cashier", "domain": "hq", "grants": ["till"]})
    for user, expected in (("ana", {"beyond"}), ("bo", set())):
        assert {one.reason for one in SHOPS.try_change(Actor(user), new, before, NOW).refusals} == expected
    assert {one.reason for one in SHOPS.try_change(Actor("bo"), more, before, NOW).refusals} == set()


SHOPS = Administration(
    WholeSet(
        {
            "catalog.yaml": b"""\
catalog: shops
domain_kinds: [office, shop]
custom_roles: {manage: manage}
permissions: {manage: Manage, till: {title: Till, domain_kinds: [shop]}}
"""
        }
    )
)


def test_a_role_that_holds_more_is_narrowed_and_not_touched_otherwise() -> None:
    wider = EditRole("boss", "acme", {"grants": ["access.manage", "tickets.*", "contacts.fields.phone@view"]})
    assert reasons("lea", wider) == {"stronger"}
    assert reasons("lea", EditRole("boss", "acme", {"grants": ["access.manage"]})) == set()
    assert reasons("lea", EditRole("boss", "acme", {"title": "Intern"})) == {"stronger"}
    assert reasons("lea", DeleteRole("boss", "acme")) == set()
    assert reasons("lea", DeleteRole("lead", "acme", move_to="boss")) == {"beyond"}


MORE = [
    (lambda: EditRole("agent", None, {"grants": ["tickets.show@my"]}), "olga", {"locked"}),
    (lambda: CreateRole({"role": "x", "grants": ["refund"]}), "olga", {"locked"}),
    (lambda: CreateRole(role("x", "billing.close")), "olga", {"invalid"}),
    (lambda: CreateRole(role("x", "tickets.show@my", kind="guest")), "olga", set()),
    (lambda: CreateRole(role("x", "tickets.show@my", kind="guest")), "bob", {"manage"}),
    (lambda: CreateRole(role("x", "refund", kind="guest")), "olga", {"invalid"}),
    (lambda: CreateRole({**role("x", "tickets.show@my"), "domain": "beta"}), "bert", {"manage"}),
]


@pytest.mark.parametrize(("change", "user", "expected"), MORE)
def test_where_roles_are_not_edited(
    change: Callable[[], AdministrativeChange], user: str, expected: set[str]
) -> None:
    """Default roles, kinds with their own managers and limits, and a plan without custom roles."""
    assert reasons(user, change()) == expected


# -- each of them is noticed

Forgets = Callable[[AdministrativeChange], bool]

FORGOTTEN: dict[str, tuple[Forgets, Callable[[], None]]] = {
    "a role that is there already is assigned": (
        lambda change: isinstance(change, Assign) and "role" in change.line,
        test_assigning_an_existing_stronger_role,
    ),
    "a team is joined": (
        lambda change: isinstance(change, AddMember),
        test_joining_a_team_that_has_a_stronger_role,
    ),
    "a role extends another one": (
        lambda change: isinstance(change, EditRole) and "extends" in change.keys,
        test_extending_a_role_by_a_stronger_one,
    ),
    "a role is cloned": (
        lambda change: isinstance(change, CloneRole),
        test_cloning_a_stronger_role,
    ),
    "a change is undone": (
        lambda change: isinstance(change, Undo),
        test_undoing_what_took_a_right_away,
    ),
    "a role is restored": (
        lambda change: isinstance(change, Undo),
        test_restoring_a_deleted_role,
    ),
    "a restriction is lifted": (
        lambda change: isinstance(change, Lift),
        test_lifting_a_restriction,
    ),
    "a line ends later": (
        lambda change: isinstance(change, Prolong),
        test_prolonging_what_ends,
    ),
    "a version of a default role is made": (
        lambda change: isinstance(change, CreateRole) and "replaces" in change.document,
        test_a_version_of_a_default_role,
    ),
    "a new account is given something": (
        lambda change: isinstance(change, Assign) and change.line.get("user") == "bot-1",
        test_creating_a_service_account,
    ),
}


@pytest.mark.parametrize("way", FORGOTTEN)
def test_a_way_that_somebody_forgot_is_noticed(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever manages may do that, whatever it gives: as it was in some project or other."""
    forgets, noticed_by = FORGOTTEN[way]
    whole = Administration.try_change

    def try_change(self: Administration, actor: Actor, change: AdministrativeChange, *args: Any) -> Judgement:
        found = whole(self, actor, change, *args)
        kept = tuple(one for one in found.refusals if one.reason in ("manage", "invalid", "last"))
        return Judgement(found.after, kept) if forgets(change) else found

    expect_notice(noticed_by, Administration, "try_change", try_change, monkeypatch)


def test_a_draft_that_is_judged_by_what_it_was_begun_with_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody held when they opened it is not what they hold."""
    opened: list[AdministeredSet] = []
    whole = judge.judge

    def judge_as_opened(actor: Actor, before: AdministeredSet, after: AdministeredSet, *args: Any) -> Any:
        opened.append(before)
        return whole(actor, replace(opened[0], documents=before.documents), after, *args)

    monkeypatch.setattr("rolegate.administration.administration.judge", judge_as_opened)
    with pytest.raises(AssertionError):
        test_a_draft_that_is_saved_after_a_demotion()


SWITCHED_OFF: dict[str, tuple[object, str, object, Callable[[], None]]] = {
    "domains inside": (
        judge._Judging,
        "_domains",
        lambda self: tuple(dict.fromkeys(change.domain or "" for change in self.changes)),
        test_a_line_of_a_domain_around,
    ),
    "later moments": (judge, "moments_of", nothing, test_prolonging_what_ends),
    "teams, and users whom nobody names": (
        RightsAtMoment,
        "people",
        lambda self, domain: frozenset({"user:ana"}),
        test_what_is_given_to_nobody_yet,
    ),
    "roles": (judge, "role_refusals", nothing, test_cloning_a_stronger_role),
    "what is inside a domain alone": (
        judge_roles,
        "_without",
        lambda held, paths: replace(held, allowed=frozenset()),
        test_what_a_role_holds_inside_a_domain_alone,
    ),
}


@pytest.mark.parametrize("check", SWITCHED_OFF)
def test_a_check_that_is_switched_off_is_noticed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the test that is about it."""
    owner, name, wrong, noticed_by = SWITCHED_OFF[check]
    expect_notice(noticed_by, owner, name, wrong, monkeypatch)
