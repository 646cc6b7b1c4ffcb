"""Gains: what each single role, team or user comes to hold by a change, as an approval names it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rolegate.catalog.model import Permission
from rolegate.review.access_diff import ChangedSubjects
from rolegate.review.changed_periods import SubjectWord
from rolegate.review.paired_permissions import PairedPermission


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
    Each says as well how the permission differs from what it was, see `otherwise`, and what the subject was
    called.
    """

    whose: Whose
    permission: str
    texts: tuple[str, ...]
    sensitive: bool


def _whose(subjects: ChangedSubjects) -> Iterator[tuple[Whose, str]]:
    """Everybody whom a line of a diff is about, in each of its domains.

    Each with what says that they were called otherwise: an approval has to name that.
    """
    names = subjects.names or ("",)
    for name, was in zip(names, subjects.was or names, strict=True):
        said = "" if was == name else f" ({subjects.kind} was {was})"
        if not subjects.domains:
            yield Whose(subjects.kind, name, None), said
        for domain, once in zip(subjects.domains, subjects.domains_were or subjects.domains, strict=True):
            where = "" if domain == once else f" (domain was {once})"
            yield Whose(subjects.kind, name, domain), said + where


def gains_of(subjects: ChangedSubjects) -> Iterator[Gain]:
    """Each gain of everybody whom a line of a diff is about."""
    changes = [
        (
            change,
            tuple(f"{change.permission.path}{part}{otherwise(change.permission)}" for part in change.after),
        )
        for change in subjects.changes
        if change.gains
    ]
    for one, was in _whose(subjects):
        for change, texts in changes:
            said = tuple(f"{text}{was}" for text in texts)
            yield Gain(one, change.permission.path, said, change.sensitive)


def otherwise(pair: PairedPermission) -> str:
    """How the same text means another thing on the newer side; empty where it means what it did.

    INVARIANT: it belongs to what an approval has to name. An approval that was written before another file
    changed does not have it.
    """
    old, new = pair.old, pair.new
    if old is None or new is None:
        return ""
    said = (
        (pair.is_alias, f" (alias of {new.path}, of {old.path} before)"),
        (old.path != new.path and not pair.is_alias, f" (was {old.path})"),
        (_nesting(old) != _nesting(new), " (scopes changed)"),
        (old.chain != new.chain, " (instances changed)"),
    )
    return "".join(text for differs, text in said if differs)


def _nesting(permission: Permission) -> dict[str, str | None] | None:
    """Each scope with the one that it is within; None without scopes."""
    if permission.ladder is None:
        return None
    return {name: scope.within for name, scope in permission.ladder.scopes.items()}


def approval_entry(subjects: ChangedSubjects, texts: tuple[str, ...]) -> Mapping[str, Any]:
    """The entry of approvals.yaml that approves *texts*."""
    names = list(subjects.names)
    who: dict[str, Any] = (
        {"everyone": True} if subjects.kind == "everybody else" else {subjects.kind: _short(names)}
    )
    domain = {"domain": _short(list(subjects.domains))} if subjects.domains else {}
    return {**who, **domain, "gains": list(texts)}


def _short(names: list[str]) -> str | list[str]:
    return names[0] if len(names) == 1 else names
