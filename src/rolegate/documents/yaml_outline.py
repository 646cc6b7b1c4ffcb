"""Where each part of a YAML text begins and ends, and where its comments are."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

import yaml

from rolegate.diagnostics import Report
from rolegate.documents.composer import LOADER, compose
from rolegate.errors import EditError

_LINE_END = re.compile(r"\r\n|\r|\n")
_COMMENT = re.compile(r"(?:\A|(?<=\s))#[^\r\n]*")
_HEADER_COMMENT = re.compile(r"[|>][-+0-9]*[ \t]+(#[^\r\n]*)")


@dataclass(frozen=True, slots=True)
class YamlPart:
    """A scalar, a list or a mapping; `begin` and `end` are places in the text.

    `flow` says that it is written between brackets, `block` that it is a text below `|` or `>`. A list has
    `items`, a mapping has `entries`, a scalar has `value`.
    """

    kind: Literal["scalar", "list", "mapping"]
    begin: int
    end: int
    flow: bool = False
    block: bool = False
    value: str = ""
    items: tuple[YamlPart, ...] = ()
    entries: tuple[tuple[YamlPart, YamlPart], ...] = ()

    def entry(self, key: str) -> tuple[YamlPart, YamlPart] | None:
        """The entry of *key*, with the key itself."""
        return next((entry for entry in self.entries if entry[0].value == key), None)


@dataclass(frozen=True, slots=True)
class YamlOutline:
    """A text with its parts; in `code` its comments are blanked out."""

    text: str
    root: YamlPart
    comments: tuple[tuple[int, int], ...]
    code: str = field(repr=False)
    _starts: tuple[int, ...] = field(repr=False)

    @classmethod
    def of(cls, text: str, file: str) -> YamlOutline:
        """The outline of *text*, which has no mark of its byte order.

        Raises:
            EditError: when it is not the YAML of a policy file.
        """
        report = Report()
        if compose(text, file, report) is None or report.diagnostics:
            raise EditError.of_findings(f"{file} has errors, so it cannot be changed", report.sorted())
        parts = _PartReader(text)
        root = parts.read()
        comments = tuple(_comments(text, parts.scalars))
        code = list(text)
        for begin, end in comments:
            code[begin:end] = " " * (end - begin)
        starts = (0, *(found.end() for found in _LINE_END.finditer(text)))
        return cls(text, root, comments, "".join(code), starts)

    @property
    def newline(self) -> str:
        """How lines end in this text."""
        first = _LINE_END.search(self.text)
        return "\n" if first is None else first[0]

    def line_at(self, index: int) -> int:
        """The number of the line that *index* is in, from 0."""
        return bisect_right(self._starts, index) - 1

    def begin_of(self, line: int) -> int:
        return self._starts[line]

    def end_of(self, line: int) -> int:
        """Where the next line begins; where the text ends for the last one."""
        return self._starts[line + 1] if line + 1 < len(self._starts) else len(self.text)

    def column_of(self, index: int) -> int:
        return index - self.begin_of(self.line_at(index))

    def margin_of(self, line: int) -> int:
        """At which column the text of *line* begins."""
        text = self.text[self.begin_of(line) : self.end_of(line)]
        return len(text) - len(text.lstrip(" "))

    def last_line(self, part: YamlPart) -> int:
        """The line on which *part* ends, with the blank lines that belong to a text below `|`."""
        return self.line_at(max(part.begin, part.end - 1))

    def before(self, index: int) -> str:
        """What is on the line of *index* before it."""
        return self.code[self.begin_of(self.line_at(index)) : index]

    def after(self, part: YamlPart) -> str:
        """What follows on the line on which *part* ends, without comments."""
        return "" if part.block else self.code[part.end : self.end_of(self.last_line(part))]

    def is_comment(self, line: int) -> bool:
        """Whether there is nothing on *line* but a comment."""
        begin, end = self.begin_of(line), self.end_of(line)
        return not self.code[begin:end].strip() and bool(self.text[begin:end].strip())

    def in_text(self, index: int) -> bool:
        """Whether *index* is within a scalar."""
        part = self.root
        while part.kind != "scalar":
            inner = (*part.items, *(value for entry in part.entries for value in entry))
            found = next((one for one in inner if one.begin <= index < one.end), None)
            if found is None:
                return False
            part = found
        return part.begin <= index < part.end

    def all_comments(self) -> list[str]:
        return [self.text[begin:end] for begin, end in self.comments]

    def comments_between(self, begin: int, end: int) -> Iterator[tuple[int, int]]:
        """Those of which a part is between *begin* and *end*."""
        first = bisect_right(self.comments, (begin, begin))
        for comment in self.comments[max(0, first - 1) :]:
            if comment[0] >= end:
                return
            if comment[1] > begin:
                yield comment


class _PartReader:
    """Reads the parts of a text that the composer has found sound, so nesting has a limit."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.scalars: list[YamlPart] = []
        loader = LOADER(text)
        self.events: Iterator[yaml.Event] = iter(loader.get_event, None)

    def read(self) -> YamlPart:
        for event in self.events:
            if isinstance(event, yaml.NodeEvent):
                return self._part(event)
        raise AssertionError("the composer found a value")

    def _part(self, event: yaml.Event) -> YamlPart:
        begin = event.start_mark.index if event.start_mark is not None else 0
        if isinstance(event, yaml.ScalarEvent):
            end = event.end_mark.index if event.end_mark is not None else begin
            block = event.style in ("|", ">")
            if block and "+" not in self.text[begin : begin + 3]:  # blank lines below it say nothing
                end = begin + len(self.text[begin:end].rstrip())
            part = YamlPart("scalar", begin, end, block=block, value=event.value)
            self.scalars.append(part)
            return part
        items = []
        closing = next(self.events)
        while not isinstance(closing, yaml.CollectionEndEvent):
            items.append(self._part(closing))
            closing = next(self.events)
        flow = isinstance(event, yaml.CollectionStartEvent) and bool(event.flow_style)
        end = items[-1].end if not flow else closing.end_mark.index if closing.end_mark is not None else begin
        if isinstance(event, yaml.SequenceStartEvent):
            return YamlPart("list", begin, end, flow, items=tuple(items))
        entries = tuple(zip(items[::2], items[1::2], strict=True))
        return YamlPart("mapping", begin, end, flow, entries=entries)


def _comments(text: str, scalars: list[YamlPart]) -> Iterator[tuple[int, int]]:
    """Where comments are: between scalars, and on the line of a `|` or `>`."""
    begin = 0
    for scalar in (*scalars, None):
        end = len(text) if scalar is None else scalar.begin
        yield from (found.span() for found in _COMMENT.finditer(text, begin, end))
        if scalar is not None:
            begin = scalar.end
            header = _HEADER_COMMENT.match(text, scalar.begin, scalar.end) if scalar.block else None
            if header is not None:
                yield header.span(1)
