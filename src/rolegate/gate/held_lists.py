"""What one user holds, as lists of scopes and permissions."""

from __future__ import annotations

from rolegate.catalog.model import Group, Permission
from rolegate.engine.domain_table import DomainTable
from rolegate.errors import UnknownNameError
from rolegate.gate.careful_answers import decide_and_log
from rolegate.gate.instance_paths import On
from rolegate.gate.kept_answers import held_paths
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.standing import Standing
from rolegate.gate.state import GateState


class HeldLists:
    """The part of a subject that lists what the user holds."""

    __slots__ = ()

    _live: GateState
    _mask: int
    _standing: Standing
    _table: DomainTable | None
    domain: str | None
    user: str

    def _holds(self, permission: str, on: On, scope: str | None) -> bool:
        """Whether the user may use *permission*."""
        raise NotImplementedError

    def scopes(self, permission: str, *, on: On = None) -> tuple[str, ...]:
        """The scopes at which the user holds *permission*, broadest first, without those within another one.

        Empty when nothing is held, and for a permission without scopes.
        """
        ladder = self._live.common.catalog.permission_of(permission).ladder
        if ladder is None:
            return ()
        held = [scope for scope in ladder.scopes if self._holds(permission, on, scope)]
        return tuple(s for s in held if not any(b in held for b in ladder.broader(s)[1:]))

    def scope(self, permission: str, *, on: On = None) -> str | None:
        """The broadest scope at which the user holds *permission*; None if there is none.

        Raises:
            UnknownNameError: for an unknown permission, and for one without scopes.
        """
        if self._live.common.catalog.permission_of(permission).ladder is None:
            raise UnknownNameError("scope", permission, f"`{permission}` has no scopes", "ask `can` instead")
        return next(iter(self.scopes(permission, on=on)), None)

    def can_any(self, pattern: str) -> bool:
        """Whether the user holds anything of *pattern*: a permission, `group.*` or `*`.

        Any other pattern gives False, and the log says so.
        """
        held = self.permissions()
        if pattern == "*":
            return bool(held)
        catalog = self._live.common.catalog
        if isinstance(pattern, str):
            node = catalog.find(pattern)
            if isinstance(node, Permission):
                return node.path in held
            group = catalog.find(pattern[:-2]) if pattern.endswith(".*") else None
            if isinstance(group, Group):
                return any(path.startswith(f"{group.path}.") for path in held)
        return decide_and_log(self._standing, RawQuestion(self.user, pattern, self.domain), any=True)

    def permissions(self) -> frozenset[str]:
        """Every permission that the user may use at some scope, on some instance."""
        return held_paths(self._live, self._table, self._mask)
