"""Casbin's models, observed: everything that decisions depend on tells when it changes."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any, Protocol, cast
from weakref import WeakSet, ref

from casbin.model import FunctionMap
from casbin.model.assertion import Assertion

from rolegate.casbin.locks import TABLES
from rolegate.casbin.not_indexed import NotIndexableError
from rolegate.casbin.observed_values import ObservedFunctions, ObservedSection, line_of
from rolegate.casbin.policy_lists import PolicyLines, Rule

DEFINING = frozenset({"value", "tokens", "params_tokens"})
"""The attributes of an assertion that say what its section means."""


class ModelFollower(Protocol):
    """Somebody who has to know when a model changes."""

    def touch(self) -> None:
        """The model may say something else now."""

    def rules_changed(self, assertion: ObservedAssertion, added: list[Rule], removed: list[Rule]) -> None:
        """One copy was added of some lines, and removed of others."""

    def rules_replaced(self, assertion: ObservedAssertion) -> None:
        """All lines, or the role manager, may have been exchanged."""


class ObservedAssertion(Assertion):  # type: ignore[misc]  # casbin has no types
    """A definition of a model, with its lines and its role manager."""

    followers: WeakSet[Any]
    policy: Any

    def __init__(self) -> None:
        self.start()
        super().__init__()

    def start(self) -> None:
        """Observe the lists that are there; nobody follows yet."""
        own = self.__dict__
        own["followers"] = WeakSet()
        own["owner_ref"] = ref(self)
        own["policy"] = PolicyLines(own.get("policy", ()), self.owner_ref)
        for name in ("tokens", "params_tokens"):
            own[name] = line_of(own.get(name, ()), self.owner_ref)

    @classmethod
    def of(cls, assertion: Any) -> ObservedAssertion:
        """*assertion* itself, observed from now on; a new one with its content if it is of another class."""
        if isinstance(assertion, cls):
            return assertion
        observed = assertion if type(assertion) is Assertion else cls()
        if observed is assertion:
            observed.__class__ = cls
        else:
            observed.__dict__.update(vars(assertion))
        observed.start()
        return cast(ObservedAssertion, observed)

    def __setattr__(self, name: str, value: Any) -> None:
        if name == "policy":
            self._exchange(value)
            return
        old = vars(self).get(name)
        if name in DEFINING and isinstance(value, list):
            value = line_of(value, self.owner_ref)
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
            new = PolicyLines(rules, self.owner_ref)
            self.__dict__["policy"] = new
            gone = old.without(new) if self.followers and new else None
            if gone is None:
                self.replaced()
            else:
                self.changed([], gone)

    # -- copies -------------------------------------------------------------------------------------------

    def __deepcopy__(self, memo: dict[int, Any]) -> ObservedAssertion:
        copy = type(self)()
        memo[id(self)] = copy
        for name, value in vars(self).items():
            if name not in ("followers", "owner_ref", "policy", "policy_map", "logger"):
                setattr(copy, name, deepcopy(value, memo))
        copy.policy_map = dict(self.policy_map)
        copy.policy = list(self.policy)
        return copy

    def __reduce__(self) -> Any:
        """As Casbin's own assertion, which nobody follows."""
        state = {name: value for name, value in vars(self).items() if name not in ("followers", "owner_ref")}
        return Assertion, (), state

    # -- what followers are told --------------------------------------------------------------------------

    def written(self) -> None:
        """Somebody wrote into a line."""
        self.policy.forget()
        self.touched()

    def touched(self) -> None:
        """The definition has changed."""
        for follower in self._following():
            follower.touch()

    def changed(self, added: list[Rule], removed: list[Rule]) -> None:
        """One copy was added of some lines, and removed of others."""
        for follower in self._following():
            follower.rules_changed(self, added, removed)

    def replaced(self) -> None:
        """All lines, or the role manager, may have been exchanged."""
        for follower in self._following():
            follower.rules_replaced(self)

    def _following(self) -> Iterator[ModelFollower]:
        return iter(cast(list[ModelFollower], list(self.followers)))


def observe(model: Any, follower: ModelFollower) -> None:
    """Tell *follower* from now on what changes in *model*.

    Raises:
        NotIndexableError: when it is not built as Casbin builds it.
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
            observed = ObservedAssertion.of(assertion)
            dict.__setitem__(section, key, observed)
            observed.followers.add(follower)


def observe_functions(functions: Any, follower: ModelFollower) -> None:
    """Tell *follower* from now on when *functions*, those of a matcher, change."""
    if not isinstance(functions, FunctionMap):
        return
    if not isinstance(functions.fm, ObservedFunctions):
        functions.fm = ObservedFunctions(functions.get_functions())
    functions.fm.followers.add(follower)
