"""An invariant written as one sentence: `never payments.refund for role:agent`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rolegate.diagnostics import Span, quoted
from rolegate.documents.invariants_file import COUNTS, RULES, InvariantShape
from rolegate.documents.scalars import COUNT_PATTERN
from rolegate.documents.text import Text
from rolegate.errors import InvalidQuestionError
from rolegate.texts.spelling import nearest

_BETWEEN = ("of", "with", "for", "by", "in", "and")
_WORDS = (*RULES, *_BETWEEN[:-1])
_FIELDS = {"with": "held", "for": "subjects", "by": "actors", "in": "domains"}
_TOKEN = re.compile(r"(?:\[[^\]]*\]|[^\s,])+|,")
"""A word or a comma; what is between brackets belongs to the word, blanks included.

INVARIANT: only white space is left out. A bracket that is not closed stays in its word, which is refused.
"""

_END = ""

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
    tokens = _TOKEN.findall(sentence)
    if not tokens or tokens[0] not in RULES:
        close = nearest(tokens[0], RULES) if tokens else ()
        help = f"; did you mean `{close[0]}`?" if close else ""
        rules = ", ".join(map("`{}`".format, RULES))
        raise InvalidQuestionError(f"a sentence begins with one of {rules}{help}")
    word, entries, entry = tokens[0], list[str](), list[str]()
    for token in [*tokens[1:], _END]:
        if token not in (*_WORDS, ",", "and", _END):
            entry.append(token)
            continue
        if entry:
            entries.append(" ".join(entry))
            entry = []
        if token in _WORDS or token == _END:
            yield word, entries
            word, entries = token, []


def mistyped_word(shape: InvariantShape) -> str:
    """What may be wrong with entries that hold blanks, as `tickets.show fro role:agent`; empty for none.

    Ids and aliases may have blanks, so it is worth saying only of a sentence that cannot be read.
    """
    lists = (getattr(shape, key) for key in InvariantShape.model_fields if key not in COUNTS)
    words = [word for entries in lists for entry in entries or () for word in _TOKEN.findall(entry)[1:]]
    entries = (entry for listed in (shape.subjects, shape.actors) for entry in listed or ())
    for entry in entries:
        if parted := re.fullmatch(r"(role|team|user)(?: *: | )\s*(\S.*)", entry):
            return f"write {quoted(f'{parted[1]}:{parted[2]}')}"
    for word in words:
        close = nearest(word, _BETWEEN)
        if close:
            return f"{quoted(word)} is not a word of a sentence; did you mean `{close[0]}`?"
    return f"write a comma before {quoted(words[0])} if another entry begins there" if words else ""
