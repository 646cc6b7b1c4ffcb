"""What a denial says about custom roles that are set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rolegate.compiled.names import unlimited
from rolegate.diagnostics import one_line
from rolegate.engine.question import Asked, DecisionNote
from rolegate.grants.roles import Role

if TYPE_CHECKING:
    from rolegate.engine.snapshot import Snapshot


def roles_held_aside(asked: Asked, snapshot: Snapshot) -> Iterator[Role]:
    """The roles that are set aside and that the subject of a question has, or is."""
    if snapshot.resolved.set_aside:
        for sub in dict.fromkeys(map(unlimited, snapshot.lookup.subjects(asked.sub, asked.dom))):
            role = snapshot.roles.get(sub)
            if role is not None and role.aside is not None:
                yield role


def aside_note(role: Role) -> DecisionNote:
    """That *role*, which is set aside, grants nothing, and where it is to be mended."""
    why = role.aside
    assert why is not None  # noqa: S101 - callers hold a role that is set aside
    message = f"role `{one_line(role.name)}` is set aside: {why.code} {why.message}"
    return DecisionNote("RG611", message, f"mend it at {why.span.file}:{why.span.line}")
