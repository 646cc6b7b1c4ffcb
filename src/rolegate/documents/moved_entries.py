"""The entries of a mapping are put in another order, each with the comments that belong to it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from rolegate.documents.entry_lines import (
    entry_lines,
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
    comment would have no place, or would be about another entry.
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
        if _needs_blank(outline, found[above], found[number], column):
            blanks[number] = blanks[number] or "\n"
        if text is not None and "+" in outline.text[text.begin : text.begin + 3]:
            blanks[number] = ""  # and so would this
    texts = [blanks[number] + bodies[number] for number in order]
    if first.first < first.key and found[0].first and outline.is_comment(found[0].first - 1):
        texts[0] = "\n" + texts[0]  # the comment would be about the file
    inner = outline.text[pieces[0][0] : pieces[-1][1]]
    if _same_owners(margin + inner, "".join(texts)):
        changes.rearrange(pieces, [texts[0].removeprefix(margin), *texts[1:]])


def _needs_blank(outline: YamlOutline, above: _Lines, below: _Lines, column: int) -> bool:
    """Whether a comment between two entries is about the one *above*, or about none, if a line is blank."""
    ends = outline.is_comment(above.last) and outline.margin_of(above.last) <= column
    return ends or not all(outline.is_comment(line) for line in range(below.first, below.key))


def _same_owners(before: str, after: str) -> bool:
    """Whether each comment of a mapping is about the same entry in two texts of it."""
    return "#" not in before or _owned(before) == _owned(after)


def _owned(text: str) -> dict[str, list[str]]:
    """The comments that go with each entry of the mapping *text*, by its key."""
    outline = YamlOutline.of(text, "")
    entries = outline.root.entries
    floor = line_above(outline, outline.line_at(entries[0][0].begin))
    found = entry_lines(outline, [(key.begin, value) for key, value in entries], floor)
    return {
        key.value: [
            outline.text[begin:end]
            for begin, end in outline.comments_between(outline.begin_of(lines.top), outline.end_of(lines.end))
        ]
        for (key, _), lines in zip(entries, found, strict=True)
    }


def _text_at_end(outline: YamlOutline, value: YamlPart, lines: _Lines) -> YamlPart | None:
    """The text below `|` or `>` with which an entry ends, if it does."""
    while value.kind != "scalar":
        if value.flow or not (value.items or value.entries):
            return None
        value = value.items[-1] if value.items else value.entries[-1][1]
    return value if value.block and outline.last_line(value) == lines.last else None


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
    lines = _lines_between_brackets(outline, part, outline.line_at(gaps[0][0]))
    column = outline.column_of(part.entries[0][0].begin)
    begins = [gaps[0][0] + head.end(), *(outline.end_of(one.last) for one in lines)]
    pieces = list(pairwise(begins))
    texts: list[str] = []
    for position, number in enumerate(order):
        value, tail, own = part.entries[number][1], found[number], lines[number]
        sign = "," if comma or position < len(order) - 1 else ""
        rest = tail[0].replace(",", "", 1) if "," in tail[0].partition("#")[0] else tail[0]
        piece = text[pieces[number][0] : value.end] + sign + rest + text[tail.end() : pieces[number][1]]
        close = position and own.blank == own.first
        if close and _needs_blank(outline, lines[order[position - 1]], own, column):
            piece = "\n" + piece
        texts.append(piece)
    start, end = text[part.begin : begins[0]], text[begins[-1] : part.end]
    if _same_owners(text[part.begin : part.end], start + "".join(texts) + end):
        changes.rearrange(pieces, texts)


def _lines_between_brackets(outline: YamlOutline, part: YamlPart, above: int) -> list[_Lines]:
    """The lines of each entry, of which the first is below the bracket on the line *above*."""
    found: list[_Lines] = []
    for number, (key, value) in enumerate(part.entries):
        line, last = outline.line_at(key.begin), outline.last_line(value)
        column = outline.column_of(key.begin)
        if number + 1 < len(part.entries):
            end = own_end(outline, last, outline.line_at(part.entries[number + 1][0].begin), column)
        else:
            end = indented_end(outline, last, outline.line_at(part.end - 1), column)
        first = next((at for at in range(above + 1, line) if outline.is_comment(at)), line)
        found.append(_Lines(above + 1, first, line, end))
        above = end
    return found
