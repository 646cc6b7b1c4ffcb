"""Mutants: a policy set with one small mistake in the text of one file, of the kind that people make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rolegate.catalog.grant_syntax import GrantSyntaxError, parse_grant
from rolegate.catalog.model import Catalog, Permission
from rolegate.diagnostics import Span, quoted
from rolegate.documents.capture import Files
from rolegate.documents.file_kinds import BINDINGS, ROLES, kind_of
from rolegate.documents.scalar_writer import written
from rolegate.documents.text import span_at
from rolegate.documents.yaml_outline import YamlOutline, YamlPart

_LISTS = {
    "grants": "drop the grant",
    "except": "drop the exception",
    "restrict": "drop the restriction",
    "restrictions": "drop the restriction",
    "extends": "drop the parent",
}
_MOVED = {"until": (1, "end a day later"), "from": (-1, "begin a day earlier")}


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed place: what was done there, and the files with the change."""

    what: str
    span: Span
    files: Files


def mutants(files: Files, catalog: Catalog) -> Iterator[Mutant]:
    """The mutants of the roles and bindings in *files*.

    Each drops a grant, an exception, a restriction, a parent or a line, widens a scope, or moves a beginning
    or an end by a day.
    """
    for name, content in sorted(files.contents.items()):
        kind = kind_of(name)
        if kind is None or kind.key not in (ROLES.key, BINDINGS.key) or not isinstance(content, bytes):
            continue
        text = content.decode().removeprefix("\ufeff")
        outline = YamlOutline.of(text, files.shown(name))
        for what, at, begin, end, new in _changes(
            outline, outline.root, catalog, lines=kind.key == BINDINGS.key
        ):
            changed = text[:begin] + new + text[end:]
            place = span_at(text, at, files.shown(name))
            yield Mutant(what, place, replace(files, contents={**files.contents, name: changed.encode()}))


_Change = tuple[str, int, int, int, str]
"""What is done, where that is shown, and which part of the text becomes what."""


def _changes(outline: YamlOutline, part: YamlPart, catalog: Catalog, *, lines: bool) -> Iterator[_Change]:
    """The changes of a file, whether it has *lines* of bindings or roles."""
    for key, value in part.entries:
        if key.value in _LISTS and _texts(value):
            yield from _of_list(_LISTS[key.value], value, catalog, whole=lines)
        elif key.value in _MOVED and value.kind == "scalar":
            yield from _moved(*_MOVED[key.value], value)
        else:
            if key.value == BINDINGS.key and value.kind == "list":
                yield from (_without_line(outline, value, number) for number in range(len(value.items)))
            yield from _changes(outline, value, catalog, lines=lines)
    for item in part.items:
        yield from _changes(outline, item, catalog, lines=lines)


def _texts(value: YamlPart) -> Sequence[YamlPart]:
    """The texts of a list, or of the one text that stands for a list."""
    items = [value] if value.kind == "scalar" else value.items
    return items if all(item.kind == "scalar" for item in items) else ()


def _of_list(what: str, value: YamlPart, catalog: Catalog, *, whole: bool) -> Iterator[_Change]:
    """The changes of a list; of a line of bindings, one text is the *whole*, and goes with its line."""
    items = _texts(value)
    for number, item in enumerate(items):
        rest = [written(other.value, flow=True) for place, other in enumerate(items) if place != number]
        # One column further in than a list can be, since a list may begin below its key.
        if rest or not whole:
            yield f"{what} {quoted(item.value)}", item.begin, value.begin, value.end, f" [{', '.join(rest)}]"
        wider = _wider(item.value, catalog) if what == _LISTS["grants"] else None
        if wider is not None:
            shown = f"widen {quoted(item.value)} to {quoted(wider)}"
            yield shown, item.begin, item.begin, item.end, written(wider, flow=True)


def _without_line(outline: YamlOutline, value: YamlPart, number: int) -> _Change:
    """A list of lines without one of them."""
    item, text = value.items[number], outline.text
    if len(value.items) == 1:
        begin, end, new = value.begin, value.end, " []"
    elif value.flow:
        others = [text[other.begin : other.end] for other in value.items if other is not item]
        begin, end, new = value.begin, value.end, f"[{', '.join(others)}]"
    else:
        begin, new = outline.begin_of(outline.line_at(item.begin)), ""
        last = outline.last_line(item)
        end = outline.end_of(last)
    said = " ".join(text[item.begin : item.end].split())
    return f"drop the line {quoted(said)}", item.begin, begin, end, new


def _wider(text: str, catalog: Catalog) -> str | None:
    """The grant *text* at the next broader scope; None where there is none."""
    try:
        grant = parse_grant(text, catalog.marked)
    except GrantSyntaxError:
        return None
    node = catalog.find(grant.path) if grant.path else catalog.nodes[""]
    if node is None or grant.scope is None:
        return None
    below = (node,) if isinstance(node, Permission) else catalog.below(node.path)
    for permission in below:
        scope = permission.ladder.scopes.get(grant.scope) if permission.ladder is not None else None
        if scope is not None and scope.within is not None:
            return str(replace(grant, scope=scope.within))
    return None


def _moved(days: int, what: str, value: YamlPart) -> Iterator[_Change]:
    try:
        day = date.fromisoformat(value.value[:10]) + timedelta(days)
    except (ValueError, OverflowError):
        return
    new = written(day.isoformat() + value.value[10:])
    yield f"{what} than {quoted(value.value)}", value.begin, value.begin, value.end, new
