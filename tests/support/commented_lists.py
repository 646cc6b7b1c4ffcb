"""Lists of texts in every layout, with comments of which each is about one item or about none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random

STYLES = ("block", "block", "brackets", "wrapped", "line", "text")


@dataclass
class CommentedList:
    """The `lines` of a list below *key*, and by its comments the item that each is about, None for none.

    `runs` has the items that follow each other without a gap, and whether a comment is above the first: it
    may be about all of them. `shared` says that comments are on lines of several items.
    """

    draw: Random
    key: str
    column: int
    texts: Sequence[str]
    style: str
    owners: dict[str, str | None] = field(default_factory=dict)
    runs: list[tuple[bool, list[str]]] = field(default_factory=list)
    shared: bool = False
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        head = f"{' ' * self.column}{self.key}:"
        if self.style == "text" and len(self.texts) == 1:
            self.lines = [f"{head} {self.texts[0]}{self.beside(self.texts[0])}"]
        elif self.style in ("line", "text"):
            self.lines = [f"{head} [{', '.join(self.texts)}]{self.beside(None)}"]
        elif self.style == "wrapped":
            self.lines = list(self.wrapped(f"{head} ["))
        else:
            flow = self.style == "brackets"
            margin = self.column + (2 if flow else self.draw.choice((0, 2, 4)))
            self.lines = [f"{head}{' [' if flow else ''}{self.beside(None)}", *self.items(margin, flow)]
            self.lines += [f"{' ' * (self.column + 1)}]{self.beside(None)}"] if flow else []

    def comment(self, item: str | None) -> str:
        text = f"# {self.draw.choice(('why', 'not'))} {item} {len(self.owners)}"
        self.owners[text] = item
        return text

    def beside(self, item: str | None) -> str:
        return f"  {self.comment(item)}" if self.draw.random() < 0.4 else ""

    def wrapped(self, line: str) -> Iterator[str]:
        """Several items on a line; a comment at the end of one may be about any of them."""
        for number, text in enumerate(self.texts):
            line += text + ("," if number < len(self.texts) - 1 else "]")
            if number < len(self.texts) - 1 and self.draw.random() < 0.5:
                end = self.beside(text)
                self.shared = self.shared or bool(end)
                yield line + end
                line = " " * (self.column + 4)
        yield line + self.beside(None)

    def items(self, column: int, flow: bool) -> Iterator[str]:
        """Each on a line, with its comments above, beside and below it, and others between blank lines."""
        margin, draw = " " * column, self.draw
        for number, text in enumerate(self.texts):
            gap = False
            if draw.random() < 0.2:
                yield from ("", f"{margin}{self.comment(None)}", "") if draw.random() < 0.5 else ("",)
                gap = True
            if draw.random() < 0.4:
                further = "    " if not number and not gap and draw.random() < 0.4 else ""
                yield from (f"{margin}{further}{self.comment(text)}" for _ in range(draw.choice((1, 1, 2))))
                self.runs.append((True, []))
            elif gap or not number:
                self.runs.append((False, []))
            self.runs[-1][1].append(text)
            comma = "," if flow and (number < len(self.texts) - 1 or draw.random() < 0.5) else ""
            yield f"{margin}{'' if flow else '- '}{text}{comma}{self.beside(text)}"
            if draw.random() < 0.15:
                yield f"{margin}  {self.comment(text)}"
            if draw.random() < 0.1 and number < len(self.texts) - 1:
                yield from (f"{margin}{self.comment(text)}", "")
                self.runs.append((False, []))
        if draw.random() < 0.2:
            yield from ("", f"{margin}{self.comment(None)}")


def owners_in(text: str) -> dict[str, str | None]:
    """What each comment of *text* is about, as a reader sees it who knows only its lines."""
    lines = text.splitlines()
    found: dict[str, str | None] = {}
    for at, line in enumerate(lines):
        code, sign, comment = line.partition("#")
        if sign and code.strip():
            found[sign + comment] = _item(line)
        elif sign:
            found[sign + comment] = _owner(lines, at)
    return found


def _owner(lines: Sequence[str], at: int) -> str | None:
    """The item below or above the comment that has line *at* for itself."""
    above, below = at - 1, at + 1
    while lines[above].lstrip().startswith("#"):
        above -= 1
    while below < len(lines) and lines[below].lstrip().startswith("#"):
        below += 1
    before, after = lines[above], lines[below] if below < len(lines) else ""
    if _item(before) is not None and _margin(lines[at]) > _margin(before):
        return _item(before)
    return _item(after) if after.strip() else _item(before)


def _item(line: str) -> str | None:
    """The one item on *line*, if there is nothing else."""
    match = re.fullmatch(r"\s*(?:- |\w+: )?([\w.]+(?:@\w+)?),?\s*", line.partition("#")[0])
    return None if match is None else match[1]


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
