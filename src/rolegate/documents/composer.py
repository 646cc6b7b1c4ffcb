"""YAML text becomes values that know their place; what policy files do not use is reported.

Reads PyYAML's events and keeps its own stack: `yaml.compose` recurses, and deep nesting crashes the
interpreter there.
"""

from __future__ import annotations

from typing import Any

import yaml
from yaml.events import (
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from rolegate.diagnostics import Report, Span
from rolegate.documents import yaml_problems as problems
from rolegate.documents.cut_texts import may_be_cut
from rolegate.documents.dialects import Event, doubtful, refuse_dialects, too_deep
from rolegate.documents.text import Keyed, Listed, Quoted, Text, Value, span_at
from rolegate.documents.traps import may_be_trap
from rolegate.documents.value_builder import FILE, MAX_DEPTH, ValueBuilder, ValueCount, new_span, new_text
from rolegate.documents.yaml_errors import problem_at, report_syntax

# The parser of libyaml is ten times as fast; its wheels have it, a build from source may not. Of its loader,
# which makes values, nothing is needed.
LOADER: type = (
    yaml.cyaml.CParser if yaml.__with_libyaml__ else yaml.SafeLoader  # type: ignore[attr-defined]
)


def compose(text: str, file: str, report: Report, count: ValueCount | None = None) -> Value | None:
    """The one document in *text*; None when there is none, or reading had to stop.

    *count* has the values that were read before, and counts on.
    """
    builder = ValueBuilder(file, report, count or ValueCount(), text if may_be_cut(text) else "")
    builder.count.values += FILE
    seen: list[Event] | None = [] if doubtful(text) else None
    try:
        loader = LOADER(text)
        if not (_take_all(builder, loader) if seen is None else _take_each(builder, loader, seen)):
            return None
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        # ValueError: the loader without libyaml, at an escape such as "\UFFFFFFFF".
        read = builder.last.end_mark if builder.last is not None else None
        begin = read.index if read is not None else 0
        deep = too_deep(text, begin, problem_at(error, len(text)), MAX_DEPTH - len(builder.frames))
        if deep is not None:
            problems.too_deep(report, span_at(text, deep, file), MAX_DEPTH)
        else:
            report_syntax(error, text, file, report)
        return None
    if seen is not None and refuse_dialects(seen, text, file, report):
        return None
    return builder.finish()


_BEGIN: dict[type, type[Keyed] | type[Listed]] = {MappingStartEvent: Keyed, SequenceStartEvent: Listed}
_END = frozenset({DocumentEndEvent, StreamEndEvent})


def _take_each(builder: ValueBuilder, loader: Any, seen: list[Event]) -> bool:
    """Add all events and remember them in *seen*; False when the rest is not worth reading."""
    for event in iter(loader.get_event, None):
        seen.append(Event.of(event, bool(builder.frames) and builder.frames[-1].flow))
        if not builder.take(event):
            return False
        builder.last = event
    return True


def _take_all(builder: ValueBuilder, loader: Any) -> bool:
    """Add all events as `take` does, most of them in place: large sets have millions."""
    file, count, frames, bare, last = builder.file, builder.count, builder.frames, not builder.text, None
    most = count.most
    try:
        for event in iter(loader.get_event, None):
            kind = type(event)
            if kind is ScalarEvent and frames and event.anchor is None and event.tag is None:
                text, style, mark = event.value, event.style, event.start_mark
                if text.isascii() and (style or (bare and text and not may_be_trap(text))):
                    made = new_text(Quoted if style else Text, text)
                    made.span = new_span(Span, (file, mark.line + 1, mark.column + 1))
                    frame = frames[-1]
                    if frame.listed:
                        frame.value.append(made)  # type: ignore[union-attr]  # it is a list
                        count.values += 1
                    else:
                        builder.place(made)
                    if count.values <= most or builder.too_many(made.span):
                        last = event
                        continue
                    return False
            if kind is SequenceEndEvent or kind is MappingEndEvent:
                frames.pop()
            elif kind in _BEGIN and event.anchor is None and event.tag is None:
                span = new_span(Span, (file, event.start_mark.line + 1, event.start_mark.column + 1))
                if not builder.begin(_BEGIN[kind](span), bool(event.flow_style), False):
                    return False
            elif kind not in _END and not builder.take(event):
                return False
            last = event
        return True
    finally:
        builder.last = last
