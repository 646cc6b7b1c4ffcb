"""What those who may edit roles can have somebody hold, on a small shop, with the changes that show it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rolegate
from reading import write
from rolegate.review.differences import moments
from rolegate.review.reach import ReachGroup
from rolegate.review.reach_places import ReachPlace

NOW = datetime(2026, 6, 15, tzinfo=UTC)

SHOP = {
    "catalog.yaml": """\
catalog: shop
plans: [free, pro]
scopes: {reach: [all, team]}
resources: {till: Till}
custom_roles: {plans: [pro], manage: staff.edit, never: [staff.edit, billing.*]}
role_kinds:
  floor: {title: Floor, manage: staff.floor, may: [orders.*]}
permissions:
  staff: {title: Staff, permissions: {edit: Edit roles, floor: Edit roles of the floor}}
  orders:
    title: Orders
    permissions:
      show: {title: Show, scopes: reach}
      refund: {title: Refund, requires: [orders.show]}
  tills: {title: Tills, permissions: {open: {title: Open, per: till}}}
  billing: {title: Billing, permissions: {pay: Pay}}
""",
    "roles/lead.yaml": "role: lead\ngrants: [staff.edit, orders.show@team]\n",
    "roles/cashier.yaml": "role: cashier\ngrants: ['*']\nexcept: [staff.edit, staff.floor]\n",
    "roles/fixed.yaml": "role: fixed\nlocked: true\ngrants: [orders.show@team]\n",
    "domains.yaml": "domains:\n  acme: {plan: pro, teams: {crew: []}, instances: {till: [North, South]}}\n"
    "  shop: {plan: pro, within: acme}\n  free: {plan: free}\n",
}
ANA = "user `ana` in `acme` holds `staff.edit` and"


def proved(folder: Path, sentence: str, *lines: str, **files: str) -> str:
    """Who shows that a sentence does not hold, with more lines of bindings; `holds` if it does."""
    text = "bindings:\n" + "".join(f"  - {{{line}}}\n" for line in lines)
    write(folder, {**SHOP, **files, "bindings.yaml": text if lines else "bindings: []\n"})
    proof = rolegate.prove(rolegate.load(folder), sentence, at=NOW)
    return "holds" if proof.broken is None else str(proof.broken.witness)


LEAD, LEAD_INSIDE = "user: ana, role: lead, domain: acme", "user: ana, role: lead, domain: shop"
PAY, REFUND = "user: ana, grants: [billing.pay], domain: acme", "user: ana, role: cashier, domain: acme"


def test_nobody_gives_what_they_do_not_hold(tmp_path: Path) -> None:
    """Not at a broader scope, nor on another instance; what they hold they can give to anybody."""
    till = "user: ana, grants: ['tills.open[North]'], domain: acme"
    assert proved(tmp_path, "reach billing.pay, orders.show@all by user:ana", LEAD, till) == "holds"
    assert proved(tmp_path, "reach tills.open[South] by user:ana", LEAD, till) == "holds"
    assert proved(tmp_path, "reach tills.open[North] by user:ana in acme", LEAD, till) == (
        f"{ANA} `tills.open[North]`, and can give `tills.open[North]` to a user whom no file names"
    )
    assert proved(tmp_path, "reach orders.show@team for user:bo in acme", LEAD) == (
        f"{ANA} `orders.show@team`, and can give `orders.show@team` to user `bo`"
    )


def test_whoever_holds_it_without_managing_can_be_made_to_manage(tmp_path: Path) -> None:
    """If they act as well; alone, neither of the two can give it."""
    bo = "user: bo, grants: [billing.pay], domain: acme"
    assert proved(tmp_path, "reach billing.pay for users in acme", LEAD, bo) == "holds"
    assert proved(tmp_path, "reach billing.pay for users by user:bo in acme", LEAD, bo) == "holds"
    assert proved(tmp_path, "reach billing.pay for users by user:ana, user:bo in acme", LEAD, bo) == (
        "user `ana` in `acme` holds `staff.edit` and can give it to user `bo`, who holds `billing.pay` "
        "and can then give `billing.pay` to a user whom no file names"
    )


def test_who_manages_in_another_domain_changes_nothing(tmp_path: Path) -> None:
    """What is managed outside is managed inside, and never the other way round."""
    assert proved(tmp_path, "reach billing.pay for users in acme, free", LEAD_INSIDE, PAY) != "holds"
    assert proved(tmp_path, "reach billing.pay for users in free", LEAD_INSIDE, PAY) == "holds"
    found = proved(tmp_path, "reach billing.pay for users", LEAD_INSIDE, PAY)
    assert found.startswith("user `ana` in `shop` holds")
    unmanaged = "user: ana, restrict: [staff.edit], domain: shop"
    assert proved(tmp_path, "reach billing.pay for users", LEAD, PAY, unmanaged) == "holds"


def test_a_restriction_is_lifted_by_whoever_holds_what_it_denies(tmp_path: Path) -> None:
    """In the domain that lays it, and not from inside."""
    bo = "user: bo, restrict: [billing.pay], domain: acme"
    assert proved(tmp_path, "reach billing.pay for user:bo in acme", LEAD, PAY, bo) == (
        f"{ANA} `billing.pay`, and can lift what restricts user `bo` and give `billing.pay` to user `bo`"
    )
    assert proved(tmp_path, "reach billing.pay for user:bo", LEAD_INSIDE, PAY, bo) == "holds"


def test_custom_roles_hold_what_their_kind_allows(tmp_path: Path) -> None:
    """Whoever makes them, and only where there are some."""
    lines = (LEAD, REFUND)
    never = "reach billing.*, staff.edit for custom_roles by users"
    assert proved(tmp_path, never, *lines) == "holds"
    found = proved(tmp_path, "reach orders.refund for custom_roles in acme", *lines)
    assert found == f"{ANA} `orders.refund`, and can make a custom role that holds `orders.refund`"
    free = (LEAD.replace("acme", "free"), REFUND.replace("acme", "free"))
    assert proved(tmp_path, "reach orders.refund for custom_roles in free", *free) == "holds"
    floor = "user: ana, grants: [staff.floor, 'tills.open[*]', orders.show@all, orders.refund], domain: free"
    assert proved(tmp_path, "reach tills.open for custom_roles in free", floor) == "holds"
    assert proved(tmp_path, "reach orders.refund for custom_roles in free", floor) == (
        "user `ana` in `free` holds `staff.floor` and `orders.refund`, "
        "and can make a role of kind `floor` that holds `orders.refund`"
    )


def test_default_roles_are_edited_as_versions_unless_locked(tmp_path: Path) -> None:
    """What a version adds keeps the rules of custom roles."""
    found = proved(tmp_path, "reach orders.refund for role:lead in acme", LEAD, REFUND)
    assert found == f"{ANA} `orders.refund`, and can edit role `lead` so that it holds `orders.refund`"
    assert proved(tmp_path, "reach billing.pay for role:lead in acme", LEAD, REFUND) == "holds"
    assert proved(tmp_path, "reach orders.refund for role:fixed in acme", LEAD, REFUND) == "holds"


def test_roles_are_decided_without_anybody_who_has_them(tmp_path: Path) -> None:
    """Somebody may be given any of them; which two nobody may have together is told."""
    assert proved(tmp_path, "reach billing.pay for users by role:lead, role:cashier") == "holds"
    policy = rolegate.load(tmp_path)
    proof = rolegate.prove(policy, "reach billing.pay for users by role:lead, role:cashier", at=NOW)
    assert proof.apart == (("lead", "cashier"),)
    both = {"roles/chief.yaml": "role: chief\nextends: [lead, cashier]\n"}
    found = proved(tmp_path, "reach billing.pay for users", **both)
    assert found.startswith("role `chief` holds `staff.edit` and `billing.pay`, and can give")


def test_pairs_of_roles_are_told_whichever_permission_lets_them_manage(tmp_path: Path) -> None:
    """Somebody who has both edits roles of a kind, or roles that one of the two may not touch."""
    roles = {
        "roles/floor.yaml": "role: floor\ngrants: [staff.floor, billing.pay]\n",
        "roles/till.yaml": "role: till\ngrants: [orders.show@team, orders.refund]\n",
        "roles/lead.yaml": "role: lead\ngrants: [staff.edit]\n",
        "roles/cashier.yaml": "role: cashier\ngrants: [billing.pay]\n",
        "roles/fixed.yaml": "role: fixed\nlocked: true\ngrants: [staff.floor, 'tills.open[*]']\n",
    }
    write(tmp_path, {**SHOP, **roles, "bindings.yaml": "bindings: []\n"})
    policy = rolegate.load(tmp_path)
    apart = rolegate.prove(policy, "reach orders.refund for custom_roles in acme", at=NOW).apart
    assert set(apart) == {("floor", "till"), ("fixed", "till"), ("lead", "till")}
    apart = rolegate.prove(policy, "reach tills.open for users in acme", at=NOW).apart
    assert set(map(frozenset, apart)) == {frozenset(("lead", "fixed"))}


def test_each_moment_is_looked_at(tmp_path: Path) -> None:
    """Whoever has managed before may be among those who act later."""
    bo = "user: bo, role: cashier, domain: acme, from: 2027-01-01"
    until = "user: bo, role: lead, domain: acme, until: 2026-12-01"
    found = proved(tmp_path, "reach billing.pay for users in acme", LEAD, until, bo)
    assert found.startswith("user `ana` in `acme` holds `staff.edit` and can give it to user `bo`, who")
    proof = rolegate.prove(rolegate.load(tmp_path), "reach billing.pay for users in acme", at=NOW)
    assert proof.broken is not None
    assert proof.broken.since == datetime(2027, 1, 1, tzinfo=UTC)


def test_what_is_broken_is_not_looked_at_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each later moment would have to be compiled, and says nothing new."""
    looked_at = []

    def watched(resolved: Any, at: datetime) -> Iterator[datetime]:
        for moment in moments(resolved, at):
            looked_at.append(moment)
            yield moment

    ends = [f"user: bo, role: cashier, domain: acme, until: {year}-01-01" for year in range(2030, 2040)]
    monkeypatch.setattr("rolegate.review.broken_invariants.moments", watched)
    assert proved(tmp_path, "reach billing.pay", LEAD, PAY, *ends) != "holds"
    assert len(looked_at) == 2
    looked_at.clear()
    assert proved(tmp_path, "never billing.pay for user:cy", LEAD, PAY, *ends) == "holds"
    assert len(looked_at) == 11


