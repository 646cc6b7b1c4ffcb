"""One user in one domain, bound to one state of the policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from rolegate.answers.explain import Explanation
from rolegate.answers.fields import FieldState
from rolegate.answers.instances import AllowedInstances
from rolegate.answers.said_answers import explained
from rolegate.engine.domain_table import DomainTable
from rolegate.engine.question import Question
from rolegate.gate.careful_answers import answer_carefully
from rolegate.gate.forbidden import refusal
from rolegate.gate.given_users import NOTHING_GIVEN, GivenNames
from rolegate.gate.held_lists import HeldLists
from rolegate.gate.holdings import Holdings
from rolegate.gate.instance_paths import On
from rolegate.gate.kept_answers import (
    drawn_tree,
    field_states,
    listed_instances,
    row_criterion,
    states_in,
)
from rolegate.gate.left_out import LEFT_OUT
from rolegate.gate.publishing import StateHolder
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_checks import held_permission, record_check
from rolegate.gate.state import GateState
from rolegate.records.errors import NOT_RECORDS, not_a_record
from rolegate.records.protect_fields import WriteCheck, mask, may_write
from rolegate.tree.tree_node import TreeNode

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from rolegate.records import HeldPermission, User

M = TypeVar("M")


class Subject(HeldLists):
    """Answers about one user; made by `Gate.subject`.

    INVARIANT: every answer comes from the state of the policy that was in force when the subject was made, so
    the menus, the rows and the checks of one request agree.
    """

    __slots__ = (
        "_given", "_holder", "_live", "_mask", "_permissions", "_record_user", "_standing", "_table",
        "attributes", "domain", "user",
    )  # fmt: skip

    def __init__(
        self,
        live: GateState,
        user: str,
        domain: str | None,
        attributes: Mapping[str, Any],
        given: GivenNames = NOTHING_GIVEN,
        holder: StateHolder | None = None,
    ) -> None:
        self._live = live
        self._given = given
        self._holder = holder
        self.user = user
        self.domain = domain
        # What was worked out with them holds for the whole subject, so nobody may change them.
        self.attributes: Mapping[str, Any] = MappingProxyType(dict(attributes))
        if given is NOTHING_GIVEN:
            self._standing = standing = live.standing(user, domain)
        else:
            self._standing = standing = live.given.standing(user, domain, given)
        self._table: DomainTable | None = standing.table
        self._mask = standing.mask
        self._permissions: frozenset[str] | None = None
        self._record_user: User | None = None

    def current(self) -> Subject:
        """The same subject in the policy that is in force now; this one where that is the same.

        It keeps the attributes, roles and teams that the application gave.

        Raises:
            UnknownNameError: for a given role or team that the domain does not know any more.
            InvalidPolicyError: for what files could not say of a user.
        """
        holder, plain = self._holder, self._given is NOTHING_GIVEN
        if holder is None:
            return self
        live = holder._state_in(self.domain) if plain else holder._explained_in(self.domain)
        if live is self._live:
            return self
        return Subject(live, self.user, self.domain, self.attributes, self._given, self._holder)

    @property
    def teams(self) -> tuple[str, ...]:
        """The teams that the user is in, by their names in this domain.

        A team of an outer domain is left out if its name means another team here.
        """
        return self._standing.teams

    def permissions(self) -> frozenset[str]:
        """Every permission that the user may use at some scope, on some instance."""
        if self._permissions is None:
            self._permissions = super().permissions()
        return self._permissions

    def _holds(self, permission: str, on: On, scope: str | None) -> bool:
        return self.can(permission, on=on, scope=scope)

    def can(
        self, permission: str, record: Any = LEFT_OUT, *, on: On = None, scope: str | None = None
    ) -> bool:
        """Whether the user may use *permission*, as in `Gate.check`, or may use it on a *record*.

        A record (an object or a mapping) is allowed if the user holds one of the scopes it lies in, for its
        instance. None, which is what a query gives for a missing record, is always denied.

        Raises:
            UnknownNameError: for a record and an unknown permission.
            UndefinedScopeError: when the catalog does not say what a held scope means for a record.
            RecordError: when the record lacks an attribute that has to be looked at, or is a text.
        """
        if record is not LEFT_OUT:
            if on is not None or scope is not None:
                raise TypeError("leave out `on` and `scope`: the record says its instance and its scopes")
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
            return answer_carefully(self._live, table, raw, self._mask, self._standing)
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
        if record is LEFT_OUT:
            raise refusal(self._standing, RawQuestion(self.user, permission, self.domain, on, scope))
        from rolegate.gate.record_refusal import refusal_of_record

        question = Question(permission, user=self.user, domain=self.domain)
        wanted = self._live.common.catalog.permission_of(permission)
        raise refusal_of_record(
            question, wanted, self.held(permission), record, self.record_user, self._standing
        )

    def explain(
        self, permission: str, *, on: On = None, scope: str | None = None, locale: str | None = None
    ) -> Explanation:
        """The answer of `can` with the file and line of each reason, from the same state of the policy.

        With `locale`, it is in that language and says titles; without it, English and paths.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
            UnknownNameError: for an unknown language.
        """
        question = Question(permission, user=self.user, domain=self.domain, on=on, scope=scope)
        return explained(question, self._standing.snapshot, locale)

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
        wanted = self._live.common.catalog.permission_of(permission)
        return held_permission(self._live, self._standing, wanted)

    @property
    def record_user(self) -> User:
        """The user as the conditions of scopes see them."""
        found = self._record_user
        if found is None:
            live, standing = self._live, self._standing
            found = standing.plain_user(lambda: Holdings(live, standing))
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
        """Each field of *group* with `edit`, `view` or `hidden`, in a *record* or in every one.

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
        wanted = self._live.common.catalog.permission_of(permission)
        if record is None:
            return False
        if type(record) in NOT_RECORDS:
            raise not_a_record(record)
        check = record_check(self._live, self._standing, wanted, permission)
        return check(record, self.record_user)
