"""Quotes of a policy file: only where YAML needs them, and of one kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from rolegate.documents.key_order import known_texts
from rolegate.documents.scalar_writer import in_quotes, written
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlPart

_ESCAPED = re.compile(r"\\(.)")
_NUMBER = re.compile(r"[-+]?[0-9]+")
_CUT = re.compile(r" #\w")


def write_quotes(changes: TextChanges, place: Any) -> None:
    """Write each text of one line as YAML needs it; *place* is what the language has in the file.

    Quotes stay around what they make a text: a number, a date or a word such as `no`, and every value of a
    condition or a record. A text with escapes for what cannot be seen stays as it is.
    """
    outline = changes.outline
    free = {part.begin for part in known_texts(outline.root, place)}
    for part, flow in _scalars(outline.root, False):
        raw = outline.text[part.begin : part.end]
        if raw[:1] not in ("'", '"') or "\n" in raw:
            continue
        if raw[0] == '"' and not set(_ESCAPED.findall(raw)) <= {'"', "\\"}:
            continue
        bare = part.begin in free and not _NUMBER.fullmatch(part.value)
        new = written(part.value, flow=flow) if bare else in_quotes(part.value)
        if new[0] not in "'\"" and _CUT.match(outline.text, part.end):
            new = in_quotes(part.value)  # a comment so close looks like the end of the text
        if new != raw:
            changes.replace(part.begin, part.end, new)


def _scalars(part: YamlPart, flow: bool) -> Iterator[tuple[YamlPart, bool]]:
    """Each scalar, and whether it is between brackets."""
    if part.kind == "scalar":
        yield part, flow
    for inner in (*part.items, *(value for entry in part.entries for value in entry)):
        yield from _scalars(inner, flow or part.flow)