def test_a_witness_has_steps_and_questions(tmp_path: Path) -> None:
    """The questions have the answers that are told."""
    proved(tmp_path, "reach billing.pay", LEAD, PAY)
    policy = rolegate.load(tmp_path)
    proof = rolegate.prove(policy, "reach billing.pay for user:bo in acme", at=NOW)
    assert proof.broken is not None
    assert proof.broken.to_dict()["steps"] == [
        "user `ana` in `acme` holds `staff.edit` and `billing.pay`",
        "they give `billing.pay` to user `bo`",
    ]
    questions = proof.broken.witness.questions
    assert [(asked.user, asked.permission, allowed) for asked, allowed in questions] == [
        ("ana", "staff.edit", True),
        ("ana", "billing.pay", True),
        ("bo", "billing.pay", False),
    ]
    for asked, allowed in questions:
        assert policy.decide(asked, NOW).allowed is allowed


def test_where_nobody_edits_roles_nothing_is_reached(tmp_path: Path) -> None:
    """The catalog says nothing of it."""
    plain = SHOP["catalog.yaml"].replace(
        "custom_roles: {plans: [pro], manage: staff.edit, never: [staff.edit, billing.*]}\n", ""
    )
    plain = plain.replace("role_kinds:\n  floor: {title: Floor, manage: staff.floor, may: [orders.*]}\n", "")
    files = {"catalog.yaml": plain}
    assert proved(tmp_path, "reach *", LEAD, PAY, **files) == "holds"


