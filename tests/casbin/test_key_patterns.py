"""What the tables keep of a pattern finds the values that Casbin's own function finds."""

from __future__ import annotations

import random
from typing import Any

import pytest

from drawing import some
from plain.casbin_models import INDEXED, indexed, outcome
from rolegate.casbin.key_patterns import FUNCTIONS, Passes, Way, literal_beginning, passing, ways
from rolegate.casbin.model_layout import FieldMatch

PARTS = (
    *("/", "/", "a", "b", "ab", "*", "/*", ":id", ":", "{id}", "{", "}", ".", ".*", "(", ")", "|", "(a|b)"),
    *("^", "$", "+", "?", "\\", "[", "]", "\n", "(?i)", "é", "-"),
)


def text(draw: random.Random) -> str:
    return "".join(draw.choice(PARTS) for _ in range(draw.randint(0, 5)))


def value(draw: random.Random, pattern: str) -> str:
    """A value that is not always far from *pattern*."""
    for part in (":id", "{id}", "(a|b)", ".*", "*"):
        pattern = pattern.replace(part, draw.choice(("a", "b", "", "x/y", "1\n")))
    return draw.choice((pattern, pattern.replace("^", "").replace("$", ""), text(draw))) + draw.choice(
        ("", "", "", "\n", "a", "/")
    )


def found(way: Way, asked: str) -> bool:
    """Whether a table that keeps *way* finds *asked*."""
    if asked[: way.size] != way.text:
        return False
    return way.test is None or passing(((0, way.test),), True)(asked)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_pattern_finds_what_casbin_finds(function: str) -> None:
    """One value that both find or neither, for each of many patterns; those that raise are refused."""
    draw, seen = random.Random(function), {True: 0, False: 0, None: 0}
    for _ in range(some(30_000)):
        pattern = text(draw)
        asked = value(draw, pattern)
        expected: Any = outcome(lambda: FUNCTIONS[function](asked, pattern))  # noqa: B023
        known: Any = outcome(lambda: ways(function, pattern))  # noqa: B023
        if not isinstance(known, tuple):
            known = None
            expected = None if isinstance(expected, type) else expected
        else:
            known = any(found(way, asked) for way in known)
        assert expected == known, (pattern, asked)
        seen[known] += 1
    assert min(seen[True], seen[False]) > sum(seen.values()) // 20


@pytest.mark.filterwarnings("ignore")
def test_several_functions_for_one_column() -> None:
    """Ways that others cover are left out, and no value with them."""
    draw, fewer = random.Random(3), 0
    for _ in range(some(10_000)):
        functions = tuple(draw.sample(list(FUNCTIONS), draw.randint(0, 3)))
        words = tuple(draw.sample(("*", "any"), 1))
        field = FieldMatch(0, 0, draw.random() < 0.5, words, draw.choice((words, ())), functions)
        pattern = draw.choice((text(draw), text(draw), "*"))
        asked = value(draw, pattern)
        known: Any = outcome(lambda: field.ways(pattern))  # noqa: B023
        if isinstance(known, list):
            expected = field.matches(asked, pattern)
            assert expected == any(found(way, asked) for way in known), (field, pattern, asked)
            every = (
                [] if pattern in words else [way for function in functions for way in ways(function, pattern)]
            )
            fewer += len(known) < len(every) + field.equal
    assert fewer


@pytest.mark.parametrize(
    ("expression", "beginning"),
    [
        ("/api/users", "/api/users"),
        ("/api/[^/]+/x", "/api/"),
        ("/api/?", "/api"),
        ("/apis{2}", "/api"),
        ("/api/(users|groups)", "/api/"),
        ("GET|POST", ""),
        ("/api/(a|b)|/x", ""),
        ("(GET)|(POST)", ""),
        (r"/a\.b", "/a"),
        ("(?i)get", ""),
    ],
)
def test_the_literal_beginning(expression: str, beginning: str) -> None:
    """Every match begins with it; it is as long as can be told at sight."""
    assert beginning == literal_beginning(expression)


def test_a_question_looks_at_few_patterns(monkeypatch: pytest.MonkeyPatch) -> None:
    """At those that begin like the value, in lines about the subject."""
    ours = indexed(INDEXED["paths"])
    ours.add_policies(
        [[f"r{role}", f"/{kind}/:id/x", "read", "allow"] for role in range(20) for kind in range(50)]
    )
    ours.add_policies([["r3", f"/7/:id/y{n}", "read", "allow"] for n in range(3)])
    ours.add_grouping_policy("ana", "r3")
    tried: list[Any] = []

    def watched(passes: Passes) -> Passes:
        def call(key: Any) -> bool:
            tried.append(key)
            return passes(key)

        return call

    for table in ours._index.tables.lines.values():  # type: ignore[union-attr]
        for kinds in table.topics.values():
            for cells in kinds.values():
                for subjects in cells.values():
                    for tests in subjects.values():
                        for key, passes in tests.items():
                            tests[key] = watched(passes)
    assert not ours.enforce("ana", "/7/1/z", "read")
    assert 4 == len(tried)
    assert ours.enforce("ana", "/9/1/x", "read")
    assert 5 == len(tried)
    assert not ours.enforce("ana", "/9/1/x", "write")
    assert not ours.enforce("ben", "/9/1/x", "read")
    assert 5 == len(tried)
