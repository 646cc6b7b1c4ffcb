"""What lint can mend safely is removed from the text of its file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from rolegate.diagnostics import Diagnostic, Span
from rolegate.documents.edit_lines import without_lines
from rolegate.documents.edit_role import edited_role, roles_of_text
from rolegate.documents.file_kinds import ROLES, ROLES_OF_DOMAIN, kind_of
from rolegate.documents.role_parts import RoleParts
from rolegate.documents.role_places import home_of

ENTRIES = frozenset({"RG800", "RG801", "RG323"})
"""The codes about one entry of a list, which can go."""
LINES = frozenset({"RG422", "RG423"})
"""The codes about a line of bindings, which can go."""


def fixed_text(text: str, name: str, found: Collection[Diagnostic]) -> str:
    """The *text* of the file *name* without what is *found* to be needless.

    Raises:
        EditError: when it cannot be removed without the loss of a comment or of a meaning.
    """
    if kind_of(name) in (ROLES, ROLES_OF_DOMAIN):
        return _role_text(text, name, {_place(one.span) for one in found})
    shown = next(one.file for one in found)
    lines = [one.span for one in found if one.code in LINES]
    return without_lines(text, shown, lines, [one.span for one in found if one.code in ENTRIES])


def _place(span: Span) -> tuple[int, int]:
    return span.line, span.column


def _role_text(text: str, name: str, gone: Collection[tuple[int, int]]) -> str:
    home = home_of(name)
    names = [role for role, _ in roles_of_text(text, name, home)]
    wanted = {}
    for role, body in roles_of_text(text, name, home):
        grants = tuple(str(entry) for entry in body.grants if _place(entry.span) not in gone)
        excepted = tuple(str(entry) for entry in body.excepted if _place(entry.span) not in gone)
        if len(grants) < len(body.grants) or len(excepted) < len(body.excepted):
            wanted[role] = replace(RoleParts.of((role, body)), grants=grants, excepted=excepted)
    for role in names:
        if role in wanted:
            text = edited_role(text, name, wanted[role], home)
    return text