@pytest.mark.parametrize("key", ["never", "separate", "only"])
def test_who_acts_goes_with_reach(tmp_path: Path, key: str) -> None:
    """Other rules are about what is held, whoever gave it."""
    write(tmp_path, SHOP)
    with pytest.raises(rolegate.InvalidQuestionError, match="`by` does not go with the rule"):
        rolegate.prove(rolegate.load(tmp_path), f"{key} billing.pay, orders.show by role:lead")


def verdicts(folder: Path) -> list[str]:
    """What is said of a handful of sentences."""
    bo = "user: bo, restrict: [billing.pay], domain: acme"
    unmanaged = "user: ana, restrict: [staff.edit], domain: shop"
    cashier = "user: bo, grants: [billing.pay], domain: acme"
    return [
        proved(folder, "reach billing.pay for user:bo", LEAD_INSIDE, PAY, bo),
        proved(folder, "reach billing.pay for users", LEAD, PAY, unmanaged),
        proved(folder, "reach billing.pay for users in acme", LEAD, cashier),
        proved(folder, "reach billing.pay for users in acme", PAY),
        proved(folder, "reach billing.* for custom_roles by users", LEAD, PAY),
        proved(folder, "reach orders.refund for role:fixed in acme", LEAD, REFUND),
        proved(folder, "reach billing.pay for users by user:ana, user:bo in acme", LEAD, cashier),
    ]


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "restrictions of domains outside are lifted": (
        ReachGroup,
        "_is_denied_outside",
        lambda self, cell, sub, name: False,
    ),
    "what follows further inside is not looked at": (ReachGroup, "_unmanaged", lambda self, name: iter(())),
    "everybody manages": (ReachGroup, "managers", lambda self, name, manage: self.actors),
    "everybody acts": (ReachPlace, "managing_users", lambda self: self.users),
    "kinds of roles are not looked at": (ReachPlace, "role_may_hold", lambda self, kind: -1),
    "nobody is made to manage": (ReachGroup, "_is_kept_from", lambda self, cell, sub, name: True),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At least one verdict is another one."""
    expected = verdicts(tmp_path)
    owner, name, wrong = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert verdicts(tmp_path) != expected
