"""What the log says of questions that nobody can be allowed."""

from __future__ import annotations

import logging
from typing import Any

from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.errors import InvalidQuestionError, RolegateError

_log = logging.getLogger("rolegate")

NOBODYS = ("RG602", "RG607")
"""The codes of notes that merely say that nothing is bound to a user, or not any more."""


def allowed_in(
    snapshot: Snapshot, permission: str, *, user: str, domain: str | None, on: Any, scope: str | None
) -> bool:
    """Whether one state of the policy allows the question; not if it has values of the wrong kind."""
    try:
        return snapshot.allowed(Question(permission, user, domain=domain, on=on, scope=scope))
    except InvalidQuestionError:
        return False


def asked(
    snapshot: Snapshot,
    permission: str,
    *,
    user: str,
    domain: str | None,
    on: Any = None,
    scope: str | None = None,
    any: bool = False,
) -> bool:
    """The answer where the tables of the index have none, as for a hidden permission.

    For what is unknown it is no; and the log says why, unless it is merely a user to whom nothing is bound.
    """
    try:
        decision = snapshot.decide(Question(permission, user, domain=domain, on=on, scope=scope, any=any))
    except RolegateError:
        _log.warning("denied: a question of the wrong kind: %r", (user, permission, domain, on, scope))
        return False
    for note in decision.notes:
        if note.code not in NOBODYS:
            help = f"; {note.help}" if note.help else ""
            _log.warning("denied: %s %s%s", note.code, note.message, help)
    return decision.allowed


def denied_on(permission: str, on: object) -> bool:
    """No; and the log says that *permission* cannot be asked on this."""
    ids = on if isinstance(on, (tuple, list)) else (on,)
    how = "" if all(isinstance(each, str) for each in ids) else "; ids are texts: `str(...)`"
    _log.warning("denied: RG605 `%s` cannot be asked on `%r`%s", permission, on, how)
    return False
