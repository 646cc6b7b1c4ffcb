"""How wide a text is on a terminal, and how it is folded into a column."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rolegate.texts.joiners import as_one_emoji

_WORD = re.compile(r"\s*\S+")


def text_width(text: str) -> int:
    """The columns that *text* takes: two for wide characters, none for marks on letters and for joiners."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(as_one_emoji(text))


def padded(text: str, width: int, *, centred: bool = False) -> str:
    """*text* with blanks up to *width*."""
    room = max(width - text_width(text), 0)
    return " " * (room // 2) + text + " " * (room - room // 2) if centred else text + " " * room


def folded(text: str, width: int) -> list[str]:
    """*text* in lines of at most *width*, broken between words, and within one that is longer than a line."""
    if text_width(text) <= width:
        return [text]
    lines = [""]
    for word in _WORD.findall(text):
        if text_width(lines[-1] + word) <= width:
            lines[-1] += word
            continue
        *full, last = _pieces(word.strip(), width)
        lines += [*full, last]
    return [line for line in lines if line] or [""]


def _pieces(word: str, width: int) -> Iterator[str]:
    """*word* in pieces of at most *width*; a path is broken after a point, if there is one."""
    while text_width(word) > width:
        end = _fitting(word, max(width, 2))
        point = word.rfind(".", 0, end)
        end = point + 1 if point > 0 else end
        yield word[:end]
        word = word[end:]
    yield word


def _fitting(word: str, width: int) -> int:
    """How many characters of *word* take at most *width* columns; at least one."""
    if word.isascii():
        return width
    used = 0
    for number, character in enumerate(word):
        used += text_width(character)
        if used > width:
            return max(number, 1)
    return len(word)
