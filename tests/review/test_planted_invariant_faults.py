"""Faults planted in what decides invariants are noticed by a handful of invariants of the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import rolegate
from git_desk import FILES
from rolegate.compiled.names import STRANGER
from rolegate.review import broken_invariants as deciding
from rolegate.review import held_access, invariant_checks
from rolegate.review.access import DomainAccess
from rolegate.review.differences import subjects_at
from rolegate.review.held_access import HeldAccess
from rolegate.review.invariants import InvariantSubject

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)

MORE = """\
  - {everyone: true, grants: [tickets.show@my], domain: beta}
  - {user: eve, role: viewer, domain: acme, from: 2027-01-01}
  - {user: gus, grants: ['inboxes.access[*]'], domain: beta}
"""

INVARIANTS = """\
invariants:
  - {only: tickets.show, for: [roles, user:dan, user:gus], in: beta}
  - {never: tickets.show, for: user:eve, in: acme}
  - {only: tickets.edit, for: [role:agent, role:boss]}
  - {never: 'inboxes.access[Complaints]', for: user:cy}
  - {never: 'inboxes.access[Fresh]', for: user:gus}
  - {never: tickets.show, for: user:zed}
  - {includes: tickets.export, for: role:boss}
  - {includes: tickets.edit, with: tickets.show, for: role:viewer}
  - {includes: tickets.edit@my, with: tickets.export}
  - {separate: [tickets.edit, tickets.export], for: [role:agent]}
  - {at_least: 3, of: tickets.edit, in: acme}
  - {max_holders: 3, of: tickets.edit, in: acme}
  - {max_holders: 9, of: tickets.show, in: beta}
"""

EXPECTED = [
    "a user whom no file names in `beta` holds `tickets.show@my`",
    "user `eve` in `acme` holds `tickets.show@my`",
    "user `gus` in `beta` holds `inboxes.access[Fresh]`",
    "user `zed` in `beta` holds `tickets.show@my`",
    "role `viewer` holds `tickets.show@my` and not `tickets.edit@my`",
    "everybody in `beta` holds `tickets.show`",
]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> rolegate.Policy:
    folder = tmp_path_factory.mktemp("desk")
    files = {**FILES, "bindings.yaml": FILES["bindings.yaml"] + MORE, "invariants.yaml": INVARIANTS}
    for name, text in files.items():
        path: Path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return rolegate.load(folder)


def verdicts(policy: rolegate.Policy) -> list[str]:
    return [str(one.witness) for one in rolegate.broken_invariants(policy, at=NOW)]


def test_without_a_fault_the_verdicts_are_these(desk: rolegate.Policy) -> None:
    """Some hold, and some do not."""
    assert verdicts(desk) == EXPECTED


def _dropped(stranger: str) -> Callable[..., list[str]]:
    subjects = subjects_at
    return lambda sides, dom: [sub for sub in subjects(sides, dom) if sub != stranger]


FAULTS: dict[str, tuple[Any, str, Any]] = {
    "nobody stands for users whom no line names": (
        held_access,
        "subjects_at",
        _dropped(STRANGER),
    ),
    "users whom only invariants name are not looked at": (deciding, "user_name", lambda user: STRANGER),
    "later moments are not looked at": (deciding, "moments", lambda sides, since: (since,)),
    "what is denied counts as held": (
        DomainAccess,
        "held",
        lambda self, sub: _allowed(self, sub),
    ),
    "what somebody has by a team or a role does not count for `only`": (
        DomainAccess,
        "linked",
        lambda self, sub: [sub],
    ),
    "everybody is meant": (InvariantSubject, "means", lambda self, parts, replaced: True),
    "instances that only invariants name are not asked about": (
        deciding,
        "paths_in",
        lambda objects: frozenset(),
    ),
    "scopes are not looked at": (invariant_checks, "_meets", lambda wanted, cell: True),
    "nothing is ever needed": (invariant_checks.InvariantCheck, "_unmet", lambda self, held: iter(())),
    "users are not counted": (HeldAccess, "users", property(lambda self: {})),
    "everywhere is meant": (deciding, "_is_about", lambda invariant, here: True),
}


def _allowed(access: DomainAccess, sub: str) -> int:
    found = 0
    for one in access.reached(sub):
        found |= access.masks[one][0]
    return found


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_noticed(
    fault: str, desk: rolegate.Policy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At least one verdict is another one."""
    owner, name, wrong = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert verdicts(desk) != EXPECTED
