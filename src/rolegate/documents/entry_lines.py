"""Which lines of a text belong to an item of a list, or to a key: its own, and those of its comments."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from rolegate.documents.yaml_outline import YamlOutline, YamlPart


@dataclass(frozen=True, slots=True)
class EntryLines:
    """The lines of one entry: from `first` to `last`, with its comments from `top` to `end`.

    `spaced` says that some below it are its own because a blank line follows.
    """

    top: int
    first: int
    last: int
    end: int
    spaced: bool = False


def entry_lines(
    outline: YamlOutline, entries: Sequence[tuple[int, YamlPart]], floor: int
) -> list[EntryLines]:
    """The lines of the *entries*, each of which begins at a place and ends with a value, below line *floor*.

    A comment belongs to the entry on its line, or right below it; to the one above, where it is indented
    further, or where it is right below that and a blank line follows. Between blank lines, and at the end of
    a block, it belongs to none of them.
    """
    found: list[EntryLines] = []
    above = floor
    for number, (begin, value) in enumerate(entries):
        first, last = outline.line_at(begin), outline.last_line(value)
        top = first
        while top - 1 > above and outline.is_comment(top - 1):
            top -= 1
        column = outline.column_of(begin)
        if number + 1 < len(entries):
            end = own_end(outline, last, outline.line_at(entries[number + 1][0]), column)
        else:
            end = indented_end(outline, last, line_below(outline, last), column)
        spaced = end > last and outline.margin_of(end) <= column
        found.append(EntryLines(top, first, last, end, spaced))
        above = end
    return found


def is_doubtful(entries: Sequence[EntryLines], number: int, stays: Container[int]) -> bool:
    """Whether the comment above an entry may be about one that *stays* as well: it follows right below."""
    if entries[number].top == entries[number].first:
        return False
    while number + 1 < len(entries) and entries[number + 1].first == entries[number].end + 1:
        number += 1
        if number in stays:
            return True
    return False


def line_for_next(entries: Sequence[EntryLines], number: int) -> int:
    """The line below which something goes that comes right after an entry."""
    return entries[number + 1].top - 1 if entries[number].spaced else entries[number].end


def own_end(outline: YamlOutline, above: int, line: int, column: int | None) -> int:
    """The last line between *above* and *line* that belongs to what is above, which begins at *column*."""
    end = above if column is None else indented_end(outline, above, line, column)
    beside = end
    while outline.is_comment(beside + 1) and beside + 1 < line:
        beside += 1
    return beside if beside + 1 < line and above >= 0 else end


def indented_end(outline: YamlOutline, above: int, line: int, column: int) -> int:
    """The last of the comments below *above* and above *line* that are indented further than *column*."""
    end = above
    for at in range(above + 1, line):
        if outline.is_comment(at):
            if outline.margin_of(at) <= column:
                break
            end = at
    return end


def file_comment(outline: YamlOutline, end: int, line: int) -> int:
    """The last line of the comment that begins the file below *end*, above *line*."""
    while end + 1 < line and outline.is_comment(end + 1):
        end += 1
    return end


def line_above(outline: YamlOutline, line: int) -> int:
    """The line above *line* that has something else than a comment; -1 without one."""
    line -= 1
    while line >= 0 and not outline.code[outline.begin_of(line) : outline.end_of(line)].strip():
        line -= 1
    return line


def line_below(outline: YamlOutline, line: int) -> int:
    """The line below *line* that has something else than a comment, or the one after all lines."""
    most = outline.line_at(len(outline.text))
    line += 1
    while line <= most and not outline.code[outline.begin_of(line) : outline.end_of(line)].strip():
        line += 1
    return line
