"""Policy sets as texts in which nothing is in its form, with comments wherever YAML has one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from commented_sets import Remarks
from plain.catalog import Data
from plain.strategies import Files
from plain.writer import FLAGS, quoted
from rolegate.documents.yaml_outline import YamlOutline, YamlPart

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_.@-]*[A-Za-z0-9]")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_IN_QUOTES = frozenset({"where", "any_of", "all_of", "record", "attributes"})
"""Keys below which quotes say that something is a text."""


class ArrangedWriter(Remarks):
    """Writes plain data as YAML: keys in any order, every kind of text, comments anywhere."""

    def write_set(self, files: Files, folder: Path) -> Path:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            end = self.draw.choice(("\n", "\n", "\r\n"))
            lines = [*self.between(0), *self.mapping(data, 0), *self.between(0)]
            mark = "\ufeff" if self.maybe(0.1) else ""
            path.write_bytes((mark + end.join(lines) + end).encode())
        return folder

    def between(self, column: int) -> Iterator[str]:
        """Lines that say nothing."""
        while self.maybe(0.25):
            margin = " " * max(0, column + self.draw.choice((0, 0, 0, 2, -2)))
            yield f"{margin}{self.comment()}" if self.maybe(0.7) else self.draw.choice(("", "", "  "))

    def shuffled(self, data: Data) -> list[tuple[str, Any]]:
        entries = list(data.items())
        if self.maybe(0.7):
            self.draw.shuffle(entries)
        return entries

    def mapping(self, data: Data, column: int, bare: bool = True, first: bool = False) -> Iterator[str]:
        """The lines of a mapping; its *first* one has nothing above it, as it follows a dash."""
        for number, (key, value) in enumerate(self.shuffled(data)):
            if number or not first:
                yield from self.between(column)
            head = f"{' ' * column}{self.text(key, bare, True)}:"
            yield from self.value(head, value, key, column, bare and key not in _IN_QUOTES)
            if self.maybe(0.1):
                yield f"{' ' * (column + 2)}{self.comment()}"

    def value(self, head: str, value: Any, key: str, column: int, bare: bool) -> Iterator[str]:
        """The lines of *value*, of which the first follows *head*."""
        if isinstance(value, (dict, list)):
            if not value or self.maybe(0.3):
                yield from self.flow(head, value, key, column, bare)
                return
            yield f"{head}{self.end()}"
            if isinstance(value, dict):
                yield from self.mapping(value, column + 2, bare)
            else:
                yield from self.items(value, key, column + self.draw.choice((0, 2)), bare)
        elif key in FLAGS:
            yield f"{head} {value}{self.end()}"
        elif key == "description" and self.maybe(0.3) and re.fullmatch(r"[!-~]+( [!-~]+)*", value):
            yield f"{head} {self.draw.choice(('|', '|+', '>+'))}{self.end()}"
            yield from (f"{' ' * (column + 2)}{value}", *[""] * self.draw.choice((0, 1, 2)))
        elif bare and self.maybe(0.1) and re.fullmatch(r"[!-~]+( [!-~]+)*", value):
            yield f"{head} {self.draw.choice(('|-', '>-'))}{self.end()}"
            yield f"{' ' * (column + 2)}{value}"
        elif self.maybe(0.1) and re.fullmatch(r"[!-~]+ [!-~]+", value):
            yield f"{head} {quoted(value).replace(' ', chr(10) + ' ' * (column + 2))}{self.end()}"
        else:
            yield f"{head} {self.text(value, bare, False)}{self.end()}"

    def items(self, values: list[Any], key: str, column: int, bare: bool) -> Iterator[str]:
        dash = " " * column + "-"
        for value in values:
            yield from self.between(column)
            if isinstance(value, dict) and value and self.maybe(0.7):
                first, *rest = self.mapping(value, column + 2, bare, first=True)
                yield f"{dash} {first.lstrip(' ')}"
                yield from rest
            elif isinstance(value, (dict, list)):
                yield from self.flow(dash, value, key, column, bare)
            else:
                yield f"{dash} {self.text(value, bare, False)}{self.end()}"

    def flow(self, head: str, value: Any, key: str, column: int, bare: bool) -> Iterator[str]:
        """A collection between brackets: on one line, or with an item a line and comments between them."""
        signs = "{}" if isinstance(value, dict) else "[]"
        if len(value) < 2 or self.maybe(0.6):
            yield f"{head} {self.inline(value, key, bare)}{self.end()}"
            return
        yield f"{head} {signs[0]}{self.end()}"
        texts = self.inner(value, key, bare)
        for number, text in enumerate(texts):
            yield from self.between(column + 2)
            comma = "," if number < len(texts) - 1 or self.maybe(0.5) else ""
            yield f"{' ' * (column + 2)}{text}{comma}{self.end()}"
        yield from self.between(column + 2)
        yield f"{' ' * (column + 1)}{signs[1]}{self.end()}"

    def inner(self, value: Any, key: str, bare: bool) -> list[str]:
        if isinstance(value, list):
            return [self.inline(one, key, bare) for one in value]
        return [
            f"{self.text(name, bare, True)}: {self.inline(one, name, bare and name not in _IN_QUOTES)}"
            for name, one in self.shuffled(value)
        ]

    def inline(self, value: Any, key: str, bare: bool) -> str:
        if not isinstance(value, (dict, list)):
            return str(value) if key in FLAGS else self.text(value, bare, False)
        pad, comma = self.draw.choice(("", " ")), self.draw.choice((", ", ",  ", " , "))
        inner = comma.join(self.inner(value, key, bare))
        return f"{{{pad}{inner}{pad}}}" if isinstance(value, dict) else f"[{pad}{inner}{pad}]"

    def text(self, text: str, bare: bool, key: bool) -> str:
        kind = self.draw.random()
        if (bare or key) and kind < 0.6 and _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
            return text
        if kind < 0.8 and re.fullmatch(r"[ -~]+", text):
            return "'" + text.replace("'", "''") + "'"
        return quoted(text)


@dataclass(frozen=True)
class Beside:
    """What a comment on a line of its own is with: the block around it, what is below it, and what above.

    `heads` says that it is right above what is below and begins where it begins, which leaves no doubt;
    `ends` that it is so below what is above, as a blank line follows. `first` ones begin the file.
    """

    block: str
    below: str
    above: str
    heads: bool
    ends: bool
    first: bool


def texts_beside(text: str) -> Counter[tuple[str, str]]:
    """Each comment of *text* that shares its line, with the place of what is before it."""
    outline = YamlOutline.of(text, "f.yaml")
    places = sorted(_places(outline.root, ()))
    found: Counter[tuple[str, str]] = Counter()
    for begin, end in outline.comments:
        if outline.before(begin).strip():
            found[outline.text[begin:end].rstrip(), max(one for one in places if one[0] < begin)[1]] += 1
    return found


def texts_alone(text: str) -> dict[str, Beside]:
    """Each other comment of *text*, and what it is with."""
    outline = YamlOutline.of(text, "f.yaml")
    places = sorted(_places(outline.root, ()))
    columns = {place: _column(outline, begin, place) for begin, place in reversed(places)}
    found: dict[str, Beside] = {}
    for begin, end in outline.comments:
        if outline.before(begin).strip():
            continue
        column, line = outline.column_of(begin), outline.line_at(begin)
        block = "/" + next((place for at, place in reversed(places) if at < begin), "")
        while block and columns.get(block[1:], -1) >= column:
            block = block.rpartition("/")[0]
        next_line = line + 1
        while outline.is_comment(next_line):
            next_line += 1
        code = outline.code[outline.begin_of(next_line) : outline.end_of(next_line)]
        heads = bool(code.strip()) and len(code) - len(code.lstrip(" ")) == column
        owner, ends = _above(outline, places, begin)
        above = outline.text[:begin].strip().split("\n")  # the comment that begins a file is about the file
        close = not any(not text.strip() for text in outline.text[:begin].lstrip().split("\n")[:-1])
        first = close and all(text.lstrip().startswith("#") for text in above if above != [""])
        below = next((place for at, place in places if at > begin), "")
        comment = outline.text[begin:end].rstrip()
        found[comment] = Beside(block, below, owner, heads and not first, ends, first)
    return found


def _above(outline: YamlOutline, places: list[tuple[int, str]], begin: int) -> tuple[str, bool]:
    """The key above a comment that begins where the comment does, and whether a blank line parts others."""
    column, line = outline.column_of(begin), outline.line_at(begin)
    first = last = line
    while first and outline.is_comment(first - 1) and outline.margin_of(first - 1) == column:
        first -= 1
    while outline.is_comment(last + 1) and outline.margin_of(last + 1) == column:
        last += 1
    lines = outline.code.split("\n")
    next_one = next((text for text in lines[last + 1 :] if text.strip()), "")
    apart = last + 1 < len(lines) and not lines[last + 1].strip() and not outline.is_comment(last + 1)
    close = first > 0 and bool(lines[first - 1].strip())
    level = next_one.strip()[:1] not in ("", "-", "]", "}") and next_one.index(next_one.strip()[0]) == column
    keys = [(at, place) for at, place in places if at < begin and outline.column_of(at) <= column]
    at, place = keys[-1] if keys else (0, "")
    key = outline.column_of(at) == column and not outline.before(at).strip()
    return place, apart and close and level and key


def _column(outline: YamlOutline, begin: int, place: str) -> int:
    """Where something begins, an item of a list with its dash."""
    before = outline.before(begin).rstrip()
    item = place.rpartition("/")[2].isdigit() and before.endswith("-")
    return len(before) - 1 if item else outline.column_of(begin)


def _places(part: YamlPart, path: tuple[str, ...]) -> Iterator[tuple[int, str]]:
    """Where each text and each bracket is, with the keys and numbers that lead to it."""
    name = "/".join(step.replace("/", "\0") for step in path)
    if part.kind == "scalar":
        yield part.begin, name
    elif part.flow:
        yield from ((part.begin, name), (part.end - 1, name))
    for number, item in enumerate(part.items):
        yield item.begin, f"{name}/{number}"
        yield from _places(item, (*path, str(number)))
    for key, value in part.entries:
        inner = (*path, key.value)
        yield key.begin, "/".join(step.replace("/", "\0") for step in inner)
        yield from _places(value, inner)
