"""One user in one domain, bound to one state of the policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rolegate.answers.explain import Explanation, explain
from rolegate.answers.fields import FieldState
from rolegate.answers.instances import AllowedInstances
from rolegate.catalog.model import Group, Permission
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.question import Question
from rolegate.errors import UnknownNameError
from rolegate.gate.careful_answers import answer_carefully, decide_and_log
from rolegate.gate.forbidden import refusal
from rolegate.gate.holdings import Holdings
from rolegate.gate.instance_paths import On
from rolegate.gate.kept_answers import (
    drawn_tree,
    field_states,
    held_paths,
    listed_instances,
    row_criterion,
    states_in,
)
from rolegate.gate.left_out import LEFT_OUT
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_checks import held_permission, record_check
from rolegate.gate.state import GateState
from rolegate.records.protect_fields import WriteCheck, mask, may_write
from rolegate.tree.tree_node import TreeNode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from rolegate.records import HeldPermission, User

M = TypeVar("M")


class Subject:
    """Answers about one user; made by `Gate.subject`.

    INVARIANT: every answer comes from the state of the policy that was in force when the subject was made, so
    the menus, the rows and the checks of one request agree.
    """

    __slots__ = (
        "_live", "_mask", "_permissions", "_record_user", "_standing", "_table",
        "attributes", "domain", "user",
    )  # fmt: skip

    def __init__(self, live: GateState, user: str, domain: str | None, attributes: Mapping[str, Any]) -> None:
        self._live = live
        self.user = user
        self.domain = domain
        # What was worked out with them holds for the whole subject, so nobody may change them.
        self.attributes: Mapping[str, Any] = MappingProxyType(dict(attributes))
        self._standing = standing = live.standing(user, domain)
        self._table: DomainTable | None = standing.table
        self._mask = standing.mask
        self._permissions: frozenset[str] | None = None
        self._record_user: User | None = None

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that the user is in, by their names in this domain.

        A team of an outer domain is left out if its name means another team here.
        """
        return self._standing.teams(self._live.snapshot)

    def can(
        self, permission: str, record: Any = LEFT_OUT, *, on: On = None, scope: str | None = None
    ) -> bool:
        """Whether the user may use *permission*, as in `Gate.check`, or may use it on a *record*.

        A record (an object or a mapping) is allowed if the user holds one of the scopes it lies in, for its
        instance. None, which is what a query gives for a missing record, is always denied.

        Raises:
            UnknownNameError: for a record and an unknown permission.
            UndefinedScopeError: when the catalog does not say what a held scope means for a record.
            RecordError: when the record lacks an attribute that has to be looked at.
        """
        if record is not LEFT_OUT:
            if on is not None or scope is not None:
                raise TypeError("a question is about a `record`, or says `on` and `scope` itself, not both")
            try:
                check = self._standing.checks.get(permission)
            except TypeError:
                check = None
            if check is None or record is None:
                return self._can_on(permission, record)
            return check(record, self._record_user or self.record_user)
        table = self._table
        answer = table.answer(self._mask, permission, on, scope) if table is not None else None
        if answer is None:
            raw = RawQuestion(self.user, permission, self.domain, on, scope)
            return answer_carefully(self._live, table, raw, self._mask)
        return answer

    def require(
        self, permission: str, record: Any = LEFT_OUT, *, on: On = None, scope: str | None = None
    ) -> None:
        """Return if `can` is true.

        Raises:
            Forbidden: otherwise; it explains itself, from the same state of the policy.
        """
        if self.can(permission, record, on=on, scope=scope):
            return
        snapshot = self._live.snapshot
        if record is LEFT_OUT:
            raise refusal(snapshot, RawQuestion(self.user, permission, self.domain, on, scope))
        from rolegate.gate.record_refusal import refusal_of_record

        question = Question(permission, user=self.user, domain=self.domain)
        wanted = self._live.policy.catalog.permission_of(permission)
        raise refusal_of_record(question, wanted, self.held(permission), record, self.record_user, snapshot)

    def explain(self, permission: str, *, on: On = None, scope: str | None = None) -> Explanation:
        """The answer of `can` with the file and line of each reason, from the same state of the policy.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
        """
        question = Question(permission, user=self.user, domain=self.domain, on=on, scope=scope)
        return explain(question, self._live.snapshot)

    def where(self, permission: str, model: type[M]) -> ColumnElement[bool]:
        """The rows of a mapped class for which `can(permission, row)` is true, as a SQLAlchemy criterion.

        Raises:
            UndefinedScopeError: when the catalog does not say what a held scope means for a record.
            RecordError: when the model lacks an attribute, or a condition cannot be put into SQL.
        """
        try:
            found = None if self.attributes else self._standing.criteria.get((permission, model))
        except TypeError:
            found = None
        if found is None:
            found = row_criterion(self._live, self._standing, permission, model, self.record_user)
        return found

    def held(self, permission: str) -> HeldPermission:
        """What the user holds of *permission*, for `rolegate.records`.

        Raises:
            UnknownNameError: for an unknown permission.
        """
        wanted = self._live.policy.catalog.permission_of(permission)
        return held_permission(self._live, self._standing, wanted)

    @property
    def record_user(self) -> User:
        """The user as the conditions of scopes see them."""
        found = self._record_user
        if found is None:
            live, standing = self._live, self._standing
            found = standing.plain_user(live.snapshot, lambda: Holdings(live, standing))
            if self.attributes:
                found = replace(found, attributes=self.attributes)
            self._record_user = found
        return found

    def mask(self, group: str, record: Any, *, on: On = None, keep: Collection[str] = ()) -> dict[str, Any]:
        """The fields of *record* that the user may see, as a new dict.

        Whatever *group* does not list is left out, except for the names in *keep* (such as `id`), which never
        uncover a field that *group* lists. Nothing is given of a record of another domain.

        Raises:
            UnknownNameError: for a group without fields.
            UndefinedScopeError: as in `can`, for a field with scopes.
            RecordError: as in `can`, and when *keep* is not a list of texts.
        """
        return mask(self._states(group, on, record), record, keep=keep)

    def may_write(
        self, group: str, changes: Mapping[str, Any], record: Any = LEFT_OUT, *, on: On = None
    ) -> WriteCheck:
        """Whether the user may edit every field in *changes* (of a *record*); `refused` has the others.

        Raises:
            UnknownNameError: for a group without fields.
            UndefinedScopeError, RecordError: as in `can`.
        """
        return may_write(self._states(group, on, record), changes)

    def scopes(self, permission: str, *, on: On = None) -> tuple[str, ...]:
        """The scopes at which the user holds *permission*, broadest first, without those within another one.

        Empty when nothing is held, and for a permission without scopes.
        """
        ladder = self._live.policy.catalog.permission_of(permission).ladder
        if ladder is None:
            return ()
        held = [scope for scope in ladder.scopes if self.can(permission, on=on, scope=scope)]
        return tuple(s for s in held if not any(b in held for b in ladder.broader(s)[1:]))

    def scope(self, permission: str, *, on: On = None) -> str | None:
        """The broadest scope at which the user holds *permission*; None if there is none.

        Raises:
            UnknownNameError: for an unknown permission, and for one without scopes.
        """
        if self._live.policy.catalog.permission_of(permission).ladder is None:
            raise UnknownNameError("scope", permission, f"`{permission}` has no scopes", "ask `can` instead")
        return next(iter(self.scopes(permission, on=on)), None)

    def can_any(self, pattern: str) -> bool:
        """Whether the user holds anything of *pattern*: a permission, `group.*` or `*`.

        Any other pattern gives False, and the log says so.
        """
        held = self.permissions()
        if pattern == "*":
            return bool(held)
        catalog = self._live.policy.catalog
        if isinstance(pattern, str):
            node = catalog.find(pattern)
            if isinstance(node, Permission):
                return node.path in held
            group = catalog.find(pattern[:-2]) if pattern.endswith(".*") else None
            if isinstance(group, Group):
                return any(path.startswith(f"{group.path}.") for path in held)
        return decide_and_log(self._live.snapshot, RawQuestion(self.user, pattern, self.domain), any=True)

    def permissions(self) -> frozenset[str]:
        """Every permission that the user may use at some scope, on some instance."""
        if self._permissions is None:
            self._permissions = held_paths(self._live, self._table, self._mask)
        return self._permissions

    def tree(self, *, locale: str | None = None) -> TreeNode:
        """The tree of checkboxes of the user.

        Raises:
            UnknownNameError: for an unknown language or domain.
            TreeTooLargeError: for more than 50,000 boxes.
        """
        return drawn_tree(self._live, self._standing, locale)

    def instances(self, permission: str, *, scope: str | None = None) -> AllowedInstances:
        """The known instances the user may use *permission* on, and whether later ones are included.

        Raises:
            UnknownNameError: for an unknown permission or domain.
        """
        try:
            found = self._standing.instances.get((permission, scope))
        except TypeError:
            found = None
        return found if found is not None else listed_instances(self._live, self._standing, permission, scope)

    def fields(self, group: str, record: Any = LEFT_OUT, *, on: On = None) -> dict[str, FieldState]:
        """Each field of *group* with `edit`, `view` or `hidden`: in a *record*, or what holds in every record.

        In a *record* of another domain all of them are hidden.

        Raises:
            UnknownNameError: for a group without fields.
            UndefinedScopeError, RecordError: as in `can`.
        """
        return dict(self._states(group, on, record))

    def _states(self, group: str, on: On, record: Any) -> Mapping[str, FieldState]:
        try:
            found = self._standing.fields.get(group) if on is None else None
        except TypeError:
            found = None
        if found is None:
            found = field_states(self._live, self._standing, group, on)
        if record is LEFT_OUT:
            return found
        user = self._record_user or self.record_user
        return states_in(record, found, on, self._live, self._standing, user)

    def _can_on(self, permission: str, record: Any) -> bool:
        """Whether *permission* may be used on *record*, where no check is ready, or no record is there."""
        wanted = self._live.policy.catalog.permission_of(permission)
        if record is None:
            return False
        check = record_check(self._live, self._standing, wanted, permission)
        return check(record, self.record_user)
