"""The one form in which a policy file is written; what is between values and comments says nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rolegate.diagnostics import Report
from rolegate.documents.canonical_quotes import write_quotes
from rolegate.documents.composer import compose
from rolegate.documents.key_order import unordered
from rolegate.documents.moved_entries import move_entries
from rolegate.documents.text import Keyed, Listed, Trap
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlOutline, YamlPart
from rolegate.errors import EditError

_MARK = "\ufeff"
_LINE_END = re.compile(r"\r\n|\r|\n")
_BLANK_LINES = re.compile(r"\n(?:[ \t]*\n){2,}")
_SPACING = (
    (re.compile(r"(?<=[\[{])[ \t]+"), ""),
    (re.compile(r"[ \t]+(?=[\]},:])"), ""),
    (re.compile(r",[ \t]*(?=[^\s\]}])|,[ \t]*\Z"), ", "),
    (re.compile(r":[ \t]+"), ": "),
)
"""In what is between two values of one line: what is written how."""


def canonical_text(text: str, file: str, place: Any = None) -> str:
    """*text* in the one form of files; *place* is what the language has in the file, if that is known.

    White space: lines end with a line feed and without spaces, one blank line at most is between others, and
    between brackets there is a space after each comma and nowhere else. With *place*, keys of the language
    are in its order, and a value is in quotes only where YAML needs them. What people arrange stays: names
    that they chose, items of lists, indentation, lists on one line or several.

    Raises:
        EditError: when it is not the YAML of a policy file, or would not say the same, comments included.
    """
    new = _formed(text.removeprefix(_MARK), file, place)
    if _said(new, file) != _said(text.removeprefix(_MARK), file) or _formed(new, file, place) != new:
        raise EditError(f"{file} cannot be formatted without another meaning, so it stays as it is")
    return new


def _said(text: str, file: str) -> tuple[object, list[str]]:
    """What the values of *text* are, and its comments, in any order."""
    comments = sorted(comment.rstrip() for comment in YamlOutline.of(text, file).all_comments())
    return _meant(compose(text, file, Report())), comments


def _meant(value: object) -> object:
    """*value* with what a parser of any kind makes of it."""
    if isinstance(value, Keyed):
        return {key: _meant(inner) for key, inner in value.items()}
    if isinstance(value, Listed):
        return [_meant(inner) for inner in value]
    return (value.kind, str(value)) if isinstance(value, Trap) else value


def _formed(text: str, file: str, place: Any) -> str:
    new = _spaced(text, file)
    if place is None:
        return new
    outline = YamlOutline.of(new, file)
    for depth in sorted({depth for depth, _, _ in unordered(outline.root, place)}):
        changes = TextChanges(YamlOutline.of(new, file), file)
        for at, part, order in unordered(changes.outline.root, place):
            if at == depth:
                move_entries(changes, part, order)
        new = changes.result()
    changes = TextChanges(YamlOutline.of(new, file), file)
    write_quotes(changes, place)
    return changes.result()


def _spaced(text: str, file: str) -> str:
    outline = YamlOutline.of(text, file)
    kept = sorted({*outline.comments, *((part.begin, part.end) for part in _scalars(outline.root))})
    parts, done = [], 0
    for begin, end in kept:
        if begin < done:  # a comment on the line of a `|`, which is kept with what is below
            continue
        parts.append(_between(text[done:begin], done == 0, text[begin] == "#"))
        inner = _lines(text[begin:end])
        parts.append(inner.rstrip() if inner.startswith("#") else inner)
        done = end
    whole = "".join((*parts, _between(text[done:], done == 0, False).rstrip("\n \t")))
    return whole if whole.endswith("\n") else whole + "\n"  # it does after a text below `|+`


def _scalars(part: YamlPart) -> Iterator[YamlPart]:
    waiting = [part]
    while waiting:
        inner = waiting.pop()
        if inner.kind == "scalar":
            yield inner
        waiting += (*inner.items, *(value for entry in inner.entries for value in entry))


def _lines(text: str) -> str:
    return _LINE_END.sub("\n", text)


def _between(text: str, first: bool, comment: bool) -> str:
    """What is between two values, or before a comment, in its form."""
    lines = _lines(text).split("\n")
    if len(lines) == 1:
        before = lines[0].rstrip(" \t") if comment else lines[0]
        return _tight(before).rstrip(" \t") + lines[0][len(before) :] if comment else _tight(before)
    head = _tight(lines[0]).rstrip(" \t")
    middle = [_tight_line(line).rstrip(" \t") for line in lines[1:-1]]
    whole = "\n".join((head, *middle, lines[-1] if comment else _tight_line(lines[-1])))
    whole = _BLANK_LINES.sub("\n\n", whole)
    return whole.lstrip("\n") if first else whole


def _tight_line(text: str) -> str:
    """A line that begins with its indentation, which stays."""
    margin = text[: len(text) - len(text.lstrip(" "))]
    return margin + _tight(text[len(margin) :])


def _tight(text: str) -> str:
    for pattern, new in _SPACING:
        text = pattern.sub(new, text)
    return text
