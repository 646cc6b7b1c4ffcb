"""Text that one parser of YAML reads and another refuses is refused, whichever of them is installed.

PyYAML has two, its own and libyaml. INVARIANT: a file has one meaning, or none, with both of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import yaml

from rolegate.diagnostics import Report, Span

_QUOTE = "put quotes around the whole text"
_DOUBTFUL = re.compile(r"\t|\?|^%|:[\[{]|[|>][-+0-9]*#", re.MULTILINE)
_COMMENT = re.compile(r"(?:^|(?<=[\s]))#[^\r\n]*", re.MULTILINE)
_HEADER = re.compile(r"[|>][-+0-9]*(?: +#[^\r\n]*| *)(?=[\r\n]|\Z)")
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"\\]|\\.)*" | (?:^|(?<=\s))\#[^\r\n]* | [\[\]{}] | [^\s,\[\]{}'"][^,\[\]{}\r\n]*""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)

Seen = list[tuple[yaml.Event, bool]]
"""The events of a file, each with whether it stands between brackets."""


def doubtful(text: str) -> bool:
    """Whether *text* holds any of the characters that the parsers differ about."""
    return _DOUBTFUL.search(text) is not None


def refuse_dialects(seen: Seen, text: str, file: str, report: Report) -> bool:
    """Report what in *text* another parser would not read as *seen*; True when there is something."""
    found = sorted({*_tabs_and_directives(seen, text), *_signs(seen, text)})
    for index, code, message, help in found:
        report.add(code, place(text, index, file), message, help)
    return bool(found)


def too_deep(text: str, begin: int, end: int, room: int) -> int | None:
    """Where between *begin* and *end* more than *room* brackets are open.

    A parser looks up to 1,024 characters ahead, and may give up in there before it tells of any of them.
    """
    for found in _TOKEN.finditer(text, begin, end):
        room += {"[": -1, "{": -1, "]": 1, "}": 1}.get(found[0], 0)
        if room < 0:
            return found.start()
    return None


def place(text: str, index: int, file: str) -> Span:
    """The line and the column of *index*."""
    lines = re.split(r"\r\n|\r|\n", text[:index])
    return Span(file, len(lines), len(lines[-1]) + 1)


Finding = tuple[int, str, str, str]


def _tab(index: int) -> Finding:
    return index, "RG104", "a tab where YAML takes spaces", "use spaces"


def _tabs_and_directives(seen: Seen, text: str) -> Iterator[Finding]:
    """Tabs belong into quotes, comments and the lines below `|` and `>`; `%` begins no line of its own."""
    scalars = [event for event, _ in seen if isinstance(event, yaml.ScalarEvent)]
    for begin, end in _between(scalars, len(text)):
        rest = _COMMENT.sub(lambda found: " " * len(found[0]), text[begin:end])
        yield from (_tab(begin + found.start()) for found in re.finditer("\t", rest))
        for found in re.finditer(r"^%", rest, re.MULTILINE):
            if begin + found.start() == 0 or text[begin + found.start() - 1] in "\r\n":
                yield begin + found.start(), "RG106", "a `%` line of YAML", "leave it out"


def _between(scalars: Sequence[yaml.ScalarEvent], length: int) -> Iterator[tuple[int, int]]:
    begin = 0
    for scalar in scalars:
        yield begin, scalar.start_mark.index
        begin = scalar.end_mark.index
    yield begin, length


def _signs(seen: Seen, text: str) -> Iterator[Finding]:
    """What stands within one value, or right before it."""
    for number, (event, flow) in enumerate(seen):
        begin, end = event.start_mark.index, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            written = text[begin:end]
            if event.style in ("|", ">"):
                yield from _block(written, begin + len(written) - len(written.lstrip("&!")))
            elif not event.style:
                yield from (_tab(begin + found.start()) for found in re.finditer("\t", written))
                if flow and "?" in written:
                    message = "an unquoted `?` between brackets"
                    yield begin + written.index("?"), "RG104", message, _QUOTE
        elif flow and isinstance(event, yaml.CollectionStartEvent) and text[begin - 1 : begin] == ":":
            before = seen[number - 1][0]
            if isinstance(before, yaml.ScalarEvent) and not before.style:
                message = "text where a `key: value` is meant"
                yield before.start_mark.index, "RG104", message, "put a space after the `:`"


def _block(written: str, begin: int) -> Iterator[Finding]:
    """A text below `|` or `>`."""
    if _HEADER.match(written) is None:
        yield begin, "RG104", "text after `|` or `>`", "begin the text on the next line"
    for found in re.finditer(r"^ *\t", written, re.MULTILINE):
        yield _tab(begin + found.end() - 1)
