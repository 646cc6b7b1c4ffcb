"""Whether one condition on records is met wherever another one is, as far as their texts show it.

INVARIANT: it says yes only where that is so for every record, missing values included. Where it does not say
so of either of two conditions, nothing is known.
"""

from __future__ import annotations

from dataclasses import replace

from rolegate.catalog.conditions import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Holds,
    HoldsOn,
    Not,
    Related,
)

MOST = 20_000
"""So many comparisons of parts are made; more say that nothing is known."""


class ConditionOrder:
    """Compares conditions whose negations are pushed down; equal parts are compared once."""

    # By their texts, as 1 equals True for Python.

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], bool] = {}
        self._left = MOST

    def within(self, inner: Condition, outer: Condition) -> bool:
        """Whether *outer* is certainly met wherever *inner* is."""
        key = (repr(inner), repr(outer))
        if key[0] == key[1]:
            return True
        found = self._known.get(key)
        if found is None:
            self._left -= 1
            found = self._known[key] = self._left > 0 and self._within(inner, outer)
        return found

    def _within(self, inner: Condition, outer: Condition) -> bool:
        if isinstance(inner, AnyOf):
            return all(self.within(part, outer) for part in inner.parts)
        if isinstance(outer, AllOf):
            return all(self.within(inner, part) for part in outer.parts)
        if isinstance(inner, AllOf) and any(self.within(part, outer) for part in inner.parts):
            return True
        if isinstance(outer, AnyOf):
            return any(self.within(inner, part) for part in outer.parts)
        match inner, outer:
            case Related(name, which, first), Related(other, how, second):
                return (name, which) == (other, how) and self.within(first, second)
            case Not(Compare() as first), Not(Compare() as second):
                return _values_within(second, first)
            case Compare(), Compare():
                return _values_within(inner, outer)
        return False


def _values_within(inner: Compare, outer: Compare) -> bool:
    """Whether the values of one list, or the one value, are all in the other list."""
    if inner.attribute != outer.attribute or not {inner.op, outer.op} <= {"eq", "in"}:
        return False
    lists = [
        compared.value if isinstance(compared.value, tuple) else (compared.value,)
        for compared in (inner, outer)
        if compared.op == "eq" or isinstance(compared.value, tuple)
    ]
    if len(lists) < 2:
        return False  # a list that the user has
    first, second = (set(map(repr, values)) for values in lists)
    return first <= second


def canonical(condition: Condition, paths: dict[str, str]) -> Condition:
    """*condition* with flat, sorted parts, each once, and grants by the *paths* that they have now."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            kind = type(condition)
            found: dict[str, Condition] = {}
            for part in parts:
                made = canonical(part, paths)
                found |= {repr(flat): flat for flat in (made.parts if isinstance(made, kind) else (made,))}
            flat = tuple(found[text] for text in sorted(found))
            return flat[0] if len(flat) == 1 else kind(flat)
        case Related(name, which, inner):
            return Related(name, which, canonical(inner, paths))
        case Not(inner):
            return Not(canonical(inner, paths))
        case Holds(grant) | HoldsOn(_, grant):
            return replace(condition, grant=replace(grant, path=paths.get(grant.path, grant.path)))
        case Compare(name, "in", tuple() as values):
            named = {repr(value): value for value in values}
            return Compare(name, "in", tuple(named[text] for text in sorted(named)))
    return condition
