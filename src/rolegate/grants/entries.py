"""From the text of a grant to the permissions it touches, or a diagnostic."""

from __future__ import annotations

from collections.abc import Container, Iterable
from dataclasses import replace

from rolegate.catalog.grant_syntax import Grant, GrantSyntaxError, parse_grant
from rolegate.catalog.link_dependencies import fits_chain
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.diagnostics import Report, Span
from rolegate.documents.text import Text
from rolegate.grants.check_entries import named_whole, star_is_sound, unknown_path
from rolegate.grants.grant_entry import GrantEntry
from rolegate.grants.rights import Right, down

_FEW = 6
_STAR = 4
"""Steps for each permission below a star that is granted."""


def read_entry(text: Text, catalog: Catalog, report: Report) -> GrantEntry | None:
    """*text* with its path looked up; aliases and former names are replaced by present paths."""
    try:
        grant = parse_grant(text)
    except GrantSyntaxError as error:
        report.add(error.code, text.span, f"`{text}`: {error}", error.help)
        return None
    return look_up(grant, str(text), text.span, catalog, report)


def look_up(grant: Grant, text: str, span: Span, catalog: Catalog, report: Report) -> GrantEntry | None:
    """*grant* with its path looked up."""
    if grant.star and not grant.path:
        return GrantEntry(grant, text, span)
    node = catalog.find(grant.path)
    if node is None:
        unknown_path(grant, span, catalog, report)
        return None
    if isinstance(node, Group) != grant.star:
        if grant.star:
            report.add(
                "RG308",
                span,
                f"`{grant.path}` is a single permission and has nothing below it",
                f"write `{replace(grant, star=False)}`",
            )
        else:
            report.add(
                "RG302",
                span,
                f"`{grant.path}` is a group",
                f"write `{replace(grant, path=node.path, star=True)}` for all below it, later permissions"
                " included, or name single permissions",
            )
        return None
    if grant.path != node.path and grant.path not in catalog.aliases:
        help = f"write `{replace(grant, path=node.path)}`"
        report.add("RG311", span, f"`{grant.path}` is now called `{node.path}`", help)
    return GrantEntry(Grant(node.path, grant.star, grant.instance, grant.scope), text, span)


def given(entry: GrantEntry, catalog: Catalog, report: Report) -> list[Permission]:
    """The permissions of which a grant brings something."""
    grant = entry.grant
    if not grant.star:
        permission = catalog.permission(grant.path)
        whole = permission.path not in catalog.unclear and named_whole(entry, permission, report)
        return [permission] if whole else []
    below = catalog.below(grant.path)
    report.steps(_STAR * len(below), f"`{entry.text}`", entry.span)
    touched = [p for p in below if not (p.deprecated or p.hidden)]
    if grant.scope is not None or grant.instance is not None:
        touched = [p for p in touched if takes_limits(p, grant)]
    return touched if star_is_sound(entry, touched, catalog, report, "brings") else []


def give(entry: GrantEntry, catalog: Catalog, report: Report) -> tuple[Right, ...]:
    """The rights a grant brings; a scope brings each scope within it."""
    touched = given(entry, catalog, report)
    return tuple(right for each in touched for right in rights_of(entry.grant, each))


def rights_of(grant: Grant, permission: Permission, held: Container[Right] = ()) -> Iterable[Right]:
    """What *grant* brings of one permission that it touches, less what is *held* with all within it."""
    if permission.ladder is None and not permission.chain:
        whole = Right(permission.path, "-", "-")
        return () if whole in held else (whole,)
    obj = (grant.instance or "*") if permission.chain else "-"
    scope = (grant.scope or permission.ladder.broadest) if permission.ladder else "-"
    return down(Right(permission.path, obj, scope), permission, held)


def takes_limits(permission: Permission, grant: Grant, longer: bool = False) -> bool:
    """Whether a star with the limits of *grant* touches *permission*; *longer*: also by an outer instance."""
    if grant.scope is not None and (permission.ladder is None or grant.scope not in permission.ladder.scopes):
        return False
    if grant.instance is None:
        return True
    if longer:
        return grant.instance.count("/") + 1 <= len(permission.chain)
    return fits_chain(grant.instance, permission.chain)
