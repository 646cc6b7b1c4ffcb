"""What somebody may do with the fields of a group."""

from __future__ import annotations

from typing import Literal

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Catalog, Group, Permission
from rolegate.engine.question import Question
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translated
from rolegate.errors import UnknownNameError

FieldState = Literal["edit", "view", "hidden"]


def fields(group: str, question: Question, snapshot: Snapshot) -> dict[str, FieldState]:
    """What the subject may do with each field of *group*: `edit`, `view`, or nothing (`hidden`).

    Of a field with scopes, it is what the subject may do in every record: only what is held at the broadest
    scope counts, and that only if the scope has no condition.

    Raises:
        UnknownNameError: for a group without fields, and for unknown subjects and domains.
    """
    return {
        path.rpartition(".")[2]: _state(path, question, snapshot)
        for path in fields_of(group, snapshot.resolved.catalog).children
    }


def scopes_of_fields(group: str, question: Question, snapshot: Snapshot) -> dict[str, tuple[str, ...]]:
    """At which scopes the subject may view and edit the fields of *group* that have scopes: `view@team`.

    A scope within another one that is held is left out.

    Raises:
        UnknownNameError: for a group without fields, and for unknown subjects and domains.
    """
    catalog = snapshot.resolved.catalog
    found: dict[str, tuple[str, ...]] = {}
    for path in fields_of(group, catalog).children:
        node = catalog.nodes[path]
        if isinstance(node, Group):
            halves = (catalog.permission(half) for half in node.children)
            found[path.rpartition(".")[2]] = tuple(
                f"{half.path.rpartition('.')[2]}@{scope}"
                for half in halves
                for scope in _broadest(half, question, snapshot)
            )
    return found


def _broadest(permission: Permission, question: Question, snapshot: Snapshot) -> list[str]:
    ladder = permission.ladder
    assert ladder is not None  # noqa: S101 - it is one half of a field with scopes
    held = [scope for scope in ladder.scopes if _holds(permission, scope, question, snapshot)]
    return [scope for scope in held if not any(outer in held for outer in ladder.broader(scope)[1:])]


def fields_of(group: str, catalog: Catalog) -> Group:
    """The group that the fields of *group* form.

    Raises:
        UnknownNameError: for a group without fields.
    """
    node = catalog.find(f"{group}.fields")
    if isinstance(node, Group) and node.holds_fields:
        return node
    having = [
        path.removesuffix(".fields")
        for path, node in catalog.nodes.items()
        if isinstance(node, Group) and node.holds_fields
    ]
    help = "groups with fields: " + ", ".join(f"`{name}`" for name in having)
    if (meant := group.removesuffix(".fields")) in having:
        help = f"write `{meant}`"
    help = catalog.fate(group) or (help if having else "no group of this set has fields")
    raise UnknownNameError("group with fields", group, help=help)


def _state(path: str, question: Question, snapshot: Snapshot) -> FieldState:
    """The state of the field *path*, in every record."""
    node = snapshot.resolved.catalog.nodes[path]
    if isinstance(node, Permission):
        held = [scope for scope in FIELD_LADDER.scopes if _holds(node, scope, question, snapshot)]
        return "edit" if "edit" in held else "view" if held else "hidden"
    may = {half.rpartition(".")[2]: _holds_everywhere(half, question, snapshot) for half in node.children}
    return "hidden" if not may["view"] else "edit" if may["edit"] else "view"


def _holds_everywhere(path: str, question: Question, snapshot: Snapshot) -> bool:
    permission = snapshot.resolved.catalog.permission(path)
    ladder = permission.ladder
    assert ladder is not None  # noqa: S101 - it is one half of a field with scopes
    outermost = ladder.scopes[ladder.broadest]
    return outermost.condition is None and _holds(permission, outermost.name, question, snapshot)


def _holds(permission: Permission, scope: str, question: Question, snapshot: Snapshot) -> bool:
    about = Question(
        permission.path, question.user, question.team, question.role, question.domain, question.on
    )
    asked = translated(about, snapshot.resolved)
    request = Request(permission, asked.region(permission), (scope,))
    return snapshot.holds(asked.sub, asked.dom, request)
