"""Hidden permissions: what implies them, and what cannot be said about them.

A hidden permission is held exactly where a visible one that implies it is. So it does not have
rights of its own: it cannot be granted or taken, and it neither requires anything nor is required.
"""

from __future__ import annotations

from collections.abc import Mapping
from graphlib import TopologicalSorter

from rolegate.catalog import dependency_problems as problems
from rolegate.catalog.dependency_entries import SAME, TAKES_NONE, Dependency, Implier
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report
from rolegate.documents.text import Text

_EACH = 80
"""Steps for each implier: it is compared, sorted and compiled into a line."""


def may_depend(owner: Permission, target: Permission, key: str, text: Text, report: Report) -> bool:
    """Whether one permission may require or recommend the other: not if one of them is hidden."""
    if target.hidden:
        problems.target_hidden(report, text, key, owner.path, target.path)
    elif owner.hidden:
        problems.owner_hidden(report, text, key, owner.path)
    return not (target.hidden or owner.hidden)


def may_imply(
    owner: Permission, target: Permission, instance: str | None, text: Text, report: Report
) -> bool:
    """Whether each instance of a hidden *target* belongs to one of *owner*, or the entry names instances."""
    if not (target.hidden and target.chain) or instance is not None:
        return True
    if target.chain[: len(owner.chain)] == owner.chain:
        return True
    problems.hidden_instances_differ(report, text, owner, target)
    return False


def impliers(catalog: Catalog, report: Report) -> dict[str, tuple[Implier, ...]]:
    """For each hidden permission the visible ones that imply it, directly or through other hidden ones."""
    entries: dict[str, list[tuple[Permission, Dependency]]] = {
        permission.path: [] for permission in catalog.permissions if permission.hidden
    }
    for permission in catalog.permissions:
        for entry in permission.implies:
            if entry.path in entries:
                entries[entry.path].append((permission, entry))
    graph = {path: [owner.path for owner, _ in found if owner.hidden] for path, found in entries.items()}
    found: dict[str, dict[Implier, None]] = {}
    for path in TopologicalSorter(graph).static_order():
        found[path] = {}
        for owner, entry in entries[path]:
            number = len(found[owner.path]) if owner.hidden else 1
            report.steps(_EACH * number, f"what implies `{path}`", entry.span)
            found[path] |= dict.fromkeys(_through(owner, entry, found, catalog))
    return {path: tuple(sorted(found[path], key=_place)) for path in entries}


def _through(
    owner: Permission, entry: Dependency, found: Mapping[str, Mapping[Implier, None]], catalog: Catalog
) -> list[Implier]:
    """What implies the hidden permission of *entry* through it: its *owner*, or whatever implies that."""
    target = catalog.permission(entry.path)
    instance, scope = _kept(target, entry)
    if not owner.hidden:
        return [Implier(owner.path, instance, scope, entry)]
    reached = []
    for outer in found[owner.path]:
        on = _wider(outer.instance, owner, target) if instance == SAME else instance
        at = outer.scope if scope == SAME else scope
        reached.append(Implier(outer.path, on, at, entry, outer))
    return reached


def _kept(target: Permission, entry: Dependency) -> tuple[str, str]:
    instance = SAME if entry.instance is None else entry.instance
    scope = SAME if entry.scope is None else entry.scope
    return instance if target.chain else TAKES_NONE, scope if target.ladder else TAKES_NONE


def _wider(instance: str, owner: Permission, target: Permission) -> str:
    """What an instance of *owner* is for a *target* whose chain begins with that of *owner*."""
    deeper = len(target.chain) > len(owner.chain)
    return f"{instance}/*" if deeper and instance != SAME and not instance.endswith("*") else instance


def _place(implier: Implier) -> tuple[str, str, str]:
    return implier.path, implier.instance, implier.scope


def warn_of_unreachable(catalog: Catalog, report: Report) -> None:
    """Report the hidden permissions that nothing implies."""
    implied = {entry.path for permission in catalog.permissions for entry in permission.implies}
    for permission in catalog.permissions:
        if permission.hidden and permission.path not in implied:
            problems.hidden_unreachable(report, permission.span, permission.path)
