"""Nobody gives what they do not hold, whatever the way of giving it: twelve ways that others forgot.

A lead of `acme` manages access, and holds tickets at the scope of a team and one inbox. A boss holds more.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from rolegate.giving.may_give import AccessEffect, GivenRole, Giver, Refusal, may_edit, may_give
from rolegate.giving.timed_rights import TimedRight, TimedRights
from rolegate.grants.rights import Right, RightSet

MANAGE = Right("access.manage", "-", "-")
SHOW_TEAM, SHOW_ALL = Right("tickets.show", "-", "team"), Right("tickets.show", "-", "all")
SUPPORT, EVERY_INBOX = Right("inboxes.access", "Support", "-"), Right("inboxes.access", "*", "-")
SEE, CHANGE = Right("contacts.fields.phone", "-", "view"), Right("contacts.fields.phone", "-", "edit")
REFUND = Right("payments.refund", "-", "-")

OWN = (MANAGE, SHOW_TEAM, SUPPORT, SEE)
MORE = (*OWN, SHOW_ALL, EVERY_INBOX, CHANGE, REFUND)
LEAD = Giver("lea", {"acme": TimedRights.of(OWN)})
BOSS = Giver("bob", {"acme": TimedRights.of(MORE)})
NOTHING = TimedRights()
SUMMER, WINTER = datetime(2027, 6, 1, tzinfo=UTC), datetime(2027, 12, 1, tzinfo=UTC)


def effect(
    after: TimedRights, before: TimedRights = NOTHING, who: str = "ana", domain: str = "acme"
) -> AccessEffect:
    return AccessEffect(who, domain, before, after)


def given(giver: Giver, *effects: AccessEffect) -> list[tuple[str, Right | None]]:
    return [(refusal.reason, refusal.right) for refusal in may_give(giver, effects, MANAGE)]


def role(*rights: Right, **details: object) -> GivenRole:
    return GivenRole("acme", TimedRights.of(rights), **{"manage": MANAGE, **details})  # type: ignore[arg-type]


def edited(giver: Giver, before: GivenRole | None, after: GivenRole | None) -> list[tuple[str, Right | None]]:
    return [(refusal.reason, refusal.right) for refusal in may_edit(giver, before, after)]


# -- the twelve ways ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "right", [SHOW_ALL, EVERY_INBOX, CHANGE, REFUND, Right("inboxes.access", "Sales", "-")]
)
def test_assigning_a_stronger_role(right: Right) -> None:
    """At a broader scope, on another instance, a field to change, or a permission more."""
    assert given(LEAD, effect(TimedRights.of([*OWN, right]))) == [("beyond", right)]
    assert given(LEAD, effect(TimedRights.of(OWN))) == []
    assert given(BOSS, effect(TimedRights.of(MORE))) == []


def test_membership_of_a_team_that_holds_one() -> None:
    """Whoever joins gets what the team has."""
    joined = effect(TimedRights.of([SEE, REFUND]), TimedRights.of([SEE]))
    assert given(LEAD, joined) == [("beyond", REFUND)]
    assert given(BOSS, joined) == []


def test_extending_a_role_by_one_that_the_giver_may_not_give() -> None:
    """What parents bring is what the role holds."""
    assert edited(LEAD, role(SEE), role(SEE, REFUND)) == [("beyond", REFUND)]
    assert edited(LEAD, role(SEE), role(SEE, SUPPORT)) == []


def test_cloning() -> None:
    """A clone is a new role."""
    assert edited(LEAD, None, role(*OWN, REFUND)) == [("beyond", REFUND)]
    assert edited(LEAD, None, role(*OWN)) == []


def test_undoing() -> None:
    """To undo that something was taken away gives it."""
    assert given(LEAD, effect(TimedRights.of([SEE, REFUND]), TimedRights.of([SEE]))) == [("beyond", REFUND)]
    assert edited(LEAD, role(SEE), role(SEE, REFUND)) == [("beyond", REFUND)]


def test_restoring() -> None:
    """A role that was removed comes back with all it had, and so do its holders."""
    back = may_edit(LEAD, None, role(SEE), [effect(TimedRights.of([SEE, REFUND]))])
    assert [(one.reason, one.right) for one in back] == [("beyond", REFUND)]


def test_lifting_a_restriction() -> None:
    """What was denied is gained, and only that."""
    before = TimedRights.of([EVERY_INBOX], denied=[Right("inboxes.access", "Sales", "-")])
    assert given(LEAD, effect(TimedRights.of([EVERY_INBOX]), before)) == [
        ("beyond", Right("inboxes.access", "Sales", "-"))
    ]
    assert given(LEAD, effect(TimedRights.of([SEE]), TimedRights.of([SEE], denied=[SEE]))) == []
    assert given(LEAD, effect(before, before)) == []


def test_a_restriction_that_ends_earlier() -> None:
    """To take something for a shorter time is to give it for the rest."""
    always = TimedRights.of([REFUND], denied=[REFUND])
    shorter = TimedRights(always.allowed, frozenset({TimedRight(REFUND, SUMMER)}))
    assert given(LEAD, effect(shorter, always)) == [("beyond", REFUND)]
    assert given(LEAD, effect(always, shorter)) == []
    assert given(LEAD, effect(shorter, shorter)) == []


def test_prolonging_an_end() -> None:
    """Nobody gives for longer than they hold, nor to themselves."""
    helper = Giver("hal", {"acme": TimedRights.of(OWN, SUMMER)})
    assert given(helper, effect(TimedRights.of([SEE], SUMMER))) == []
    for longer in (WINTER, None):
        assert given(helper, effect(TimedRights.of([SEE], longer), TimedRights.of([SEE], SUMMER))) == [
            ("beyond", SEE)
        ]
        own = effect(TimedRights.of(OWN, longer), TimedRights.of(OWN, SUMMER), who="hal")
        assert {reason for reason, _ in given(helper, own)} == {"beyond"}


def test_an_outer_domain() -> None:
    """What is held inside says nothing of the domain around it, nor of one beside it."""
    outside = effect(TimedRights.of([SEE]), domain="group")
    assert given(LEAD, effect(TimedRights.of([SEE])), outside) == [("manage", MANAGE), ("beyond", SEE)]


def test_a_draft_that_is_saved_after_a_demotion() -> None:
    """It is judged by what the giver holds when it is saved."""
    draft = role(SEE, REFUND)
    assert edited(BOSS, role(SEE), draft) == []
    demoted = Giver(BOSS.name, {"acme": TimedRights.of(OWN)})
    assert edited(demoted, role(SEE), draft) == [("beyond", REFUND)]


def test_the_version_of_a_default_role() -> None:
    """All who have the default role get what the version adds, in inner domains as well."""
    version = role(SEE, SUPPORT)
    assert edited(LEAD, role(SEE), version) == []
    inside = effect(TimedRights.of([SEE, SUPPORT]), TimedRights.of([SEE]), domain="acme-emea")
    found = may_edit(LEAD, role(SEE), version, [inside])
    assert [(one.reason, one.domain, one.right) for one in found] == [("beyond", "acme-emea", SUPPORT)]


def test_creating_a_service_account() -> None:
    """A new subject held nothing before."""
    assert given(LEAD, effect(TimedRights.of([REFUND]), who="bot")) == [("beyond", REFUND)]


# -- the rest of the rules ----------------------------------------------------------------------------------


def test_a_role_that_holds_more_is_narrowed_and_not_touched_otherwise() -> None:
    """Not even by something that the giver holds."""
    strong = role(SEE, REFUND)
    assert edited(LEAD, strong, role(SEE, REFUND, SUPPORT)) == [("stronger", REFUND)]
    assert edited(LEAD, strong, role(SEE)) == []
    assert edited(LEAD, strong, None) == []


def test_taking_away_from_stronger_people_stays_possible() -> None:
    """But not so that nobody is left who manages: ends and restrictions count."""
    boss, lead = TimedRights.of(MORE), TimedRights.of(OWN)
    demoted = effect(TimedRights.of([SEE]), boss, who="bob")
    kept = effect(lead, lead, who="lea")
    assert may_give(LEAD, [demoted], MANAGE, [demoted, kept]) == ()
    for left in (TimedRights.of(OWN, SUMMER), TimedRights.of(OWN, denied=[MANAGE]), NOTHING):
        people = [demoted, effect(left, left, who="lea")]
        assert may_give(LEAD, [demoted], MANAGE, people) == (Refusal("last", "acme", MANAGE),)


def test_whoever_does_not_manage_changes_nothing() -> None:
    """Not even for the worse; and where nobody manages at run time, nobody does."""
    user = Giver("uma", {"acme": TimedRights.of([SEE])})
    assert given(user, effect(NOTHING, TimedRights.of([SEE]))) == [("manage", MANAGE)]
    assert edited(user, role(SEE), None) == [("manage", MANAGE)]
    assert [one.reason for one in may_give(BOSS, [effect(TimedRights.of([SEE]))], None)] == ["manage"]
    restricted = Giver("rex", {"acme": TimedRights.of(MORE, denied=[MANAGE])})
    assert given(restricted, effect(TimedRights.of([SEE]))) == [("manage", MANAGE)]


def test_a_locked_role_and_the_kinds_of_roles() -> None:
    """What files lock stays; a kind says what a role may hold; what it held before is not judged again."""
    assert edited(BOSS, role(SEE, locked=True), role(SEE)) == [("locked", None)]
    may = RightSet([SEE])
    assert edited(BOSS, role(SUPPORT), role(SEE, SUPPORT, REFUND, may=may)) == [("kind", REFUND)]
    other = role(SEE, manage=REFUND)
    assert edited(LEAD, role(SEE), other) == [("manage", REFUND)]


def test_parts_never_add_up() -> None:
    """Two inboxes are not every inbox, and a star without one of them is that."""
    sales = Right("inboxes.access", "Sales", "-")
    two = Giver("tom", {"acme": TimedRights.of([MANAGE, SUPPORT, sales])})
    assert given(two, effect(TimedRights.of([EVERY_INBOX]))) == [("beyond", EVERY_INBOX)]
    less = Giver("liz", {"acme": TimedRights.of([MANAGE, EVERY_INBOX], denied=[sales])})
    assert given(less, effect(TimedRights.of([EVERY_INBOX], denied=[sales]))) == []
    assert given(less, effect(TimedRights.of([EVERY_INBOX], denied=[SUPPORT]))) == [("beyond", EVERY_INBOX)]
    assert given(less, effect(TimedRights.of([sales]))) == [("beyond", sales)]


def test_a_refusal_says_why() -> None:
    """With the right, as a grant is written, and the domain."""
    (refusal,) = may_give(LEAD, [effect(TimedRights.of([Right("inboxes.access", "Sales", "-")]))], MANAGE)
    assert str(refusal) == "you cannot give what you do not hold: `inboxes.access[Sales]` in `acme`"
