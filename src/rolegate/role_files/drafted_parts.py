"""From a draft to what its file is to say; what the draft does not change stays as it is written."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rolegate.diagnostics import quoted, short
from rolegate.documents.role_parts import RoleParts
from rolegate.errors import EditError
from rolegate.grants.roles import Role
from rolegate.tree.draft import Draft
from rolegate.tree.kept_keys import DRAFTED, kept_keys
from rolegate.tree.selection import as_written


def parts_or_draft(given: object) -> RoleParts | Draft:
    """*given*, which says what a role is.

    Raises:
        TypeError: for anything else, such as the name of a role.
    """
    if isinstance(given, RoleParts | Draft):
        return given
    name = repr(short(given)) if isinstance(given, str) else "NAME"
    raise TypeError(
        f"a role is written from a draft or from `RoleParts`, not from `{type(given).__name__}`: "
        f"write `RoleParts({name}, grants=…)` for all of a role, or "
        "`replace(role.parts, grants=…)` for a change of it"
    )


def new_parts(draft: Draft) -> RoleParts:
    """What the file of a new role says.

    Raises:
        EditError: for a draft without a name.
    """
    if not draft.name:
        raise EditError("the draft has no name, so it cannot be written; give it one with `called`")
    return RoleParts(
        name=draft.name,
        title=None if draft.title in ("", draft.name) else draft.title,
        description=draft.description or None,
        domain=draft.domain,
        kind=None if draft.replaces is not None else draft.kind,
        extends=draft.extends,
        clone_of=draft.clone_of,
        replaces=draft.replaces,
        locked=draft.locked,
        grants=draft.grants,
        excepted=draft.excepts,
    )


def changed_parts(draft: Draft, role: Role, parts: RoleParts) -> RoleParts:
    """*parts*, which the file of *role* says, with what *draft* says instead.

    Raises:
        EditError: for the draft of another role.
    """
    if (draft.domain, draft.name) != role.key:
        raise EditError(f"this is the file of role {quoted(role.name)}, and not of {quoted(draft.name)}")
    new, kept = new_parts(draft), kept_keys(draft.rules.role, role)
    changed: dict[str, Any] = {key: getattr(new, key) for key in DRAFTED if key not in kept}
    return replace(parts, **changed, grants=tuple(as_written(new.grants, role)), excepted=new.excepted)
