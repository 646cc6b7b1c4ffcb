"""Text that one parser of YAML reads and another refuses is refused, whichever of them is installed.

PyYAML has two, its own and libyaml. INVARIANT: a file has one meaning, or none, with both of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import yaml

from rolegate.diagnostics import Report, Span

_QUOTE = "put quotes around the whole text"
_BEGIN = r"(?:\A|(?<=[\r\n]))"  # of a line: `^` knows nothing of a lone CR
_DOUBTFUL = re.compile(rf"\t|\?|{_BEGIN}%|:[\[{{]|[|>][-+0-9]*#")
_COMMENT = re.compile(r"(?:\A|(?<=\s))#[^\r\n]*")
_DIRECTIVE = re.compile(rf"{_BEGIN}%")
_INDENTED = re.compile(rf"{_BEGIN} *\t")
_HEADER = re.compile(r"[|>][-+0-9]*(?: +#[^\r\n]*| *)(?=[\r\n]|\Z)")
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"\\]|\\.)*" | (?:^|(?<=\s))\#[^\r\n]*
        | [\[\]{}] | [^\s,\[\]{}'"][^,\[\]{}\r\n]*""",
    re.VERBOSE | re.MULTILINE | re.DOTALL,
)


class Event(NamedTuple):
    """What a parser has read from *begin* to *end* of a text; `flow` says that it stands between brackets."""

    read: yaml.Event
    begin: int
    end: int
    flow: bool

    @classmethod
    def of(cls, read: yaml.Event, flow: bool) -> Event:
        begin, end = read.start_mark, read.end_mark
        return cls(read, begin.index if begin is not None else 0, end.index if end is not None else 0, flow)

    @property
    def plain(self) -> bool:
        return isinstance(self.read, yaml.ScalarEvent) and not self.read.style


def doubtful(text: str) -> bool:
    """Whether *text* holds any of the characters that the parsers differ about."""
    return _DOUBTFUL.search(text) is not None


def refuse_dialects(seen: Sequence[Event], text: str, file: str, report: Report) -> bool:
    """Report what in *text* another parser would not read as *seen*, at most once; True when there is any."""
    # The first of each kind: there may be millions.
    firsts = (next(each, None) for each in (_tabs_and_directives(seen, text), _signs(seen, text)))
    found = min((each for each in firsts if each is not None), default=None)
    if found is None:
        return False
    index, code, message, help = found
    report.add(code, place(text, index, file), message, help)
    return True


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


def _tabs_and_directives(seen: Sequence[Event], text: str) -> Iterator[Finding]:
    """Tabs belong into quotes, comments and the lines below `|` and `>`; `%` begins no line of its own."""
    scalars = [each for each in seen if isinstance(each.read, yaml.ScalarEvent)]
    for begin, end in _between(scalars, len(text)):
        if "\t" not in text[begin:end] and "%" not in text[begin:end]:
            continue
        rest = _COMMENT.sub(lambda found: " " * len(found[0]), text[begin:end])
        yield from (_tab(begin + found.start()) for found in re.finditer("\t", rest))
        for found in _DIRECTIVE.finditer(rest):
            if begin + found.start() == 0 or text[begin + found.start() - 1] in "\r\n":
                yield begin + found.start(), "RG106", "a `%` line of YAML", "leave it out"


def _between(scalars: Sequence[Event], length: int) -> Iterator[tuple[int, int]]:
    begin = 0
    for scalar in scalars:
        yield begin, scalar.begin
        begin = scalar.end
    yield begin, length


def _signs(seen: Sequence[Event], text: str) -> Iterator[Finding]:
    """What stands within one value, or right before it."""
    before: Event | None = None
    for each in seen:
        written = text[each.begin : each.end]
        if isinstance(each.read, yaml.ScalarEvent) and each.read.style in ("|", ">"):
            yield from _block(written, each.begin)
        elif each.plain:
            if "\t" in written:
                yield _tab(each.begin + written.index("\t"))  # the first of each kind is enough
            if each.flow and "?" in written:
                message = "an unquoted `?` between brackets"
                yield each.begin + written.index("?"), "RG104", message, _QUOTE
        elif each.flow and before is not None and before.plain and text[before.end : each.begin] == ":":
            # A collection that begins right after an unquoted key and its colon.
            message = "text where a `key: value` is meant"
            yield before.begin, "RG104", message, "put a space after the `:`"
        before = each


def _block(written: str, begin: int) -> Iterator[Finding]:
    """A text below `|` or `>`."""
    if _HEADER.match(written) is None:
        yield begin, "RG104", "text after `|` or `>`", "begin the text on the next line"
    for found in _INDENTED.finditer(written):
        yield _tab(begin + found.end() - 1)
