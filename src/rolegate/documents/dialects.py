"""Text that one parser of YAML reads and another refuses is refused, whichever of them is installed.

PyYAML has two, its own and libyaml. INVARIANT: a file has one meaning, or none, with both of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter
from typing import NamedTuple

import yaml

from rolegate.diagnostics import Report
from rolegate.documents import yaml_problems as problems
from rolegate.documents.text import span_at
from rolegate.documents.yaml_problems import YamlProblem

_BEGIN = r"(?:\A|(?<=[\r\n]))"  # of a line: `^` does not know a lone CR
_DOUBTFUL = re.compile(rf"\t|\?|{_BEGIN}%|:[\[{{]|[|>][-+0-9]*#")
_SIGNS = ("\t", "?", "%", ":[", ":{", "#")
"""One of these is in whatever that finds."""
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
    """What a parser has read from *begin* to *end* of a text; `flow` says that it is between brackets."""

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
    """Whether *text* holds any of the characters about which the parsers differ."""
    if not any(sign in text for sign in _SIGNS):  # as in most files; this takes a tenth of the time
        return False
    return _DOUBTFUL.search(text) is not None


def refuse_dialects(seen: Sequence[Event], text: str, file: str, report: Report) -> bool:
    """Report what in *text* another parser would not read as *seen*, at most once; True when there is any."""
    # The first of each kind: there may be millions.
    firsts = (next(findings, None) for findings in (_tabs_and_directives(seen, text), _signs(seen, text)))
    found = min((first for first in firsts if first is not None), key=itemgetter(0), default=None)
    if found is None:
        return False
    index, problem = found
    problem(report, span_at(text, index, file))
    return True


def too_deep(text: str, begin: int, end: int, room: int) -> int | None:
    """Where between *begin* and *end* more than *room* brackets are open.

    A parser looks up to 1,024 characters ahead, and may give up in there before it reports any of them.
    """
    for found in _TOKEN.finditer(text, begin, end):
        room += {"[": -1, "{": -1, "]": 1, "}": 1}.get(found[0], 0)
        if room < 0:
            return found.start()
    return None


Finding = tuple[int, YamlProblem]
"""Where in a text it is, and what it is."""


def _tabs_and_directives(seen: Sequence[Event], text: str) -> Iterator[Finding]:
    """Tabs belong in quotes, comments and the lines below `|` and `>`; no line begins with `%`."""
    scalars = [event for event in seen if isinstance(event.read, yaml.ScalarEvent)]
    for begin, end in _between(scalars, len(text)):
        if "\t" not in text[begin:end] and "%" not in text[begin:end]:
            continue
        rest = _COMMENT.sub(lambda found: " " * len(found[0]), text[begin:end])
        yield from ((begin + found.start(), problems.tab) for found in re.finditer("\t", rest))
        for found in _DIRECTIVE.finditer(rest):
            if begin + found.start() == 0 or text[begin + found.start() - 1] in "\r\n":
                yield begin + found.start(), problems.directive


def _between(scalars: Sequence[Event], length: int) -> Iterator[tuple[int, int]]:
    begin = 0
    for scalar in scalars:
        yield begin, scalar.begin
        begin = scalar.end
    yield begin, length


def _signs(seen: Sequence[Event], text: str) -> Iterator[Finding]:
    """What is within one value, or right before it."""
    before: Event | None = None
    for event in seen:
        written = text[event.begin : event.end]
        if isinstance(event.read, yaml.ScalarEvent) and event.read.style in ("|", ">"):
            yield from _block(written, event.begin)
        elif event.plain:
            if "\t" in written:
                yield event.begin + written.index("\t"), problems.tab  # the first of each kind is enough
            if event.flow and "?" in written:
                yield event.begin + written.index("?"), problems.question_mark
        elif event.flow and before is not None and before.plain and text[before.end : event.begin] == ":":
            # A collection that begins right after an unquoted key and its colon.
            yield before.begin, problems.no_space_after_colon
        before = event


def _block(written: str, begin: int) -> Iterator[Finding]:
    """A text below `|` or `>`."""
    if _HEADER.match(written) is None:
        yield begin, problems.text_on_block_line
    for found in _INDENTED.finditer(written):
        yield begin + found.end() - 1, problems.tab
