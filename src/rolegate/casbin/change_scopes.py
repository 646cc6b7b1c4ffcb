"""Which calls of an enforcer change something, and how the index follows each of them."""

from __future__ import annotations

import types
from collections.abc import Callable, Coroutine, Generator
from contextlib import AbstractContextManager
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar

from rolegate.casbin.enforcer_index import EnforcerIndex

Scope = Callable[[EnforcerIndex], AbstractContextManager[None]]
Method = Callable[..., Any]
Class = TypeVar("Class", bound=type)

CALLS: dict[Scope, str] = {
    EnforcerIndex.changing: "add_named_policy update_named_policy remove_named_policy"
    " remove_filtered_named_policy add_named_grouping_policy remove_named_grouping_policy save_policy",
    EnforcerIndex.together: "add_named_policies add_named_policies_ex update_named_policies"
    " update_filtered_named_policies remove_named_policies add_named_grouping_policies"
    " add_named_grouping_policies_ex remove_named_grouping_policies remove_filtered_named_grouping_policy"
    " delete_user delete_role",
    EnforcerIndex.replacing: "load_policy load_filtered_policy load_increment_filtered_policy load_model"
    " set_model clear_policy build_role_links",
}


def followed(enforcers: Class) -> Class:
    """Let the index follow every call of *enforcers*, a class, that changes something."""
    for scope, names in CALLS.items():
        for name in names.split():
            method = getattr(enforcers, name, None)
            if method is not None:
                setattr(enforcers, name, _within(scope, method))
    return enforcers


def _within(scope: Scope, method: Method) -> Method:
    if iscoroutinefunction(method):
        # Between two steps others may change something, so what was read before is not put in force after it.
        stepwise = EnforcerIndex.together if scope is EnforcerIndex.replacing else scope

        @wraps(method)
        async def steps(self: Any, *args: Any, **kwargs: Any) -> Any:
            return await _in_steps(method(self, *args, **kwargs), lambda: stepwise(self._index))

        return steps

    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with scope(self._index):
            return method(self, *args, **kwargs)

    return call


@types.coroutine
def _in_steps(
    work: Coroutine[Any, Any, Any], scope: Callable[[], AbstractContextManager[None]]
) -> Generator[Any, Any, Any]:
    """Do *work*, each step of it within a *scope* of its own: no lock is held while it waits."""
    step, value = work.send, None
    while True:
        with scope():
            try:
                waiting = step(value)
            except StopIteration as over:
                return over.value
        try:
            step, value = work.send, (yield waiting)
        except BaseException as error:
            step, value = work.throw, error
