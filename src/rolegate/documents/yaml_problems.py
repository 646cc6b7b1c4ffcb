"""What can be wrong with the text of a file as YAML, each in the words of somebody who writes policies.

Each function adds one finding to a report.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

from rolegate.diagnostics import RelatedSpan, Report, Span, short

YamlProblem = Callable[[Report, Span], None]
"""A finding that needs nothing but its place."""

_QUOTE = "put quotes around the whole text"
_WRITE_OUT = "write the values out wherever they are needed"
_BY_PROGRAM = f"{_WRITE_OUT}; a program can write the file as JSON, which is read as well"
_HALF = (
    "an escape such as `\\ud800` is only half of a character",
    "write the character itself, or its full `\\U` escape with eight digits",
)
_BLOCK = ("text after `|` or `>`", "begin the text on the next line")


def _quote_star(around: str | None) -> str:
    # A part of the text would be taken literally, and a star alone is everything.
    return (
        f"if you mean the star, {_QUOTE}"
        if around is None
        else (f'if you mean the star, quote the whole text: "{short(around)}"')
    )


# -- YAML that policy files do not use -----------------------------------------------------------------------


def ampersand(report: Report, span: Span, name: str) -> None:
    help = "put quotes around the whole text"
    report.add("RG106", span, f"`&{short(name)}` is a YAML anchor, and not text", help)


def anchor(report: Report, span: Span, name: str) -> None:
    report.add("RG106", span, f"`&{short(name)}` is a YAML anchor", _BY_PROGRAM)


def alias(report: Report, span: Span, name: str, around: str | None) -> None:
    """*around* is the whole text that the star is in, if that can be told."""
    report.add("RG106", span, f"`*{short(name)}` is a YAML alias", _quote_star(around))


def tag(report: Report, span: Span, name: str) -> None:
    help = "leave it out; quote text that begins with `!`"
    report.add("RG106", span, f"`{short(name)}` is a YAML tag", help)


def merge_key(report: Report, span: Span) -> None:
    report.add("RG106", span, "`<<` is a YAML merge key", _WRITE_OUT)


def tag_directive(report: Report, span: Span) -> None:
    report.add("RG106", span, "a `%TAG` line is a YAML directive", "leave it out")


def directive(report: Report, span: Span) -> None:
    report.add("RG106", span, "a line that begins with `%` is a YAML directive", "leave it out")


def second_document(report: Report, span: Span) -> None:
    report.add("RG106", span, "a second document begins here", "put it into a file of its own")


def key_not_text(report: Report, span: Span, what: str) -> None:
    help = "write text as the key; quote text that begins with a bracket, and fill in a template before"
    report.add("RG106", span, f"a {what} cannot be a key", help)


def reserved_sign(report: Report, span: Span, sign: str, around: str | None) -> None:
    """*around* is the whole text that the sign is in, if that can be told."""
    help = _quote_star(around) if sign == "*" else _QUOTE
    report.add("RG106", span, f"unquoted text cannot begin with `{sign}`", help)


# -- limits, and what is missing or there twice --------------------------------------------------------------


def too_deep(report: Report, span: Span, most: int) -> None:
    help = "a policy file is flatter than that; look for brackets that are never closed"
    report.add("RG107", span, f"nested more than {most} levels deep", help)


def too_many_values(report: Report, span: Span, most: int) -> None:
    help = (
        "make the set smaller: bind teams instead of each user, and use stars, or split it into several sets"
    )
    report.add("RG107", span, f"more than {most:,} values in the files of one policy set", help)


def duplicate_key(report: Report, span: Span, key: str, first: Span) -> None:
    related = RelatedSpan(first, f"`{short(key)}` is first written here")
    help = "keep one of the two"
    if key == "role":
        help += "; several roles of one file are under `roles`, and a line is for one role"
    report.add("RG105", span, f"duplicate key `{short(key)}`", help, [related])


def text_cut(report: Report, span: Span, text: str, rest: str) -> None:
    message = f"`{short(text)}` ends before the `{rest[:2]}`: a `#` after a blank begins a comment"
    help = f'put quotes around the whole text: "{short(f"{text} {rest}")}"'
    report.add("RG127", span, message, help)


def empty_item(report: Report, span: Span) -> None:
    report.add("RG109", span, "an empty list item", "write the item, or remove it")


def value_without_key(report: Report, span: Span) -> None:
    report.add("RG109", span, "a value without a key", "write the key before the `:`")


def key_without_value(report: Report, span: Span, key: str, between_brackets: bool) -> None:
    help = "write the value, write `[]` or `{}` for none, or leave the key out"
    if between_brackets:
        help += "; text that begins with `{` needs quotes"
    if between_brackets:
        help += ", and several values need `[…]`"
    if key.startswith("//"):
        help = "begin a comment with `#`"
    if between_brackets and ":" in key:
        help = "put a space after the `:`, or write the value"
    report.add("RG109", span, f"`{short(key)}` has no value", help)


def empty_file(report: Report, span: Span) -> None:
    report.add("RG110", span, "the file is empty", "write the policy, or remove the file")


# -- syntax --------------------------------------------------------------------------------------------------


def tab(report: Report, span: Span) -> None:
    report.add("RG104", span, "a tab where YAML takes spaces", "use spaces")


def odd_space(report: Report, span: Span, character: str) -> None:
    name = unicodedata.name(character, "a space").lower()
    article = "an" if name[0] in "aeiou" else "a"
    message = f"{article} {name} (U+{ord(character):04X}), which YAML does not read as a space"
    report.add("RG104", span, message, "type an ordinary space instead")


def merge_conflict(report: Report, span: Span) -> None:
    help = "resolve the conflict, and remove the lines of `<`, `=` and `>` signs"
    report.add("RG104", span, "a merge conflict is left in the file", help)


def markdown_fence(report: Report, span: Span) -> None:
    help = "remove the lines of backticks: the file holds nothing but YAML"
    report.add("RG104", span, "a fence of Markdown is left in the file", help)


def text_after_quote(report: Report, span: Span) -> None:
    help = f"{_QUOTE}; in single quotes an apostrophe is written `''`, in double quotes a quote `\\\"`"
    report.add("RG104", span, "the text goes on after its closing quote", help)


def quote_opened(opened: Span, closed: int) -> RelatedSpan:
    """A quote that may not have been meant to reach from *opened* to the line *closed*."""
    return RelatedSpan(
        opened, f"a quote that opens here closes in line {closed}: close it where the text ends"
    )


def key_unlike(report: Report, span: Span, help: str) -> None:
    report.add("RG104", span, "a `key: value` is needed here", help)


def dash_out_of_column(report: Report, span: Span, above: int) -> None:
    """*above* is the column of the item before it."""
    message = f"this `-` is in column {span.column}, and the item above it in column {above}"
    report.add("RG104", span, message, "begin all items of a list in one column")


def sign_unquoted(report: Report, span: Span, sign: str) -> None:
    report.add("RG104", span, f"unquoted text cannot begin with `{sign}`", _QUOTE)


def question_mark(report: Report, span: Span) -> None:
    report.add("RG104", span, "an unquoted `?` between brackets", _QUOTE)


def no_space_after_colon(report: Report, span: Span) -> None:
    report.add("RG104", span, "a `key: value` is needed here", "put a space after the `:`")


def text_on_block_line(report: Report, span: Span) -> None:
    report.add("RG104", span, *_BLOCK)


def half_character(report: Report, span: Span) -> None:
    report.add("RG104", span, *_HALF)


def never_closed(report: Report, span: Span, bracket: str, comment: bool = False) -> None:
    """With a *comment* in its line, the bracket that closes it may be in there."""
    help = "close it where the list or mapping ends"
    if comment:
        help = "quote text with a `#` after a blank: what follows is a comment"
    report.add("RG104", span, f"this `{bracket}` is never closed", help)


def bracket_unquoted(report: Report, span: Span, around: str, bracket: str) -> None:
    example = "inboxes.access[Default]" if bracket == "[" else "Access to {inbox}"
    help = f'{_QUOTE}, such as "{example}"'
    report.add("RG104", span, f"an unquoted bracket inside `{around}`", help)


def misfit_between_brackets(report: Report, span: Span, opening: str, closing: str) -> None:
    help = "separate items with `,`, quote text that contains `: ` or quotes, and close the bracket"
    report.add("RG104", span, f"this does not fit between `{opening}` and `{closing}`", help)


def other_syntax(report: Report, span: Span, words: str) -> None:
    report.add("RG104", span, f"this is not YAML: {words}", "check this line and the one above")


@dataclass(frozen=True, slots=True)
class SyntaxWording:
    """What to say about an error of the parser whose text contains `parser_says`."""

    parser_says: str
    message: str
    help: str
    opening: bool = False
    """Whether to point at where it began, and not at where the parser gave up."""


def worded_syntax(report: Report, span: Span, wording: SyntaxWording) -> None:
    report.add("RG104", span, wording.message, wording.help)


_UNCLOSED = ("a quote is never closed", "close the quote that opens here", True)
_MISFIT = ("this does not fit into the mapping around it", "check the indentation and the quotes")
_NO_ITEM = "this is not an item of the list around it"
_TAG = ("an incomplete YAML tag", "quote text that begins with `!`")

# Parts of sentences that both loaders share, most telling first.
SYNTAX_WORDINGS = tuple(
    SyntaxWording(*row)
    for row in (
        ("unexpected end of stream", *_UNCLOSED),
        ("unexpected document", *_UNCLOSED),
        ("invalid Unicode character", *_HALF, True),
        (
            "unknown escape character",
            "an escape that YAML does not know",
            "in double quotes write `\\\\` for a backslash, or use single quotes",
        ),
        ("hex", "an escape that is cut off", "write `\\x` and two, `\\u` and four or `\\U` and eight digits"),
        (
            "mapping values are not allowed",
            "a `key: value` is not allowed here",
            "quote the text if the `: ` is part of it; if not, check the indentation, or put several keys of "
            "one line in `{…}`",
        ),
        (
            "expected ':'",
            "a `key: value` is needed here",
            "write the `:`, or check the indentation; an item of a list begins with `- `",
            True,
        ),
        ("sequence entries are not allowed", "a `- ` is not allowed here", "begin the list on its own line"),
        ("'-' indicator", _NO_ITEM, "check the indentation, or begin with `- `"),
        ("<block end>, but found '?'", _NO_ITEM, "check the indentation"),
        ("expected key", *_MISFIT),
        ("<block end>", *_MISFIT),
        (
            "node content",
            "a value is missing here",
            "write the value, or close the brackets before it; quote text that begins with a bracket or `,`",
        ),
        ("tag", *_TAG),
        ("'>'", *_TAG),
        ("block scalar", *_BLOCK),
        ("chomping", *_BLOCK),
        ("comment or line break", *_BLOCK),
        ("comment or a line break", *_BLOCK),
        (
            "<document start>",
            "this does not belong to the lines above it",
            "check the indentation, and the line above",
        ),
    )
)
