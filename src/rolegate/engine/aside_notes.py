"""What a denial says about custom roles that are set aside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rolegate.compiled.names import unlimited
from rolegate.engine.question import Asked, DecisionNote
from rolegate.grants.roles import Role
from rolegate.wording.phrases import Phrase, named

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
    what = named("role", role.name, role.domain or "")
    message = Phrase("set_aside", what=what, code=why.code, message=why.message)
    return DecisionNote("RG611", message, Phrase("mend_it", place=f"{why.span.file}:{why.span.line}"))
