"""What a diff tells of each thing the language has: a fault planted in the way to it tells something else."""

from __future__ import annotations

from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from typing import Any

import pytest

import rolegate
from changed_desk import CHANGES, FILES
from desks import NOW
from reading import write
from rolegate import Policy
from rolegate.catalog.model import Catalog
from rolegate.compiled.names import EVERYONE, STRANGER, is_user
from rolegate.review import access_diff as comparing
from rolegate.review import differences, extents, paired_permissions
from rolegate.review.access import DomainAccess, SideAccess
from rolegate.review.cells import UNNAMED, CellsOfSide
from rolegate.review.condition_order import ConditionOrder
from rolegate.review.paired_names import PairedNames
from rolegate.review.paired_permissions import PairedPermission
from told_diffs import told_diffs


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Policy, Policy]]:
    """Both policies of each change."""
    found = {}
    old = rolegate.load(write(tmp_path_factory.mktemp("desk"), FILES))
    for name, (file, before, after, _) in CHANGES.items():
        assert before in FILES[file]
        changed = {**FILES, file: FILES[file].replace(before, after)}
        found[name] = (old, rolegate.load(write(tmp_path_factory.mktemp("changed"), changed)))
    return found


def test_without_a_fault_the_changes_are_told(sides: dict[str, tuple[Policy, Policy]]) -> None:
    """Each with those whom it concerns."""
    assert told_diffs(sides, NOW) == {name: lines for name, (*_, lines) in CHANGES.items()}


_AT, _TEXTS, _NAMED, _WITHIN = (
    SideAccess.at,
    paired_permissions._texts,
    differences._named_at,
    ConditionOrder.within,
)
_NAMES_ON, _PARTS = comparing._names_on, extents._parts


def _offered_everywhere(self: SideAccess, dom: str) -> DomainAccess:
    other = copy(self)
    other._lines = replace(self._lines, offered={dom: frozenset(self._lines.shared)})
    other._shared = {}
    return _AT(other, dom)


def _but_fields(old: Catalog, new: Catalog) -> Iterator[str]:
    return (text for text in _TEXTS(old, new) if ".fields." not in text)


def _first_alone(side: int, several: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    names, domains = _NAMES_ON(side, several)
    return names[:1], domains


def _with_all(held: Any, paths: Any, depth: int, at: tuple[str, ...] = ()) -> Iterator[str]:
    return iter(["*"]) if (*at, UNNAMED) in held else _PARTS(held, paths, depth, at)


def _next_alone(self: DomainAccess, sub: str) -> list[str]:
    return [sub, *([EVERYONE] if is_user(sub) else []), *self.links.get(sub, ())]


FAULTS: dict[str, tuple[object, str, Any, str]] = {
    "a scope that is new is asked at the narrowest": (
        PairedPermission,
        "scope_on",
        lambda self, number, scope: (
            scope if scope in self.side(number).scope_names else self.side(number).scope_names[-1]
        ),
        "a scope above all",
    ),
    "fewer records are told as more": (
        ConditionOrder,
        "within",
        lambda self, inner, outer: _WITHIN(self, outer, inner),
        "fewer records",
    ),
    "whom a condition concerns is not looked at": (
        comparing,
        "with_holders",
        lambda conditions, sides, unheld: (),
        "fewer records",
    ),
    "aliases are not compared": (
        paired_permissions,
        "_aliases",
        lambda old, new: iter(()),
        "an alias of another",
    ),
    "what is implied is not looked at": (
        CellsOfSide,
        "with_hidden",
        lambda self, mask: mask,
        "what is implied",
    ),
    "fields are not compared": (paired_permissions, "_texts", _but_fields, "a field"),
    "former names of roles are not looked at": (
        PairedNames,
        "of",
        lambda old, new: PairedNames(),
        "a role with another name",
    ),
    "teams in teams lead nowhere": (DomainAccess, "linked", _next_alone, "a team in a team"),
    "plans offer everything": (SideAccess, "at", _offered_everywhere, "a plan"),
    "add-ons offer everything": (SideAccess, "at", _offered_everywhere, "an add-on"),
    "what is said of one instance is not asked": (
        differences,
        "paths_in",
        lambda objects: frozenset(),
        "an instance that is removed",
    ),
    "every instance but one is every one": (extents, "_parts", _with_all, "an instance that is removed"),
    "nobody stands for everybody else": (
        differences,
        "_named_at",
        lambda sides, dom: _NAMED(sides, dom) - {STRANGER},
        "everybody",
    ),
    "of several people one is counted": (comparing, "_names_on", _first_alone, "an instance that is removed"),
}
"""What is planted, and a change of which something else is told then."""


@pytest.mark.parametrize("fault", FAULTS)
def test_a_planted_fault_tells_something_else(
    fault: str, sides: dict[str, tuple[Policy, Policy]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the change that is about it."""
    owner, name, wrong, change = FAULTS[fault]
    monkeypatch.setattr(owner, name, wrong)
    assert told_diffs({change: sides[change]}, NOW) != {change: CHANGES[change][-1]}
