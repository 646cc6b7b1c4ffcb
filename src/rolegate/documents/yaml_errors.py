"""YAML's syntax errors in the words of somebody who writes policies."""

from __future__ import annotations

import re
from dataclasses import replace

import yaml

from rolegate.diagnostics import Report, Span
from rolegate.documents import yaml_problems as problems
from rolegate.documents.yaml_problems import SYNTAX_WORDINGS

_ALIAS = re.compile(r"(?:^|[\s\[{,])\*([\w-]+)\s*$")
_GRANT = re.compile(r"""[\w.*-]+\[[^\[\]{}"']*\](?:@[\w*]+)?|[^\s,\[\]{}"']+""")
"""A text with a star in it: a grant with an instance, or what has no brackets."""
_BEFORE_STAR = re.compile(r"[\w.*-]\[[^\[\]]*\Z")
_CONFLICT = re.compile(r"(?:\A|(?<=[\r\n]))(?:<{7}|>{7}) ")
_ODD_SPACE = re.compile(r"(?:^ *|[:,{\[-] ?)([\u00a0\u2000-\u200a\u202f\u205f\u3000])")
_CLOSING = {"[": "]", "{": "}"}
_QUOTES = ("'", '"')
_SCANNER: type = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


_DASH = re.compile(r" *- ")
_MISFITS = ("expected key", "'-' indicator", "but found '-'")
"""What parsers say where an item of a list is in a column of its own."""


def odd_space(text: str) -> re.Match[str] | None:
    """Where a space that YAML does not know follows a sign, or is in the indentation."""
    return _ODD_SPACE.search(text)


def problem_at(error: Exception, otherwise: int) -> int:
    """Where in the text *error* was raised, as an index."""
    mark = getattr(error, "problem_mark", None)
    return otherwise if mark is None else int(mark.index)


