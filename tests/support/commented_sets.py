"""Policy sets as texts full of comments, in every layout; and sets with much that is said twice."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

from plain.catalog import Data
from plain.strategies import Files
from plain.writer import FLAGS, quoted, text_of

REMARKS = ("why", "it's", 'a "quote', "- x", "key: value", "[", "}", "# twice", "&a *b !c", "| >")


def repeated(files: Files, draw: Random) -> Files:
    """A copy of *files* in which grants, exceptions and lines are said again, at other scopes as well.

    One grant at least is said twice in its list, if there is one.
    """
    found: Files = copy.deepcopy(dict(files))
    given = [
        owner["grants"] for data in found.values() for owner in _owners(data, "grants") if owner["grants"]
    ]
    for texts in draw.sample(given, min(len(given), 2)):
        texts.insert(draw.randrange(len(texts) + 1), draw.choice(texts))
    for key in ("grants", "except"):
        lists = [owner[key] for data in found.values() for owner in _owners(data, key)]
        said = [text for texts in lists for text in texts]
        for texts in lists:
            for _ in range(draw.choice((0, 1, 1, 2, 3)) if said else 0):
                text = draw.choice(texts if draw.random() < 0.5 else said)
                if "@" in text and draw.random() < 0.5:
                    text = f"{text.rpartition('@')[0]}@{draw.choice(('all', 'team', 'my', 'view'))}"
                texts.insert(draw.randrange(len(texts) + 1), text)
    lines = found.get("bindings.yaml", {}).get("bindings", [])
    for line in [line for line in lines if draw.random() < 0.3]:
        lines.insert(draw.randrange(len(lines) + 1), copy.deepcopy(line))
    return found


def _owners(node: Any, key: str) -> Iterator[Data]:
    """Every mapping in *node* with a list under *key*."""
    if isinstance(node, dict):
        if isinstance(node.get(key), list):
            yield node
        for value in node.values():
            yield from _owners(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _owners(value, key)


class Remarks:
    """Draws comments, each of them another text, and other chances."""

    def __init__(self, draw: Random) -> None:
        self.draw = draw
        self.number = 0

    def maybe(self, chance: float) -> bool:
        return self.draw.random() < chance

    def comment(self) -> str:
        self.number += 1
        return f"# {self.number} {self.draw.choice(REMARKS)}"

    def end(self) -> str:
        """The end of a line, perhaps with a comment."""
        return f"{' ' * self.draw.choice((1, 2, 5))}{self.comment()}" if self.maybe(0.3) else ""


class CommentedWriter(Remarks):
    """Writes plain data as YAML with comments in every place where YAML has one."""

    def write_set(self, files: Files, folder: Path) -> Path:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join(self.lines(data, 0)) + "\n", encoding="utf-8")
        return folder

    def between(self, column: int) -> Iterator[str]:
        while self.maybe(0.2):
            margin = " " * max(0, column + self.draw.choice((0, 0, 2, -2)))
            yield f"{margin}{self.comment()}" if self.maybe(0.7) else ""

    def lines(self, data: Data, column: int) -> Iterator[str]:
        """The lines of a mapping."""
        margin = " " * column
        for key, value in data.items():
            yield from self.between(column)
            if not value or not isinstance(value, (dict, list)) or self.maybe(0.25):
                yield f"{margin}{self.scalar(key)}: {text_of(value, key)}{self.end()}"
            elif isinstance(value, dict):
                yield f"{margin}{self.scalar(key)}:{self.end()}"
                yield from self.lines(value, column + 2)
            else:
                yield f"{margin}{self.scalar(key)}:{self.end()}"
                yield from self.items(value, key, column + self.draw.choice((0, 2)))

    def items(self, values: list[Any], key: str, column: int) -> Iterator[str]:
        margin = " " * column
        for value in values:
            yield from self.between(column)
            if isinstance(value, dict) and value and self.maybe(0.5):
                first, *rest = list(self.lines_close(value, column + 2))
                yield f"{margin}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield f"{margin}- {text_of(value, key)}{self.end()}"

    def lines_close(self, data: Data, column: int) -> Iterator[str]:
        """The lines of a mapping without anything before the first."""
        for number, (key, value) in enumerate(data.items()):
            if number:
                yield from self.between(column)
            yield f"{' ' * column}{self.scalar(key)}: {text_of(value, key)}{self.end()}"

    def scalar(self, text: str) -> str:
        plain = text.isascii() and text.isidentifier() and text not in ("y", "n", "yes", "no", "on", "off")
        return text if plain and text not in FLAGS else quoted(text) if not plain else text
