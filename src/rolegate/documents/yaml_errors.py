"""YAML's syntax errors in the words of somebody who writes policies."""

from __future__ import annotations

import re
from dataclasses import dataclass

import yaml

from rolegate.diagnostics import Report, Span

QUOTE_STAR = 'if you mean the star, quote the whole text: "*"'

_SURROGATE = (
    "an escape such as `\\ud800` that stands for no character",
    "write the character itself, or its full `\\U` escape with eight digits",
)


_ALIAS = re.compile(r"(?:^|[\s\[{,])\*([\w-]+)\s*$")


def alias_of(anchor: str) -> tuple[str, str]:
    """What to say about an alias."""
    name = anchor if len(anchor) <= 80 else f"{anchor[:77]}..."
    return f"`*{name}` is an alias of YAML", QUOTE_STAR


@dataclass(frozen=True, slots=True)
class _Word:
    """What to say about the problems whose text holds `problem`; `opening` points at where it began."""

    problem: str
    message: str
    help: str
    opening: bool = False


# Parts of sentences that both loaders share, most telling first.
_WORDS = (
    _Word("unexpected end of stream", "a quote is never closed", "close the quote that opens here", True),
    _Word("unexpected document", "a quote is never closed", "close the quote that opens here", True),
    _Word("invalid Unicode character", *_SURROGATE, opening=True),
    _Word(
        "unknown escape character",
        "an escape that YAML does not know",
        "between double quotes a `\\` is written `\\\\`; or use single quotes",
    ),
    _Word(
        "hex", "an escape that is cut off", "write `\\x` and two, `\\u` and four or `\\U` and eight digits"
    ),
    _Word(
        "mapping values are not allowed",
        "a `key: value` where none can stand",
        "quote the text if the `: ` belongs to it; else check the indentation",
    ),
    _Word(
        "expected ':'", "text where a `key: value` is meant", "write the `:`, or check the indentation", True
    ),
    _Word(
        "sequence entries are not allowed",
        "a `- ` where no list item can stand",
        "begin the list on its own line",
    ),
    _Word(
        "'-' indicator",
        "this is no item of the list it stands in",
        "check the indentation, or begin with `- `",
    ),
    _Word("<block end>, but found '?'", "this is no item of the list it stands in", "check the indentation"),
    _Word(
        "expected key", "this does not fit into the mapping around it", "check the indentation and the quotes"
    ),
    _Word(
        "<block end>", "this does not fit into the mapping around it", "check the indentation and the quotes"
    ),
    _Word(
        "node content",
        "a value is missing here",
        "write the value; quote text that begins with a bracket or comma",
    ),
    _Word("tag", "a tag of YAML that is not complete", "quote text that begins with `!`"),
    _Word("'>'", "a tag of YAML that is not complete", "quote text that begins with `!`"),
    _Word("block scalar", "text after `|` or `>`", "begin the text on the next line"),
    _Word("chomping", "text after `|` or `>`", "begin the text on the next line"),
    _Word("comment or line break", "text after `|` or `>`", "begin the text on the next line"),
    _Word("comment or a line break", "text after `|` or `>`", "begin the text on the next line"),
    _Word(
        "<document start>",
        "this does not belong to what stands above it",
        "check the indentation, and the line above",
    ),
)


def problem_at(error: Exception, otherwise: int) -> int:
    """Where in the text *error* was raised, as an index."""
    mark = getattr(error, "problem_mark", None)
    return otherwise if mark is None else int(mark.index)


def report_syntax(error: Exception, text: str, file: str, report: Report, at: Span | None = None) -> None:
    """Report *error*, raised while reading *text*, as RG104 (as RG106 where a star was read as an alias)."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:
        message, help = _SURROGATE
        report.add("RG104", at or Span(file), message, help)
        return
    opening = getattr(error, "context_mark", None) or mark
    problem = str(getattr(error, "problem", "") or "")
    line = _line(text, mark.line)
    span = Span(file, mark.line + 1, mark.column + 1)
    begin = Span(file, opening.line + 1, opening.column + 1)

    tab = _tab(line, mark.column)
    alias = _ALIAS.search(line, 0, mark.column)
    if tab is not None:
        report.add("RG104", Span(file, mark.line + 1, tab + 1), "a tab where YAML takes spaces", "use spaces")
    elif alias is not None:
        # Such as `- *.read @my`: the star was meant, and what follows it is no YAML.
        report.add("RG106", Span(file, mark.line + 1, alias.start(1)), *alias_of(alias[1]))
    elif "alphabetic or numeric" in problem:
        sign = _line(text, opening.line)[opening.column : opening.column + 1]
        report.add(
            "RG106", begin, f"unquoted text that begins with `{sign}`", QUOTE_STAR if sign == "*" else _QUOTE
        )
    elif "cannot start any token" in problem:
        sign = line[mark.column : mark.column + 1]
        report.add("RG104", span, f"unquoted text that begins with `{sign}`", _QUOTE)
    elif "',' or" in problem:
        _brackets(text, mark, begin, span, report)
    else:
        for word in _WORDS:
            if word.problem in problem:
                report.add("RG104", begin if word.opening else span, word.message, word.help)
                return
        report.add(
            "RG104", span, f"this is not YAML: {problem or 'unreadable'}", "check the line and the one above"
        )


_QUOTE = "put quotes around the whole text"


def _brackets(text: str, mark: yaml.Mark, begin: Span, span: Span, report: Report) -> None:
    opened = _line(text, begin.line - 1)[begin.column - 1 : begin.column]
    rest = _line(text, mark.line)[mark.column :]
    if not rest.strip():
        report.add(
            "RG104", begin, f"a `{opened}` that is never closed", "close it where the list or mapping ends"
        )
    elif rest[0] in "[{":
        help = f'{_QUOTE}, such as "inboxes.access[Default]"'
        report.add(
            "RG104", span, f"an unquoted bracket inside `{opened} … {_CLOSING.get(opened, ']')}`", help
        )
    else:
        help = "separate items by `,`, quote text that holds `: ` or quotes, and close the bracket"
        report.add(
            "RG104", span, f"this does not fit between `{opened}` and `{_CLOSING.get(opened, ']')}`", help
        )


_CLOSING = {"[": "]", "{": "}"}


def _line(text: str, number: int) -> str:
    lines = re.split(r"\r\n|\r|\n", text)
    return lines[number] if number < len(lines) else ""


def _tab(line: str, column: int) -> int | None:
    """The column of a tab in the indentation of *line*, or right at *column*."""
    indent = len(line) - len(line.lstrip(" \t"))
    found = line.find("\t", 0, indent)
    if found >= 0 and column <= indent:
        return found
    return column if line[column : column + 1] == "\t" else None
