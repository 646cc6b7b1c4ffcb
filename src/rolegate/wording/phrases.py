"""Sentences of the program that can be said in another language, with the titles of what they name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Self

from rolegate.diagnostics import one_line
from rolegate.wording.languages import ENGLISH_WORDING


class SaidName(NamedTuple):
    """Something of a policy set that a sentence names; in a language of the set it is called by its title.

    `kind` says what it is, `grant` and `permission` among them. `of` is where it is declared, such as the
    ladder of a scope. Written as a text, it is the name in backticks; a kind of resource is a word.
    """

    kind: str
    name: str
    of: str = ""

    def __str__(self) -> str:
        shown = one_line(self.name)
        return shown if self.kind == "resource" else f"`{shown}`"


class Phrase(str):
    """A sentence in English, with the names of what it is about, that knows how to be said otherwise.

    INVARIANT: it is one line, whatever the values are, so that `one_line` gives it back as it is.
    """

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, /, **values: object) -> Self:
        shown = {
            name: value if isinstance(value, int) else one_line(str(value)) for name, value in values.items()
        }
        made = super().__new__(cls, ENGLISH_WORDING(key, **shown))
        made.key, made.values = key, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str], dict[str, Any]]:
        return (self.key,), self.values


class Listing(str):
    """Several names or sentences with `and` or `or` between them."""

    key: str
    parts: tuple[object, ...]

    def __new__(cls, key: str, parts: Iterable[object], /) -> Self:
        kept = tuple(parts)
        made = super().__new__(cls, ENGLISH_WORDING(key).join(one_line(str(part)) for part in kept))
        made.key, made.parts = key, kept
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, tuple[object, ...]], dict[str, Any]]:
        return (self.key, self.parts), {}


def named(kind: str, name: str, of: str = "") -> Phrase:
    """A thing with the word for its kind: role `agent`."""
    return Phrase(kind, name=SaidName(kind, name, of))
