"""What `except` takes out of the rights of a role."""

from __future__ import annotations

from itertools import chain

from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report
from rolegate.grants import problems
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.roles import (
    Origin,
)
from rolegate.grants.takes import Take, check_fields, take


def take_excepted(
    rights: dict[Right, Origin],
    entries: tuple[GrantEntry, ...],
    catalog: Catalog,
    report: Report,
    whole: bool,
) -> dict[Right, GrantEntry]:
    """Remove from *rights* what *entries* of `except` take; what was taken, and by which entry.

    An entry that takes nothing is reported only when the *whole* role is known.
    """
    taken: dict[Right, GrantEntry] = {}
    if not entries:
        return taken
    by_path: dict[str, dict[str, list[Right]]] = {}
    for entry in entries:
        before, findings = len(taken), len(report.diagnostics)
        for taking in take(entry, catalog, report):
            if not taking.permission.chain:
                _take_flat(rights, taken, taking, entry, report)
                continue
            if not by_path:  # all that was held before anything was taken
                for right in chain(rights, taken):
                    by_path.setdefault(right.path, {}).setdefault(right.obj, []).append(right)
            held = by_path.get(taking.permission.path)
            if held is None:
                continue
            named = taking.obj is not None and not taking.obj.endswith("*")
            objs = [obj for obj in patterns(taking.obj or "") if obj in held] if named else list(held)
            report.steps(sum(len(held[obj]) for obj in objs) * 2, f"`{entry.text}`", entry.span)
            for right in (right for obj in objs for right in held[obj]):
                if right not in rights or not taking.hits(right):
                    continue
                if taking.takes(right):
                    taken[right] = entry
                    del rights[right]
                else:
                    problems.instance_excepted_from_star(report, entry, right, rights[right])
        if len(taken) == before and len(report.diagnostics) == findings and whole:
            problems.nothing_excepted(report, entry)
    check_fields(entries, (), catalog, report, held=rights)
    return taken


def _take_flat(
    rights: dict[Right, Origin],
    taken: dict[Right, GrantEntry],
    taking: Take,
    entry: GrantEntry,
    report: Report,
) -> None:
    """Remove from *rights* what *taking* takes of a permission without instances."""
    path, scopes = taking.permission.path, taking.permission.scope_names
    held = 0
    for scope in scopes:
        right = Right(path, "-", scope)
        if right in rights:
            held += 1
            if scope in taking.scopes:
                taken[right] = entry
                del rights[right]
        elif right in taken:
            held += 1
    steps = 2 * held + len(scopes) // 8
    if steps:
        report.steps(steps, f"`{entry.text}`", entry.span)
