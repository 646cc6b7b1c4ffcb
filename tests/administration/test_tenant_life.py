"""Domains come and go, and pay; people leave; somebody is left who manages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from administered_desk import (
    DESK,
    NOW,
    SUMMER,
    desk,
    desk_with,
    expect_notice,
    line,
    nothing,
    reasons,
    role,
    tried,
)
from rolegate.administration import administered_set, judge, judge_managers
from rolegate.administration.administered_set import AdministeredSet
from rolegate.administration.administration import Administration, AdministrativeChange
from rolegate.administration.domain_changes import (
    AddInstance,
    CreateDomain,
    DeleteDomain,
    RemoveInstance,
    SetAddons,
    SetPlan,
)
from rolegate.administration.judge import Actor
from rolegate.administration.line_changes import (
    AddMember,
    Assign,
    CreateTeam,
    DeleteTeam,
    Lift,
    RemoveMember,
    RemoveUser,
    Restrict,
    Revoke,
)
from rolegate.administration.managing import Managing
from rolegate.administration.role_changes import CreateRole, DeleteRole, EditRole, RenameRole
from rolegate.compiled.names import user_name
from rolegate.errors import ChangeError
from rolegate.giving import may_give as giving

LIFE: list[AdministrativeChange] = [
    CreateDomain({"domain": "gamma", "plan": "pro"}, owner="ann"),
    CreateDomain({"domain": "acme-apac", "within": "acme"}, owner="ann"),
    SetPlan("acme", "free"),
    SetPlan("beta", "pro"),
    SetAddons("acme", ("export",)),
    AddInstance("acme", "inbox", "Returns"),
    RemoveInstance("acme", "inbox", "Sales"),
    DeleteDomain("acme-emea"),
]


@pytest.mark.parametrize("change", LIFE, ids=lambda change: type(change).__name__)
def test_the_life_of_tenants_is_for_the_application(change: AdministrativeChange) -> None:
    """A named part of it makes and bills domains, and nobody else does, whatever they hold."""
    assert reasons("system:sign-up", change) == set()
    assert "tenant" in reasons("olga", change)
    assert "tenant" in reasons("bob", change)


def test_nobody_sets_their_own_plan() -> None:
    """Whoever holds everything in a domain holds no other plan."""
    assert "tenant" in reasons("bert", SetPlan("beta", "pro"))


def test_a_default_role_is_edited_in_files() -> None:
    """All domains share it; so is one that is locked. There, custom roles need the plan."""
    assert reasons("olga", EditRole("agent", None, {"grants": ["tickets.show@my"]})) == {"locked"}
    locked = desk_with(("role", role("kept", "refund", locked=True)))
    assert reasons("olga", EditRole("kept", "acme", {"grants": []}), locked) == {"locked"}
    new = {"role": "x", "domain": "beta", "grants": ["tickets.show@my"]}
    assert reasons("bert", CreateRole(new)) == {"manage"}


@pytest.mark.parametrize(
    "change",
    [
        Assign(line("user", "ann", "role", "lead")),
        Restrict(line("user", "bob", restrict=["refund"])),
        CreateRole(role("new", "refund")),
        EditRole("lead", "acme", {"grants": ["refund"]}),
        EditRole("lead", "acme", {"grants": []}),
        CreateTeam("new", "acme", ("ann",)),
        DeleteRole("lead", "acme", move_to="boss"),
    ],
    ids=lambda change: type(change).__name__,
)
def test_the_application_gives_nothing_in_a_domain_that_is_there(change: AdministrativeChange) -> None:
    """Whoever holds nothing cannot give it by the application's name."""
    assert reasons("system:sign-up", change) == {"system"}


def test_the_application_lifts_no_restriction_of_somebody_who_stays() -> None:
    """Restrictions go with the user whom they are about."""
    ban = line("user", "bob", restrict=["refund"])
    assert reasons("system:sign-up", Lift(ban), desk_with(("line", ban))) == {"system"}
    assert reasons("system:leavers", RemoveUser("bob"), desk_with(("line", ban))) == set()
    ban = line("team", "chiefs", restrict=["refund"])
    assert reasons("system:sign-up", Lift(ban), desk_with(("line", ban))) == {"system"}


