"""Builds the values of one file from the events of a YAML parser, and reports what has no place there."""

from __future__ import annotations

from dataclasses import dataclass, field

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
)

from rolegate.diagnostics import Report, Span
from rolegate.documents import yaml_problems as problems
from rolegate.documents.cut_texts import cut_off
from rolegate.documents.limits import ORDINARY
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, Value
from rolegate.documents.traps import trap
from rolegate.documents.yaml_errors import odd_space

MAX_DEPTH = 50
MAPPING, FILE = 2, 10
"""As how many values a mapping and a file count, for the time that they take."""

new_span, new_text = tuple.__new__, str.__new__
"""Half the price of a call of the class; a file has one of each for most of its values."""


@dataclass(slots=True)
class ValueCount:
    """Counts the values of a set while its files are read one after the other."""

    values: int = 0
    most: int = ORDINARY.values

    @property
    def full(self) -> bool:
        return self.values > self.most


@dataclass(slots=True)
class OpenValue:
    """A collection that is still open; in a mapping, `key` waits for its value.

    An `unwanted` collection is in a place that was reported already, so nothing in it is reported again.
    """

    value: Keyed | Listed
    listed: bool
    flow: bool
    unwanted: bool
    under: str
    """The key that it follows; that of the list, for an item of one."""
    waits: bool = False
    key: Text | Trap | None = None
    seen: dict[str, Text | Trap] = field(default_factory=dict)


