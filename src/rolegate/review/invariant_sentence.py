"""An invariant written as one sentence: `never payments.refund for role:agent`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from rolegate.diagnostics import Span, quoted
from rolegate.documents.invariants_file import COUNTS, RULES, InvariantShape
from rolegate.documents.scalars import COUNT_PATTERN
from rolegate.documents.text import Text
from rolegate.errors import InvalidQuestionError
from rolegate.texts.spelling import nearest

_BETWEEN = ("of", "with", "for", "by", "in", "and")
_WORDS = (*RULES, *_BETWEEN[:-1])
_FIELDS = {"with": "held", "for": "subjects", "by": "actors", "in": "domains"}
_QUOTED = r"""(?<![^\s,:])"((?:[^"\\]|\\.)*)"(?=[\s,]|$)"""
"""A name in quotes, alone or after `user:`; a quote that belongs to it has a backslash before it."""

_TOKEN = re.compile(rf"(?:{_QUOTED}|\[[^\]]*\]|[^\s,])+|,", re.DOTALL)
"""A word or a comma; what is in quotes or between brackets belongs to the word, blanks included.

INVARIANT: only white space is left out. A bracket that is not closed stays in its word, which is refused.
"""

_OPEN = re.compile(r'(?<![^\s,:])"')
_END = ""


class _Token(NamedTuple):
    """A word of a sentence; one with quotes is a name, whatever it says."""

    text: str
    is_name: bool = False


SENTENCE = Span("the sentence")
"""Where texts of a sentence are said to be, in place of a file."""


def sentence_shape(sentence: str) -> InvariantShape:
    """The invariant that a sentence says; entries are separated by commas, or by `and`.

    Raises:
        InvalidQuestionError: for a text that does not begin with a rule, or has a word twice.
    """
    found: dict[str, list[Text]] = {}
    for word, entries in _parts(sentence):
        key = _FIELDS.get(word, word)
        if key in found:
            raise InvalidQuestionError(f"`{word}` is there twice; write one sentence for each")
        found[key] = [Text(entry, SENTENCE) for entry in entries]
    keys: dict[str, Any] = {**dict.fromkeys(InvariantShape.model_fields), **found}
    for rule in found.keys() & COUNTS:
        if len(found[rule]) != 1 or not re.fullmatch(COUNT_PATTERN, found[rule][0]):
            raise InvalidQuestionError(f"`{rule}` takes a number of people, such as `{rule} 2 of …`")
        keys[rule] = found[rule][0]
    return InvariantShape.model_construct(**keys)


def _parts(sentence: str) -> Iterator[tuple[str, list[str]]]:
    """Each key word with the entries after it; blanks within an entry are one blank."""
    tokens = _tokens(sentence)
    if not tokens or tokens[0].text not in RULES or tokens[0].is_name:
        close = nearest(tokens[0].text, RULES) if tokens else ()
        help = f"; did you mean `{close[0]}`?" if close else ""
        rules = ", ".join(map("`{}`".format, RULES))
        raise InvalidQuestionError(f"a sentence begins with one of {rules}{help}")
    word, entries, entry = tokens[0].text, list[str](), list[str]()
    for token in [*tokens[1:], _Token(_END)]:
        if token.is_name or token.text not in (*_WORDS, ",", "and", _END):
            entry.append(token.text)
            continue
        if entry:
            entries.append(" ".join(entry))
            entry = []
        if token.text in _WORDS or token.text == _END:
            yield word, entries
            word, entries = token.text, []


def _tokens(sentence: str) -> list[_Token]:
    """The words and commas of a sentence.

    Raises:
        InvalidQuestionError: for quotes that are not closed.
    """
    found = []
    for word in _TOKEN.finditer(sentence):
        text, has_quotes = re.subn(_QUOTED, _without_quotes, word[0], flags=re.DOTALL)
        if not has_quotes and _OPEN.search(word[0]):
            raise InvalidQuestionError(
                f'the quotes of {quoted(word[0])} are not closed, or something follows them: write `"` at the'
                ' end of the name, and `\\"` for a quote that belongs to it'
            )
        found.append(_Token(text, bool(has_quotes)))
    return found


def _without_quotes(name: re.Match[str]) -> str:
    return re.sub(r"\\(.)", r"\1", name[1], flags=re.DOTALL)


def text_of(shape: InvariantShape, rule: str) -> str:
    """An invariant as one sentence, such as `never payments.refund for custom_roles`.

    INVARIANT: it is read as the same invariant again; an entry that is not, by itself, is in quotes.
    """
    told = getattr(shape, rule)
    said = (
        (rule, [told] if rule in COUNTS else told),
        ("of", shape.of),
        *((word, getattr(shape, key)) for word, key in _FIELDS.items()),
    )
    return " ".join(f"{word} {', '.join(map(as_entry, entries))}" for word, entries in said if entries)


def as_entry(text: object) -> str:
    """An entry as a sentence has it: in quotes where it has a comma, `and`, or another word of sentences."""
    written = str(text)
    try:
        whole = [*_parts(f"never {written}, ]")] == [("never", [written, "]"])]
    except InvalidQuestionError:
        whole = False
    return written if whole else '"' + re.sub(r'(["\\])', r"\\\1", written) + '"'


def mistyped_word(shape: InvariantShape) -> str:
    """What may be wrong with entries that hold blanks, as `tickets.show fro role:agent`; empty for none.

    Ids and aliases may have blanks, so it is worth saying only of a sentence that cannot be read.
    """
    lists = (getattr(shape, key) for key in InvariantShape.model_fields if key not in COUNTS)
    words = [word[0] for listed in lists for entry in listed or () for word in [*_TOKEN.finditer(entry)][1:]]
    entries = (entry for listed in (shape.subjects, shape.actors) for entry in listed or ())
    for entry in entries:
        if parted := re.fullmatch(r"(role|team|user)(?: *: | )\s*(\S.*)", entry):
            return f"write {quoted(f'{parted[1]}:{parted[2]}')}"
    for word in words:
        close = nearest(word, _BETWEEN)
        if close:
            return f"{quoted(word)} is not a word of a sentence; did you mean `{close[0]}`?"
    return f"write a comma before {quoted(words[0])} if another entry begins there" if words else ""
