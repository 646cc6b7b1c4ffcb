"""A `casbin.Enforcer` that looks its answers up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

import casbin
from casbin.rbac.default_role_manager import DomainManager, RoleManager

from rolegate.casbin.enforcer_index import EnforcerIndex
from rolegate.casbin.explaining_lines import explaining_line
from rolegate.casbin.implicit_questions import ImplicitQuestions
from rolegate.casbin.observed_model import observe_functions
from rolegate.casbin.role_managers import IndexedDomainManager, IndexedRoleManager

Method = Callable[..., Any]
Stock: Any = casbin.Enforcer


def within(scope: Callable[[EnforcerIndex], AbstractContextManager[None]]) -> Callable[[Method], Method]:
    """Lets a method run within *scope*, one of the ways in which the index follows changes."""

    def wrapped(method: Method) -> Method:
        @wraps(method)
        def call(self: IndexedEnforcer, *args: Any, **kwargs: Any) -> Any:
            with scope(self._index):
                return method(self, *args, **kwargs)

        return call

    return wrapped


OURS: dict[type, Any] = {RoleManager: IndexedRoleManager, DomainManager: IndexedDomainManager}
"""Our class for each of Casbin's role managers."""

changing = within(EnforcerIndex.changing)
together = within(EnforcerIndex.together)
replacing = within(EnforcerIndex.replacing)


class IndexedEnforcer(ImplicitQuestions):
    """Takes the place of `casbin.Enforcer`, with the same answers for roles, domains and denials.

    For a model outside that family Casbin answers as before. A warning says so once, and `why_not_indexed`
    says why. Asking takes no lock. Calls that change something wait for each other.
    """

    _decide: Callable[..., bool]

    def __init__(
        self, model: Any = None, adapter: Any = None, enable_log: bool = False, logging_config: Any = None
    ) -> None:
        self._index = EnforcerIndex(self, self._ask_casbin, enable_log)
        self._model: Any = None
        self._functions: Any = None
        self._effector: Any = None
        self._enabled = False
        self._watcher: Any = None
        with self._index.starting():
            super().__init__(model, adapter, enable_log, logging_config)

    # A copy has an index of its own, built from what the copy holds.

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_index": self._index.log, "_decide": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._index = EnforcerIndex(self, self._ask_casbin, state["_index"])
        observe_functions(self._functions, self._index)

    @property
    def indexed(self) -> bool:
        """Whether answers come from the index."""
        return self.why_not_indexed is None

    @property
    def why_not_indexed(self) -> str | None:
        """What the index does not cover; `None` if it answers."""
        self._index.settle()
        return self._index.state.reason

    # -- decisions ----------------------------------------------------------------------------------------

    def enforce(self, *rvals: Any) -> bool:
        """Decides whether a subject may do something; takes what the model's request definition says."""
        try:
            return self._decide(*rvals)
        except TypeError:  # too many values, too few, or one that is not a text
            return self._ask_casbin(*rvals)

    def _ask_casbin(self, *rvals: Any) -> bool:
        return bool(Stock.enforce_ex(self, *rvals)[0])

    def batch_enforce(self, rvals: Iterable[Any]) -> list[bool]:
        """The answer to each of *rvals*."""
        enforce = self.enforce
        return [enforce(*request) for request in rvals]

    def enforce_ex(self, *rvals: Any) -> Any:
        """The answer, and the line Casbin stops at; an empty line if it is removed at the same moment."""
        self._index.settle()
        tables = self._index.tables
        if tables is None or not tables.count or not self.enabled:
            return super().enforce_ex(*rvals)
        try:
            allowed = self._decide(*rvals)
            return allowed, explaining_line(tables, self.model["p"]["p"].policy, rvals)
        except (TypeError, IndexError):  # not a text in the question, or a line that has just become shorter
            return super().enforce_ex(*rvals)

    # -- what decisions depend on -------------------------------------------------------------------------

    @property
    def model(self) -> Any:
        return self._model

    @model.setter
    def model(self, model: Any) -> None:
        self._model = model
        self._index.touch()

    @property
    def fm(self) -> Any:
        return self._functions

    @fm.setter
    def fm(self, functions: Any) -> None:
        self._functions = functions
        observe_functions(functions, self._index)
        self._index.touch()

    @property
    def eft(self) -> Any:
        return self._effector

    @eft.setter
    def eft(self, effector: Any) -> None:
        self._effector = effector
        self._index.touch()

    @property
    def enabled(self) -> bool:
        return self._enabled

    @enabled.setter
    def enabled(self, enabled: bool) -> None:
        self._enabled = enabled
        self._index.switched()

    @property
    def watcher(self) -> Any:
        return self._index.lock.deferred(self._watcher)

    @watcher.setter
    def watcher(self, watcher: Any) -> None:
        self._watcher = watcher

    @staticmethod
    def configure_logging(logging_config: Any = None) -> None:
        """Configures Casbin's log, which all enforcers share."""
        Stock.configure_logging(logging_config)
        for index in list(EnforcerIndex.everybody):
            index.switched()

    def init_rm_map(self) -> None:
        """Makes the role managers as Casbin does, then replaces those of Casbin's own classes by ours."""
        before = set(self.rm_map)
        super().init_rm_map()
        for name in set(self.rm_map) - before:
            ours = OURS.get(type(self.rm_map[name]))
            if ours is not None:
                self.rm_map[name] = self.model["g"][name].rm = ours(10)

    # -- calls that change something ----------------------------------------------------------------------

    add_named_policy = changing(Stock.add_named_policy)
    add_named_policies = together(Stock.add_named_policies)
    add_named_policies_ex = together(Stock.add_named_policies_ex)
    update_named_policy = changing(Stock.update_named_policy)
    update_named_policies = together(Stock.update_named_policies)
    update_filtered_named_policies = together(Stock.update_filtered_named_policies)
    remove_named_policy = changing(Stock.remove_named_policy)
    remove_named_policies = together(Stock.remove_named_policies)
    remove_filtered_named_policy = changing(Stock.remove_filtered_named_policy)
    add_named_grouping_policy = changing(Stock.add_named_grouping_policy)
    add_named_grouping_policies = together(Stock.add_named_grouping_policies)
    add_named_grouping_policies_ex = together(Stock.add_named_grouping_policies_ex)
    remove_named_grouping_policy = changing(Stock.remove_named_grouping_policy)
    remove_named_grouping_policies = together(Stock.remove_named_grouping_policies)
    remove_filtered_named_grouping_policy = together(Stock.remove_filtered_named_grouping_policy)
    delete_user = together(Stock.delete_user)
    delete_role = together(Stock.delete_role)
    save_policy = changing(Stock.save_policy)

    load_policy = replacing(Stock.load_policy)
    load_filtered_policy = replacing(Stock.load_filtered_policy)
    load_increment_filtered_policy = replacing(Stock.load_increment_filtered_policy)
    load_model = replacing(Stock.load_model)
    set_model = replacing(Stock.set_model)
    clear_policy = replacing(Stock.clear_policy)
    build_role_links = replacing(Stock.build_role_links)
