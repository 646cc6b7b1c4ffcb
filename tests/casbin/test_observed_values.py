"""Whatever changes an observed list or dictionary tells, however it is called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import pytest

from rolegate.casbin.key_patterns import FUNCTIONS
from rolegate.casbin.observed_values import ObservedFunctions, ObservedSection, line_of
from rolegate.casbin.policy_lists import PolicyLines

NOT_CALLED = {"__class__", "__init__", "__init_subclass__", "__new__", "__setattr__", "__delattr__"}
"""What makes an object, and what lists and dictionaries do not have to change by."""
ITEM = ["r", "d", "o", "a"]
ARGUMENTS: list[tuple[Any, ...]] = [
    (),
    ("b",),
    (ITEM,),
    (0,),
    (1, "b"),
    (0, "x"),
    (0, ITEM),
    (["x"],),
    ([ITEM],),
    (slice(0, 1),),
    (slice(0, 1), ["x"]),
    (slice(0, 1), [ITEM]),
    ("b", "x"),
    ({"x": "y"},),
    (2,),
]


class Told:
    """An owner and a follower that counts what it is told."""

    def __init__(self) -> None:
        self.times = 0
        self.policy: Any = None

    def written(self) -> None:
        self.times += 1

    def changed(self, added: list[Any], removed: list[Any]) -> None:
        self.times += 1

    replaced = touch = written


def line(told: Told) -> Any:
    return line_of(["b", "a", "c"], lambda: told)


def lines(told: Told) -> Any:
    told.policy = PolicyLines([[*ITEM], ["b"], ["c"]], lambda: told)
    return told.policy


def section(told: Told) -> Any:
    made = ObservedSection({"b": "1", "a": "2"})
    made.followers.add(told)
    return made


def tried(kind: type, make: Callable[[Told], Any]) -> Iterable[tuple[str, bool]]:
    """Every method of *kind* that changed something when it was called, and whether somebody was told."""
    for name in sorted(set(dir(kind)) - NOT_CALLED):
        for arguments in ARGUMENTS:
            told = Told()
            made = make(told)
            before = kind(made)
            try:
                getattr(made, name)(*arguments)
            except Exception:  # not an argument for this method
                continue
            if kind(made) != before or list(made) != list(before):
                yield name, told.times > 0


@pytest.mark.parametrize(
    ("kind", "make", "known"),
    [
        (list, line, "append extend insert pop remove clear sort reverse __setitem__ __delitem__ __iadd__"),
        (list, lines, "append extend insert pop remove clear reverse __setitem__ __delitem__ __iadd__"),
        (dict, section, "clear pop popitem setdefault update __setitem__ __delitem__ __ior__"),
    ],
)
def test_every_method_that_changes_something_tells(
    kind: type, make: Callable[[Told], Any], known: str
) -> None:
    """No method of `list` or `dict` is forgotten, whatever the Python version has."""
    found = list(tried(kind, make))
    assert set() == set(known.split()) - {name for name, _ in found}
    assert [] == [name for name, told in found if not told]


def test_a_change_that_fails_half_way_tells() -> None:
    """What was done before the exception is a change."""
    told = Told()
    observed = line(told)

    def broken() -> Iterable[str]:
        yield "x"
        raise OSError("gone")

    with pytest.raises(OSError, match="gone"):
        observed.extend(broken())
    assert ["b", "a", "c", "x"] == observed
    assert 1 == told.times


def test_functions_tell_when_one_that_is_indexed_is_another_one() -> None:
    """Casbin writes its other functions with each question, and that is not told."""
    told = Told()
    functions = ObservedFunctions({"keyMatch": min, "globMatch": min})
    functions.followers.add(told)
    functions["g"] = functions["globMatch"] = max
    functions["keyMatch"] = min
    assert 0 == told.times
    for times, name in enumerate(FUNCTIONS, 1):
        functions[name] = max
        assert times == told.times
