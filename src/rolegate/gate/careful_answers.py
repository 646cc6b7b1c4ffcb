"""Answers that take more than a look into a table; a denial of something unknown is logged here."""

from __future__ import annotations

import logging

from rolegate.diagnostics import quoted, short
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.hidden_masks import HiddenQuestion
from rolegate.engine.question import sound_user
from rolegate.errors import InvalidQuestionError, RolegateError
from rolegate.gate.forbidden import Reasons
from rolegate.gate.instance_paths import sound_path
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.standing import Standing
from rolegate.gate.state import GateState
from rolegate.gate.state_reasons import ReasonsAtHand

_log = logging.getLogger("rolegate")

NOTHING_BOUND = ("RG602", "RG607", "RG609", "RG610")
"""The codes of notes that only say that no line names a user, not any more or not yet."""


def answer_carefully(
    state: GateState,
    table: DomainTable | None,
    raw: RawQuestion,
    mask: int,
    standing: Standing | None = None,
) -> bool:
    """The answer to a question that is not simple, for the user who acts for the bits of *mask*.

    It is about a path of several ids, about a hidden permission on an instance, or about something that is
    not there. What the tables do not know is asked of the policy that gives the reasons, that of *standing*
    if there is one.
    """
    view = table.view(raw.permission, raw.scope) if table is not None else None
    if view is None:
        return decide_and_log(standing or state, raw)
    if raw.on is None:
        return view.decide(raw.permission, None, mask)
    catalog = state.common.catalog
    hidden = catalog.permission_of(raw.permission) if raw.permission in state.index.hidden else None
    depth = state.index.depth[raw.permission] if hidden is None else len(hidden.chain)
    path = sound_path(raw.on, depth)
    if path is None:
        return _denied_on(raw.permission, raw.on, depth)
    if hidden is None:
        return view.decide(raw.permission, path, mask)
    question = HiddenQuestion(hidden, raw.scope or hidden.scope_names[0], path, catalog)
    return table is not None and question.holds(table.views, mask)


def decide_and_log(reasons: Reasons, raw: RawQuestion, *, any: bool = False) -> bool:
    """The answer of the policy that gives the *reasons*, without the tables.

    The log says why something is denied, unless nothing is bound to the user.
    """
    try:
        question = raw.checked(any=any)
        snapshot = reasons.snapshot
        if snapshot.allowed(question):
            return True
        decision = snapshot.decide(question)
    except RolegateError as error:
        _log.warning("denied: %s: %s", error, ", ".join(_shown(value) for value in raw))
        return False
    for note in decision.notes:
        if note.code not in NOTHING_BOUND:
            help = f"; {note.help}" if note.help else ""
            _log.warning("denied: %s %s%s", note.code, note.message, help)
    return decision.allowed


def allowed_in(state: GateState, raw: RawQuestion) -> bool:
    """Whether one state of the policy allows a question; values of the wrong kind are denied."""
    try:
        question = raw.checked()
    except InvalidQuestionError:
        return False
    table = state.tables.get(raw.domain)
    if table is None or isinstance(state.reasons, ReasonsAtHand):
        return state.snapshot.allowed(question)
    return answer_carefully(state, table, raw, table.user_mask(raw.user) if sound_user(raw.user) else 0)


def _denied_on(permission: str, on: object, depth: int) -> bool:
    """False; the log says that *permission*, which is per instance to *depth*, cannot be asked on *on*."""
    if not depth:
        _log.warning(
            "denied: RG605 %s is not per instance; leave out `on`: %s", quoted(permission), _shown(on)
        )
        return False
    ids = on if isinstance(on, (tuple, list)) else (on,)
    how = "" if all(isinstance(part, str) for part in ids) else "; ids are texts: `str(...)`"
    _log.warning("denied: RG605 %s cannot be asked on `%s`%s", quoted(permission), _shown(on), how)
    return False


def _shown(value: object) -> str:
    """A value of any kind for the log."""
    return short(repr(value))
