"""Who may do something with one record."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from rolegate.compiled.names import is_user, user_of
from rolegate.errors import InvalidQuestionError
from rolegate.gate.state import GateState
from rolegate.gate.subject import Subject

AttributesOf = Callable[[str], Mapping[str, Any]]


def users_who_can(
    live: GateState, permission: str, record: Any, domain: str | None, attributes: AttributesOf | None
) -> tuple[str, ...]:
    """The users whom lines and teams of *domain* name and who may use *permission* on *record*, sorted."""
    if domain is None and live.common.needs_domain:
        raise InvalidQuestionError(
            "`domain` is missing: this policy has domains, and users are listed in one of them"
        )
    live.common.catalog.permission_of(permission)
    table = live.tables.get(domain)
    named = {sub for sub in (*table.links, *table.bits) if is_user(sub)} if table is not None else ()
    return tuple(
        user
        for user in sorted(map(user_of, named))
        if Subject(live, user, domain, attributes(user) if attributes else {}).can(permission, record)
    )
