"""Whether a user may do something with one record, by a snapshot alone, as a gate answers it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rolegate.compiled.names import user_name
from rolegate.encoding import encode
from rolegate.engine.question import Question
from rolegate.engine.snapshot import Snapshot
from rolegate.engine.user_teams import teams_among
from rolegate.grants.domains import DEFAULT
from rolegate.records.check_records import allows
from rolegate.records.held_by_subject import held_of
from rolegate.records.held_permission import HeldPermission
from rolegate.records.user import User


class _Rights:
    """What a user holds in a domain, for the conditions that ask for it."""

    def __init__(self, snapshot: Snapshot, asked: Question) -> None:
        self._snapshot = snapshot
        self._asked = asked

    def can(self, permission: str, /, *, on: tuple[str, ...] | None, scope: str | None) -> bool:
        question = replace(self._asked, permission=permission, on=on, scope=scope, any=False)
        return self._snapshot.allowed(question)

    def held(self, permission: str, /) -> HeldPermission:
        snapshot, user = self._snapshot, self._asked.user
        catalog = snapshot.resolved.catalog
        wanted = catalog.permission_of(permission)
        table = snapshot.index.tables.get(self._asked.domain)
        if table is None or user is None:
            return held_of(wanted, 0, {}, catalog)
        return held_of(wanted, table.user_mask(user), table.views, catalog)


def allowed_on_record(
    question: Question, record: Mapping[str, Any], attributes: Mapping[str, Any], snapshot: Snapshot
) -> bool:
    """Whether the user of *question* may use its permission on *record*, whatever else it says.

    Raises:
        UndefinedScopeError: when the answer depends on a scope without conditions.
        RecordError: when the record does not fit the conditions.
    """
    user, domain = question.user or "", question.domain
    rights = _Rights(snapshot, question)
    there = domain in snapshot.index.tables
    dom = encode(DEFAULT if domain is None else domain)
    subjects = snapshot.lookup.subjects(user_name(user), dom) if there else ()
    teams = teams_among(subjects, domain, lambda: snapshot.resolved.domains)
    asking = User(user, teams, domain, attributes=attributes, holder=rights)
    return allows(rights.held(question.permission), record, asking)
