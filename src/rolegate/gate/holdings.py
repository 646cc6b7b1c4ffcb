"""What a user holds, for the conditions that ask for it: the plain decision, from the same state."""

from __future__ import annotations

from rolegate.gate.careful_answers import answer_carefully
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_checks import held_permission
from rolegate.gate.standing import Standing
from rolegate.gate.state import GateState
from rolegate.records.held_permission import HeldPermission


class Holdings:
    """The rights of one user in one domain; they do not depend on what the application gives."""

    __slots__ = ("_held", "_live", "_standing")

    def __init__(self, live: GateState, standing: Standing) -> None:
        self._live = live
        self._standing = standing
        self._held: dict[str, HeldPermission] = {}  # of the permissions that conditions of the catalog name

    def can(self, permission: str, /, *, on: tuple[str, ...] | None, scope: str | None) -> bool:
        """Whether the user may use *permission*, as in `Gate.check`."""
        standing = self._standing
        table = standing.table
        answer = table.answer(standing.mask, permission, on, scope) if table is not None else None
        if answer is None:
            raw = RawQuestion(standing.user, permission, standing.domain, on, scope)
            return answer_carefully(self._live, table, raw, standing.mask, standing)
        return answer

    def held(self, permission: str, /) -> HeldPermission:
        """What the user holds of *permission*."""
        found = self._held.get(permission)
        if found is None:
            wanted = self._live.common.catalog.permission_of(permission)
            found = self._held[permission] = held_permission(self._live, self._standing, wanted)
        return found
