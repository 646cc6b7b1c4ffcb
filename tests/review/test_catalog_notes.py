"""What else a change does: said, and no change of access."""

from __future__ import annotations

from pathlib import Path

import pytest

import rolegate
from desks import changed, policy
from git_desk import FILES
from rolegate import AccessDiff, Policy, access_diff
from rolegate.review.diff_text import diff_lines

CATALOG = FILES["catalog.yaml"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    old = CATALOG.replace("pay: Pay", "pay: {title: Pay, aliases: [charge]}")
    return policy(tmp_path_factory.mktemp("old"), catalog=(CATALOG, old))


CHARGE_GONE = "alias `charge` of billing.pay is gone: questions that use it are denied"


def notes(diff: AccessDiff) -> list[str]:
    return [note.text for note in diff.notes]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("refund: Refund", "refund: Refund", []),
        (
            "refund: Refund",
            "repay: {title: Repay, renamed_from: billing.refund}",
            ["billing.refund is billing.repay now; nobody's access to it changes"],
        ),
        (
            "refund: Refund",
            "refund: Refund, void: {title: Void, by_name: true}",
            ["billing.void is new, and nobody holds it"],
        ),
        ("[charge]", "[bill]", [f"{CHARGE_GONE}; `removed` keeps it from other use"]),
        (
            "[charge]}, refund: Refund}}",
            "[bill]}, refund: Refund}}\nremoved: {charge: {}}",
            [CHARGE_GONE],
        ),
    ],
)
def test_a_catalog_that_moves_is_told(
    desk: Policy, tmp_path: Path, before: str, after: str, expected: list[str]
) -> None:
    """A renamed path, a permission that nobody holds, an alias that is gone."""
    old = CATALOG.replace("pay: Pay", "pay: {title: Pay, aliases: [charge]}")
    diff = changed(desk, tmp_path, catalog=(CATALOG, old.replace(before, after)))
    assert not diff
    assert notes(diff) == expected
    assert next(diff_lines(diff)) == "nobody's access changes"
    assert [line.split("  ")[0] for line in diff_lines(diff)][2:] == [f"note: {text}" for text in expected]


def test_two_permissions_that_become_one_are_told_once(tmp_path: Path) -> None:
    """Somebody's access to it changes, whatever was true of the other one, and a list names it once."""
    two = ("refund: Refund", "refund: Refund, void: Void, see: See")
    one = ("refund: Refund", "void: {title: Void, renamed_from: billing.refund}, see: See")
    agent, both, void = (
        (FILES["roles/agent.yaml"], f"role: agent\ngrants: [{grants}]\n")
        for grants in ("billing.see", "billing.void, billing.refund", "billing.void")
    )
    old = policy(tmp_path / "old", catalog=two, roles__agent=both)
    lost = access_diff(old, policy(tmp_path / "lost", catalog=one, roles__agent=agent))
    assert [line for line in diff_lines(lost, reasons=False) if "void" in line] == [
        "  - billing.void",
        *(f"note: {note}" for note in lost.notes),
    ]
    old = policy(tmp_path / "without", catalog=two, roles__agent=agent)
    gained = access_diff(old, policy(tmp_path / "with", catalog=one, roles__agent=void))
    assert notes(gained) == ["billing.refund is billing.void now"]


def test_a_domain_that_is_new_or_gone_is_told(desk: Policy, tmp_path: Path) -> None:
    """Beside what people gain or lose in it."""
    diff = changed(
        desk, tmp_path, domains=("  beta:", "  gamma:"), bindings=("domain: beta", "domain: gamma")
    )
    assert [note for note in notes(diff) if note.startswith("domain")] == [
        "domain gamma is new",
        "domain beta is gone",
    ]


def test_a_role_that_is_set_aside_is_told_with_the_reason(tmp_path: Path) -> None:
    """It has a fault, so it grants nothing; and once it is mended, that it is in force."""
    sides = []
    for folder, grant in ((tmp_path / "old", "billing.pay"), (tmp_path / "new", "billing.nothing")):
        policy(folder)
        lead = f"role: lead\ndomain: acme\ngrants: [{grant}]\n"
        (folder / "roles" / "lead.yaml").write_text(lead, encoding="utf-8")
        sides.append(rolegate.load(folder))
    assert notes(access_diff(*sides)) == ["role `lead` of domain `acme` is set aside now: RG301"]
    assert notes(access_diff(*reversed(sides))) == ["role `lead` of domain `acme` is no longer set aside"]
