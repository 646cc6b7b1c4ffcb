"""What somebody may do with the fields of a group."""

from __future__ import annotations

from typing import Literal

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Group
from rolegate.engine.question import Question
from rolegate.engine.request import Request
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translated
from rolegate.errors import UnknownNameError

FieldState = Literal["edit", "view", "hidden"]


def fields(group: str, question: Question, snapshot: Snapshot) -> dict[str, FieldState]:
    """What the subject may do with each field of *group*: `edit`, `view`, or nothing (`hidden`).

    Raises:
        UnknownNameError: for a group without fields, and for unknown subjects and domains.
    """
    catalog = snapshot.resolved.catalog
    node = catalog.find(f"{group}.fields")
    if not isinstance(node, Group):
        having = [
            p.removesuffix(".fields")
            for p, n in catalog.nodes.items()
            if isinstance(n, Group) and p.endswith(".fields")
        ]
        help = "groups with fields: " + ", ".join(f"`{name}`" for name in having)
        raise UnknownNameError(
            "group with fields", group, help=help if having else "no group of this set has fields"
        )
    states: dict[str, FieldState] = {}
    for path in node.children:
        asked = translated(_about(question, path), snapshot.resolved)
        permission = catalog.permission(path)
        held = [
            scope
            for scope in FIELD_LADDER.scopes
            if snapshot.holds(asked.sub, asked.dom, Request(permission, asked.region(permission), (scope,)))
        ]
        name = path.rpartition(".")[2]
        states[name] = "edit" if "edit" in held else "view" if held else "hidden"
    return states


def _about(question: Question, path: str) -> Question:
    return Question(path, question.user, question.team, question.role, question.domain, question.on)
