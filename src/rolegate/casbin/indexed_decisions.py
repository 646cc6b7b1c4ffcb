"""What the enforcers of this package have in common: they decide by an index, and say what they depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from casbin.core_enforcer import CoreEnforcer
from casbin.rbac.default_role_manager import DomainManager, RoleManager

from rolegate.casbin.enforcer_index import EnforcerIndex
from rolegate.casbin.explaining_lines import explaining_line
from rolegate.casbin.observed_model import observe_functions
from rolegate.casbin.role_managers import IndexedDomainManager, IndexedRoleManager

OURS: dict[type, Any] = {RoleManager: IndexedRoleManager, DomainManager: IndexedDomainManager}
"""Our class for each of Casbin's role managers."""


class IndexedDecisions(CoreEnforcer):  # type: ignore[misc]  # casbin has no types
    """Decides as Casbin does, by an index where the model allows it.

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
        return bool(CoreEnforcer.enforce_ex(self, *rvals)[0])

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
        CoreEnforcer.configure_logging(logging_config)
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
