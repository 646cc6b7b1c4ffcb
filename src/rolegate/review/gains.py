"""Gains: what each single role, team or user comes to hold by a change, as an approval names it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rolegate.review.access_diff import ChangedSubjects, SubjectWord


@dataclass(frozen=True, slots=True)
class Whose:
    """One whose access changes, and where; without a domain for roles that all domains share."""

    kind: SubjectWord
    name: str
    domain: str | None


@dataclass(frozen=True, slots=True)
class Gain:
    """A permission of which somebody is allowed more than before.

    `texts` is everything that they hold of it afterwards: an approval has to name all of it.
    """

    whose: Whose
    permission: str
    texts: tuple[str, ...]
    sensitive: bool


def whose(subjects: ChangedSubjects) -> Iterator[Whose]:
    """Everybody whom a line of a diff is about, in each of its domains."""
    for name in subjects.names or ("",):
        for domain in subjects.domains or (None,):
            yield Whose(subjects.kind, name, domain)


def gains_of(subjects: ChangedSubjects) -> Iterator[Gain]:
    """Each gain of everybody whom a line of a diff is about."""
    changes = [
        (change, tuple(f"{change.permission.path}{part}" for part in change.after))
        for change in subjects.changes
        if change.gains
    ]
    for one in whose(subjects):
        for change, texts in changes:
            yield Gain(one, change.permission.path, texts, change.sensitive)
