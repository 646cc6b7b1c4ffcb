"""Each fault that is planted in the gate lets one of these changes pass."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import Policy, judge_change
from rolegate.review import access_diff as comparing
from rolegate.review import changed_periods, gains, gate_verdict, refused_gains
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.approvals import Approvals
from rolegate.review.extents import AccessChange
from rolegate.review.gains import Gain, Whose, gains_of
from rolegate.review.paired_permissions import PairedPermission
from rolegate.review.permission_meanings import PermissionMeanings

LINES, CATALOG = FILES["bindings.yaml"], FILES["catalog.yaml"]
SENSITIVE = CATALOG.replace("refund: Refund", "refund: {title: Refund, sensitive: true}")
BOSS = "  - {user: eve, role: boss, domain: acme}\n"
LATER = "  - {user: eve, grants: [billing.pay], domain: acme, from: 2026-09-01}\n"
WIDER = FILES["roles/agent.yaml"].replace("@team", "@all")
REVIEW, RULES = "approve: sensitive\n", "invariants:\n  - {never: billing.refund, for: 'user:eve'}\n"


def approved(who: str, gains: str, until: str = "2999-01-01") -> str:
    return f"approvals:\n  - {{{who}, domain: [acme, emea], gains: [{gains}], reason: x, until: {until}}}\n"


PAY = approved("user: dan", "billing.pay")
Files = Mapping[str, str]

CHANGES: dict[str, tuple[Files, Files, list[str]]] = {
    "a role is wider": ({}, {"roles/agent.yaml": WIDER}, ["gain", "gain", "gain"]),
    "a gain begins later": ({}, {"bindings.yaml": LINES + LATER}, ["gain"]),
    "a rule is looser": ({}, {"review.yaml": REVIEW}, ["rule"]),
    "a mark goes, and the gain with it": (
        {"catalog.yaml": SENSITIVE, "review.yaml": REVIEW},
        {"catalog.yaml": CATALOG, "bindings.yaml": LINES + BOSS},
        ["rule", "sensitive"],
    ),
    "an invariant goes with what it forbids": (
        {"invariants.yaml": RULES, "review.yaml": REVIEW},
        {"invariants.yaml": "invariants: []\n", "bindings.yaml": LINES + BOSS},
        ["rule", "invariant"],
    ),
    "a part is set aside": (
        {},
        {"roles/beta/odd.yaml": "role: odd\ngrants: [nothing.there]\n"},
        ["aside"],
    ),
    "a restriction is lifted": (
        {"bindings.yaml": f"{LINES}  - {{user: eve, restrict: [billing.pay], domain: acme}}\n"},
        {"bindings.yaml": LINES},
        ["rule"],
    ),
    "a grant gives more": (
        {},
        {
            "catalog.yaml": CATALOG.replace(
                "refund: Refund", "refund: {title: Refund, implies: [billing.pay]}"
            )
        },
        ["rule"],
    ),
    "an approval has ended": (
        {},
        {
            "bindings.yaml": LINES + LATER.replace(", from: 2026-09-01", ""),
            "approvals.yaml": approved("user: eve", "billing.pay", "2026-06-01"),
        },
        ["gain"],
    ),
    "somebody else is approved": (
        {},
        {"bindings.yaml": LINES + LATER.replace(", from: 2026-09-01", ""), "approvals.yaml": PAY},
        ["gain"],
    ),
    "a gain that ends is approved": (
        {},
        {
            "bindings.yaml": LINES + LATER.replace("from: 2026-09-01", "until: 2026-09-01"),
            "approvals.yaml": approved("user: eve", "billing.pay"),
        },
        ["gain"],
    ),
}
"""What is otherwise on the older and on the newer side, and what is refused."""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Policy, Policy]]:
    """Both policies of each change."""
    found = {}
    for name, (before, after, _) in CHANGES.items():
        top = tmp_path_factory.mktemp("change")
        old, new = write(top / "old", {**FILES, **before}), write(top / "new", {**FILES, **before, **after})
        found[name] = (rolegate.load(old), rolegate.load(new))
    return found


def refused(sides: Mapping[str, tuple[Policy, Policy]]) -> dict[str, list[str]]:
    """The kinds of what is refused of each change."""
    return {
        name: [refusal.kind for refusal in judge_change(*pair, at=NOW).refusals]
        for name, pair in sides.items()
    }


def test_without_a_fault_each_change_is_refused(sides: dict[str, tuple[Policy, Policy]]) -> None:
    """For its own reason."""
    assert refused(sides) == {name: kinds for name, (_, _, kinds) in CHANGES.items()}


_AT, _GAINS = Approvals.at, gains_of


def _whoever(
    lines: Sequence[ChangedSubjects], meanings: PermissionMeanings
) -> Iterator[tuple[ChangedSubjects, Gain]]:
    for line, gain in _GAINS(lines, meanings):
        yield line, replace(gain, whose=Whose("user", "dan", "", gain.whose.domain))


def _whenever(since: object, until: object) -> str:
    return ""


def _sensitive_now(pair: PairedPermission, catalog: object) -> bool:
    return pair.new is not None and pair.new.sensitive


FAULTS: dict[str, tuple[object, str, Any]] = {
    "what is wider is no gain": (AccessChange, "gains", property(lambda self: self.verb == "gained")),
    "later moments are not judged": (comparing, "moments", lambda sides, since: (since,)),
    "rules may be changed": (gate_verdict, "changed_rules", lambda old, new, marks: ()),
    "restrictions may be lifted": (gate_verdict, "lifted_rules", lambda *sides, sensitive_only: ()),
    "grants may give more": (gate_verdict, "grown_grants", lambda *sides, sensitive_only: ()),
    "the newer side says what is sensitive": (changed_periods, "is_sensitive", _sensitive_now),
    "the newer side says what is invariant": (gate_verdict, "newly_broken", lambda *sides: ()),
    "what is set aside passes": (gate_verdict, "aside_parts", lambda new: ()),
    "approvals do not end": (
        Approvals,
        "at",
        lambda approvals, moment, since: _AT(approvals, datetime(2000, 1, 1, tzinfo=UTC), since),
    ),
    "an approval is for whoever gains the same": (refused_gains, "gains_of", _whoever),
    "an approval is for whatever time": (gains, "period_words", _whenever),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_lets_a_change_pass(
    fault: str, sides: dict[str, tuple[Policy, Policy]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least one is refused for less."""
    owner, name, wrong = FAULTS[fault]
    expected = refused(sides)
    monkeypatch.setattr(owner, name, wrong)
    found = refused(sides)
    assert any(len(found[change]) < len(expected[change]) for change in CHANGES)
