"""What is sensitive is read from the older side, and a change of the mark is told first."""

from __future__ import annotations

from pathlib import Path

import pytest

from desks import NOW, changed, policy
from rolegate import AccessDiff, Policy, access_diff
from rolegate.review.diff_text import diff_lines

BILLING = "billing: {title: Billing, permissions: {pay: Pay, refund: Refund}}"
MARKED = BILLING.replace("Billing,", "Billing, sensitive: true,")
PAYING = ("'inboxes.access[*]'", "billing.pay")


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    """The desk with a group that is sensitive."""
    return policy(tmp_path_factory.mktemp("marked"), catalog=(BILLING, MARKED))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("desk"))


def told(diff: AccessDiff) -> list[tuple[str, object]]:
    """Every change of a mark, with what it was and is, and every severity of changes."""
    marks = [(mark.path, (mark.was, mark.now)) for mark in diff.marks]
    first = diff.subjects[0].changes if diff.subjects else ()
    return [*marks, *((change.permission.path, change.severity) for change in first)]


def test_gains_of_what_is_sensitive_come_first_and_are_marked(marked: Policy, tmp_path: Path) -> None:
    """What is in a group has the mark of the group; losses stay what they are."""
    new = policy(tmp_path, catalog=(BILLING, MARKED), roles__agent=PAYING)
    diff = access_diff(marked, new, at=NOW)
    assert told(diff) == [("inboxes.access", "loss"), ("billing.pay", "sensitive")]
    assert diff.severity == diff.subjects[0].severity == "sensitive"
    assert "  + billing.pay  (sensitive)" in list(diff_lines(diff))


def test_a_change_that_removes_the_mark_is_judged_by_it(marked: Policy, tmp_path: Path) -> None:
    """The gain is as severe as before, and the mark that is gone is a change of its own."""
    diff = access_diff(marked, policy(tmp_path, roles__agent=PAYING), at=NOW)
    assert told(diff)[0] == ("billing", (True, False))
    assert ("billing.pay", "sensitive") in told(diff)
    assert diff.severity == "rule"


def test_a_mark_alone_is_a_change_although_nobody_gains(desk: Policy, tmp_path: Path) -> None:
    """So `--exit-code` sees it."""
    diff = changed(desk, tmp_path, catalog=(BILLING, MARKED))
    assert diff
    assert not diff.gains
    assert [line.split("  ")[0] for line in diff_lines(diff)] == [
        "! billing is sensitive now",
        "nobody's access changes",
    ]


def test_a_permission_of_a_group_is_told_alone_where_the_others_keep_the_mark(
    marked: Policy, tmp_path: Path
) -> None:
    """A group stands for what is in it only where all of it changes."""
    pay = "billing: {title: Billing, permissions: {pay: Pay, refund: {title: Refund, sensitive: true}}}"
    diff = access_diff(marked, policy(tmp_path, catalog=(BILLING, pay)), at=NOW)
    assert told(diff) == [("billing.pay", (True, False))]


def test_what_is_new_in_a_sensitive_group_is_sensitive(marked: Policy, tmp_path: Path) -> None:
    """Whatever the newer side says of the group."""
    void = BILLING.replace("refund: Refund", "refund: Refund, void: Void")
    new = policy(tmp_path, catalog=(BILLING, void), roles__agent=("'inboxes.access[*]'", "billing.void"))
    assert ("billing.void", "sensitive") in told(access_diff(marked, new, at=NOW))


def test_a_new_permission_may_bring_its_own_mark(desk: Policy, tmp_path: Path) -> None:
    """No older side could have said it."""
    void = BILLING.replace("refund: Refund", "refund: Refund, void: {title: Void, sensitive: true}")
    diff = changed(
        desk, tmp_path, catalog=(BILLING, void), roles__agent=("'inboxes.access[*]'", "billing.void")
    )
    assert ("billing.void", "sensitive") in told(diff)
    assert not diff.marks


def test_a_sensitive_permission_that_is_gone_is_told_and_a_renamed_one_is_not(
    marked: Policy, tmp_path: Path
) -> None:
    """Without `renamed_from` it may be back under another name."""
    gone = MARKED.replace("refund: Refund", "repay: Repay")
    kept = MARKED.replace("refund: Refund", "repay: {title: Repay, renamed_from: billing.refund}")
    diffs = [
        access_diff(marked, policy(tmp_path / str(number), catalog=(BILLING, text)), at=NOW)
        for number, text in enumerate((gone, kept))
    ]
    assert [[(mark.path, mark.now) for mark in diff.marks] for diff in diffs] == [
        [("billing.refund", None)],
        [],
    ]


def test_fields_have_the_mark_of_their_group_or_their_own(tmp_path: Path) -> None:
    """Of both kinds, those with scopes included."""
    fields = """\
  contacts:
    fields:
      name: Name
      card: {title: Card, sensitive: true}
      salary: {title: Salary, scopes: reach, sensitive: true}
"""
    catalog = policy(tmp_path, catalog=(f"  {BILLING}", f"  {BILLING}\n{fields}")).catalog
    assert {p.path.removeprefix("contacts.fields.") for p in catalog.permissions if p.sensitive} == {
        "card",
        "salary.view",
        "salary.edit",
    }
