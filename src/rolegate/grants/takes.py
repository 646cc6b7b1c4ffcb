"""What entries of `except`, `restrict` and `never` take away."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rolegate.catalog.model import Catalog, Permission
from rolegate.catalog.scoped_fields import fields_passed_over
from rolegate.diagnostics import Report
from rolegate.grants import entry_problems, field_problems
from rolegate.grants.check_entries import limits_fit, star_is_sound
from rolegate.grants.entries import takes_limits
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, covers

_TAKE = 12
"""Steps for each permission below a star that is taken away."""


@dataclass(frozen=True, slots=True)
class Take:
    """The part of a permission that is taken away; without an `obj`, on every instance."""

    permission: Permission
    obj: str | None
    scopes: tuple[str, ...]

    def hits(self, right: Right) -> bool:
        """Whether *right* is what is taken, or something broader or narrower."""
        return (
            right.path == self.permission.path
            and right.scope in self.scopes
            and (self.obj is None or covers(self.obj, right.obj) or covers(right.obj, self.obj))
        )

    def takes(self, right: Right) -> bool:
        """Whether the whole of *right* is taken."""
        return self.hits(right) and (self.obj is None or covers(self.obj, right.obj))


def take(entry: GrantEntry, catalog: Catalog, report: Report, *, hidden: bool = False) -> tuple[Take, ...]:
    """What an entry of `except`, `restrict` or `never` takes: what it names and everything broader.

    With *hidden*, as for `never`, it may name hidden permissions, and its stars take them in.
    """
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        if permission.path in catalog.unclear:
            return ()
        if permission.hidden and not hidden:
            entry_problems.hidden_taken(report, entry, permission, catalog)
            return ()
        if not limits_fit(entry, permission, report):
            return ()
        touched = [permission]
    else:
        below = catalog.below(grant.path)
        report.steps(_TAKE * len(below), f"`{entry.text}`", entry.span)
        below = tuple(p for p in below if hidden or not p.hidden)
        touched = [p for p in below if takes_limits(p, grant, longer=True)]
        if not star_is_sound(entry, touched, catalog, report, "takes away", hidden):
            return ()
    taken = []
    for permission in touched:
        obj = grant.instance
        if obj is not None and not obj.endswith("*") and obj.count("/") + 1 < len(permission.chain):
            obj += "/*"
        scopes = permission.scope_names
        if permission.ladder and grant.scope is not None:
            scopes = permission.ladder.broader(grant.scope)
            report.steps(len(scopes), f"`{entry.text}`", entry.span)
        taken.append(Take(permission, None if obj == "*" else obj, scopes))
    return tuple(taken)


def check_fields(
    entries: Iterable[GrantEntry],
    takes: Iterable[Take],
    catalog: Catalog,
    report: Report,
    held: Iterable[Right] | None = None,
) -> None:
    """Report stars with `@edit` or `@view` among *entries* that leave fields with scopes as they are.

    *takes* is what all of the entries take away. A field that got scopes later would be left silently. With
    *held*, only permissions that are still held count.
    """
    starred = [entry for entry in entries if entry.grant.star and entry.grant.scope is not None]
    taken = {taking.permission.path for taking in takes} if starred else set()
    paths = {right.path for right in held or ()} if starred else set()
    for entry in starred:
        left = [
            half
            for half in fields_passed_over(entry.grant.path, entry.grant.scope or "", catalog)
            if half not in taken and (held is None or half in paths)
        ]
        if left:
            field_problems.fields_passed_over(report, entry, left)
