"""The gate: created once, asked everything, from any thread.

>>> gate = Gate.from_path("policies/responso")
>>> gate.check("olga", "tickets.edit", domain="acme", scope="my")
True
>>> gate.check("olga", "tickets.fly", domain="acme")
False
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from pathlib import Path
from time import time
from typing import TYPE_CHECKING, Any, Unpack

from rolegate.answers.explain import Explanation
from rolegate.answers.said_answers import explained
from rolegate.documents.limits import Limits
from rolegate.engine.casbin_reference import casbin_enforcer
from rolegate.engine.question import Question, QuestionDetails, sound_user
from rolegate.gate.binding_source import (
    AsyncBindingSource,
    BindingSource,
    BindingsUnavailableError,
    PolicyStaleError,
)
from rolegate.gate.bound_domains import KEPT_DOMAINS
from rolegate.gate.careful_answers import allowed_in, answer_carefully
from rolegate.gate.everywhere import EverywhereHolder
from rolegate.gate.followed_store import FollowedStore
from rolegate.gate.forbidden import refusal, unavailable
from rolegate.gate.given_users import NOTHING_GIVEN, given_names
from rolegate.gate.instance_paths import On
from rolegate.gate.made_subject import made_subject
from rolegate.gate.raw_question import RawQuestion
from rolegate.gate.record_users import AttributesOf, users_who_can
from rolegate.gate.source import PolicyFolder, PolicySource
from rolegate.gate.state import GateState
from rolegate.gate.subject import Subject
from rolegate.gate.watching import Watcher, check_interval
from rolegate.loading.collector import collector_held
from rolegate.loading.load import set_at

if TYPE_CHECKING:
    from rolegate.store.async_store import AsyncStore
    from rolegate.store.store import Store

_log = logging.getLogger("rolegate")


class Gate(EverywhereHolder):
    """Answers the questions of an application.

    Readers take no lock and never wait: a reload builds the next state beside the one in force and swaps a
    single reference. If a reload fails, the last good policy stays in force.
    """

    @classmethod
    def from_path(
        cls,
        path: Path | str,
        *,
        watch: bool = False,
        interval: float = 1.0,
        bindings: BindingSource | AsyncBindingSource | None = None,
        keep: int = KEPT_DOMAINS,
        limits: Limits | None = None,
    ) -> Gate:
        """The gate for the policy set in *path*; with *watch*, it looks for changes every *interval* seconds.

        With *bindings*, what the application says of a domain is added to the files when somebody asks about
        it, and so many domains are kept in memory. A gate that watches refreshes them as well, unless they
        are asynchronous. *limits* are those of `validate`, for reloads as well.

        Raises:
            PolicyNotFoundError: when there is no policy set.
            InvalidPolicyError: when the set has errors.
            ValueError: unless *interval* is above 0.
        """
        source = PolicyFolder.of(set_at(Path(path)), limits=limits)
        return cls.from_source(source, watch=watch, interval=interval, bindings=bindings, keep=keep)

    @classmethod
    def from_source(
        cls,
        source: PolicySource,
        *,
        watch: bool = False,
        interval: float = 1.0,
        bindings: BindingSource | AsyncBindingSource | None = None,
        keep: int = KEPT_DOMAINS,
    ) -> Gate:
        """The gate for the policy in *source*, as `from_path`.

        Raises:
            InvalidPolicyError: when the policy has errors.
            ValueError: unless *interval* is above 0.
        """
        check_interval(interval)
        reading = source.read()
        with collector_held():
            gate = cls(reading.build(None), source, bindings=bindings, keep=keep)
        if watch:
            gate._watcher = Watcher(source.look, gate._changed, interval, reading.look)
            gate._poll(interval)
        return gate

    @classmethod
    def from_store(
        cls,
        store: Store | AsyncStore | str,
        *,
        watch: bool = True,
        interval: float = 1.0,
        max_staleness: float | None = None,
        listen: bool | str = True,
        keep: int | None = None,
    ) -> Gate:
        """The gate for the policy in a *store*, or in that at a URL; it follows the store unless told not to.

        It asks the store every *interval* seconds whether it has changed, and listens to PostgreSQL, or to
        Redis where the store tells there, at a URL of its own where *listen* is one. While the store cannot
        be read, or what is in it is broken, the last good policy stays in force; after *max_staleness*
        seconds without a word everything is denied. With *keep*, domains are read when somebody asks about
        them, and so many are kept in memory. A store of asyncio is followed in threads as well: where a loop
        runs, call this by `asyncio.to_thread`.

        Raises:
            StoreError: when there is no store, or the database refuses.
            InvalidPolicyError: when the policy has errors.
            ValueError: unless *interval* and *max_staleness* are above 0.
        """
        for seconds in (interval, interval if max_staleness is None else max_staleness):
            check_interval(seconds)
        source = FollowedStore.of(store)
        opened = source.open(keep)
        gate = cls(opened.policy, source)
        gate._number = opened.revision
        gate._keep_domains(opened)
        if watch:
            gate._follow(source, interval, max_staleness, source.listening_place(listen))
            gate._make_ready(gate._live)
        return gate

    def check(
        self,
        user: str,
        permission: str,
        *,
        domain: str | None = None,
        on: On = None,
        scope: str | None = None,
    ) -> bool:
        """Whether *user* may use *permission*.

        `on` is the raw id of an instance, or a tuple of raw ids from the outermost kind inwards. Without it
        the question is about every instance, and without `scope` about the broadest one. An unknown
        permission, domain or scope is denied, and so is a value of the wrong kind; the log says so.
        """
        live = self._live
        try:
            if on is None and scope is None:  # most questions; the rest of the code is worth a call
                users, allow, deny = live.plain[domain]
                if deny is None:  # nobody is denied anything, and no binding begins or ends
                    return True if allow[permission] & users[user] else False  # noqa: SIM210  # no call
                if live.ends is None or time() < live.ends:
                    mask = users[user]
                    return not deny.get(permission, 0) & mask if allow[permission] & mask else False
            if live.ends is not None and time() >= live.ends:
                live = self._current(time())
            table = live.tables[domain]
            answer = table.answer(table.users[user], permission, on, scope)
        except (KeyError, TypeError):
            answer = None
        if answer is None:
            return self._check_carefully(live, RawQuestion(user, permission, domain, on, scope))
        return answer

    def require(self, user: str, permission: str, **details: Unpack[QuestionDetails]) -> None:
        """Return if *user* may use *permission*.

        Raises:
            Forbidden: otherwise; it explains itself, from the state of the policy that denied it.
        """
        if self.check(user, permission, **details):
            return
        # A reload may have come since: the state that explains the answer also decides it.
        raw = RawQuestion(user, permission, **details)
        try:
            live = self._state_in(raw.domain)
        except BindingsUnavailableError as error:
            raise unavailable(raw, str(error), self._live) from error
        if not allowed_in(live, raw):
            raise refusal(live, raw)

    def explain(
        self, user: str, permission: str, *, locale: str | None = None, **details: Unpack[QuestionDetails]
    ) -> Explanation:
        """The answer of `check` with the file and line of each reason; `print` shows it as a text.

        With `locale`, it is in that language and says titles; without it, English and paths.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
            UnknownNameError: for an unknown language.
            BindingsUnavailableError: when the bindings of the application cannot be had.
        """
        question = Question(permission, user, **details)
        return explained(question, self._explained_in(question.domain).snapshot, locale)

    def subject(
        self,
        user: str,
        domain: str | None = None,
        attributes: Mapping[str, Any] | None = None,
        *,
        roles: Iterable[str] = (),
        teams: Iterable[str] = (),
    ) -> Subject:
        """*user* in *domain*, for one request: all its answers come from one state of the policy.

        `attributes` are what conditions of scopes may ask of the user beside `user.id`, `user.teams` and
        `user.domain`. The log says which of them the catalog does not declare. `roles` and `teams` are what
        the application has in its own tables: they count as if lines of the files said so in *domain*, in
        addition to the lines that do. In a domain that is not declared the user holds nothing, and the log
        says so.

        Raises:
            InvalidQuestionError: without a domain, if the set has domains; and for values of the wrong kind.
            UnknownNameError: for a role or a team that the domain does not know.
            InvalidPolicyError: for a role that files could not give to a user there.
            BindingsUnavailableError: when the bindings of the application cannot be had.
        """
        given = given_names(roles, teams) if roles or teams else NOTHING_GIVEN
        return made_subject(self, user, domain, attributes, given)

    def users_who_can(
        self,
        permission: str,
        record: Any,
        *,
        domain: str | None = None,
        attributes: AttributesOf | None = None,
    ) -> tuple[str, ...]:
        """The users whom lines or teams name and for whom `Subject.can` says yes to the *record*, sorted.

        `attributes` gives what the conditions may ask of a user.

        Raises:
            UnknownNameError: for an unknown permission.
            InvalidQuestionError, UndefinedScopeError, RecordError: as `subject` and `Subject.can`.
        """
        return users_who_can(self._explained_in(domain), permission, record, domain, attributes)

    def enforcer(self) -> Any:
        """A new stock `casbin.Enforcer` on the policy in force, for code that speaks Casbin."""
        return casbin_enforcer(self._whole_snapshot("enforcer", self._current(time())).compiled)

    def _state_in(self, domain: str | None) -> GateState:
        """The state for questions in *domain* that are asked now."""
        if self._closed is not None:
            raise PolicyStaleError(domain, self._closed)
        live = self._current(time())
        return live if self._reader is None and self._stored is None else self._in_domain(live, domain)

    def _check_carefully(self, live: GateState, raw: RawQuestion) -> bool:
        """The answer that needs more than a look into a table, or a denial that the log explains."""
        if self._closed is not None:
            _log.warning("denied: %s", self._closed)
            return False
        try:
            live = self._in_domain(live, raw.domain)
        except BindingsUnavailableError as error:
            _log.warning("denied: %s", error)
            return False
        try:
            table = live.tables.get(raw.domain)
        except TypeError:
            table = None
        if table is None or not isinstance(raw.user, str) or not sound_user(raw.user):
            return answer_carefully(live, None, raw, 0)
        return answer_carefully(live, table, raw, table.user_mask(raw.user))
