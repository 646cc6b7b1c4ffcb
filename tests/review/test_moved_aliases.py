"""An alias that moves changes the answers to those who ask by it, and no other answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from desks import NOW, policy
from git_desk import FILES
from rolegate import AccessDiff, Policy, access_diff, judge_change
from rolegate.review.diff_text import diff_lines

CATALOG = FILES["catalog.yaml"]
ROLES = {
    "roles__viewer": ("[tickets.show@my]", "[billing.pay]"),
    "roles__boss": ("['*']", "[billing.refund]"),
}


def with_alias(folder: Path, name: str, path: str, marked: str = "") -> Policy:
    """The desk, where viewers may pay and the boss may refund, and one of both is called *name* as well."""
    before = {"billing.pay": "pay: Pay", "billing.refund": "refund: Refund"}
    shapes = {
        known: f"aliases: ['{name}'], " * (known == path) + f"sensitive: {str(known == marked).lower()}"
        for known in before
    }
    catalog = CATALOG
    for known, text in before.items():
        key, _, title = text.partition(": ")
        catalog = catalog.replace(text, f"{key}: {{title: {title}, {shapes[known]}}}")
    return policy(folder, catalog=(CATALOG, catalog), **ROLES)


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Policy, Policy]:
    return (
        with_alias(tmp_path_factory.mktemp("old"), "charge", "billing.pay"),
        with_alias(tmp_path_factory.mktemp("new"), "charge", "billing.refund"),
    )


def told(diff: AccessDiff) -> str:
    return "\n".join(diff_lines(diff, reasons=False))


def test_a_moved_alias_is_told_as_what_it_is(sides: tuple[Policy, Policy]) -> None:
    """Who may pay may pay as before, and is denied where an application asks by the alias."""
    diff = access_diff(*sides, at=NOW)
    assert told(diff).split("\n\n") == [
        "role boss\nuser ana in acme, emea\n  + alias `charge`",
        "2 roles: agent, viewer\nteam sales in acme, emea\n2 users: bo, cy in acme, emea\n"
        "user dan in beta\n  - alias `charge`",
        f"note: alias `charge` asks for billing.refund now; before, for billing.pay  {diff.notes[0].file}:13",
    ]
    (change,) = diff.subjects[0].changes
    assert {key: change.to_dict()[key] for key in ("permission", "was", "is")} == {
        "permission": "charge",
        "was": "billing.pay",
        "is": "billing.refund",
    }


def test_every_change_by_an_alias_has_its_reason(sides: tuple[Policy, Policy]) -> None:
    """What moved is said, for gains as for losses, and the question asks by the alias."""
    for subjects in access_diff(*sides, at=NOW).subjects:
        (reason,) = subjects.reasons
        assert [(line.side, line.text) for line in reason.lines] == [
            ("new", "alias `charge` asks for `billing.refund`; before, for `billing.pay`")
        ]
        assert reason.question.question.permission == "charge"


def test_an_alias_does_not_make_a_rename(tmp_path: Path) -> None:
    """A path that is gone is gone, whichever permission has its alias now: nothing says it is the same."""
    old = with_alias(tmp_path / "old", "charge", "billing.pay")
    gone = CATALOG.replace("pay: Pay", "bill: {title: Bill, aliases: [charge]}")
    bill = {**ROLES, "roles__viewer": ("[tickets.show@my]", "[billing.bill]")}
    new = policy(tmp_path / "new", catalog=(CATALOG, gone), **bill)
    dan = next(known for known in access_diff(old, new, at=NOW).subjects if known.names == ("dan",))
    assert [(change.permission.said, change.verb) for change in dan.changes] == [
        ("billing.bill", "gained"),
        ("billing.pay", "lost"),
    ]


def test_the_gate_names_both_permissions_of_an_alias(sides: tuple[Policy, Policy]) -> None:
    """An approval of a gain by an alias cannot come to mean a gain of another permission."""
    refusals = judge_change(*sides, at=NOW).refusals
    texts = [refusal.what for refusal in refusals if refusal.kind == "gain"]
    assert texts == [("charge (alias of billing.refund, of billing.pay before)",)] * 2


@pytest.mark.parametrize("marked", ["billing.pay", "billing.refund"])
def test_an_alias_of_what_is_sensitive_is_sensitive(tmp_path: Path, marked: str) -> None:
    """Whichever of the two permissions is marked; and no mark changes."""
    paths = ("billing.pay", "billing.refund")
    old, new = (with_alias(tmp_path / path, "charge", path, marked) for path in paths)
    diff = access_diff(old, new, at=NOW)
    assert diff.marks == ()
    assert diff.severity == "sensitive"
