"""The order in which roles are resolved: parents first; circles are reported."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from itertools import pairwise

from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.grants import problems
from rolegate.grants.blame import Blame
from rolegate.grants.declared_roles import Declared
from rolegate.grants.roles import RoleKey

_ENOUGH = 12
"""So many circles are reported, with so many steps of each: more would tell nobody more."""

Parents = list[tuple[RoleKey, Text]]
"""The roles that one extends, and how each of them is written."""


def parents_first(
    declared: Declared,
    parents: Mapping[RoleKey, Parents],
    report: Report,
    blame: Blame,
    known: Collection[RoleKey],
) -> list[RoleKey]:
    """Every role after those it extends, without those that are *known*.

    It is one walk, and of circles the first few are reported.
    """
    order: dict[RoleKey, None] = dict.fromkeys(known)
    told = 0
    for start in parents:
        if not parents[start] and declared[start][1].replaces is None:
            order[start] = None  # as most roles are
        path: dict[RoleKey, Iterator[RoleKey]] = (
            {} if start in order else {start: _after(start, parents, declared)}
        )
        while path:
            here = next(reversed(path))
            step = next(path[here], None)
            if step is None:
                order[here] = None
                del path[here]
            elif step in path:
                told += 1
                walked = list(path) if told <= _ENOUGH else []
                with blame.on(*step):
                    if walked:
                        _report_cycle(walked[walked.index(step) :], declared, parents, report)
            elif step not in order:
                path[step] = _after(step, parents, declared)
    return list(order)[len(known) :]


def _report_cycle(
    around: list[RoleKey], declared: Declared, parents: Mapping[RoleKey, Parents], report: Report
) -> None:
    """Report the circle *around*, from the role in it that is declared first."""
    first = min(range(len(around)), key=lambda i: declared[around[i]][0].span)
    keys = [*around[first:], *around[: first + 1]]
    entries = [
        next(entry for target, entry in parents[key] if target == parent) for key, parent in pairwise(keys)
    ]
    problems.role_in_circle(report, [name for _, name in keys], entries, _ENOUGH)


def _after(key: RoleKey, parents: Mapping[RoleKey, Parents], declared: Declared) -> Iterator[RoleKey]:
    """What is resolved before the role of *key*: the roles it extends, and the one it is judged by."""
    yield from (parent for parent, _ in parents[key])
    replaced = declared[key][1].replaces
    if replaced is not None and key[0] is not None and (None, replaced) in declared:
        yield None, str(replaced)
