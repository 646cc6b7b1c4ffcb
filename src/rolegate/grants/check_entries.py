"""Whether an entry fits the permissions that it names."""

from __future__ import annotations

from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Report
from rolegate.grants import entry_problems
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.spelled_otherwise import several


def star_is_sound(
    entry: GrantEntry,
    touched: list[Permission],
    catalog: Catalog,
    report: Report,
    verb: str,
    hidden: bool = False,
) -> bool:
    """Whether the star of *entry* touches anything, and its instance belongs to one kind alone.

    With *hidden*, a star touches hidden permissions as well. *verb* is what the entry does with them.
    """
    grant = entry.grant
    if not touched:
        below = catalog.below(grant.path)
        if any(permission.path in catalog.unclear for permission in below):
            return False  # that was reported
        if hidden or catalog.shown(grant.path):
            entry_problems.star_does_nothing(report, entry, below, verb)
        else:
            entry_problems.star_of_hidden(report, entry, below, catalog, verb)
        return False
    ids = [part for part in (grant.instance or "*").split("/") if part != "*"]
    examples: dict[tuple[str, ...], str] = {}
    for permission in touched if ids else ():
        examples.setdefault(permission.chain[: len(ids)], permission.path)
    if len(examples) > 1:
        entry_problems.star_mixes_kinds(report, entry, examples)
        return False
    return True


def named_whole(entry: GrantEntry, permission: Permission, report: Report) -> bool:
    """Whether *entry*, which grants *permission* by name, names the scope and the instance that it takes."""
    grant = entry.grant
    if permission.hidden:
        entry_problems.hidden_granted(report, entry, permission)
        return False
    if permission.deprecated:
        entry_problems.permission_deprecated(report, entry, permission)
    if not limits_fit(entry, permission, report):
        return False
    if permission.ladder is not None and grant.scope is None:
        entry_problems.scope_missing(report, entry, permission, permission.ladder)
        return False
    if permission.chain and grant.instance is None:
        entry_problems.instance_missing(report, entry, permission)
        return False
    return True


def limits_fit(entry: GrantEntry, permission: Permission, report: Report) -> bool:
    """Whether *permission* has the scope, and takes the instance, that *entry* names."""
    scope, ladder, instance = entry.grant.scope, permission.ladder, entry.grant.instance
    fits = True
    unknown = scope is not None and (ladder is None or scope not in ladder.scopes)
    parts = several(entry.text) if unknown else []
    if parts:
        entry_problems.several_grants(report, entry.span, entry.text, parts)
        return False
    if scope is not None and ladder is None:
        entry_problems.scope_not_taken(report, entry, permission, scope)
        fits = False
    elif unknown and scope is not None and ladder is not None:
        entry_problems.scope_unknown(report, entry, permission, ladder, scope)
        fits = False
    if instance is not None and not fits_chain(instance, permission.chain):
        entry_problems.instance_misfit(report, entry, permission, instance)
        fits = False
    return fits