def test_a_new_domain_has_its_owner() -> None:
    """The first one needs nobody who gives it."""
    after = tried("system:sign-up", CreateDomain({"domain": "gamma", "plan": "pro"}, owner="ann")).after
    assert holds(after, "ann", "gamma", "refund") and not holds(after, "ann", "acme", "refund")
    new = {"role": "mine", "domain": "gamma", "grants": ["refund"]}
    assert reasons("ann", CreateRole(new), after) == set()


def test_a_removed_user_is_named_nowhere() -> None:
    """Lines, memberships and restrictions go, so an id that is given out again finds nothing."""
    before = desk_with(
        ("line", line("user", "cy", grants=["refund"])), ("line", line("user", "cy", restrict=["export"]))
    )
    after = tried("system:leavers", RemoveUser("cy"), before).after
    assert "cy" not in str(after.documents.by_name.values())
    assert list(after.documents.of_kind("team")) == [{"team": "chiefs", "domain": "acme", "members": []}]


def test_an_instance_that_was_removed_wakes_nothing_by_itself() -> None:
    """What is granted on its id sleeps, until somebody says that it is the same one."""
    gone = tried("system:desk", RemoveInstance("acme", "inbox", "Support")).after
    with pytest.raises(ChangeError, match="was removed"):
        tried("system:desk", AddInstance("acme", "inbox", "Support"), gone)
    back = tried("system:desk", AddInstance("acme", "inbox", "Support", revive=True), gone)
    assert back.refusals == ()
    acme = back.after.documents.get("domain", "acme", "acme")
    assert acme == {"domain": "acme", "plan": "pro", "instances": {"inbox": ["Sales", "Support"]}}


def test_the_last_one_who_manages_stays() -> None:
    """Nobody takes that away, from themselves either; the application does not."""
    alone = desk_with(("line", line("user", "dan", "role", "lead")), without=LINES_OF_ACME)
    mine = line("user", "dan", "role", "lead")
    assert reasons("dan", Revoke(mine), alone) == {"last"}
    assert reasons("dan", Restrict(line("user", "dan", restrict=["access.manage"])), alone) == {"last"}
    assert reasons("dan", Restrict(line(everyone=True, restrict=["access.manage"])), alone) == {"last"}
    assert reasons("dan", EditRole("lead", "acme", {"grants": ["tickets.show@team"]}), alone) == {"last"}
    assert reasons("dan", DeleteRole("lead", "acme"), alone) == {"last"}
    assert reasons("system:leavers", RemoveUser("dan"), alone) == {"last"}
    two = desk_with(("line", mine), ("line", line("user", "eve", "role", "lead")), without=LINES_OF_ACME)
    assert reasons("dan", Revoke(mine), two) == set()


def test_lines_that_end_and_empty_teams_do_not_count_for_the_last_one() -> None:
    """Who is left has to manage without end, whatever teams and restrictions say."""
    mine = line("user", "dan", "role", "lead")
    short = line("user", "eve", "role", "lead", until=SUMMER)
    later = line("user", "eve", "role", "lead", **{"from": SUMMER})
    for other in (short, later, line("team", "none", "role", "lead")):
        team = {"team": "none", "domain": "acme", "members": []}
        before = desk_with(("line", mine), ("line", other), ("team", team), without=LINES_OF_ACME)
        assert reasons("dan", Revoke(mine), before) == {"last"}
    banned = line("user", "eve", restrict=["access.manage"])
    other = line("user", "eve", "role", "lead")
    before = desk_with(("line", mine), ("line", other), ("line", banned), without=LINES_OF_ACME)
    assert reasons("dan", Revoke(mine), before) == {"last"}


def test_a_team_whose_last_member_manages_keeps_them() -> None:
    """Members and teams are lines as others are."""
    team = {"team": "heads", "domain": "acme", "members": ["dan"]}
    before = desk_with(("team", team), ("line", line("team", "heads", "role", "lead")), without=LINES_OF_ACME)
    assert reasons("dan", RemoveMember("heads", "acme", "dan"), before) == {"last"}
    assert reasons("dan", DeleteTeam("heads", "acme"), before) == {"last"}


