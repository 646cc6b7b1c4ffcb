"""The gate: created once, asked everything, from any thread.

>>> gate = Gate.from_path("policies/responso")
>>> gate.check("olga", "tickets.edit", domain="acme", scope="my")
True
>>> gate.check("olga", "tickets.fly", domain="acme")
False
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

from rolegate.encoding import MAX_COLUMN
from rolegate.engine.question import Question
from rolegate.engine.reference import casbin_enforcer
from rolegate.errors import QuestionInvalid, RolegateError
from rolegate.gates.forbidden import Forbidden
from rolegate.gates.live import Live
from rolegate.gates.paths import On, sound_path
from rolegate.gates.subject import Subject
from rolegate.gates.watching import Watcher
from rolegate.policy import Policy, load
from rolegate.review.explain import Explanation

_log = logging.getLogger("rolegate")

_SHORT = MAX_COLUMN // 3
"""An ASCII id of this length fits a column, whatever has to be encoded in it."""


@dataclass(frozen=True, slots=True)
class Status:
    """What a gate answers from. `age` is in seconds; `stale` and `error` say that a reload failed since."""

    revision: str
    loaded_at: datetime
    age: float
    stale: bool
    error: str | None


class Gate:
    """Answers questions of an application.

    Readers take no lock and never wait: a reload builds the next state beside the one in force and swaps a
    single reference. What cannot be loaded leaves the last good policy in force.
    """

    def __init__(self, policy: Policy) -> None:
        self._error: str | None = None
        self._writing = threading.Lock()
        self._watcher: Watcher | None = None
        self._publish(Live.of(policy))

    @classmethod
    def from_path(cls, path: Path | str, *, watch: bool = False, interval: float = 1.0) -> Gate:
        """The gate for the policy set in *path*; with *watch*, it looks for changes every *interval* seconds.

        Raises:
            PolicyNotFound: when there is no policy set.
            PolicyInvalid: when it has errors.
        """
        gate = cls(load(path))
        if watch:
            gate._watcher = Watcher(gate.policy.path, gate.reload, interval)
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
        domain or scope is denied, and the log says so.
        """
        live = self._live
        try:
            if on is None and scope is None:
                users, allow, deny = live.plain[domain]
                if deny is None:
                    return True if allow[permission] & users[user] else False  # noqa: SIM210  # no call
            if live.ends is not None and time() >= live.ends:
                self._renewed()
                return self.check(user, permission, domain=domain, on=on, scope=scope)
            if on is None and scope is None and deny is not None:
                mask = users[user]
                if allow[permission] & mask:
                    return not deny.get(permission, 0) & mask
                return False
            table = live.index.tables[domain]
            mask = table.users[user]
            view = table.views[scope]
            allowed = view.allow[permission]
        except (KeyError, TypeError):
            return self._unknown(live, user, permission, domain, scope)
        if on is None:
            return view.decide(permission, None, mask)
        at = view.at.get(permission)
        if at is None or type(on) is not str or not on.isascii() or not 0 < len(on) <= _SHORT:
            path = sound_path(on, live.index.depth[permission])
            if path is None:
                _log.warning("denied: RG605 %r cannot be asked on %r", permission, on)
                return False
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
            Forbidden: otherwise; it explains itself.
        """
        if not self.check(user, permission, domain=domain, on=on, scope=scope):
            question = Question(permission, user=user, domain=domain, on=on, scope=scope)
            raise Forbidden(question, self._live.policy.explain)

    def explain(
        self,
        user: str,
        permission: str,
        *,
        domain: str | None = None,
        on: On = None,
        scope: str | None = None,
    ) -> Explanation:
        """The answer with the file and line of each reason."""
        return self.policy.explain(Question(permission, user=user, domain=domain, on=on, scope=scope))

    def subject(
        self, user: str, domain: str | None = None, attributes: Mapping[str, Any] | None = None
    ) -> Subject:
        """*user* in *domain*, bound once per request: all its answers come from one state of the policy.

        `attributes` are what conditions of scopes may ask of the user beside `user.id` and `user.teams`.
        In a domain that is not declared nothing is held, and the log says so.

        Raises:
            QuestionInvalid: without a domain, if the set has domains.
        """
        if domain is None and self.policy.needs_domain:
            raise QuestionInvalid("a subject of this policy is in a domain: name it")
        live = self._live
        if live.ends is not None and time() >= live.ends:
            live = self._renewed()
        if domain is not None and domain not in live.index.tables:
            _log.warning("denied: RG603 unknown domain %r", domain)
        return Subject(live, user, domain, attributes or {})

    def reload(self) -> bool:
        """Read the files again; whether a policy read now is in force.

        Broken files leave the last good policy in force; the log and `status` say why.
        """
        with self._writing:
            try:
                fresh = Live.of(load(self._live.policy.path, at=self._live.policy.at))
            except (RolegateError, OSError) as error:
                self._error = str(error)
                _log.error("policy not reloaded, revision %s stays in force: %s", self._live.revision, error)
                return False
            self._publish(fresh)
            self._error = None
            _log.info("policy revision %s is in force", fresh.revision)
            return True

    def status(self) -> Status:
        """What the gate answers from, and whether the last reload failed."""
        live = self._live
        age = (datetime.now(UTC) - live.loaded_at).total_seconds()
        return Status(live.revision, live.loaded_at, age, self._error is not None, self._error)

    def enforcer(self) -> Any:
        """A stock `casbin.Enforcer` on the policy in force, the caller's own, for code that speaks Casbin."""
        return casbin_enforcer(self._live.snapshot.compiled)

    def close(self) -> None:
        """Stop watching the files."""
        if self._watcher is not None:
            self._watcher.close()
            self._watcher = None

    def _renewed(self) -> Live:
        """The state for now, after a binding has ended: the one made ready, or else one made here."""
        coming = self._coming
        if coming is not None and (coming.ends is None or time() < coming.ends):
            if coming.policy is self._live.policy:
                self._publish(coming)
            return self._live
        with self._writing:
            live = self._live
            if live.ends is not None and time() >= live.ends:
                self._publish(live := Live.of(live.policy))
            return live

    def _publish(self, live: Live) -> None:
        """Put *live* in force; the state for when its next binding ends is made ready beside it."""
        self._live = live
        self._coming: Live | None = None
        if live.ends is not None:
            threading.Thread(target=self._prepare, args=(live,), name="rolegate-next", daemon=True).start()

    def _prepare(self, live: Live) -> None:
        assert live.ends is not None  # noqa: S101
        coming = Live.of(live.policy, datetime.fromtimestamp(live.ends, UTC))
        if self._live is live:
            self._coming = coming

    def _unknown(self, live: Live, user: str, permission: str, domain: str | None, scope: str | None) -> bool:
        """Deny, and say so unless it is merely a user to whom nothing is bound."""
        try:
            view = live.index.tables[domain].views[scope]
            if permission in view.allow and isinstance(user, str):
                return False
        except (KeyError, TypeError):
            pass
        try:
            decision = live.policy.check(Question(permission, user=user, domain=domain, scope=scope))
        except (RolegateError, TypeError, AttributeError):
            _log.warning("denied: a question of the wrong kind: %r", (user, permission, domain, scope))
            return False
        for note in decision.notes:
            if note.code != "RG602":
                _log.warning("denied: %s %s", note.code, note.message)
        return False
