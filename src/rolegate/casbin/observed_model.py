"""Casbin's models, followed: whatever decisions depend on tells when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Protocol, cast
from weakref import WeakSet, ref

from casbin.model import FunctionMap
from casbin.model.assertion import Assertion

from rolegate.casbin.matcher import NotIndexableError
from rolegate.casbin.observed import ObservedFunctions, ObservedSection, line_of
from rolegate.casbin.policy_lists import Rule, Rules
from rolegate.casbin.role_managers import TABLES

DEFINING = frozenset({"value", "tokens", "params_tokens"})
"""The attributes of an assertion that say what its section means."""


class ModelFollower(Protocol):
    """Somebody who has to know when a model changes."""

    def touch(self) -> None:
        """The model says something else now."""

    def rules_changed(self, assertion: WatchedAssertion, added: list[Rule], removed: list[Rule]) -> None:
        """Some lines are there, or once more; of others one copy is gone."""

    def rules_replaced(self, assertion: WatchedAssertion) -> None:
        """The lines or the role manager may be others."""


class WatchedAssertion(Assertion):  # type: ignore[misc]  # casbin has no types
    """A definition of a model, with its lines and its role manager."""

    followers: WeakSet[Any]
    policy: Any

    def __init__(self) -> None:
        self.start()
        super().__init__()

    def start(self) -> None:
        own = self.__dict__
        own["followers"] = WeakSet()
        own["told"] = ref(self)
        own["policy"] = Rules(own.get("policy", ()), self.told)
        for name in ("tokens", "params_tokens"):
            own[name] = line_of(own.get(name, ()), self.told)

    @classmethod
    def of(cls, assertion: Any) -> WatchedAssertion:
        """*assertion* itself, which from now on tells; one in its place, if it has a class of its own."""
        if isinstance(assertion, cls):
            return assertion
        watched = assertion if type(assertion) is Assertion else cls()
        if watched is assertion:
            watched.__class__ = cls
        else:
            watched.__dict__.update(vars(assertion))
        watched.start()
        return cast(WatchedAssertion, watched)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "policy":
            self._exchange(value)
            return
        old = vars(self).get(name)
        if name in DEFINING and isinstance(value, list):
            value = line_of(value, self.told)
        super().__setattr__(name, value)
        if old is value:
            return
        if name in DEFINING:
            self.touched()
        elif name == "rm":
            self.replaced()

    def _exchange(self, rules: list[Rule]) -> None:
        with TABLES:
            old = self.policy
            if rules is old:
                return
            new = Rules(rules, self.told)
            self.__dict__["policy"] = new
            gone = old.without(new) if self.followers and new else None
            if gone is None:
                self.replaced()
            else:
                self.changed([], gone)

    # -- copies -------------------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[int, Any]) -> WatchedAssertion:
        copy = type(self)()
        memo[id(self)] = copy
        for name, value in vars(self).items():
            if name not in ("followers", "told", "policy", "policy_map", "logger"):
                setattr(copy, name, deepcopy(value, memo))
        copy.policy_map = dict(self.policy_map)
        copy.policy = list(self.policy)
        return copy

    def __reduce__(self) -> Any:
        """Casbin's own assertion, whom nobody follows."""
        state = {name: value for name, value in vars(self).items() if name not in ("followers", "told")}
        return Assertion, (), state

    # -- what followers are told --------------------------------------------------------------------------

    def written(self) -> None:
        self.policy.forget()
        self.touched()

    def touched(self) -> None:
        for follower in self._following():
            follower.touch()

    def changed(self, added: list[Rule], removed: list[Rule]) -> None:
        for follower in self._following():
            follower.rules_changed(self, added, removed)

    def replaced(self) -> None:
        for follower in self._following():
            follower.rules_replaced(self)

    def _following(self) -> Iterator[ModelFollower]:
        return iter(cast(list[ModelFollower], list(self.followers)))


def watch(model: Any, follower: ModelFollower) -> None:
    """Let *follower* know of everything that changes in *model*.

    Raises:
        NotIndexable: when it is not built as Casbin builds it.
    """
    if not isinstance(getattr(model, "model", None), dict):
        raise NotIndexableError("the model is not Casbin's own")
    if not isinstance(model.model, ObservedSection):
        model.model = ObservedSection(model.model)
    sections = model.model
    sections.followers.add(follower)
    for name, section in list(sections.items()):
        if not isinstance(section, ObservedSection):
            section = ObservedSection(section)
            dict.__setitem__(sections, name, section)
        section.followers.add(follower)
        for key, assertion in list(section.items()):
            watched = WatchedAssertion.of(assertion)
            dict.__setitem__(section, key, watched)
            watched.followers.add(follower)


def watch_functions(functions: Any, follower: ModelFollower) -> None:
    """The same for the functions of a matcher."""
    if not isinstance(functions, FunctionMap):
        return
    if not isinstance(functions.fm, ObservedFunctions):
        functions.fm = ObservedFunctions(functions.get_functions())
    functions.fm.followers.add(follower)
