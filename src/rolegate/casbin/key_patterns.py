"""Which values Casbin's functions find like a pattern, said so that a table can keep it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from casbin.util import key_match2_func, key_match3_func, key_match_func, regex_match_func

from rolegate.casbin.not_indexed import NotIndexableError

FUNCTIONS: Mapping[str, Callable[..., bool]] = {
    "keyMatch": key_match_func,
    "keyMatch2": key_match2_func,
    "keyMatch3": key_match3_func,
    "regexMatch": regex_match_func,
}
"""Casbin's functions that the index knows."""

KEPT = 4096
"""How many patterns are remembered, so that lines with the same one do not compile it again."""

SPECIAL = re.compile(r"[\\.^$*+?{}\[\]|()]")
REPEATING = frozenset("*+?{")
GROUP = re.compile(r"\([^()\\\[\]]*\)")

Passes = Callable[[Any], bool]
"""Whether a key has all that is asked of it."""
Tests = tuple[tuple[int, str], ...]
"""Regular expressions, each with the number of the field of the key that it is about."""


class Way(NamedTuple):
    """One way in which a value is what a line says: it is *text*, or begins with it if only *size* characters
    count; and the regular expression *test* matches it.
    """

    text: str
    size: int | None = None
    test: str | None = None

    def covers(self, other: Way) -> bool:
        """Whether every value of *other* is one of these."""
        return self.test is None and self.size is not None and other.text.startswith(self.text)


EVERY_VALUE = Way("", 0)


@lru_cache(KEPT)
def ways(function: str, pattern: str) -> tuple[Way, ...]:
    """The ways in which *function* finds a value like *pattern*.

    Raises:
        NotIndexableError: for a pattern with which Casbin raises an exception.
    """
    if function == "keyMatch":
        star = pattern.find("*")
        return (Way(pattern),) if star < 0 else (Way(pattern[:star], star),)
    text = expression(function, pattern)
    try:
        re.compile(text)
    except (re.error, OverflowError, RecursionError):
        raise NotIndexableError(f"`{function}` cannot read the pattern of a line") from None
    body = text.removeprefix("^")
    if not SPECIAL.search(body):
        return (Way(body, len(body)),)
    if body.endswith("$") and not SPECIAL.search(body[:-1]):
        # In a regular expression, a line may end before the end of the text.
        return (Way(body[:-1]), Way(body[:-1] + "\n"))
    if body in (".*", "(.*)"):
        return (EVERY_VALUE,)
    beginning = literal_beginning(body)
    return (Way(beginning, len(beginning), text),)


def expression(function: str, pattern: str) -> str:
    """The regular expression that *function* makes of *pattern*."""
    if function == "regexMatch":
        return pattern
    text = pattern.replace("/*", "/.*")
    if function == "keyMatch3":
        return f"^{re.sub('{[^/]+?}', '[^/]+', text)}$"
    text = re.sub(":[^/]+", "[^/]+", text)
    return "^(.*)$" if text == "*" else f"^{text}$"


def literal_beginning(expression: str) -> str:
    """A text that every match of *expression* begins with."""
    special = SPECIAL.search(expression)
    if special is None:
        return expression
    if "|" in GROUP.sub("", expression):
        return ""
    return expression[: max(0, special.start() - (special[0] in REPEATING))]


@lru_cache(KEPT)
def passing(tests: Tests, alone: bool) -> Passes:
    """The function that tests a key, which is a text if it has a field *alone*."""
    found = [(number, re.compile(text).match) for number, text in tests]
    (number, match), *more = found
    if alone:
        return lambda key: match(key) is not None
    if not more:
        return lambda key: match(key[number]) is not None
    return lambda key: all(match(key[number]) is not None for number, match in found)