def report_syntax(error: Exception, text: str, file: str, report: Report) -> None:
    """Report *error*, raised while reading *text*, as RG104 (as RG106 where a star was read as an alias)."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    conflict = _CONFLICT.search(text)
    if conflict is not None:
        problems.merge_conflict(report, Span(file, len(re.split(r"\r\n|\r|\n", text[: conflict.start()]))))
    elif mark is None:
        problems.half_character(report, Span(file))
    else:
        own = Report()
        _SyntaxError(error, mark, text, file).report(own)
        opened = _quote_before(text, mark)
        for found in own.diagnostics:
            place = [] if opened is None else [problems.quote_opened(Span(file, *opened), mark.line + 1)]
            report.take([replace(found, related=(*found.related, *place))])


def _quote_before(text: str, mark: yaml.Mark) -> tuple[int, int] | None:
    """Where the last quote before *mark* opened, if that is in a line above the one in which it closed.

    Then a quote further up was not closed, and this one closes where the next was to open.
    """
    last = None
    try:
        for token in yaml.scan(text, _SCANNER):
            if isinstance(token, yaml.ScalarToken) and token.end_mark.index <= mark.index:
                last = token if token.style in _QUOTES else last
    except yaml.YAMLError:
        pass
    if last is None or not last.start_mark.line < last.end_mark.line == mark.line:
        return None
    return last.start_mark.line + 1, last.start_mark.column + 1


def text_around(line: str, column: int) -> str | None:
    """The text that the star at *column* of *line* is a part of; None where that cannot be told."""
    for found in _GRANT.finditer(line):
        if found.start() <= column < found.end():
            text = found[0]
            bracketed = "[" in text or _BEFORE_STAR.search(line, 0, column) is not None
            return None if bracketed and (re.search(r"[\s,]", text) or "[" not in text) else text
    return None


class _SyntaxError:
    """What a parser says, and what is written where it says so."""

    def __init__(self, error: Exception, mark: yaml.Mark, text: str, file: str) -> None:
        opening = getattr(error, "context_mark", None) or mark
        self.parser_says = str(getattr(error, "problem", "") or "")
        self.file = file
        self.lines = re.split(r"\r\n|\r|\n", text)
        self.line, self.column = self._line(mark.line), mark.column
        self.span = Span(file, mark.line + 1, mark.column + 1)
        self.begin = Span(file, opening.line + 1, opening.column + 1)
        self.opening = self._line(opening.line)[opening.column : opening.column + 1]
        """The sign at which the parser began what it could not end."""

    def report(self, report: Report) -> None:
        tab, odd = self._tab(), odd_space(self.line) or odd_space(self._line(self.begin.line - 1))
        alias = _ALIAS.search(self.line, 0, self.column)
        if tab is not None:
            problems.tab(report, self._in_line(tab))
        elif odd is not None:
            number = self.span.line if odd_space(self.line) else self.begin.line
            problems.odd_space(report, Span(self.file, number, odd.start(1) + 1), odd[1])
        elif alias is not None:
            # Such as `- *.read @my`: the star was meant, and what follows it is not YAML.
            star = alias.start(1) - 1
            problems.alias(report, self._in_line(star), alias[1], text_around(self.line, star))
        elif "alphabetic or numeric" in self.parser_says:
            # A bracket may have been opened at the end of the line above.
            above = self._line(self.begin.line - 2) + " " if self.begin.line > 1 else ""
            line = above + self._line(self.begin.line - 1)
            around = text_around(line, len(above) + self.begin.column - 1)
            problems.reserved_sign(report, self.begin, self.opening, around)
        elif "cannot start any token" in self.parser_says and self.line.startswith("```"):
            problems.markdown_fence(report, self.span)
        elif "cannot start any token" in self.parser_says:
            problems.sign_unquoted(report, self.span, self.line[self.column : self.column + 1])
        elif "',' or" in self.parser_says:
            self._report_brackets(report)
        elif "unexpected ':'" in self.parser_says:
            self._report_colon(report)
        elif self.parser_says.endswith(_MISFITS) and (dash := self._dash_above()):
            problems.dash_out_of_column(report, self.span, dash)
        elif "expected ':'" in self.parser_says and (help := self._unlike()):
            problems.key_unlike(report, self.begin, help)
        elif (
            self.column
            and self.line[: self.column].rstrip()[-1:] in ("'", '"')
            and self.line[self.column :].strip()
        ):
            problems.text_after_quote(report, self.span)
        else:
            for wording in SYNTAX_WORDINGS:
                if wording.parser_says in self.parser_says:
                    at = self.begin if wording.opening else self.span
                    return problems.worded_syntax(report, at, wording)
            problems.other_syntax(report, self.span, self.parser_says or "unreadable")
        return None

    def _report_brackets(self, report: Report) -> None:
        rest = self.line[self.column :]
        closing = _CLOSING.get(self.opening, "]")
        item = self.line.lstrip().startswith("- ") and self.begin.line < self.span.line
        if not rest.strip() or item:
            comment = " #" in self._line(self.begin.line - 1)[self.begin.column :]
            problems.never_closed(report, self.begin, self.opening, comment)
        elif rest[0] in "[{":
            problems.bracket_unquoted(report, self.span, f"{self.opening} … {closing}", rest[0])
        else:
            problems.misfit_between_brackets(report, self.span, self.opening, closing)

    def _report_colon(self, report: Report) -> None:
        """Libyaml stops at a colon with no space after it between brackets: `{user:, role: agent}`."""
        colon = self.line.find(":", self.begin.column - 1)
        if self.line[colon + 1 : colon + 2] in (",", "}", "]"):
            problems.key_without_value(report, self.begin, self.line[self.begin.column - 1 : colon], True)
        else:
            problems.no_space_after_colon(report, self.begin)

    def _dash_above(self) -> int | None:
        """The column of the `- ` above this line, where this line begins with one in another column."""
        if not _DASH.match(self.line):
            return None
        above = (_DASH.match(line) for line in reversed(self.lines[: self.span.line - 1]))
        column = next((found.end() - 1 for found in above if found), None)
        return None if column == self.column + 1 else column

    def _unlike(self) -> str:
        """What to do about a line that is like `key: value`, or like an item of a list."""
        line = self._line(self.begin.line - 1).strip()
        if re.match(r"//|--[^-]|/\*", line):
            return "begin a comment with `#`"
        if re.match(r"-[^\s-]", line):
            return "put a space after the `-`"
        if re.match(r"[\w-]+:\S", line):
            return "put a space after the `:`"
        return "write `:` in place of the `=`" if re.match(r"[\w-]+ *=", line) else ""

    def _in_line(self, column: int) -> Span:
        return Span(self.file, self.span.line, column + 1)

    def _line(self, number: int) -> str:
        return self.lines[number] if number < len(self.lines) else ""

    def _tab(self) -> int | None:
        """The column of a tab in the indentation of the line, or right where the parser gave up."""
        indent = len(self.line) - len(self.line.lstrip(" \t"))
        found = self.line.find("\t", 0, indent)
        if found >= 0:
            return found
        return self.column if self.line[self.column : self.column + 1] == "\t" else None
