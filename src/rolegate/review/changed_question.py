"""One question that two policies answer differently, as data and as a command to try."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from rolegate.compiled.names import FULL, STRANGER, is_role, parse_subject
from rolegate.encoding import decode, encode, readable
from rolegate.engine.question import Asked, Question, UnknownQuestionError
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.translation import translate
from rolegate.review.cells import UNNAMED, Cell, Cells
from rolegate.review.differences import SubjectDifference
from rolegate.review.paired_permissions import PairedPermission
from rolegate.texts.spelling import sparing

Snapshots = tuple[Snapshot, Snapshot]
"""The older and the newer policy at one time."""

_TRIED = 40
"""So many cells are tried until one is found that both sides can be asked about in the same words."""


@dataclass(frozen=True, slots=True)
class ChangedQuestion:
    """A question that is answered otherwise by the newer policy: `was` and `now` are the answers.

    `before` is what the older one is asked; it is the same question unless the permission has other scopes or
    instances there. The answers are those at the time `at`; None means whenever one asks.
    """

    question: Question
    before: Question
    was: bool
    now: bool
    at: datetime | None = None
    source: str = "NEW"

    @property
    def command(self) -> str:
        """The command that asks the newer policy."""
        asked = self.question
        subject: Literal["user", "team", "role"] = (
            "user" if asked.user is not None else "team" if asked.team is not None else "role"
        )
        parts = ["rolegate", "check", self.source, asked.permission, f"--{subject}", getattr(asked, subject)]
        if asked.domain is not None:
            parts += ["--domain", asked.domain]
        if asked.path:
            parts += ["--on", readable("/".join(map(encode, asked.path)))]
        if asked.scope is not None:
            parts += ["--scope", asked.scope]
        if self.at is not None:
            exact = "auto" if self.at.microsecond else "seconds" if self.at.second else "minutes"
            shown = self.at.astimezone(UTC).isoformat(timespec=exact).replace("+00:00", "Z")
            parts += ["--at", shown.removesuffix("T00:00Z")]
        return shlex.join(parts)

    def to_dict(self) -> dict[str, Any]:
        """The same as JSON; it has the keys that the question has."""
        asked = self.question
        named: dict[str, Any] = {
            "user": asked.user,
            "team": asked.team,
            "role": asked.role,
            "domain": asked.domain,
            "permission": asked.permission,
            "on": list(asked.path) or None,
            "scope": asked.scope,
            "at": None if self.at is None else self.at.isoformat(),
        }
        return {
            **{key: value for key, value in named.items() if value is not None},
            "was": self.was,
            "is": self.now,
            "command": self.command,
        }


def changed_question(
    difference: SubjectDifference,
    pair: PairedPermission,
    sides: Snapshots,
    *,
    gain: bool,
    at: datetime | None,
    source: str,
) -> ChangedQuestion | None:
    """A question about *pair* that only the newer side allows, with *gain*, or only the older one.

    It is asked of both before it is said; None where no such question can be put in words.
    """
    cells = difference.cells
    mask = difference.gained if gain else difference.lost
    wanted = next((held for paired, (held,) in cells.by_permission(mask) if paired is pair), frozenset())
    found: ChangedQuestion | None = None
    tried = [cell for cell in cells.of_permission(pair) if cell in wanted]
    for cell in sorted(tried, key=_telling)[:_TRIED]:
        questions = [question_of(difference, cell, side, sides) for side in (0, 1)]
        before, now = questions[0] or questions[1], questions[1] or questions[0]
        if before is None or now is None:
            continue
        subs = (difference.names(0)[0], difference.sub)
        answers = (_answer(subs[0], before, sides[0]), _answer(subs[1], now, sides[1]))
        if answers == (not gain, gain):
            made = ChangedQuestion(now, before, not gain, gain, at, source)
            if before == now:
                return made
            found = found or made
    return found


def _telling(cell: Cell) -> tuple[bool, bool, int]:
    """Questions about what files name, and about everything, come first."""
    return (UNNAMED in cell.on, cell.scope is not None, len(cell.on))


def question_of(difference: SubjectDifference, cell: Cell, number: int, sides: Snapshots) -> Question | None:
    """The question of a cell, in the words of one side; None where the permission is not known there."""
    permission = cell.permission.side(number)
    if permission is None:
        return None
    fresh = _fresh("another", _ids(difference.cells, cell.permission))
    on = tuple(fresh if id == UNNAMED else decode(id) for id in cell.permission.on_side(number, cell.on))
    scope = None
    if permission.ladder is not None and cell.scope is not None:
        scope = cell.permission.scope_on(number, cell.scope)
    sub, dom = difference.names(number)
    if sub == STRANGER:
        kind, name = "user", _fresh("somebody", {user for side in sides for user in side.users.values()})
    else:
        kind, name = parse_subject(sub)[:2]
    return Question(
        cell.permission.name,
        domain=None if dom == FULL else decode(dom),
        on=on or None,
        scope=scope,
        user=name if kind == "user" else None,
        team=name if kind == "team" else None,
        role=name if kind == "role" else None,
    )


def _ids(cells: Cells, pair: PairedPermission) -> set[str]:
    return {decode(id) for cell in cells.of_permission(pair) for id in cell.on if id != UNNAMED}


def _fresh(name: str, taken: set[str]) -> str:
    return next(made for made in _numbered(name) if made not in taken)


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 0
    while True:
        number += 1
        yield f"{name}-{number}"


def _answer(sub: str, question: Question, side: Snapshot) -> bool | None:
    """The answer of one side; None where the question is about another subject there."""
    asked = translated_or_none(question, side)
    if asked is None:
        return False
    # The name of a default role means, in a domain, the version of it that the domain has.
    versions = is_role(sub) and parse_subject(sub).domain is None
    if sub != STRANGER and asked.sub != sub and not versions:
        return None
    return any(side.allows(asked, request) for request in asked.requests)


def translated_or_none(question: Question, side: Snapshot) -> Asked | None:
    """*question* in the words of compiled lines; None where one of its names is not known."""
    try:
        with sparing(0):  # nobody reads what else could have been meant
            return translate(question, side.resolved)
    except UnknownQuestionError:
        return None