class ValueBuilder:
    """Builds the values of one file, event by event."""

    def __init__(self, file: str, report: Report, count: ValueCount, text: str) -> None:
        self.file = file
        self.text = text
        """The text, where something in it may be cut off by a comment."""
        self.report = report
        self.frames: list[OpenValue] = []
        self.root: Value | None = None
        self.anchors: set[str] = set()
        self.count = count
        self.documents = 0
        self.last: yaml.Event | None = None

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False when the rest of the file is not worth reading."""
        mark = event.start_mark
        line, column = (1, 1) if mark is None else (mark.line + 1, mark.column + 1)
        span = new_span(Span, (self.file, line, column))
        if isinstance(event, ScalarEvent):
            self.place(self._text(event, span))
        elif isinstance(event, CollectionEndEvent):
            self.frames.pop()
            return True
        elif isinstance(event, CollectionStartEvent):
            refused = self._decorated(event, span)
            empty = Keyed(span) if isinstance(event, MappingStartEvent) else Listed(span)
            return self.begin(empty, bool(event.flow_style), refused)
        elif isinstance(event, AliasEvent):
            self._alias(event.anchor or "", span)
        elif isinstance(event, DocumentStartEvent):
            return self._document(event, span)
        return self.count.values <= self.count.most or self.too_many(span)

    def finish(self) -> Value | None:
        if self.documents == 0:
            problems.empty_file(self.report, Span(self.file))
        return None if isinstance(self.root, Broken) else self.root

    def _document(self, event: DocumentStartEvent, span: Span) -> bool:
        self.documents += 1
        if self.documents > 1:
            problems.second_document(self.report, span)
            return False
        if event.tags:
            problems.tag_directive(self.report, span)
        return True

    def _decorated(self, event: ScalarEvent | CollectionStartEvent, span: Span) -> bool:
        """Report an anchor or a tag; True for a tag, which leaves unclear what the value is."""
        if event.anchor is not None:
            self.anchors.add(event.anchor)
            empty = isinstance(event, yaml.ScalarEvent) and not (event.value or event.style)
            (problems.ampersand if empty else problems.anchor)(self._news, span, event.anchor)
        if event.tag is not None:
            problems.tag(self._news, span, event.tag.replace("tag:yaml.org,2002:", "!!"))
            return event.tag is not None or empty
        return event.tag is not None

    def _alias(self, anchor: str, span: Span) -> None:
        frame = self.frames[-1] if self.frames else None
        unwanted = frame is not None and frame.waits and frame.key is None
        # Where the anchor or the key was reported, the alias would be the same news again.
        if anchor not in self.anchors and not unwanted:
            problems.alias(self._news, span, anchor, f"*{anchor}")
        self.place(Broken(span))

    def begin(self, container: Keyed | Listed, flow: bool, refused: bool) -> bool:
        """Open *container*; False when the rest of the file is not worth reading."""
        frames, listed = self.frames, isinstance(container, Listed)
        if len(frames) == MAX_DEPTH:
            problems.too_deep(self.report, container.span, MAX_DEPTH)
            return False
        if not listed:
            self.count.values += MAPPING - 1
        unwanted, under = refused, ""
        if frames:  # what is a key, or follows one that was reported, was reported
            frame = frames[-1]
            unwanted = refused or frame.unwanted or not (frame.listed or frame.key is not None)
            under = frame.under if frame.listed else frame.key or ""
        self.place(Broken(container.span) if refused else container)
        frames.append(OpenValue(container, listed, flow, unwanted, under))
        return self.count.values <= self.count.most or self.too_many(container.span)

    @property
    def _news(self) -> Report:
        """The report, or one that nobody reads in a place that was reported already."""
        return Report() if self.frames and self.frames[-1].unwanted else self.report

    def too_many(self, span: Span) -> bool:
        """Report that the set has too many values."""
        problems.too_many_values(self.report, span, self.count.most)
        return False

    def place(self, value: Value) -> None:
        """Put *value* where the next one belongs."""
        self.count.values += 1
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if frame.listed:
            frame.value.append(value)  # type: ignore[union-attr]  # it is a list
        elif not frame.waits:
            frame.waits = True
            # Most are text that is new; all else is looked at closely.
            if isinstance(value, Text) and frame.seen.setdefault(value, value) is value:
                frame.key = value
            else:
                frame.key = self._key(frame, value)
        else:
            frame.waits = False
            if frame.key is None:
                frame.value.partial = True  # type: ignore[union-attr]  # it is a mapping
            else:
                frame.value[frame.key] = value  # type: ignore[call-overload]
                frame.key = None

    def _key(self, frame: OpenValue, value: Value) -> Text | Trap | None:
        """*value* as the next key; None when it cannot be one, which is reported."""
        if isinstance(value, Broken):
            return None
        if isinstance(value, (Keyed, Listed)):
            problems.key_not_text(self._news, value.span, "mapping" if isinstance(value, Keyed) else "list")
            return None
        first = frame.seen.setdefault(value, value)
        if first is value:
            return value
        problems.duplicate_key(self._news, value.span, value, first.span)
        return None

    def _text(self, event: ScalarEvent, span: Span) -> Value:
        text, style = event.value, event.style
        bare = event.anchor is None and event.tag is None
        if bare and text.isascii() and (style or not (self.text or not text or trap(text))):
            # Most are like this: there is nothing to report of them.
            made = new_text(Quoted if style else Text, text)
            made.span = span
            return made
        refused = not bare and self._decorated(event, span)
        if self.text and not event.style:
            self._warn_if_cut(event, span)
        return Broken(span) if refused else self._scalar(event, span)

    def _scalar(self, event: ScalarEvent, span: Span) -> Value:
        text: str = event.value
        if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
            # Only the loader without libyaml lets these through.
            problems.half_character(self.report, span)
            return Broken(span)
        if event.style:
            return Quoted(text, span)
        if not text:
            return self._nothing(span)
        kind = trap(text)
        if kind == "merge" and self._at_key():
            problems.merge_key(self._news, span)
            return Broken(span)
        return Text(text, span) if kind is None else Trap(text, span, kind)

    def _nothing(self, span: Span) -> Broken:
        frame = self.frames[-1] if self.frames else None
        if frame is None:
            problems.empty_file(self.report, Span(self.file))
        elif frame.listed:
            problems.empty_item(self._news, span)
        elif not frame.waits:
            problems.value_without_key(self._news, span)
        elif frame.key is not None:
            self._no_value(frame.key, frame.flow)
        return Broken(span)

    def _warn_if_cut(self, event: yaml.ScalarEvent, span: Span) -> None:
        """Report a title or an id that goes on after a `#`."""
        end, keys = event.end_mark, [*(frame.under for frame in self.frames), self._key_here()]
        if end is not None and self.frames and not (self.frames[-1].unwanted or self._at_key()):
            rest = cut_off(self.text, end.index, keys, self.frames[-1].listed)
            if rest:
                problems.text_cut(self.report, span, event.value, rest)

    def _key_here(self) -> str:
        """The key before the value that comes next; that of the list, for an item of one."""
        frame = self.frames[-1] if self.frames else None
        if frame is None or frame.listed:
            return "" if frame is None else frame.under
        return "" if frame.key is None else frame.key

    def _no_value(self, key: Text | Trap, flow: bool) -> None:
        odd = odd_space(key)
        if odd is None:
            problems.key_without_value(self._news, key.span, key, flow)
        else:
            span = Span(self.file, key.span.line, key.span.column + odd.start(1))
            problems.odd_space(self._news, span, odd[1])

    def _at_key(self) -> bool:
        return bool(self.frames) and not (self.frames[-1].listed or self.frames[-1].waits)
