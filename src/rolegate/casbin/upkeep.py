"""Keeps the tables of one enforcer in step with its model, and says who decides."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from weakref import WeakSet

from rolegate.casbin.deciders import decider
from rolegate.casbin.domain_tables import EnforcerTables, index_of
from rolegate.casbin.matcher import NotIndexableError, recognise
from rolegate.casbin.observed_model import WatchedAssertion, watch
from rolegate.casbin.policy_lists import Rule
from rolegate.casbin.role_managers import TABLES, Linked

Decide = Callable[..., bool]


class NotIndexedWarning(UserWarning):
    """An enforcer answers at Casbin's speed, for the reason given."""


class Deferred:
    """A watcher whose calls wait until the enforcer has let go of its lock.

    A watcher may hold a lock of its own while another thread, which holds that one, reloads the policy.
    """

    def __init__(self, watcher: Any, calls: list[Callable[[], Any]]) -> None:
        self._watcher, self._calls = watcher, calls

    def __bool__(self) -> bool:
        return bool(self._watcher)

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._watcher, name)
        if not callable(value):
            return value
        return lambda *args, **kwargs: self._calls.append(lambda: value(*args, **kwargs))


class Keeper:
    """What an enforcer decides by; `decide` is replaced by one assignment, in the enforcer itself.

    Small changes go into the tables at once. After anything else `decide` builds them anew when it is asked
    next. While the policy is loaded the old tables answer; the new ones take their place at the end.
    """

    everybody: ClassVar[WeakSet[Keeper]] = WeakSet()
    """Casbin has one log for all enforcers."""

    def __init__(self, enforcer: Any, stock: Decide, log: bool) -> None:
        self.enforcer, self.stock, self.log = enforcer, stock, log
        self.everybody.add(self)
        self.lock = threading.RLock()
        self.owner: int | None = None
        self.depth = self.holds = 0
        self.calls: list[Callable[[], Any]] = []
        self.waiting: tuple[list[Rule], list[Rule]] | None = None
        """Lines that were added and removed by a call that is not yet over."""
        self.index: EnforcerTables | None = None
        self.reason: str | None = None
        self.said: set[str] = set()
        self.decide = self.first

    @property
    def decide(self) -> Decide:
        """The function that decides now."""
        return self.enforcer._decide  # type: ignore[no-any-return]  # an enforcer has no types here

    @decide.setter
    def decide(self, decide: Decide) -> None:
        self.enforcer._decide = decide

    # -- calls that change something ----------------------------------------------------------------------

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One at a time; watchers are told when it is over."""
        calls: list[Callable[[], Any]] = []
        self.lock.acquire()
        self.depth += 1
        self.owner = threading.get_ident()
        try:
            yield
        finally:
            self.depth -= 1
            if not self.depth:
                self.owner = None
                calls, self.calls = self.calls, []
            self.lock.release()
            for call in calls:
                call()

    @contextmanager
    def together(self) -> Iterator[None]:
        """The same for calls that change several things: nobody sees one of them without the others."""
        with self.changing():
            if self.waiting is not None:
                yield
                return
            held = [links for links in self.enforcer.rm_map.values() if isinstance(links, Linked)]
            with TABLES:
                self.waiting = ([], [])
                for links in held:
                    links.hold()
            try:
                yield
            finally:
                with TABLES:
                    (added, removed), self.waiting = self.waiting, None
                    denials = [rule for rule in removed if self.denies(rule)]
                    self.apply(added, [rule for rule in removed if not self.denies(rule)])
                    for links in held:
                        links.release()
                    self.apply([], denials)

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """The same for calls after which everything may be different."""
        with self.changing():
            self.holds += 1
            try:
                yield
            finally:
                self.holds -= 1
                if not self.holds:
                    self.refresh()

    def watcher(self, watcher: Any) -> Any:
        """*watcher*, as it is seen within such a call."""
        if watcher is None or self.owner != threading.get_ident():
            return watcher
        return Deferred(watcher, self.calls)

    # -- what the model says ------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something else than a line or a link has changed."""
        with TABLES:
            if not self.holds:
                self.drop()
                self.decide = self.first

    def drop(self) -> None:
        """Forget the tables, and what waits for its place in them: the lines are read again."""
        if self.index is not None:
            self.index.ticks += 1
        self.index = None
        if self.waiting is not None:
            self.waiting = ([], [])

    def first(self, *request: Any) -> bool:
        """Decide, after the tables were built."""
        if not self.settle():
            return self.stock(*request)
        return self.decide(*request)

    def settle(self) -> bool:
        """Build the tables if they are not; false inside a call that is not yet over."""
        if self.decide != self.first:
            return True
        with self.lock:
            if self.holds:
                return False
            if self.decide == self.first:
                self.refresh()
        return True

    def refresh(self) -> None:
        """Build the tables, or say why there are none."""
        with self.lock, TABLES:
            self.drop()
            self.reason = None
            try:
                self.index = self.build()
            except NotIndexableError as error:
                self.reason = str(error)
            self.publish()
            said = self.reason
        if said is not None and said not in self.said:
            self.said.add(said)
            message = f"Casbin itself answers, at its own speed: {said}"
            logging.getLogger("rolegate").warning(message)
            warnings.warn(message, NotIndexedWarning, stacklevel=4)

    def build(self) -> EnforcerTables:
        enforcer = self.enforcer
        model = enforcer.model
        if model is None:
            raise NotIndexableError("there is no model")
        watch(model, self)
        for section in (model["g"] or {}).values():
            if isinstance(section.rm, Linked):
                section.rm.followers.add(self)
        if enforcer.cond_rm_map:
            raise NotIndexableError("its roles have conditions")
        plan = recognise(model, enforcer.fm.get_functions(), enforcer.eft)
        if plan.roles is not None and not enforcer.rm_map:
            raise NotIndexableError("there is no role manager")
        return index_of(plan, model, model["p"]["p"].policy)

    def switched(self) -> None:
        """Enforcing, or logging, was switched on or off."""
        with TABLES:
            if self.decide != self.first:
                self.publish()

    def publish(self) -> None:
        """Say who decides."""
        index = self.index
        if not self.enforcer.enabled:
            self.decide = _yes
        elif index is None or not index.count:
            # An empty policy is matched with empty texts; Casbin knows how.
            self.decide = self.stock
        else:
            logs = self.log or self.enforcer.logger.isEnabledFor(logging.WARNING)
            decide = decider(index, self.again)
            self.decide = self.logged(decide) if logs else decide

    def again(self, *request: Any) -> bool:
        """Decide by what holds now."""
        return self.decide(*request)

    def logged(self, decide: Decide) -> Decide:
        """*decide*, with Casbin's line in its log for each request."""
        logger = self.enforcer.logger

        def decide_and_log(*request: Any) -> bool:
            allowed = decide(*request)
            level = logging.INFO if allowed else logging.WARNING
            if logger.isEnabledFor(level):
                logger.log(level, "Request: %s ---> %s", ", ".join(map(str, request)), allowed)
            return allowed

        return decide_and_log

    # -- changes of lines and links -----------------------------------------------------------------------

    def mine(self, assertion: WatchedAssertion) -> bool:
        """Whether *assertion* holds the lines decisions are made of."""
        section = self.enforcer.model["p"] or {}
        return section.get("p") is assertion

    def rules_changed(self, assertion: WatchedAssertion, added: list[Rule], removed: list[Rule]) -> None:
        if not self.mine(assertion) or self.holds:
            return
        if self.index is None:
            self.touch()
        elif self.waiting is not None:
            self.waiting[0].extend(added)
            self.waiting[1].extend(removed)
        else:
            self.apply(added, removed)

    def denies(self, rule: Rule) -> bool:
        """Whether *rule* takes something away."""
        eft = None if self.index is None else self.index.plan.eft
        return eft is not None and len(rule) > eft and rule[eft] == "deny"

    def apply(self, added: list[Rule], removed: list[Rule]) -> None:
        """Make the tables follow some lines, or build them anew where they cannot.

        INVARIANT: nothing on the way allows what is denied both before and after. Denials come first and go
        last, and what takes the place of a line is there before that one goes.
        """
        index = self.index
        if index is None or not (added or removed):
            return
        before = index.count
        try:
            for rule in sorted(added, key=self.denies, reverse=True):
                index.add(rule)
            for rule in sorted(removed, key=self.denies):
                index.remove(rule)
        except (NotIndexableError, LookupError):
            self.touch()
            return
        if not before or not index.count:
            self.publish()

    def rules_replaced(self, assertion: WatchedAssertion) -> None:
        # For links their manager tells; here only whether there is another one.
        if self.index is None or self.mine(assertion):
            self.touch()
            return
        sections, plan = self.enforcer.model["g"] or {}, self.index.plan
        for name, links in ((plan.roles, self.index.roles), (plan.domains, self.index.domains)):
            if name is not None and sections[name].rm is not links:
                self.touch()

    def link_changed(self, links: Linked, dom: str, name: str) -> None:
        if self.index is not None and not self.holds:
            self.index.link_changed(links, dom, name)

    def links_replaced(self, links: Linked) -> None:
        if self.index is None or any(links is each for each in (self.index.roles, self.index.domains)):
            self.touch()


def _yes(*_: Any) -> bool:
    """What Casbin says while enforcing is switched off."""
    return True
