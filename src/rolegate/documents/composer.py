"""YAML text becomes values that know their place; what policy files do not use is reported.

Reads PyYAML's events and keeps its own stack: `yaml.compose` recurses, and deep nesting crashes the
interpreter there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import yaml

from rolegate.diagnostics import RelatedSpan, Report, Span, one_line
from rolegate.documents.dialects import Event, doubtful, place, refuse_dialects, too_deep
from rolegate.documents.text import Broken, Keyed, Listed, Quoted, Text, Trap, Value
from rolegate.documents.traps import trap
from rolegate.documents.yaml_errors import alias_of, problem_at, report_syntax

MAX_DEPTH = 50
MAX_NODES = 200_000

# The loader of libyaml is ten times as fast; its wheels have it, a build from source may not.
LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_WRITE_OUT = "write the values out where they are meant"


def compose(text: str, file: str, report: Report) -> Value | None:
    """The one document in *text*; None when there is none, or reading had to stop."""
    composer = _Composer(file, report)
    seen: list[Event] | None = [] if doubtful(text) else None
    read = 0
    try:
        loader = LOADER(text)
        for event in iter(loader.get_event, None):
            if seen is not None:
                seen.append(Event.of(event, bool(composer.frames) and composer.frames[-1].flow))
            if not composer.take(event):
                return None
            mark = event.end_mark
            if mark is not None:
                read = mark.index
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: the loader without libyaml, at an escape such as "\UFFFFFFFF".
        deep = too_deep(text, read, problem_at(error, len(text)), MAX_DEPTH - len(composer.frames))
        if deep is not None:
            composer.too_deep(place(text, deep, file))
        else:
            report_syntax(error, text, file, report)
        return None
    if seen is not None and refuse_dialects(seen, text, file, report):
        return None
    return composer.finish()


@dataclass(slots=True)
class _Frame:
    """A collection that is still open; in a mapping, `key` waits for its value.

    `unwanted` collections stand in a place that was reported, so what is in them is no further news.
    """

    value: Keyed | Listed
    flow: bool
    unwanted: bool
    waits: bool = False
    key: Text | Trap | None = None
    seen: dict[str, Text | Trap] = field(default_factory=dict)


class _Composer:
    """Builds the values of one file, event by event."""

    def __init__(self, file: str, report: Report) -> None:
        self.file = file
        self.report = report
        self.frames: list[_Frame] = []
        self.root: Value | None = None
        self.anchors: set[str] = set()
        self.nodes = 0
        self.documents = 0

    def take(self, event: yaml.Event) -> bool:
        """Add one event; False when the rest of the file is not worth reading."""
        if isinstance(event, yaml.CollectionEndEvent):
            self.frames.pop()
            return True
        mark = event.start_mark
        span = Span(self.file, mark.line + 1, mark.column + 1) if mark is not None else Span(self.file)
        if isinstance(event, yaml.ScalarEvent):
            bare = event.anchor is None and event.tag is None
            refused = not bare and self._decorated(event, span)
            self._place(Broken(span) if refused else self._scalar(event, span))
        elif isinstance(event, yaml.CollectionStartEvent):
            refused = self._decorated(event, span)
            empty = Keyed(span) if isinstance(event, yaml.MappingStartEvent) else Listed(span)
            return self._begin(empty, bool(event.flow_style), refused)
        elif isinstance(event, yaml.AliasEvent):
            self._alias(event.anchor or "", span)
        elif isinstance(event, yaml.DocumentStartEvent):
            return self._document(event, span)
        return self.nodes <= MAX_NODES or self._few_enough(span)

    def too_deep(self, span: Span) -> None:
        help = "a policy file is flatter than that; look for brackets that are never closed"
        self.report.add("RG107", span, f"nested more than {MAX_DEPTH} levels deep", help)

    def finish(self) -> Value | None:
        if self.documents == 0:
            self._empty_file()
        return None if isinstance(self.root, Broken) else self.root

    def _document(self, event: yaml.DocumentStartEvent, span: Span) -> bool:
        self.documents += 1
        if self.documents > 1:
            self.report.add("RG106", span, "a second document begins here", "put it into a file of its own")
            return False
        if event.tags:
            self.report.add("RG106", span, "a `%TAG` line of YAML", "leave it out")
        return True

    def _decorated(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent, span: Span) -> bool:
        """Report an anchor or a tag; True for a tag, which leaves unclear what the value is."""
        if event.anchor is not None:
            self.anchors.add(event.anchor)
            self._say("RG106", span, f"`&{short(event.anchor)}` is an anchor of YAML", _WRITE_OUT)
        if event.tag is not None:
            tag = short(event.tag.replace("tag:yaml.org,2002:", "!!"))
            self._say(
                "RG106", span, f"`{tag}` is a tag of YAML", "leave it out; quote text that begins with `!`"
            )
        return event.tag is not None

    def _alias(self, anchor: str, span: Span) -> None:
        frame = self.frames[-1] if self.frames else None
        unwanted = frame is not None and frame.waits and frame.key is None
        # Where the anchor or the key was reported, the alias is no further news.
        if anchor not in self.anchors and not unwanted:
            self._say("RG106", span, *alias_of(anchor))
        self._place(Broken(span))

    def _begin(self, container: Keyed | Listed, flow: bool, refused: bool) -> bool:
        if len(self.frames) == MAX_DEPTH:
            self.too_deep(container.span)
            return False
        unwanted = refused or self._unwanted()
        self._place(Broken(container.span) if refused else container)
        self.frames.append(_Frame(container, flow, unwanted))
        return self._few_enough(container.span)

    def _unwanted(self) -> bool:
        """Whether a collection that begins here stands for a key, or after a key that was reported."""
        frame = self.frames[-1] if self.frames else None
        if frame is None or isinstance(frame.value, Listed):
            return frame is not None and frame.unwanted
        return frame.unwanted or frame.key is None

    def _say(
        self, code: str, span: Span, message: str, help: str, related: Iterable[RelatedSpan] = ()
    ) -> None:
        if not (self.frames and self.frames[-1].unwanted):
            self.report.add(code, span, message, help, related)

    def _few_enough(self, span: Span) -> bool:
        if self.nodes <= MAX_NODES:
            return True
        self.report.add("RG107", span, f"more than {MAX_NODES} values in one file", "split the file")
        return False

    def _place(self, value: Value) -> None:
        self.nodes += 1
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if isinstance(frame.value, Listed):
            frame.value.append(value)
        elif not frame.waits:
            frame.waits = True
            # Most are text that is new; all else is looked at closely.
            if isinstance(value, Text) and frame.seen.setdefault(value, value) is value:
                frame.key = value
            else:
                frame.key = self._key(frame, value)
        else:
            if frame.key is None:
                frame.value.partial = True
            else:
                frame.value[frame.key] = value
            frame.waits, frame.key = False, None

    def _key(self, frame: _Frame, value: Value) -> Text | Trap | None:
        """*value* as the next key; None when it cannot be one, which is reported."""
        if isinstance(value, Broken):
            return None
        if isinstance(value, (Keyed, Listed)):
            what = "mapping" if isinstance(value, Keyed) else "list"
            help = "write text as the key; quote text that begins with a bracket"
            self._say("RG106", value.span, f"a {what} stands where a key is meant", help)
            return None
        first = frame.seen.setdefault(value, value)
        if first is value:
            return value
        related = RelatedSpan(first.span, one_line(f"`{short(value)}` stands here first"))
        self._say(
            "RG105",
            value.span,
            f"`{short(value)}` stands twice in one mapping",
            "keep one of the two",
            [related],
        )
        return None

    def _scalar(self, event: yaml.ScalarEvent, span: Span) -> Value:
        text: str = event.value
        if not text.isascii() and any("\ud800" <= each <= "\udfff" for each in text):
            # Only the loader without libyaml lets these through.
            report_syntax(ValueError("lone surrogate"), "", self.file, self.report, span)
            return Broken(span)
        if event.style:
            return Quoted(text, span)
        if not text:
            return self._nothing(span)
        kind = trap(text)
        if kind == "merge" and self._at_key():
            self._say("RG106", span, "`<<` is a merge key of YAML", _WRITE_OUT)
            return Broken(span)
        return Text(text, span) if kind is None else Trap(text, span, kind)

    def _nothing(self, span: Span) -> Broken:
        frame = self.frames[-1] if self.frames else None
        if frame is None:
            self._empty_file()
        elif isinstance(frame.value, Listed):
            self._say("RG109", span, "an item of a list with nothing in it", "write the item, or remove it")
        elif not frame.waits:
            self._say("RG109", span, "a value without a key", "write the key before the `:`")
        elif frame.key is not None:
            help = "write the value, or an explicit `[]` or `{}`, or leave the key out"
            if frame.flow:
                help += "; text that begins with `{` needs quotes"
            self._say("RG109", frame.key.span, f"`{short(frame.key)}` has nothing after it", help)
        return Broken(span)

    def _at_key(self) -> bool:
        return bool(self.frames) and isinstance(self.frames[-1].value, Keyed) and not self.frames[-1].waits

    def _empty_file(self) -> None:
        self.report.add("RG110", Span(self.file), "the file is empty", "write the policy, or remove the file")


def short(text: str) -> str:
    """*text* as a message can hold it."""
    return text if len(text) <= 80 else f"{text[:77]}..."
