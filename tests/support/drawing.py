"""How much the tests draw: a part with `--laws quick`, for a change; everything with `--laws full`, as in CI.

ROLEGATE_EXAMPLES=2000 makes the property tests run that many sets, other ones each time.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from hypothesis import HealthCheck, Phase, example, settings
from pytest import Item

LAWS = ("quick", "full")
PART = 30
"""A quick run draws one of so many."""
SETS_PART = 60
"""The same for random sets: to draw one and to ask about it takes long."""

ROWS_PART = 4
"""The same for the rows of a test that has more than `SHORT` of them."""
SHORT = 3

DATABASE = re.compile(r"(?<=[\[-])(sqlite(\+\w+)?|postgresql)(?=[\]-])")
"""What the name of a row has for the database on which it is asked."""

ANEW = "each set is drawn anew"
"""The name under which Hypothesis knows that it is to change no set that it has drawn, but to draw others.

For each set that it draws it tries up to five more that are parts of it put together in another way: of 200
sets, half had the same catalog and roles as another one, and there were fewer lines than in 100 drawn anew.
"""

T = TypeVar("T")

_laws = "quick"


def choose(laws: str) -> None:
    """Draw as much as *laws* says from now on; before the tests are imported."""
    global _laws
    assert laws in LAWS
    _laws = laws
    if laws == "full":
        from hypothesis.internal.conjecture.providers import AVAILABLE_PROVIDERS

        AVAILABLE_PROVIDERS[ANEW] = AVAILABLE_PROVIDERS["hypothesis"]
    # Laws that say nothing of it try as many examples as Hypothesis means them to, and a quick run a fifth.
    settings.register_profile("quick", max_examples=some(100, 5))
    settings.register_profile("full")
    settings.load_profile(laws)


def some(count: int, part: int = PART) -> int:
    """How many of *count* are drawn in this run: one of *part* in a quick one."""
    return count if _laws == "full" else -(-count // part)


def some_of(found: Sequence[T], part: int = PART) -> Sequence[T]:
    """What of *found* is looked at in this run, from its beginning to its end."""
    return found[:: 1 if _laws == "full" else part]


def some_rows(items: Sequence[Item]) -> tuple[list[Item], list[Item]]:
    """The tests of a run, and those it leaves out: of a test with many rows, a quick run asks the first,
    the last, and a part of those between; and what is asked on several databases, on one of them.
    """
    names = [item.nodeid for item in items]
    left_out = _on_other_databases(names) if _laws == "quick" else set()
    rows: dict[str, list[str]] = {}
    for name in names:
        if name not in left_out:
            rows.setdefault(name.partition("[")[0], []).append(name)
    left_out |= {
        row
        for found in rows.values()
        if _laws == "quick" and len(found) > SHORT
        for number, row in enumerate(found[:-1])
        if number % ROWS_PART
    }
    kept = [item for item in items if item.nodeid not in left_out]
    return kept, [item for item in items if item.nodeid in left_out]


def _on_other_databases(names: Sequence[str]) -> set[str]:
    """Of rows that differ in the database alone, all but one; the databases take turns, test by test."""
    tests: dict[str, dict[str, list[str]]] = {}
    for name in names:
        rows = tests.setdefault(name.partition("[")[0], {})
        rows.setdefault(DATABASE.sub("*", name), []).append(name)
    return {
        name
        for first, rows in enumerate(tests.values())
        for turn, alike in enumerate(rows.values(), first)
        for number, name in enumerate(alike)
        if number != turn % len(alike)
    }


def each_of(sets: Sequence[Any], **others: Any) -> Callable[[Any], Any]:
    """Ask each of *sets*, the `files` of a law, before anything is drawn; with *others* for what it draws."""

    def ask(law: Any) -> Any:
        for files in reversed(sets):
            law = example(files=files, **others)(law)
        return law

    return ask


def examples(count: int, part: int = SETS_PART) -> Callable[[Any], Any]:
    """*count* random sets in a full run, the same ones each time; with ROLEGATE_EXAMPLES so many new ones."""
    wanted = os.environ.get("ROLEGATE_EXAMPLES")
    anew = wanted is None and _laws == "full"  # a quick run draws too few to change any
    return settings(
        backend=ANEW if anew else "hypothesis",
        max_examples=int(wanted) if wanted else some(count, part),
        derandomize=wanted is None,
        database=None,
        deadline=None,
        # Shrinking a drawn set takes minutes; a long run does it.
        phases=tuple(Phase) if wanted else (Phase.explicit, Phase.generate),
        suppress_health_check=[
            HealthCheck.too_slow,
            HealthCheck.data_too_large,
            HealthCheck.large_base_example,
        ],
    )


def kinds_found(wanted: set[str], tries: int, differences: Callable[[int], Iterable[str]]) -> set[str]:
    """The part before the colon of each of the *differences* that a try gives, by the number of the try.

    A full run has so many tries; a quick run some of them, and more until it has found what is *wanted*.
    """
    found: set[str] = set()
    for number in range(tries):
        found |= {text.partition(":")[0] for text in differences(number)}
        if wanted <= found and some(tries) <= number + 1:
            break
    return found