def test_a_domain_that_goes_needs_nobody() -> None:
    alone = desk_with(
        ("domain", {"domain": "gamma"}), ("line", {"user": "d", "role": "owner", "domain": "gamma"})
    )
    assert reasons("system:billing", DeleteDomain("gamma"), alone) == set()


def test_what_no_plan_has_today_is_not_given_either() -> None:
    """It would be held with the next plan, and nobody would have given it."""
    before = desk_with(
        ("role", {"role": "clerk", "domain": "beta", "grants": ["refund"]}),
        ("role", {"role": "head", "grants": ["access.manage", "tickets.show@my"]}),
        ("line", {"user": "bea", "role": "head", "domain": "beta"}),
        ("team", {"team": "desk", "domain": "beta", "members": []}),
        ("line", {"team": "desk", "role": "clerk", "domain": "beta"}),
    )
    ways: list[AdministrativeChange] = [
        Assign({"user": "bea", "role": "owner", "domain": "beta"}),
        Assign({"user": "bea", "role": "clerk", "domain": "beta"}),
        AddMember("desk", "beta", "bea"),
    ]
    for plan in ("free", "pro"):
        now = tried("system:billing", SetPlan("beta", plan), before).after
        for change in ways:
            assert reasons("bea", change, now) == {"beyond"}, plan


def test_a_renamed_role_stays_the_same_for_its_holders() -> None:
    """Its former name keeps working; a stronger one is not touched by that."""
    after = tried("olga", RenameRole("boss", "acme", "chief"))
    assert after.refusals == ()
    assert holds(after.after, "bob", "acme", "refund") and holds(after.after, "cy", "acme", "refund")
    assert reasons("lea", RenameRole("boss", "acme", "chief")) == {"stronger"}
    assert reasons("lea", RenameRole("lead", "acme", "head")) == set()


def test_whoever_does_not_manage_changes_nothing() -> None:
    """Not even what gives and takes nothing."""
    assert reasons("ana", CreateTeam("new", "acme")) == {"manage"}
    assert reasons("ana", Revoke(line("user", "bob", "role", "boss"))) == {"manage"}
    assert reasons("ana", RenameRole("boss", "acme", "chief")) == {"manage", "stronger"}
    assert reasons("bert", CreateTeam("new", "acme")) == {"manage"}


def test_what_cannot_be_made_is_an_error_of_its_own() -> None:
    """Whoever asks: the role is not there, the line is there already."""
    for change in (
        EditRole("none", "acme", {"grants": []}),
        EditRole("lead", "acme", {"role": "chief"}),
        EditRole("lead", "acme", {"domain": "beta"}),
        DeleteRole("none", "acme"),
        CreateRole(role("lead")),
        Revoke(line("user", "nobody", "role", "lead")),
        Assign(line("user", "bob", "role", "boss")),
        Lift(line("user", "bob", "role", "boss")),
        RemoveMember("chiefs", "acme", "nobody"),
        DeleteTeam("none", "acme"),
        SetPlan("none", "free"),
        DeleteDomain("acme"),
        RemoveInstance("acme", "inbox", "None"),
    ):
        with pytest.raises(ChangeError):
            tried("olga", change)


CODES = [
    ("RG960", "ana", CreateTeam("new", "acme")),
    ("RG961", "lea", Assign(line("user", "ana", "role", "boss"))),
    ("RG962", "olga", EditRole("agent", None, {"grants": ["tickets.show@my"]})),
    ("RG963", "bert", Revoke({"user": "bert", "role": "owner", "domain": "beta"})),
    ("RG964", "olga", SetPlan("acme", "free")),
    ("RG964", "system:sign-up", CreateTeam("new", "acme", ("ana",))),
]


@pytest.mark.parametrize(("code", "user", "change"), CODES, ids=[code for code, _, _ in CODES])
def test_a_refusal_has_a_code_with_a_page(code: str, user: str, change: AdministrativeChange) -> None:
    """And words; RG965 is what nobody could change."""
    refused = tried(user, change).refusals
    assert {code} == {one.code for one in refused}
    with pytest.raises(ChangeError) as error:
        tried(user, DeleteDomain("nowhere"))
    assert error.value.code == "RG965"


