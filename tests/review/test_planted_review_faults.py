"""The comparison with every question is worth something: it finds faults planted in review code."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest
import yaml

import rolegate
from desks import NOW
from git_desk import FILES
from plain.comparing import Opinion, wrong_cells
from plain.evaluator import Evaluator
from plain.strategies import Files
from plain.writer import write_set
from rolegate import Policy
from rolegate.catalog.model import Catalog, Permission
from rolegate.compiled.lines import PLine
from rolegate.review import access, cells, differences, paired_permissions
from rolegate.review.access import DomainAccess, LinesOfDomains, Masks, SameAccess
from rolegate.review.cells import CellsOfSide
from rolegate.review.differences import PolicySide
from rolegate.review.paired_permissions import PairedPermission

DROPPED = "  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme}\n"
REFUND = "      refund: {title: Refund, renamed_from: billing.refund}\n"
Edit = tuple[tuple[str, str, str], ...]
Pairs = list[tuple[list[Policy], list[Opinion]]]

EDITS: dict[Edit, str] = {
    (("roles/agent.yaml", "tickets.*@team", "tickets.*@all"),): "agent sales bo cy",
    (
        ("bindings.yaml", "  - {user: cy, restrict: ['inboxes.access[Complaints]'], domain: acme}\n", ""),
    ): "cy",
    (("domains.yaml", "acme: {plan: pro", "acme: {plan: free"),): "boss ana",
    (
        ("bindings.yaml", "bindings:\n", "bindings:\n  - {everyone: true, role: viewer, domain: beta}\n"),
    ): "stranger",
    (("roles/agent.yaml", "'inboxes.access[*]'", "'inboxes.access[Support]'"),): "agent sales bo cy",
    (
        ("catalog.yaml", ", refund: Refund", ""),
        ("catalog.yaml", "      export:", f"{REFUND}      export:"),
    ): "",
    (
        ("catalog.yaml", "[all, team, my]", "[all, my]"),
        ("roles/agent.yaml", "@team", "@my"),
    ): "agent sales bo cy",
    (("domains.yaml", "sales: [bo, cy]", "sales: [bo, cy, eve]"),): "eve",
}
"""Pull requests, which change texts in some files, with those whose access differs."""


def changed(edit: Edit) -> Files:
    texts = dict(FILES)
    for name, before, after in edit:
        assert before in texts[name]
        texts[name] = texts[name].replace(before, after)
    return {name: yaml.load(text, Loader=yaml.CBaseLoader) for name, text in texts.items()}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> Pairs:
    """Each pull request: both sides, and who knows the answers of each."""
    found: Pairs = []
    for edit in EDITS:
        sets = (changed(()), changed(edit))
        folder = tmp_path_factory.mktemp("pair")
        policies = []
        for side, files in enumerate(sets):
            write_set(files, folder / str(side))
            policies.append(rolegate.load(folder / str(side)))
        found.append((policies, [Evaluator(files, NOW).answer for files in sets]))
    return found


def people(policies: list[Policy]) -> set[str]:
    """The roles, teams and users whose access differs; `stranger` is everybody else."""
    old, new = (PolicySide.at(policy.resolved, NOW) for policy in policies)
    pairs = paired_permissions.paired_permissions(old.resolved.catalog, new.resolved.catalog)
    return {
        difference.sub.rpartition(":")[2].rpartition("/")[2]
        for difference in differences.differences(old, new, pairs)
    }


def wrong(pairs: Pairs) -> list[int]:
    """The pull requests that name others than those concerned, or that are not what both sides answer."""
    return [
        number
        for number, ((policies, opinions), expected) in enumerate(zip(pairs, EDITS.values(), strict=True))
        if people(policies) != set(expected.split())
        or any(True for _ in wrong_cells(policies, opinions, NOW))
    ]


def test_without_a_fault_nothing_is_found(pairs: Pairs) -> None:
    """Every question about each of the pull requests is answered as the difference says."""
    assert wrong(pairs) == []


def _without_denials(masks: Masks, lines: Iterable[PLine], side: CellsOfSide) -> Masks:
    return _ADDED(masks, (line for line in lines if line.eft == "allow"), side)


def _own_masks_only(self: DomainAccess, sub: str) -> tuple[int, int]:
    return self.masks.get(sub, (0, 0))


def _without_everyone(self: SameAccess, sub: str) -> bool:
    return self._alone(sub)


def _by_own_masks(self: SameAccess, sub: str) -> bool:
    return sub not in self._other


def _everything_offered(self: LinesOfDomains, dom: str) -> Any:
    return [line for lines in self.shared.values() for line in lines]


_ADDED = access._added

_NAMED = differences._named_at


def _by_path(catalog: Catalog, text: str) -> Permission | None:
    node = catalog.nodes.get(text)
    return node if isinstance(node, Permission) else None


FAULTS: dict[str, tuple[object, str, Callable[..., Any]]] = {
    "restrictions are not read": (access, "_added", _without_denials),
    "teams and everyone lead nowhere": (DomainAccess, "_whole", _own_masks_only),
    "what everyone gains is not looked at": (SameAccess, "of", _without_everyone),
    "roles that differ are not looked at": (SameAccess, "of", _by_own_masks),
    "a star covers nothing but itself": (cells, "covers", lambda pattern, obj: pattern == obj),
    "former paths are not asked": (
        paired_permissions,
        "_permission",
        _by_path,
    ),
    "the question without a scope is asked at the narrowest": (
        PairedPermission,
        "scope_on",
        lambda self, number, scope: self.side(number).scope_names[-1],
    ),
    "the users of teams are left out": (
        differences,
        "_named_at",
        lambda sides, dom: {sub for sub in _NAMED(sides, dom) if not sub.startswith("user:")},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_is_found(fault: str, pairs: Pairs, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a question that both sides answer otherwise than the difference says."""
    owner, name, planted = FAULTS[fault]
    monkeypatch.setattr(owner, name, planted)
    assert wrong(pairs) != []
