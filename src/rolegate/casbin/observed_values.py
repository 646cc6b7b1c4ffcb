"""Lists and dictionaries that tell their owner or followers when somebody writes into them.

To everybody else they are lists and dictionaries, and their copies are plain ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import wraps
from typing import Any, ClassVar, Protocol
from weakref import WeakSet

import yaml

from rolegate.casbin.key_patterns import FUNCTIONS
from rolegate.casbin.locks import TABLES


class LineOwner(Protocol):
    """The definition in a model that a line belongs to."""

    def written(self) -> None:
        """Somebody wrote into one of your lines."""


def telling(method: Any) -> Any:
    """*method*, which tells when it is over, even if it fails half-way."""

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

    __slots__ = ("owner_ref",)
    lock = TABLES
    owner_ref: Callable[[], LineOwner | None]
    """Gives the owner; a weak reference, so that lines keep nothing alive but their texts."""

    def tell(self) -> None:
        """Tell the owner, if there is one."""
        owner = owner_of(self)
        if owner is not None:
            owner.written()

    def __reduce__(self) -> Any:
        return list, (list(self),)

    append = telling(list.append)
    extend = telling(list.extend)
    insert = telling(list.insert)
    pop = telling(list.pop)
    remove = telling(list.remove)
    clear = telling(list.clear)
    sort = telling(list.sort)
    reverse = telling(list.reverse)
    __setitem__ = telling(list.__setitem__)
    __delitem__ = telling(list.__delitem__)
    __iadd__ = telling(list.__iadd__)
    __imul__ = telling(list.__imul__)


def owner_of(line: ObservedLine) -> LineOwner | None:
    """The owner of *line*; `None` if it was made by others."""
    owner_ref: Callable[[], LineOwner | None] | None = getattr(line, "owner_ref", None)
    return None if owner_ref is None else owner_ref()


def line_of(values: Iterable[str], owner_ref: Callable[[], LineOwner | None]) -> ObservedLine:
    """*values* in a list that belongs to the owner; the very list if it does already."""
    if type(values) is ObservedLine and getattr(values, "owner_ref", None) is owner_ref:
        return values
    line = ObservedLine(values)
    line.owner_ref = owner_ref
    return line


class ObservedSection(dict[str, Any]):
    """One section of a model, or all sections by name."""

    lock: ClassVar[AbstractContextManager[None]] = nullcontext()

    def __init__(self, items: dict[str, Any]) -> None:
        super().__init__(items)
        self.followers: WeakSet[Any] = WeakSet()

    def tell(self) -> None:
        """Tell all followers."""
        for follower in list(self.followers):
            follower.touch()

    def __reduce__(self) -> Any:
        return dict, (dict(self),)

    clear = telling(dict.clear)
    pop = telling(dict.pop)
    popitem = telling(dict.popitem)
    setdefault = telling(dict.setdefault)
    update = telling(dict.update)
    __setitem__ = telling(dict.__setitem__)
    __delitem__ = telling(dict.__delitem__)
    __ior__ = telling(dict.__ior__)


class ObservedFunctions(ObservedSection):
    """The functions of a matcher.

    Casbin writes some of its own into it with each question. Only those matter that the index answers for.
    """

    def __init__(self, items: dict[str, Any]) -> None:
        super().__init__(items)
        self.before = self.indexed()

    def indexed(self) -> list[Any]:
        """The functions that go by the names of those that the index knows."""
        return [self.get(name) for name in FUNCTIONS]

    def tell(self) -> None:
        """Tell all followers if one of these is another function now."""
        now = self.indexed()
        if any(one is not other for one, other in zip(now, self.before, strict=True)):
            self.before = now
            super().tell()


def plain_in_yaml(kind: type) -> None:
    """Let PyYAML write *kind* as the list it is; by itself it does not write subclasses."""
    dumpers: Any = [yaml.representer.SafeRepresenter, yaml.SafeDumper, yaml.Dumper]
    dumpers += [getattr(yaml, name) for name in ("CSafeDumper", "CDumper") if hasattr(yaml, name)]
    for dumper in dumpers:
        dumper.add_representer(kind, yaml.representer.SafeRepresenter.represent_list)


plain_in_yaml(ObservedLine)
