"""What a diff tells is worth something: each fault planted on the way to it tells something else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

import rolegate
from desks import NOW
from git_desk import FILES
from reading import write
from rolegate import Policy
from rolegate.review import access_diff as comparing
from rolegate.review import cells, changed_periods, differences, extents
from rolegate.review.access import DomainAccess, SameAccess
from rolegate.review.paired_permissions import PairedPermission
from told_diffs import told_diffs

LINES = FILES["bindings.yaml"]
EVE = "  - {user: eve, restrict: ['inboxes.access[Complaints]'], domain: acme}\n"
LEFT = f"{EVE}  - {{user: eve, grants: ['inboxes.access[*]'], domain: acme}}\n"
KEPT = f"{EVE}  - {{user: eve, grants: ['inboxes.access[Support]'], domain: acme}}\n"
NO_EDIT = "  - {team: sales, restrict: [tickets.edit], domain: acme}\n"
DAN = "  - {user: dan, role: agent, domain: beta, until: 2026-08-01}\n"
SOON = "  - {user: gus, role: viewer, domain: emea, until: 2026-07-01}\n"
OWN = "roles:\n  acme_agent: {domain: acme, replaces: agent, extends: agent, except: [tickets.edit]}\n"

Files = Mapping[str, str]
CHANGES: dict[str, tuple[Files, Files, list[str]]] = {
    "a wider scope": (
        {},
        {"roles/agent.yaml": FILES["roles/agent.yaml"].replace("@team", "@all")},
        [
            "role agent",
            "team sales in acme, emea",
            "2 users: bo, cy in acme, emea",
            "  ↑ tickets.{show, edit}  @team → @all",
        ],
    ),
    "instances that no file names": (
        {"bindings.yaml": LINES + LEFT},
        {"bindings.yaml": LINES + KEPT},
        ["user eve in acme, emea", "  ↓ inboxes.access  [* but Complaints] → [Support]"],
    ),
    "a restriction of a team": (
        {"bindings.yaml": LINES + NO_EDIT},
        {},
        [
            "team sales in acme, emea",
            "2 users: bo, cy in acme, emea",
            "  + tickets.edit  @team",
        ],
    ),
    "an end": (
        {"bindings.yaml": LINES + SOON},
        {"bindings.yaml": LINES + SOON + DAN},
        [
            "user dan in beta until 2026-08-01",
            "  ↑ tickets.show  @my → @team",
            "  + tickets.edit  @team",
            "  + inboxes.access  [*]",
        ],
    ),
    "a member": (
        {},
        {"domains.yaml": FILES["domains.yaml"].replace("[bo, cy]", "[bo, cy, eve]")},
        ["user eve in acme, emea", "  + tickets.{show, edit}  @team", "  + inboxes.access  [*]"],
    ),
    "a version of a role": (
        {},
        {"roles/own.yaml": OWN},
        [
            "role acme_agent in acme",
            "  + tickets.show  @team",
            "  + inboxes.access  [*]",
            "role agent in acme, emea",
            "team sales in acme, emea",
            "2 users: bo, cy in acme, emea",
            "  - tickets.edit  @team",
        ],
    ),
}
"""What is changed on the older and on the newer side, and what is told of it."""


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Policy, Policy]]:
    """Both policies of each change."""
    found = {}
    for name, (before, after, _) in CHANGES.items():
        top = tmp_path_factory.mktemp("change")
        old, new = write(top / "old", {**FILES, **before}), write(top / "new", {**FILES, **after})
        found[name] = (rolegate.load(old), rolegate.load(new))
    return found


def test_without_a_fault_the_changes_are_told(sides: dict[str, tuple[Policy, Policy]]) -> None:
    """Each with those whom it concerns."""
    assert told_diffs(sides, NOW) == {name: lines for name, (_, _, lines) in CHANGES.items()}


def _without_denied(self: DomainAccess, sub: str) -> tuple[int, int]:
    return _WHOLE(self, sub)[0], 0


def _named_alone(named: cells.Paths, depth: int) -> tuple[tuple[str, ...], ...]:
    return tuple(path for path in _PATHS(named, depth) if cells.UNNAMED not in path)


_WHOLE, _PATHS, _MOMENTS = DomainAccess._whole, cells._paths, differences.moments

FAULTS: dict[str, tuple[object, str, Any]] = {
    "a wider scope is told as equal": (
        extents,
        "_by_scope",
        lambda permission, held, names=None: [("", {cell.on for cell in held})],
    ),
    "narrower scopes are not asked": (PairedPermission, "scopes", ()),
    "instances that no file names are forgotten": (cells, "_paths", _named_alone),
    "what a team is denied is not subtracted": (DomainAccess, "_whole", _without_denied),
    "an end comes a day late": (
        comparing,
        "moments",
        lambda sides, since: [since, *(moment + timedelta(days=1) for moment in _MOMENTS(sides, since)[1:])],
    ),
    "the last end is forgotten": (
        comparing,
        "moments",
        lambda sides, since: _MOMENTS(sides, since)[:-1] or (since,),
    ),
    "what stays the same is told again": (changed_periods, "_said", lambda period: object()),
    "links that differ are not looked at": (SameAccess, "_alone", lambda self, sub: sub not in self._other),
    "versions of roles are not looked at": (differences, "meant_there", lambda resolved, sub, dom: sub),
    "what happens at home is told nowhere": (
        changed_periods,
        "_repeated",
        lambda period, periods, sides: True,
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_tells_something_else(
    fault: str, sides: dict[str, tuple[Policy, Policy]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of at least one of the changes."""
    owner, name, wrong = FAULTS[fault]
    expected = told_diffs(sides, NOW)
    monkeypatch.setattr(owner, name, wrong)
    assert told_diffs(sides, NOW) != expected
