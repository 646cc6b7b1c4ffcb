"""Text becomes a YAML scalar on one line that reads back as exactly this text; quotes only where needed."""

from __future__ import annotations

import re
import unicodedata

from rolegate.diagnostics import quoted
from rolegate.documents.files import REFUSED
from rolegate.documents.lookalikes import JOINERS
from rolegate.documents.traps import trap
from rolegate.errors import EditError

_BEGINS = frozenset("-?:,[]{}#&*!|>'\"%@`=<~")
_AMBIGUOUS = re.compile(r": |:\Z| #|\A\.\.\.|\t")
_FLOW = re.compile(r"[,\[\]{}?]|:(?![A-Za-z0-9_/.-])")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r", "\0": "\\0"}


def written(text: str, *, flow: bool = False) -> str:
    """*text* as a scalar; *flow* says that it is between brackets.

    Raises:
        EditError: for text with half of a character, which YAML cannot hold.
    """
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise EditError(f"{quoted(text)} holds half of a character; remove it, or write the whole character")
    return text if _plain(text, flow) else in_quotes(text)


def in_quotes(text: str) -> str:
    """*text* in double quotes; in single ones where nothing in it needs an escape then."""
    if any(_unseen(character) for character in text):
        return '"' + "".join(_escaped(character) for character in text) + '"'
    if not ('"' in text or "\\" in text):
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _plain(text: str, flow: bool) -> bool:
    """Whether *text* means itself without quotes, to YAML of any version."""
    if any(_unseen(character) for character in text):
        return False
    if not text or text != text.strip() or text[0] in _BEGINS or trap(text) is not None:
        return False
    return _AMBIGUOUS.search(text) is None and not (flow and _FLOW.search(text))


def _unseen(character: str) -> bool:
    """Whether *character* is written as an escape: a file may not hold it, or nobody would see it."""
    if character.isascii():
        return not character.isprintable()
    if character in JOINERS:
        return False
    return unicodedata.category(character) in ("Cc", "Cf", "Zl", "Zp") or REFUSED.match(character) is not None


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if not _unseen(character):
        return character
    number = ord(character)
    if number < 0x100:
        return f"\\x{number:02x}"
    return f"\\u{number:04x}" if number < 0x10000 else f"\\U{number:08x}"
