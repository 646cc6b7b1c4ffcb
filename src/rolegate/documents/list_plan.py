"""Which items of a list are kept where another list takes its place, and which are new."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher


@dataclass(slots=True)
class ListPlan:
    """How one list becomes another: by their numbers, which items stay, and with which text.

    `added` has what comes after an item, and for None what comes before all that stay. INVARIANT: what stays
    is the same item, at another scope at most; its comment is about it.
    """

    stays: dict[int, str] = field(default_factory=dict)
    added: dict[int | None, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, old: Sequence[str], new: Sequence[str], kind: ListKind) -> ListPlan:
        """The plan for *old* to become *new*."""
        plan = cls()
        places = _in_order(old, new) if kind.ordered else _by_text(old, new)
        if kind.scoped:
            _pair_scopes(old, new, places)
        plan.stays = {place: text for place, text in zip(places, new, strict=True) if place is not None}
        last = max(plan.stays, default=None) if kind.appended else None
        for place, text in zip(places, new, strict=True):
            if place is None:
                plan.added.setdefault(last, []).append(text)
            else:
                last = place
        return plan


@dataclass(frozen=True, slots=True)
class ListKind:
    """What a list has: if `scoped`, grants and their like, which may have a scope at their end.

    In an `ordered` one the order counts; in others, what stays keeps its place. In one that is `appended`,
    what is new goes to the end if it comes before all that stay.
    """

    ordered: bool = False
    scoped: bool = False
    appended: bool = False


def _by_text(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """The number of the old item for each new one."""
    free: dict[str, deque[int]] = {}
    for number, text in enumerate(old):
        free.setdefault(text, deque()).append(number)
    return [free[text].popleft() if free.get(text) else None for text in new]


def _in_order(old: Sequence[str], new: Sequence[str]) -> list[int | None]:
    """The same, where the old numbers only grow."""
    places: list[int | None] = [None] * len(new)
    for a, b, size in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        places[b : b + size] = range(a, a + size)
    return places


def _pair_scopes(old: Sequence[str], new: Sequence[str], places: list[int | None]) -> None:
    """Give a new item the place of an old one that differs in its scope alone, as the same box of a tree."""
    stems: dict[str, deque[int]] = {}
    for number in sorted(set(range(len(old))).difference(place for place in places if place is not None)):
        stems.setdefault(_stem(old[number]), deque()).append(number)
    for index, text in enumerate(new):
        if places[index] is None and stems.get(_stem(text)):
            places[index] = stems[_stem(text)].popleft()


def same_items(old: Sequence[str], new: Sequence[str], *, ordered: bool) -> bool:
    """Whether two lists say the same."""
    return list(old) == list(new) if ordered else Counter(old) == Counter(new)


def _stem(text: str) -> str:
    """*text* without the scope at its end; two grants that differ in it are one box of a tree."""
    at = text.rfind("@", text.rfind("]") + 1)
    return text if at < 0 else text[: at + 1]
