"""From the text of a grant to the permissions that it touches, or a finding."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace
from typing import Literal

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.catalog.problems import grant_unreadable
from rolegate.catalog.scoped_fields import is_field
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants import entry_problems, field_problems, path_problems
from rolegate.grants.check_entries import named_whole, star_is_sound
from rolegate.grants.former_scopes import with_scope_of_today
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.removed_grants import successors
from rolegate.grants.rights import Right, down
from rolegate.grants.spelled_otherwise import several

Verb = Literal["brings", "takes away"]

STAR = 4
"""Steps for each permission below a star that is granted."""


def read_entry(text: Text, catalog: Catalog, report: Report, verb: Verb = "brings") -> GrantEntry | None:
    """*text* with its path looked up; aliases and former names are replaced by present paths."""
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError as error:
        grant_unreadable(report, text, error)
        return None
    return look_up(grant, str(text), text.span, catalog, report, verb)


def look_up(
    grant: Grant, text: str, span: Span, catalog: Catalog, report: Report, verb: Verb = "brings"
) -> GrantEntry | None:
    """*grant* with its path looked up; *verb* is what the entry does."""
    node = catalog.nodes[""] if grant.star and not grant.path else catalog.find(grant.path)
    removed = None if node is not None else catalog.removed_name(grant.path)
    if removed is not None:
        now = tuple(successors(grant, removed, catalog)) if catalog.is_removed(grant.path) else None
        path_problems.path_removed(report, span, grant, removed, now)
        return None
    if node is None:
        fields = _fields_above(grant, catalog)
        parts = several(text)
        if parts:
            entry_problems.several_grants(report, span, text, parts)
        elif fields is None:
            path_problems.path_unknown(report, span, grant, catalog)
        else:
            path_problems.field_unknown(report, span, grant, fields, catalog, verb)
        return None
    if grant.star and not isinstance(node, Group):
        path_problems.star_on_permission(report, span, grant, bool(node.chain))
        return None
    if not grant.star and isinstance(node, Group):
        if is_field(node, catalog):
            field_problems.field_without_half(report, span, grant, node, catalog, verb)
        else:
            path_problems.group_without_star(report, span, grant, node.path)
        return None
    if grant.path != node.path and grant.path not in catalog.aliases:
        path_problems.path_renamed(report, span, grant, node.path)
    at_path, brings = replace(grant, path=node.path), verb == "brings"
    found = with_scope_of_today(at_path, node, span, catalog, report, brings=brings)
    return None if found is None else GrantEntry(found, text, span)


def _fields_above(grant: Grant, catalog: Catalog) -> Group | None:
    """The group of fields in which *grant* names one that is not declared."""
    head = grant.path.rpartition(".")[0]
    fields = None if grant.star or not head.endswith(".fields") else catalog.find(head)
    return fields if isinstance(fields, Group) and fields.holds_fields else None


def given(entry: GrantEntry, catalog: Catalog, report: Report) -> list[Permission]:
    """The permissions of which the grant *entry* brings something."""
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        whole = permission.path not in catalog.unclear and named_whole(entry, permission, report)
        return [permission] if whole else []
    below = catalog.below(grant.path)
    report.steps(STAR * len(below), f"`{entry.text}`", entry.span)
    touched = [p for p in below if p.starred]
    if grant.scope is not None or grant.instance is not None:
        touched = [p for p in touched if takes_limits(p, grant)]
    return touched if star_is_sound(entry, touched, catalog, report, "brings") else []


def give(entry: GrantEntry, catalog: Catalog, report: Report) -> tuple[Right, ...]:
    """The rights that the grant *entry* brings; a scope brings each scope within it."""
    touched = given(entry, catalog, report)
    return tuple(right for permission in touched for right in rights_of(entry.grant, permission))


def rights_of(grant: Grant, permission: Permission, held: Container[Right] = ()) -> Iterable[Right]:
    """What *grant* brings of a *permission* that it touches, but for what is *held* with all within it."""
    if permission.ladder is None and not permission.chain:
        whole = Right(permission.path, "-", "-")
        return () if whole in held else (whole,)
    obj = (grant.instance or "*") if permission.chain else "-"
    scope = (grant.scope or permission.ladder.broadest) if permission.ladder else "-"
    return down(Right(permission.path, obj, scope), permission, held)


def takes_limits(permission: Permission, grant: Grant, longer: bool = False) -> bool:
    """Whether a star with the limits of *grant* touches *permission*.

    With *longer*, an instance that *permission* has instances within is enough.
    """
    if grant.scope is not None and (permission.ladder is None or grant.scope not in permission.ladder.scopes):
        return False
    if grant.instance is None:
        return True
    if longer:
        return grant.instance.count("/") + 1 <= len(permission.chain)
    return fits_chain(grant.instance, permission.chain)
