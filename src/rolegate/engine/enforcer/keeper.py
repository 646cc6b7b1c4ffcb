"""Keeps the tables of one enforcer in step with its model, and says who decides."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from casbin.model import FunctionMap

from rolegate.engine.enforcer.deciders import decider
from rolegate.engine.enforcer.links import TABLES, Linked
from rolegate.engine.enforcer.matcher import NotIndexable, recognise
from rolegate.engine.enforcer.rules import Rule, WatchedAssertion
from rolegate.engine.enforcer.tables import Index, index_of

Decide = Callable[..., bool]


class NotIndexedWarning(UserWarning):
    """An enforcer answers at Casbin's speed, for the reason given."""


class Functions(FunctionMap):  # type: ignore[misc]  # casbin has no types
    """The functions of a matcher; a new one is noticed."""

    def __init__(self, functions: Any, keeper: Keeper) -> None:
        self.fm = functions.get_functions()
        self.keeper = keeper

    def add_function(self, name: str, func: Any) -> None:
        super().add_function(name, func)
        self.keeper.touch()


class Deferred:
    """A watcher whose calls wait until the enforcer has let go of its lock.

    A watcher may hold a lock of its own while another thread, which holds that one, reloads the policy.
    """

    def __init__(self, watcher: Any, calls: list[Callable[[], Any]]) -> None:
        self._watcher, self._calls = watcher, calls

    def __getattr__(self, name: str) -> Any:
        value = getattr(self._watcher, name)
        if not callable(value):
            return value
        return lambda *args, **kwargs: self._calls.append(lambda: value(*args, **kwargs))


class Keeper:
    """What an enforcer decides by; `decide` is replaced by one assignment.

    Small changes go into the tables at once. After anything else `decide` builds them anew when it is asked
    next. While the policy is loaded the old tables answer; the new ones take their place at the end.
    """

    def __init__(self, enforcer: Any, stock: Decide, log: bool) -> None:
        self.enforcer, self.stock, self.log = enforcer, stock, log
        self.lock = threading.RLock()
        self.owner: int | None = None
        self.depth = self.holds = 0
        self.calls: list[Callable[[], Any]] = []
        self.index: Index | None = None
        self.reason: str | None = None
        self.said: set[str] = set()
        self.decide: Decide = self.first

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
                self.index = None
                self.decide = self.first

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
            self.index, self.reason = None, None
            try:
                self.index = self.build()
            except NotIndexable as error:
                self.reason = str(error)
            self.publish()
            said = self.reason
        if said is not None and said not in self.said:
            self.said.add(said)
            message = f"Casbin itself answers, at its own speed: {said}"
            logging.getLogger("rolegate").warning(message)
            warnings.warn(message, NotIndexedWarning, stacklevel=4)

    def build(self) -> Index:
        enforcer = self.enforcer
        model = enforcer.model
        if model is None:
            raise NotIndexable("there is no model")
        watch(model, self)
        if enforcer.cond_rm_map:
            raise NotIndexable("its roles have conditions")
        plan = recognise(model, enforcer.fm.get_functions(), enforcer.eft)
        if plan.roles is not None and not enforcer.rm_map:
            raise NotIndexable("there is no role manager")
        index = index_of(plan, model, model["p"]["p"].policy)
        for links in (index.roles, index.domains):
            if links is not None:
                links.followers.add(self)
        return index

    def switched(self) -> None:
        """Enforcing was switched on or off."""
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
            self.decide = self.logged(decider(index)) if self.log else decider(index)

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

    def rule_added(self, assertion: WatchedAssertion, rule: Rule) -> None:
        self.follow(assertion, Index.add, rule)

    def rule_removed(self, assertion: WatchedAssertion, rule: Rule) -> None:
        self.follow(assertion, Index.remove, rule)

    def follow(self, assertion: WatchedAssertion, change: Callable[[Index, Rule], None], rule: Rule) -> None:
        """Make the tables follow one line, or build them anew where they cannot."""
        index = self.index
        if not self.mine(assertion) or self.holds:
            return
        if index is None:
            self.touch()
            return
        before = index.count
        try:
            change(index, rule)
        except (NotIndexable, LookupError):  # somebody wrote into the line since it was added
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
        if self.index is not None and any(links is each for each in (self.index.roles, self.index.domains)):
            self.touch()


def watch(model: Any, keeper: Keeper) -> None:
    """Follow every section of lines in *model*."""
    for section in ("p", "g"):
        for name, assertion in list((model[section] or {}).items()):
            watched = WatchedAssertion.of(assertion)
            model[section][name] = watched
            watched.followers.add(keeper)


def _yes(*_: Any) -> bool:
    """What Casbin says while enforcing is switched off."""
    return True
