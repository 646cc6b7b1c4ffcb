"""Lists and dictionaries that tell when somebody writes into them.

To everybody else they are lists and dictionaries, and their copies are plain ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, ClassVar, Protocol
from weakref import WeakSet

import yaml

from rolegate.casbin.role_managers import TABLES


class LineOwner(Protocol):
    """Whoever the line belongs to."""

    def written(self) -> None:
        """Somebody wrote into one of your lists."""


def telling(method: Any) -> Any:
    """*method*, which tells when it is over."""

    @wraps(method)
    def call(self: Any, *args: Any, **kwargs: Any) -> Any:
        with self.lock:
            try:
                return method(self, *args, **kwargs)
            finally:
                self.tell()

    return call


class ObservedLine(list[str]):
    """One line of a policy, or the names of its columns."""

    __slots__ = ("told",)
    lock = TABLES
    told: Callable[[], LineOwner | None]
    """Gives whom to tell; a weak reference, so that lines hold nothing but their texts."""

    def tell(self) -> None:
        owner = owner_of(self)
        if owner is not None:
            owner.written()

    def __reduce__(self) -> Any:
        return list, (list(self),)


def owner_of(line: ObservedLine) -> LineOwner | None:
    """Whoever *line* belongs to; nobody, if it was made by others."""
    told: Callable[[], LineOwner | None] | None = getattr(line, "told", None)
    return None if told is None else told()


def line_of(values: Iterable[str], told: Callable[[], LineOwner | None]) -> ObservedLine:
    """*values* in a list that belongs to *told*; the very list if it does already."""
    if type(values) is ObservedLine and getattr(values, "told", None) is told:
        return values
    line = ObservedLine(values)
    line.told = told
    return line


class ObservedSection(dict[str, Any]):
    """One section of a model, or all of them by name."""

    lock: ClassVar[AbstractContextManager[None]] = nullcontext()

    def __init__(self, items: dict[str, Any]) -> None:
        super().__init__(items)
        self.followers: WeakSet[Any] = WeakSet()

    def tell(self) -> None:
        for follower in list(self.followers):
            follower.touch()

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


class ObservedFunctions(ObservedSection):
    """The functions of a matcher.

    Casbin writes some of its own into it with each question. It matters only what `keyMatch` is: with any
    other function the index does not answer.
    """

    def __init__(self, items: dict[str, Any]) -> None:
        super().__init__(items)
        self.before = self.get("keyMatch")

    def tell(self) -> None:
        now = self.get("keyMatch")
        if now is not self.before:
            self.before = now
            super().tell()


for _kind, _names in (
    (
        ObservedLine,
        "append extend insert pop remove clear sort reverse __setitem__ __delitem__ __iadd__ __imul__",
    ),
    (ObservedSection, "clear pop popitem setdefault update __setitem__ __delitem__ __ior__"),
):
    for _name in _names.split():
        setattr(_kind, _name, telling(getattr(_kind, _name)))


def plain_in_yaml(kind: type) -> None:
    """Let PyYAML write *kind* as the list it is; it writes no subclasses by itself."""
    dumpers: Any = [yaml.representer.SafeRepresenter, yaml.SafeDumper, yaml.Dumper]
    dumpers += [getattr(yaml, name) for name in ("CSafeDumper", "CDumper") if hasattr(yaml, name)]
    for dumper in dumpers:
        dumper.add_representer(kind, yaml.representer.SafeRepresenter.represent_list)


plain_in_yaml(ObservedLine)
