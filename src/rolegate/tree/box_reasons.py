"""What holds a box, and why a box is closed: values for whoever shows the box."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from rolegate.catalog.model import Permission
from rolegate.wording.phrases import Phrase, SaidName

HolderKind = Literal["role", "parent", "implies", "requires"]

ClosedCode = Literal["locked", "plan", "kind", "except", "parent", "implies", "choose", "template", "nothing"]


@dataclass(frozen=True, slots=True)
class BoxHolder:
    """What holds a box: `kind` says how, `name` which, and `title` what people call it.

    `role`: the grant `name` of the role itself. `parent`: the role `name` that it extends. `implies`: the
    permission `name` brings it. `requires`: the permission `name` cannot be held without it. `scope` is what
    it is held at, None where there are no scopes.
    """

    kind: HolderKind
    name: str
    title: str
    scope: str | None = None

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"kind": self.kind, "name": self.name, "title": self.title}
        return found if self.scope is None else {**found, "scope": self.scope}


@dataclass(frozen=True, slots=True)
class ClosedReason:
    """Why a box cannot be changed, or is left as it is.

    `locked`: nobody edits the role. `plan`: the domain does not have what `names` lists. `kind`: roles of
    this kind may not hold it. `except`: the role excepts it. `parent`: the roles `names` that it extends hold
    it. `implies`: the ticked boxes `names` bring it. `choose`: it requires some instance of `names`, and
    somebody has to say which. `template`: the box stands for one that each instance of `names` has once it
    is known. `nothing`: the box has nothing to tick.

    `about` is what is in the way, if that is not the box itself but something that comes with it. `titles` is
    what people call `names`, and `text` says all of it in a sentence, in the language that was asked for.
    """

    code: ClosedCode
    text: str
    names: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    about: str = ""

    def to_dict(self) -> dict[str, Any]:
        found: dict[str, Any] = {"code": self.code, "text": self.text, "names": list(self.names)}
        found["titles"] = list(self.titles)
        return {**found, "about": self.about} if self.about else found


Reasons = tuple[ClosedReason, ...]

NOTHING = ClosedReason("nothing", Phrase("by_name_alone"))
"""Why the box of a group cannot be ticked whose star gives nothing."""

NOT_HERE = ClosedReason("nothing", Phrase("not_here"))
"""Why the heading of a group is closed of which nothing has a box, and that has no star of its own."""


def stands_for(permission: Permission) -> ClosedReason:
    """Why a box of a *permission* is closed that names no instance: ticked, it would mean every one."""
    kind = permission.chain[-1]
    every = SaidName("grant", f"{permission.path}[*]")
    text = Phrase("stands_for", kind=SaidName("resource", kind), box=every)
    return ClosedReason("template", text, (kind,))


def merged(reasons: Iterable[ClosedReason]) -> Reasons:
    """*reasons*, of which one stands for others with the same names."""
    found: dict[tuple[str, tuple[str, ...]], ClosedReason] = {}
    for reason in reasons:
        found.setdefault((reason.code, reason.names), reason)
    return tuple(found.values())


class BoxNotes(NamedTuple):
    """What a box of a draft says of itself, as in `TreeNode`."""

    held_by: tuple[BoxHolder, ...] = ()
    requires: tuple[str, ...] = ()
    closed: Reasons = ()
    closed_at: tuple[tuple[str, Reasons], ...] = ()
