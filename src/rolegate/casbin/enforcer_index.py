"""The index of one enforcer: it follows the enforcer's model, and says which function decides."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar
from weakref import WeakSet

from rolegate.casbin.deciders import Decide, allow, decider, logged
from rolegate.casbin.enforcer_tables import EnforcerTables, tables_of
from rolegate.casbin.index_state import ChangeMode, IndexState
from rolegate.casbin.locks import TABLES, ChangeLock
from rolegate.casbin.matcher import recognise
from rolegate.casbin.not_indexed import NotIndexableError, warn
from rolegate.casbin.observed_model import ObservedAssertion, observe
from rolegate.casbin.policy_lists import Rule
from rolegate.casbin.role_links import RoleLinks


class EnforcerIndex:
    """What an enforcer decides by. `decide` is kept in the enforcer and replaced by one assignment.

    Small changes go into the tables at once. After anything else the tables are built anew when somebody
    asks. While the policy is loaded the old tables answer, and the new ones replace them at the end.
    """

    everybody: ClassVar[WeakSet[EnforcerIndex]] = WeakSet()
    """Casbin has one log for all enforcers."""

    def __init__(self, enforcer: Any, stock: Decide, log: bool) -> None:
        self.enforcer, self.stock, self.log = enforcer, stock, log
        self.everybody.add(self)
        self.lock = ChangeLock()
        self.state = IndexState()
        self.said: set[str] = set()
        self.decide = self.first

    @property
    def decide(self) -> Decide:
        """The function that decides now."""
        return self.enforcer._decide  # type: ignore[no-any-return]  # an enforcer has no types here

    @decide.setter
    def decide(self, decide: Decide) -> None:
        self.enforcer._decide = decide

    @property
    def tables(self) -> EnforcerTables | None:
        """The tables that decide; `None` if Casbin does, or while they are not built."""
        return self.state.tables

    # -- calls that change something ----------------------------------------------------------------------

    @contextmanager
    def changing(self) -> Iterator[None]:
        """One call at a time; each change is seen at once."""
        with self.lock.held():
            yield

    @contextmanager
    def together(self) -> Iterator[None]:
        """One call at a time; nobody sees one of its changes without the others."""
        with self.lock.held():
            before = self.state.begin(ChangeMode.TOGETHER)
            if before is ChangeMode.TOGETHER:
                yield
                return
            held = [links for links in self.enforcer.rm_map.values() if isinstance(links, RoleLinks)]
            with TABLES:
                for links in held:
                    links.hold()
            try:
                yield
            finally:
                with TABLES:
                    added, removed = self.state.end(before)
                    denials = [rule for rule in removed if self.denies(rule)]
                    self.apply(added, [rule for rule in removed if not self.denies(rule)])
                    for links in held:
                        links.release()
                    self.apply([], denials)

    @contextmanager
    def replacing(self) -> Iterator[None]:
        """One call at a time; the old policy answers until it is over."""
        with self.lock.held():
            before = self.state.begin(ChangeMode.RELOADING)
            try:
                yield
            finally:
                self.state.end(before)
                if not self.state.reloading:
                    self.refresh()

    @contextmanager
    def starting(self) -> Iterator[None]:
        """Let the enforcer be made: nothing can be built before it is complete."""
        before = self.state.begin(ChangeMode.RELOADING)
        yield
        self.state.end(before)
        self.refresh()

    # -- building the tables ------------------------------------------------------------------------------

    def touch(self) -> None:
        """Something other than a line or a link has changed: build the tables anew when somebody asks."""
        with TABLES:
            if not self.state.reloading:
                self.state.forget()
                self.decide = self.first

    def first(self, *request: Any) -> bool:
        """Build the tables, then decide."""
        if not self.settle():
            return self.stock(*request)
        return self.decide(*request)

    def settle(self) -> bool:
        """Build the tables if they are not built; false in the middle of a reload, when they cannot be."""
        if self.decide != self.first:  # also while a reload builds new tables: the old ones answer
            return True
        with self.lock.held():
            if self.state.reloading:
                return False
            if self.state.stale:
                self.refresh()
        return True

    def refresh(self) -> None:
        """Build the tables, or say why there are none."""
        with self.lock.held(), TABLES:
            self.state.forget()
            try:
                self.state.built(self.build())
            except NotIndexableError as error:
                self.state.refused(str(error))
            except BaseException:
                self.decide = self.first  # what cannot be read is not answered by what was read before
                raise
            self.publish()
            reason = self.state.reason
        if reason is not None and reason not in self.said:
            self.said.add(reason)
            warn(reason)

    def build(self) -> EnforcerTables:
        """The tables for the model as it is now.

        Raises:
            NotIndexableError: when the model, a role manager or a line is outside the family.
        """
        enforcer = self.enforcer
        model = enforcer.model
        if model is None:
            raise NotIndexableError("there is no model")
        observe(model, self)
        for section in (model["g"] or {}).values():
            if isinstance(section.rm, RoleLinks):
                section.rm.followers.add(self)
        if enforcer.cond_rm_map:
            raise NotIndexableError("the roles have conditions")
        layout = recognise(model, enforcer.fm.get_functions(), enforcer.eft)
        if layout.roles is not None and not enforcer.rm_map:
            raise NotIndexableError("there is no role manager")
        return tables_of(layout, model, model["p"]["p"].policy)

    # -- who decides --------------------------------------------------------------------------------------

    def switched(self) -> None:
        """Enforcing or logging was switched on or off."""
        with TABLES:
            if not self.state.stale:
                self.publish()

    def publish(self) -> None:
        """Put the function that decides into the enforcer."""
        tables = self.tables
        if not self.enforcer.enabled:
            self.decide = allow
        elif tables is None or not tables.count:
            # Casbin matches an empty policy with empty texts, in a way of its own.
            self.decide = self.stock
        else:
            logger, decide = self.enforcer.logger, decider(tables, self.again)
            logs = self.log or logger.isEnabledFor(logging.WARNING)
            self.decide = logged(decide, logger) if logs else decide

    def alone(self) -> Decide | None:
        """The function that decides now, if it does not ask Casbin."""
        decide = self.decide
        return None if decide in (self.first, self.stock) else decide

    def again(self, *request: Any) -> bool:
        """Decide by what holds now."""
        return self.decide(*request)

    # -- changes of lines and links -----------------------------------------------------------------------

    def mine(self, assertion: ObservedAssertion) -> bool:
        """Whether *assertion* holds the lines that decide."""
        section = self.enforcer.model["p"] or {}
        return section.get("p") is assertion

    def denies(self, rule: Rule) -> bool:
        """Whether *rule* takes something away."""
        return self.tables is not None and self.tables.layout.denies(rule)

    def rules_changed(self, assertion: ObservedAssertion, added: list[Rule], removed: list[Rule]) -> None:
        """Let the tables follow these lines, now or at the end of the call."""
        state = self.state
        if not self.mine(assertion) or state.reloading:
            return
        if state.tables is None:
            self.touch()
        elif state.mode is ChangeMode.TOGETHER:
            state.collect(added, removed)
        else:
            self.apply(added, removed)

    def apply(self, added: list[Rule], removed: list[Rule]) -> None:
        """Let the tables follow these lines; build them anew later if they cannot.

        INVARIANT: what is denied before and after is never allowed on the way. Denials come first and go
        last, and what replaces a line is there before that line goes.
        """
        tables = self.tables
        if tables is None or not (added or removed):
            return
        before = tables.count
        try:
            for rule in sorted(added, key=self.denies, reverse=True):
                tables.add(rule)
            for rule in sorted(removed, key=self.denies):
                tables.remove(rule)
        except (NotIndexableError, LookupError):
            self.touch()
            return
        if not before or not tables.count:
            self.publish()

    def rules_replaced(self, assertion: ObservedAssertion) -> None:
        """Build the tables anew if they depend on what was replaced."""
        tables = self.tables
        if tables is None or self.mine(assertion):
            self.touch()
            return
        # The links tell of themselves; here it only matters whether their manager is another one.
        sections = self.enforcer.model["g"] or {}
        if any(sections[name].rm is not links for name, links in tables.graphs.managers.items()):
            self.touch()

    def link_changed(self, links: RoleLinks, dom: str, name: str) -> None:
        """Let the tables follow the links of *name* in *dom*."""
        if self.tables is not None and not self.state.reloading:
            self.tables.link_changed(links, dom, name)

    def links_replaced(self, links: RoleLinks) -> None:
        """Build the tables anew if they depend on *links*."""
        tables = self.tables
        if tables is None or any(links is manager for manager in tables.graphs.managers.values()):
            self.touch()
