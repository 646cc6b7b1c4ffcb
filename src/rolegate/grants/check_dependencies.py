"""Whether each right comes with what it requires, implies and recommends."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from rolegate.catalog.dependency_entries import Dependency
from rolegate.catalog.model import Catalog
from rolegate.diagnostics import Report, Span
from rolegate.grants import problems
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Need, Right, RightSet, need, needs
from rolegate.grants.roles import Origin, Rights, Role

_NEEDED = ("requires", "implies")
_RECOMMENDED = ("recommends",)
_ALIKE, _NEED = 2, 12
"""Steps to look at a dependency once for a whole permission, and to look at it for a single right."""


def check_dependencies(
    role: Role, parents: Iterable[Role], taken: Mapping[Right, GrantEntry], catalog: Catalog, report: Report
) -> None:
    """Report what *role* holds without what it requires, implies or recommends.

    What its *parents* lack by themselves was reported with them. *taken* is what `except` took away.
    """
    if not any(map(catalog.entries, (*_NEEDED, *_RECOMMENDED))):
        return
    removed = RightSet(taken)
    inherited: RightSet | None = None
    # The broadest scope of each grant stands for the rest.
    said: set[tuple[str, str, Span]] = set()
    needed: dict[tuple[Span, str, str], list[tuple[GrantEntry, Right, Need]]] = {}
    excepted: dict[str, list[tuple[Right, GrantEntry]]] = {}
    for right, taker in taken.items():
        excepted.setdefault(right.path, []).append((right, taker))
    what = f"role `{role.name}`"
    for right, entry, wanted in lacking(role.rights, _NEEDED, catalog, report, what, role.span):
        if inherited is None:
            inherited = RightSet(right for parent in parents for right in parent.rights)
        origin = role.rights[right]
        lost = excepted.get(wanted.path, ())
        report.steps(2 * len(lost), what, role.span)
        by = next((taker for gone, taker in lost if wanted.met_by(gone)), None)
        if by is not None and removed.meets(wanted):
            needed.setdefault((by.span, right.path, entry.text), []).append((by, right, wanted))
        elif (right.path, entry.text, origin.written) not in said and not (
            inherited.covers(right) and not inherited.meets(wanted)
        ):
            said.add((right.path, entry.text, origin.written))
            problems.right_lacks_requirement(report, role.name, right, origin, wanted, catalog)
    for right, entry, wanted in lacking(role.rights, _RECOMMENDED, catalog, report, what, role.span):
        origin = role.rights[right]
        if (right.path, entry.path, origin.written) not in said:
            said.add((right.path, entry.path, origin.written))
            problems.right_lacks_recommendation(report, right, origin, wanted, catalog)
    for found in needed.values():
        (by, right, wanted), (_, narrowest, _) = found[0], found[-1]
        problems.requirement_excepted(report, by, right, role.rights[right], wanted, narrowest)


def lacking(
    rights: Rights, keys: tuple[str, ...], catalog: Catalog, report: Report, what: str, at: Span
) -> Iterator[tuple[Right, Dependency, Need]]:
    """Each of *rights*, which *what* holds, with each of its dependencies under *keys* that is not held."""
    by_key = [found for found in map(catalog.entries, keys) if found]
    paths = dict.fromkeys(right.path for right in rights) if by_key else ()
    entries_of = (
        (path, list(chain.from_iterable(entries.get(path, ()) for entries in by_key))) for path in paths
    )
    asking = {path: entries for path, entries in entries_of if entries}
    if not asking:
        return
    held = RightSet(rights)
    missing: dict[str, list[Dependency]] = {}
    for path, entries in asking.items():
        owner = catalog.permission(path)
        report.steps(_ALIKE * len(entries), what, at)
        apart = [e for e in entries if not held.alike(owner, catalog.permission(e.path), e)]
        if not apart:
            continue
        limited = sum(1 for e in apart if catalog.permission(e.path).limited)
        report.steps(limited and limited * held.effort(path), what, at)
        lost = [e for e in apart if not held.meets_all(owner, catalog.permission(e.path), e)]
        if lost:
            missing[path] = lost
    for right in rights if missing else ():
        if right.path not in missing:
            continue
        for entry, wanted in _asked(
            right, missing[right.path], catalog, lambda: report.steps(_NEED, what, at)
        ):
            report.steps(_NEED, what, at)
            if not held.meets(wanted):
                yield right, entry, wanted


def lacking_once(
    rights: Rights, catalog: Catalog, report: Report, what: str, at: Span
) -> Iterator[tuple[Right, Origin, Need]]:
    """Each of *rights* with why it is held and what it requires in vain, once for each grant."""
    said: set[tuple[str, str, Span]] = set()
    for right, entry, wanted in lacking(rights, ("requires",), catalog, report, what, at):
        origin = rights[right]
        if (right.path, entry.text, origin.written) not in said:
            said.add((right.path, entry.text, origin.written))  # the broadest scope stands for the rest
            yield right, origin, wanted


def _asked(
    right: Right, entries: list[Dependency], catalog: Catalog, count: Callable[[], None]
) -> Iterable[tuple[Dependency, Need]]:
    """What *entries* ask of a holder of *right*; where one is hidden, all that the holder needs."""
    if any(catalog.permission(entry.path).hidden for entry in entries):
        return needs(catalog, right, count)
    return ((entry, need(catalog, right, entry)) for entry in entries)
