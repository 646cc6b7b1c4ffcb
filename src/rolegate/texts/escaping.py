"""Text from policy files, made harmless for the place where it is shown; each format has one function here.

A test tries every one of them with the same hostile strings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from rolegate.texts.invisible import one_line

# Plain words of any language, with marks that no host gives a meaning at this place.
_TAME = re.compile(r"""(?:[^\W_] | [ (),;"'’?\[\]] | -(?![0-9]) | [.:!&%/](?=[ ]|$))*""", re.VERBOSE)
_HASH = re.compile(r"\b[0-9A-Fa-f]{7,64}\b")
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")
_FORMULA = re.compile(r"\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]")
_FORMULA_AFTER = re.compile(r"(;\s*)(?=[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])")  # in many countries `;` ends a cell


def plain(text: str) -> str:
    """*text* on one line with nothing hidden in it; the no-break spaces of French become spaces."""
    return one_line(text.replace("\u00a0", " ").replace("\u202f", " "))


def in_command(text: str) -> str:
    """*text* for the message of a workflow command of GitHub, which is one line with `%` as its escape."""
    return one_line(text).replace("%", "%25")


def in_command_property(text: str) -> str:
    """*text* for a property of a workflow command of GitHub, where `:` and `,` end a value."""
    return in_command(text).replace(":", "%3A").replace(",", "%2C")


def in_json(text: str) -> str:
    """*text* for JSON that another program shows: on one line, and without halves of characters."""
    return one_line(text)


def in_sarif(text: str) -> str:
    """*text* for a message in SARIF, in which `[text](target)` is a link unless there is a space."""
    return one_line(text).replace("](", "] (")


def in_xml(text: str) -> str:
    """*text* for an element or an attribute in XML, which does not allow every character."""
    return escape(one_line(text))


def in_html(text: str) -> str:
    """*text* for HTML: escaped, and unable to change the direction of the text around it."""
    return f"<bdi>{escape(plain(text))}</bdi>"


def code_in_html(text: str) -> str:
    """*text* as code in HTML, as it is written in files."""
    return f"<code>{escape(plain(text))}</code>"


def message_in_html(text: str) -> str:
    """A message for HTML, where what it quotes in backticks is code; see `in_html`."""
    parts = plain(text).split("`") if text.count("`") % 2 == 0 else [text]
    return "".join(code_in_html(part) if number % 2 else in_html(part) for number, part in enumerate(parts))


def in_csv(text: str) -> str:
    """*text* for a cell of a CSV file; a spreadsheet does not take it for a formula."""
    shown = _FORMULA_AFTER.sub(r"\1'", plain(text))
    return "'" + shown if _FORMULA.match(shown) else shown


def in_markdown(text: str) -> str:
    """*text* for Markdown and its tables, shown as it is: never a mention, link, emoji, formula or markup.

    INVARIANT: hosts look for mentions and references in the rendered text, where escapes are gone, but not in
    code. So whatever is not plain words becomes code.
    """
    text = plain(text).strip()
    return _MARKS.sub(r"\\\1", text) if _tame(text) else _in_codes(text)


def message_in_markdown(text: str) -> str:
    """A message for Markdown, where what it quotes in backticks is code as well; see `in_markdown`.

    >>> print(message_in_markdown("unknown role `a|b`"), message_in_markdown("write `a` `b`"))
    unknown role `a`&#124;`b` write `a` `b`
    >>> print(message_in_markdown("@all: `a`"))
    ``@all: `a` ``
    """
    words, codes = plain(text).split("`")[::2], plain(text).split("`")[1::2]
    between = words[1:-1]  # two codes side by side would be read as one
    if len(words) == len(codes) or not all(codes + between) or not all(map(_tame, words)):
        return in_markdown(text)
    shown = [_MARKS.sub(r"\\\1", part) for part in words]
    pairs = zip(shown, [*map(_in_codes, codes), ""], strict=True)
    return "".join(said + code for said, code in pairs).strip()


def _tame(text: str) -> bool:
    return _TAME.fullmatch(text) is not None and _HASH.search(text) is None


def _in_codes(text: str) -> str:
    """*text* as code, without any `|`, which would end a cell."""
    # Hosts disagree about `\\|` after a backslash: it is written between two codes.
    return "&#124;".join(_markdown_code(part) for part in text.split("|"))


def in_summary(text: str) -> str:
    """*text* for HTML within Markdown, where hosts look for mentions and references as well."""
    text = plain(text).strip()
    tame = _TAME.fullmatch(text) and not _HASH.search(text)
    return escape(text) if tame else f"<code>{escape(text)}</code>"


def in_code_block(lines: Iterable[str], language: str = "") -> str:
    """*lines* as a block of code in Markdown, which none of them can end."""
    shown = [one_line(line) for line in lines]
    longest = max((len(ticks) for line in shown for ticks in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join((f"{fence}{language}", *shown, fence))


def _markdown_code(text: str) -> str:
    """*text* as code, between as many backticks as it needs."""
    if not text.strip():
        return text
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    # Markdown removes one space on each side.
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"