def test_what_would_not_be_valid_is_refused_with_the_finding() -> None:
    """A role that nobody has, a plan that is not there: a form shows the words of `validate`."""
    refused = tried("olga", Assign(line("user", "ana", "role", "nobody"))).refusals
    assert [(one.code, one.finding is not None) for one in refused] == [("RG317", True)]
    assert "nobody" in str(refused[0])
    assert desk().errors == ()


LINES_OF_ACME = [
    line("user", "olga", "role", "owner"),
    line("user", "lea", "role", "lead"),
    line("user", "bob", "role", "boss"),
    line("team", "chiefs", "role", "boss"),
]


def holds(one: AdministeredSet, user: str, domain: str, path: str) -> bool:
    held = one.held(NOW).of(user_name(user), domain)
    return any(right.right.path == path for right in held.allowed)


SWITCHED_OFF: dict[str, tuple[object, str, object, Callable[[], None]]] = {
    "who edits roles": (judge, "managing_refusals", nothing, test_a_default_role_is_edited_in_files),
    "somebody who is left": (
        judge_managers.Managers,
        "last_refusals",
        nothing,
        test_the_last_one_who_manages_stays,
    ),
    "the life of tenants": (judge, "tenant_refusals", nothing, test_nobody_sets_their_own_plan),
    "the application": (
        judge,
        "system_refusals",
        nothing,
        test_the_application_lifts_no_restriction_of_somebody_who_stays,
    ),
    "plans of tomorrow": (
        administered_set,
        "with_every_plan",
        lambda resolved: resolved,
        test_what_no_plan_has_today_is_not_given_either,
    ),
    "roles of tomorrow": (
        administered_set,
        "_read_again",
        lambda files: None,
        test_what_no_plan_has_today_is_not_given_either,
    ),
    "new errors": (
        judge,
        "_new_errors",
        nothing,
        test_what_would_not_be_valid_is_refused_with_the_finding,
    ),
    "who manages": (giving, "_manages", lambda *_: True, test_whoever_does_not_manage_changes_nothing),
}


@pytest.mark.parametrize("check", SWITCHED_OFF)
def test_a_check_that_is_switched_off_is_noticed(check: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the test that is about it."""
    owner, name, wrong, noticed_by = SWITCHED_OFF[check]
    expect_notice(noticed_by, owner, name, wrong, monkeypatch)


def test_a_plan_leaves_somebody_who_manages() -> None:
    """Roles of run time sleep in it: whoever manages by one alone is given another one with the plan."""
    alone = desk_with(("line", line("user", "dan", "role", "lead")), without=LINES_OF_ACME)
    assert reasons("system:billing", SetPlan("acme", "free"), alone) == {"plan"}
    for who in ("dan", "new"):
        down = tried("system:billing", SetPlan("acme", "free", who), alone)
        assert down.refusals == () and holds(down.after, who, "acme", "access.manage")
        assert "tenant" in reasons(who, SetPlan("acme", "free", who), alone)
    assert reasons("system:billing", SetPlan("acme", "free", "dan", "agent"), alone) == {"system", "plan"}
    assert reasons("system:billing", SetPlan("acme", "free")) == set()
    for change in (SetPlan("acme", "free", "new"), SetPlan("acme", "pro", "new")):
        assert reasons("system:billing", change) == {"system"}
    assert reasons("system:billing", SetPlan("acme", "pro", "new"), alone) == {"system"}
    assert reasons("system:billing", SetAddons("acme", (), "new"), alone) == {"system"}


def test_nobody_has_to_manage_where_a_plan_has_no_managing() -> None:
    """A customer who pays less, for what nobody manages, is moved down as they are."""
    paid = Administration(DESK.read, Managing(assign="refund", edit="refund"))
    free = SetPlan("acme", "free")
    assert paid.try_change(Actor("billing", system=True), free, desk(), NOW).refusals == ()


def test_a_role_inside_keeps_its_name() -> None:
    """Whoever makes one of that name around it reads where the other one is."""
    inside = {"role": "night", "domain": "acme-emea", "grants": ["tickets.show@my"]}
    refused = tried("olga", CreateRole({**inside, "domain": "acme"}), desk_with(("role", inside))).refusals
    said = "domain `acme-emea` and domain `acme` around it both have a role called `night`"
    assert [str(refusal) for refusal in refused] == [said]
