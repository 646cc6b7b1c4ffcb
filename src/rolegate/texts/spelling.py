"""The declared names closest to one that is not declared, however many there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from heapq import nsmallest
from operator import add

_LONGEST = 200
"""Letters of a name that are compared."""
_MANY = 100
"""Of more names than this, only the likely ones are compared: comparing all takes long."""
_LIKELY = 25
_PAIRS = 20_000
"""Occurrences of pairs of letters that are counted to find the likely names."""
_LETTERS = 40_000
"""What one search may compare: letters of the name times letters of the others."""

EFFORT = 4_000_000
"""What `sparing` allows: about a third of a second."""
_ENTERING, _KNOWN = 25, 4
"""What it takes for each of the names to enter them, and to gather them again."""


class _Effort:
    """What is left of an allowance, and the names that were entered for it."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.known: dict[frozenset[str], _Names] = {}
        self.found: dict[tuple[str, frozenset[str], int], tuple[str, ...]] = {}
        """What was searched: one mistake is often made many times."""

    def names(self, names: frozenset[str]) -> _Names | None:
        """*names*, ready to be searched; None when the allowance is spent."""
        found = self.known.get(names)
        self.left -= len(names) * (_KNOWN if found is not None else _ENTERING)
        if self.left <= 0:
            return None
        if found is None:
            found = self.known[names] = _Names(names)
        return found


_allowance: ContextVar[_Effort | None] = ContextVar("allowance", default=None)


@contextmanager
def sparing(effort: int | None = None) -> Iterator[None]:
    """In this context, names are searched until *effort* is spent; after that nothing is near.

    INVARIANT: effort is counted and not timed, so that the same files give the same findings everywhere.
    """
    token = _allowance.set(_Effort(EFFORT if effort is None else effort))
    try:
        yield
    finally:
        _allowance.reset(token)


def spent() -> bool:
    """Whether nothing is searched any more, so that there is no need to collect names."""
    effort = _allowance.get()
    return effort is not None and effort.left <= 0


def nearest(name: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """The declared names closest to *name*, best first; empty when none is close."""
    if spent():
        return ()
    effort = _allowance.get()
    every = frozenset(names)
    if effort is None:
        return _entered(every).nearest(name.casefold()[:_LONGEST], limit)[0]
    entered = effort.names(every)
    if entered is None:
        return ()
    asked = name.casefold()[:_LONGEST], every, limit
    close = effort.found.get(asked)
    if close is None:
        close, cost = entered.nearest(asked[0], limit)
        effort.left -= cost
        effort.found[asked] = close
    return close


class _Names:
    """Names without regard to capitals, by the group they are in and by their last part."""

    def __init__(self, names: frozenset[str]) -> None:
        self._by_fold: dict[str, str] = {}
        for name in sorted(names):
            self._by_fold.setdefault(name.casefold(), name)
        self._inside: dict[str, dict[str, str]] = {}
        self._tails: dict[str, list[str]] = {}
        for fold in self._by_fold:
            head, dot, tail = fold.rpartition(".")
            if dot:
                self._inside.setdefault(head, {})[tail] = fold
            self._tails.setdefault(tail, []).append(fold)
        self._letters: dict[str | None, _Letters] = {}

    def nearest(self, name: str, limit: int) -> tuple[tuple[str, ...], int]:
        """The closest names, and the effort it took."""
        head, dot, tail = name.rpartition(".")
        # Names of one group share most of their letters: there only the last part tells them apart.
        inside = self._inside.get(head, {}) if dot else {}
        close, spent = self._of(head, tuple(inside)).close(tail, limit) if inside else ([], 0)
        close = [inside[tail] for tail in close]
        if not close:
            apart = frozenset(inside.values())
            close, more = self._of(None, tuple(self._by_fold)).close(name, limit, apart)
            spent += more
        if not close and tail:
            close = self._tails.get(tail, [])[:limit]
        return tuple(self._by_fold[fold] for fold in close), spent

    def _of(self, group: str | None, names: tuple[str, ...]) -> _Letters:
        found = self._letters.get(group)
        if found is None:
            found = self._letters[group] = _Letters(names)
        return found


class _Letters:
    """Names by the pairs of letters in them."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self._names = names
        self._padded = [f" {name[:_LONGEST]} " for name in names] if len(names) > _MANY else []
        self._sizes: dict[int, int] = {}
        self._with: dict[str, list[int]] = {}
        """The names with a pair; only the pairs of searched names are looked for, which are few."""

    def close(self, name: str, limit: int, apart: frozenset[str] = frozenset()) -> tuple[list[str], int]:
        """The names like *name*, best first, without those that are much less alike than the best."""
        from difflib import SequenceMatcher, get_close_matches

        likely, spent = self._likely(name, apart)
        by_start: dict[str, str] = {}
        letters = 0
        for other in likely:
            cost = len(name) * min(len(other), _LONGEST)
            if letters + cost > _LETTERS and len(by_start) >= limit:
                break
            letters += cost
            by_start.setdefault(other[:_LONGEST], other)
        found = get_close_matches(name, by_start, n=limit, cutoff=0.6)
        ratios = [SequenceMatcher(None, other, name).ratio() for other in found]
        kept = (other for other, ratio in zip(found, ratios, strict=True) if ratio > ratios[0] - 0.1)
        return [by_start[start] for start in kept], spent + letters // 8

    def _likely(self, name: str, apart: frozenset[str]) -> tuple[list[str], int]:
        """Of many names those that share the most pairs of letters with *name*, rare pairs first."""
        if len(self._names) <= _MANY:
            return [other for other in self._names if other not in apart], 0
        own = _pairs(name)
        shared: Counter[int] = Counter()
        spent, looked = 0, self._look_for(own)
        for _, pair in sorted((len(self._with[pair]), pair) for pair in own):
            holding = self._with[pair]
            if spent and spent + len(holding) > _PAIRS:
                break
            spent += len(holding)
            shared.update(holding)
        few = max(shared.values(), default=0) / 2
        alike = ((-2 * n / (len(own) + self._size(i)), i) for i, n in shared.items() if n > few)
        best = nsmallest(_LIKELY + len(apart) if len(apart) < _MANY else _PAIRS, alike)
        names = (self._names[i] for _, i in best)
        return [other for other in names if other not in apart][:_LIKELY], spent + looked

    def _size(self, i: int) -> int:
        """How many pairs a name has."""
        if i not in self._sizes:
            self._sizes[i] = len(_pairs(self._padded[i][1:-1]))
        return self._sizes[i]

    def _look_for(self, pairs: frozenset[str]) -> int:
        """Enter which names have each of *pairs*, and give what that took."""
        new = [pair for pair in pairs if pair not in self._with]
        for pair in new:
            self._with[pair] = [i for i, name in enumerate(self._padded) if pair in name]
        return len(new) * len(self._padded)


def _pairs(name: str) -> frozenset[str]:
    return frozenset(map(add, f" {name}", f"{name} "))


@lru_cache(maxsize=4)
def _entered(names: frozenset[str]) -> _Names:
    return _Names(names)
