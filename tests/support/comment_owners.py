"""Whose each comment on a line of its own is, read from lines alone: what goes with the comment's entry."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

Entry = tuple[str, int, int, int]
"""The place of an entry, its first line, its last one, and the column where it begins."""


FILE = "file"
"""Whose the comment is that begins a file."""


def other_owners(before: str, after: str) -> list[str]:
    """The comments that are about something else *after* a change that loses none of them.

    A comment that the first key brings to the top of a file counts as that of the key still.
    """
    was, now = entry_of_comments(before), entry_of_comments(after)
    node = yaml.compose(after, yaml.SafeLoader)
    first = f"/{node.value[0][0].value}" if isinstance(node, yaml.MappingNode) and node.value else ""
    return [
        comment
        for comment in was
        if now.get(comment) != was[comment] and (now.get(comment), was[comment]) != (FILE, first)
    ]


def entry_of_comments(text: str) -> dict[str, str]:
    """Each such comment of the file *text*, with the innermost entry that it is about, and "" for none."""
    lines = [line.rstrip() for line in text.split("\n")]
    node = yaml.compose(text, yaml.SafeLoader)
    assert node is not None
    inside = _lines_of_texts(node)
    alone = [at for at, line in enumerate(lines) if line.lstrip().startswith("#") and at not in inside]
    found = dict.fromkeys(alone, "")
    for block in _blocks(node, "", lines):
        for at, place in _owners(block, lines, set(alone)):
            found[at] = place
    top = next((at for at, line in enumerate(lines) if line and line != "---"), 0)
    while top in found:
        found[top] = FILE
        top += 1
    return {lines[at].lstrip(): place for at, place in found.items()}


def _owners(block: list[Entry], lines: list[str], alone: set[int]) -> Iterator[tuple[int, str]]:
    """The comments of one mapping or list: those in an entry, above it, further in below it, or spaced."""
    taken: set[int] = set()
    for number, (place, first, last, column) in enumerate(block):
        own = {at for at in alone if first <= at <= last}
        above = first - 1 if not lines[first][:column].strip() else -1
        while above in alone - taken and (not number or above > block[number - 1][2]):
            own.add(above)
            above -= 1
        if lines[first][:column].strip(" -"):  # something else is on the line
            yield from ((one, place) for one in own)
            continue
        next_one = block[number + 1][1] if number + 1 < len(block) else None
        at = end = last + 1
        while at < len(lines) and at != next_one and (not lines[at] or at in alone):
            if at in alone and len(lines[at]) - len(lines[at].lstrip()) <= column:
                break
            if at in alone:
                own.add(at)
                end = at + 1
            at += 1
        run = end
        while run in alone:
            run += 1
        if next_one is not None and run < next_one:
            own |= set(range(end, run))
        taken |= own
        yield from ((one, place) for one in own)


def _blocks(node: yaml.Node, path: str, lines: list[str]) -> Iterator[list[Entry]]:
    """The entries of each mapping and list, outer ones first."""
    if isinstance(node, yaml.MappingNode):
        entries = [(f"{path}/{key.value}", key, value) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        entries = [(f"{path}/{number}", value, value) for number, value in enumerate(node.value)]
    else:
        return
    yield [_entry(place, key, value, lines, node) for place, key, value in entries]
    for place, _, value in entries:
        yield from _blocks(value, place, lines)


def _entry(place: str, key: yaml.Node, value: yaml.Node, lines: list[str], around: yaml.Node) -> Entry:
    first, column = key.start_mark.line, key.start_mark.column
    if isinstance(around, yaml.SequenceNode) and not around.flow_style:
        column = lines[first].rindex("-", 0, column) if "-" in lines[first][:column] else column
    return place, first, _last_line(value), column


def _last_line(node: yaml.Node) -> int:
    """The line on which *node* ends; blank lines below a text count where they are part of it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _last_line(last[1] if isinstance(last, tuple) else last)
    mark = node.end_mark
    if not isinstance(node, yaml.ScalarNode) or node.style not in ("|", ">"):
        return mark.line
    if mark.buffer is None:  # pragma: no cover - a text has a buffer
        return mark.line
    inner = mark.buffer[node.start_mark.index : mark.index]
    kept = inner if "+" in inner[:3] else inner.rstrip()
    return node.start_mark.line + len(kept.rstrip("\0").removesuffix("\n").split("\n")) - 1


def _lines_of_texts(node: yaml.Node) -> set[int]:
    """The lines within texts below `|` or `>`, where a `#` begins no comment."""
    if isinstance(node, yaml.ScalarNode):
        if node.style in ("|", ">"):
            return set(range(node.start_mark.line + 1, _last_line(node) + 1))
        return set(range(node.start_mark.line + 1, node.end_mark.line + 1))
    inner = [one for pair in node.value for one in (pair if isinstance(pair, tuple) else (pair,))]
    return set().union(*(_lines_of_texts(one) for one in inner))
