"""Sentences of the program that can be said in another language, with the titles of what they name."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple, Self

from rolegate.texts.escaping import plain
from rolegate.texts.invisible import one_line
from rolegate.wording.english import ENGLISH
from rolegate.wording.languages import wording


class SaidName(NamedTuple):
    """Something of a policy set that a sentence names; in a language of the set it is called by its title.

    `kind` says what it is, `grant` and `permission` among them. `of` is where it is declared, such as the
    ladder of a scope; of a restriction it is the title, which a text adds to the name. Written as a text, it
    is the name in backticks; a kind of resource is a word.
    """

    kind: str
    name: str
    of: str = ""

    def __str__(self) -> str:
        if self.kind == "restriction" and self.of:
            return f"`{self.name}` ({self.of})"
        return self.name if self.kind == "resource" else f"`{self.name}`"


class Phrase(str):
    """A sentence in English, with the names of what it is about, that knows how to be said otherwise.

    INVARIANT: it is one line, whatever the values are, so that `one_line` gives it back as it is.
    """

    key: str
    values: dict[str, Any]

    def __new__(cls, key: str, /, **values: object) -> Self:
        form = ENGLISH[key]
        # Written out for speed: most sentences are plain, and lists of holders have thousands of them.
        text = (form if isinstance(form, str) else form[values["number"] != 1]).format_map(values)
        made = str.__new__(cls, text if text.isascii() and text.isprintable() else one_line(text))
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
        made = super().__new__(cls, one_line(str(ENGLISH[key]).join(map(str, kept))))
        made.key, made.parts = key, kept
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[str, tuple[object, ...]], dict[str, Any]]:
        return (self.key, self.parts), {}


@lru_cache(maxsize=1024)
def named(kind: str, name: str, of: str = "") -> Phrase:
    """A thing with the word for its kind: role `agent`."""
    return Phrase(kind, name=SaidName(kind, name, of))


def spoken(text: object, locale: str | None) -> str:
    """*text* in a language of the program, with names as they are: nobody knows the titles of a set."""
    said = wording(locale)

    def value(part: object) -> object:
        return part if isinstance(part, int) else spoken(part, locale)

    match text:
        case Listing():
            return said(text.key).join(spoken(part, locale) for part in text.parts)
        case Phrase():
            return said(text.key, **{name: value(part) for name, part in text.values.items()})
        case SaidName(kind="code"):
            return plain(str(text))
        case SaidName():
            return said("quoted", text=plain(text.name))
    return plain(str(text))
