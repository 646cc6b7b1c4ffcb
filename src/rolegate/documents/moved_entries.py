"""The entries of a mapping are put in another order, each with the comments that belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rolegate.documents.entry_lines import (
    file_comment,
    indented_end,
    line_above,
    line_below,
    own_end,
)
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlOutline, YamlPart

_DASHES = re.compile(r" *(?:- +)*")
_COMMA = re.compile(r"[ ]*,?[ ]*(#[^\n]*)?\n")


@dataclass(frozen=True, slots=True)
class _Lines:
    """The lines of one entry: `blank` ones, then those from its comments to its end."""

    blank: int
    first: int
    key: int
    last: int


def move_entries(changes: TextChanges, part: YamlPart, order: Sequence[int]) -> None:
    """Let the mapping *part* have its entries in the *order* of these numbers.

    A comment belongs to what is right below it; to what is right above it, where a blank line follows or
    where it is indented further. What begins a file is about the file. A mapping stays as it is where a
    comment would have no place.
    """
    if part.flow:
        _move_between_brackets(changes, part, order)
    else:
        _move_lines(changes, part, order)


def _move_lines(changes: TextChanges, part: YamlPart, order: Sequence[int]) -> None:
    outline = changes.outline
    found = _lines(outline, part)
    if found is None:
        return
    column = outline.column_of(part.entries[0][0].begin)
    dashed = bool(outline.before(part.entries[0][0].begin).strip())
    first = found[order[0]]
    if dashed and (first.first < first.key or found[0].first < found[0].key):
        return  # a comment would come between a dash and what it begins
    margin = " " * column if dashed else ""
    pieces = [(outline.begin_of(lines.blank), outline.end_of(lines.last)) for lines in found]
    bodies = [outline.text[outline.begin_of(lines.first) : outline.end_of(lines.last)] for lines in found]
    blanks = [outline.text[outline.begin_of(lines.blank) : outline.begin_of(lines.first)] for lines in found]
    if dashed:
        begin = part.entries[0][0].begin
        pieces[0], bodies[0] = (begin, pieces[0][1]), margin + outline.text[begin : pieces[0][1]]
    blanks[0], blanks[order[0]] = blanks[order[0]], ""
    for above, number in pairwise(order):
        text = _text_at_end(outline, part.entries[above][1], found[above])
        if text is not None and _is_indented(outline, found[number], column):
            return  # the comment would be part of the text below `|`
        if text is not None and "+" in outline.text[text.begin : text.begin + 3]:
            blanks[number] = ""  # and so would this
    texts = [blanks[number] + bodies[number] for number in order]
    changes.rearrange(pieces, [texts[0].removeprefix(margin), *texts[1:]])


def _text_at_end(outline: YamlOutline, value: YamlPart, lines: _Lines) -> YamlPart | None:
    """The text below `|` or `>` with which an entry ends, if it does."""
    while value.kind != "scalar":
        if value.flow or not (value.items or value.entries):
            return None
        value = value.items[-1] if value.items else value.entries[-1][1]
    return value if value.block and outline.last_line(value) == lines.last else None


def _is_indented(outline: YamlOutline, lines: _Lines, column: int) -> bool:
    """Whether a comment above an entry begins right of *column*, where its key begins."""
    comments = (at for at in range(lines.first, lines.key) if outline.is_comment(at))
    return any(outline.margin_of(at) > column for at in comments)


def _lines(outline: YamlOutline, part: YamlPart) -> list[_Lines] | None:
    """The lines of each entry, which follow each other; None where they are shared."""
    column = outline.column_of(part.entries[0][0].begin)
    found: list[_Lines] = []
    for number, (key, value) in enumerate(part.entries):
        line, last = outline.line_at(key.begin), outline.last_line(value)
        before = outline.before(key.begin)
        if (_DASHES.fullmatch(before) is None if number == 0 else before.strip()) or outline.after(
            value
        ).strip():
            return None
        if number and line <= found[-1].last:
            return None
        top = found[-1].last if number else line_above(outline, line)
        end = own_end(outline, top, line, column if number else None)
        if number:
            found[-1] = _Lines(found[-1].blank, found[-1].first, found[-1].key, end)
        elif part is outline.root and end == top:
            end = file_comment(outline, top, line)
        if number == 0 and before.strip():
            end = line - 1  # what is above a dash is about the whole item
        text = next((at for at in range(end + 1, line) if outline.is_comment(at)), line)
        found.append(_Lines(end + 1 if number else text, text, line, last))
    after = line_below(outline, found[-1].last)
    end = indented_end(outline, found[-1].last, after, column)
    found[-1] = _Lines(found[-1].blank, found[-1].first, found[-1].key, end)
    return found


def _move_between_brackets(changes: TextChanges, part: YamlPart, order: Sequence[int]) -> None:
    outline = changes.outline
    inner = [(key.begin, value.end) for key, value in part.entries]
    texts = [outline.text[begin:end] for begin, end in inner]
    ends = [part.begin + 1, *(end for _, end in inner)]
    begins = [*(begin for begin, _ in inner), part.end - 1]
    gaps = list(zip(ends, begins, strict=True))
    if not any(True for begin, end in gaps for _ in outline.comments_between(begin, end)):
        changes.rearrange(inner, [texts[number] for number in order])
        return
    _move_lines_between_brackets(changes, part, order, gaps)


def _move_lines_between_brackets(
    changes: TextChanges, part: YamlPart, order: Sequence[int], gaps: Sequence[tuple[int, int]]
) -> None:
    """With comments: where each entry begins a line, and nothing else is on the last line of one."""
    outline, text = changes.outline, changes.outline.text
    tails = [_COMMA.match(text, begin, end) for begin, end in gaps[1:]]
    head = re.match(r"[ ]*(#[^\n]*)?\n", text[gaps[0][0] : gaps[0][1]])
    found = [tail for tail in tails if tail is not None]
    if head is None or len(found) < len(tails):
        return
    comma = "," in text[found[-1].start() : found[-1].end()].partition("#")[0]
    begins = [gaps[0][0] + head.end()]
    for (above, value), (key, _) in pairwise(part.entries):
        column = outline.column_of(above.begin)
        end = own_end(outline, outline.last_line(value), outline.line_at(key.begin), column)
        begins.append(outline.end_of(end))
    begins.append(found[-1].end())
    pieces = list(pairwise(begins))
    texts = []
    for position, number in enumerate(order):
        value, tail = part.entries[number][1], found[number]
        sign = "," if comma or position < len(order) - 1 else ""
        rest = tail[0].replace(",", "", 1) if "," in tail[0].partition("#")[0] else tail[0]
        own = text[tail.end() : pieces[number][1]]
        texts.append(text[pieces[number][0] : value.end] + sign + rest + own)
    changes.rearrange(pieces, texts)
