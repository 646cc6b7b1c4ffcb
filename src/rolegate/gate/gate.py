"""The gate: created once, asked everything, from any thread.

>>> gate = Gate.from_path("policies/responso")
>>> gate.check("olga", "tickets.edit", domain="acme", scope="my")
True
>>> gate.check("olga", "tickets.fly", domain="acme")
False
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

from rolegate.answers.explain import Explanation, explain
from rolegate.documents.capture import Look, read_files
from rolegate.encoding import MAX_COLUMN
from rolegate.engine.question import Question, sound_user
from rolegate.engine.reference import casbin_enforcer
from rolegate.errors import InvalidQuestionError, RolegateError
from rolegate.gate.denials import allowed_in, asked, denied_on
from rolegate.gate.forbidden import refusal
from rolegate.gate.instance_paths import On, sound_path
from rolegate.gate.publishing import StateHolder
from rolegate.gate.source import PolicyFolder, refuse_gone
from rolegate.gate.state import GateState
from rolegate.gate.subject import Subject
from rolegate.gate.watching import Watcher
from rolegate.policy import Policy, policy_of, set_at

_log = logging.getLogger("rolegate")

_SHORT = MAX_COLUMN // 3
"""An ASCII id of this length fits a column, whatever has to be encoded in it."""


@dataclass(frozen=True, slots=True)
class GateStatus:
    """What a gate answers from. `age` is in seconds.

    `stale` and `error` say that a reload has failed since, or that changes of the files go unnoticed.
    """

    revision: str
    loaded_at: datetime
    age: float
    stale: bool
    error: str | None


class Gate(StateHolder):
    """Answers questions of an application.

    Readers take no lock and never wait: a reload builds the next state beside the one in force and swaps a
    single reference. What cannot be loaded leaves the last good policy in force.
    """

    def __init__(self, policy: Policy) -> None:
        self._source = PolicyFolder.of(policy)
        self._error: str | None = None
        self._watcher: Watcher | None = None
        super().__init__(GateState.of(policy))

    @classmethod
    def from_path(cls, path: Path | str, *, watch: bool = False, interval: float = 1.0) -> Gate:
        """The gate for the policy set in *path*; with *watch*, it looks for changes every *interval* seconds.

        Raises:
            PolicyNotFoundError: when there is no policy set.
            InvalidPolicyError: when it has errors.
        """
        files = read_files(set_at(Path(path)))
        gate = cls(policy_of(files))
        if watch:
            gate._watcher = Watcher(gate._source.look, gate._changed, interval, files.look)
        return gate

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self._live.policy

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

        `on` is the raw id of an instance, or a tuple of raw ids from the outermost kind inwards; without it
        the question is about every instance, without `scope` about the broadest. An unknown permission,
        domain or scope is denied, as is a value of the wrong kind, and the log says so.
        """
        live = self._live
        try:
            if on is None and scope is None:
                users, allow, deny = live.plain[domain]
                if deny is None:
                    return True if allow[permission] & users[user] else False  # noqa: SIM210  # no call
            if live.ends is not None and time() >= live.ends:
                live = self._current(time())
            elif on is None and scope is None and deny is not None:
                mask = users[user]
                if allow[permission] & mask:
                    return not deny.get(permission, 0) & mask
                return False
            table = live.index.tables[domain]
            mask = table.users[user]
            view = table.views[scope]
            allowed = view.allow[permission]
        except (KeyError, TypeError):
            return self._not_in_tables(live, user, permission, domain, on, scope)
        if on is None:
            return view.decide(permission, None, mask)
        at = view.at.get(permission)
        if at is None or type(on) is not str or not on.isascii() or not 0 < len(on) <= _SHORT:
            path = sound_path(on, live.index.depth[permission])
            if path is None:
                return denied_on(permission, on)
            return view.decide(permission, path, mask)
        if (allowed | at.one.get(on, 0)) & mask:
            return not (at.deny_all | at.deny_one.get(on, 0)) & mask
        return False

    def require(
        self,
        user: str,
        permission: str,
        *,
        domain: str | None = None,
        on: On = None,
        scope: str | None = None,
    ) -> None:
        """Return if *user* may use *permission*.

        Raises:
            Forbidden: otherwise; it explains itself, from the state of the policy that said no.
        """
        if self.check(user, permission, domain=domain, on=on, scope=scope):
            return
        # A reload may have come since: the state that explains the answer decides it.
        state = self._current(time()).snapshot
        if not allowed_in(state, permission, user=user, domain=domain, on=on, scope=scope):
            raise refusal(state, permission, user=user, domain=domain, on=on, scope=scope)

    def explain(
        self,
        user: str,
        permission: str,
        *,
        domain: str | None = None,
        on: On = None,
        scope: str | None = None,
    ) -> Explanation:
        """The answer with the file and line of each reason.

        Raises:
            InvalidQuestionError: for values of the wrong kind.
        """
        question = Question(permission, user=user, domain=domain, on=on, scope=scope)
        return explain(question, self._current(time()).snapshot)

    def subject(
        self, user: str, domain: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> Subject:
        """*user* in *domain*, bound once per request: all its answers come from one state of the policy.

        `attributes` are what conditions of scopes may ask of the user beside `user.id` and `user.teams`.
        In a domain that is not declared nothing is held, and the log says so.

        Raises:
            InvalidQuestionError: without a domain, if the set has domains; for a user or a domain that is
                not a text; and for attributes that are not a mapping.
        """
        for noun, name in (("user", user), ("domain", domain)):
            if not isinstance(name, str) and not (name is None and noun == "domain"):
                raise InvalidQuestionError(f"`{noun}` has a value of the wrong kind")
        if attributes is not None and not isinstance(attributes, Mapping):
            raise InvalidQuestionError("`attributes` has a value of the wrong kind")
        live = self._current(time())
        if domain is None and live.policy.needs_domain:
            raise InvalidQuestionError("a subject of this policy is in a domain: name it")
        if domain is not None and domain not in live.index.tables:
            _log.warning("denied: RG603 unknown domain %r", domain)
        return Subject(live, user, domain, attributes or {})

    def reload(self, *, removals: bool = False) -> bool:
        """Read the files again; whether a policy read now is in force.

        Broken files leave the last good policy in force; the log and `status` say why. So do files that are
        gone, of those that the policy in force was read from, unless *removals* says that they may be.
        """
        return self._read_again(None, removals)

    def _changed(self, settled: Look) -> None:
        """Read the files again if they still look as they did for a while."""
        self._read_again(settled, removals=False)

    def _read_again(self, settled: Look | None, removals: bool) -> bool:
        with self._writing:
            before = self._live.policy
            try:
                files = self._source.read()
                if settled is not None and files.look != settled:
                    return False  # they are changing; the watcher goes on looking
                if self._watcher is not None and files.changing is None:
                    self._watcher.seen = files.look
                if not removals:  # first: what is gone is the cause of much else that would be reported
                    refuse_gone(before, files)
                fresh = GateState.of(policy_of(files, self._source.at))
                if self._live.policy is before:  # or else a later reload has interrupted this one
                    self._publish(fresh)
            except Exception as error:
                self._error = str(error) or type(error).__name__
                _log.error("policy not reloaded, revision %s stays in force: %s", self._live.revision, error)
                if isinstance(error, (RolegateError, OSError)):
                    return False
                raise
            self._error = None
            _log.info("policy revision %s is in force", self._live.revision)
            return True

    def status(self) -> GateStatus:
        """What the gate answers from, whether the last reload failed, and whether the files are watched."""
        live = self._current(time())
        age = (datetime.now(UTC) - live.since).total_seconds()
        error = self._error or (self._watcher.error if self._watcher is not None else None)
        return GateStatus(live.revision, live.since, age, error is not None, error)

    def enforcer(self) -> Any:
        """A stock `casbin.Enforcer` on the policy in force, the caller's own, for code that speaks Casbin."""
        return casbin_enforcer(self._current(time()).snapshot.compiled)

    def close(self) -> None:
        """Stop watching the files."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _forked(self) -> None:
        super()._forked()
        if self._watcher is not None:
            try:
                self._watcher = self._watcher.again()
            except RuntimeError as error:  # the watcher that is left says in the status that it has ended
                _log.error("the files are not watched in this process: %s", error)

    def _not_in_tables(
        self, live: GateState, user: str, permission: str, domain: str | None, on: On, scope: str | None
    ) -> bool:
        """The answer without the index; it denies, and says so unless nothing is bound to the user.

        A hidden permission is allowed here as well, and a former path that the index does not list, of a
        rename within a rename.
        """
        try:
            view = live.index.tables[domain].views[scope]
            if permission in view.allow and isinstance(user, str) and sound_user(user):
                return False
        except (KeyError, TypeError):
            pass
        snapshot = self._current(time()).snapshot
        return asked(snapshot, permission, user=user, domain=domain, on=on, scope=scope)
