"""RG801: an exception that takes away only what others take away as well."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rolegate.diagnostics import Report, Span
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, patterns
from rolegate.grants.roles import Role
from rolegate.grants.takes import take
from rolegate.linting import problems
from rolegate.linting.linted_set import LintedSet, same_growth


def find_covered_exceptions(linted: LintedSet, report: Report) -> None:
    """Report each exception that can go; one that takes nothing away at all is reported elsewhere."""
    for role in linted.roles:
        if len(role.excepted) > 1 and linted.masks.may_have_covered_exceptions(role):
            for entry, by in covered_exceptions(role, linted):
                problems.exception_covered(report, entry, by)


def covered_exceptions(role: Role, linted: LintedSet) -> Iterator[tuple[GrantEntry, Span]]:
    """The exceptions of *role* that can go together, each with the place of another one."""
    taken: dict[int, frozenset[Right]] = {}
    gone: set[Right] = set()
    for number, rights in enumerate(_taken(role, linted)):
        if not rights <= gone:  # one that takes nothing which those before it left is reported elsewhere
            taken[number] = rights
            gone |= rights
    counts = Counter(right for rights in taken.values() for right in rights)
    for number in sorted(taken, key=lambda number: (role.excepted[number].grant.star, -number)):
        entry, own = role.excepted[number], taken[number]
        if not all(counts[right] > 1 for right in own):
            continue
        others = (role.excepted[other] for other in taken if other != number)
        if entry.grant.star and not same_growth(others, entry.grant):
            continue
        del taken[number]
        counts.subtract(own)
        first = min(own)
        yield entry, next(role.excepted[other].span for other, rights in taken.items() if first in rights)


def _taken(role: Role, linted: LintedSet) -> Iterator[frozenset[Right]]:
    """What each exception of *role* takes of all that the role would hold without any."""
    before = frozenset(linted.inherited(role)).union(*map(linted.brought, role.grants))
    within: dict[tuple[str, str | None], list[Right]] = {}
    """By permission and instance, the rights that lie within it; None stands for every instance."""
    for right in before:
        for obj in (None, *patterns(right.obj)):
            within.setdefault((right.path, obj), []).append(right)
    for entry in role.excepted:
        yield frozenset(
            right
            for taking in take(entry, linted.resolved.catalog, Report())
            for right in within.get((taking.permission.path, taking.obj), ())
            if taking.takes(right)
        )
