"""Text from policy files in Markdown that is posted elsewhere: what is shown is the text and nothing else."""

from __future__ import annotations

import re

from rolegate_cli.output import plain

# Plain words of any language, with marks that no host reads anything into where they stand.
_TAME = re.compile(r"""(?:[^\W_] | [ (),;"'’?\[\]] | -(?![0-9]) | [.:!&%/](?=[ ]|$))*""", re.VERBOSE)
_HASH = re.compile(r"\b[0-9A-Fa-f]{7,64}\b")
_MARKS = re.compile(r"([\\`*_{}\[\]<>()#+!|~&-])")


def shown(text: str) -> str:
    """*text*, visible as it is: no mention, reference, link, emoji, formula or markup comes of it.

    INVARIANT: hosts look for mentions and references in what Markdown has become, where escapes are gone; in
    code they do not look. So whatever is not plain words stands in code.
    """
    text = plain(text).strip()
    if _TAME.fullmatch(text) and not _HASH.search(text):
        return _MARKS.sub(r"\\\1", text)
    # A `|` would end the cell, and hosts differ about `\|` after a backslash: it stands between two codes.
    return "&#124;".join(_code(part) for part in text.split("|"))


def _code(text: str) -> str:
    """*text* as code, in as many backticks as it takes."""
    if not text.strip():
        return text
    longest = max((len(each) for each in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    # One blank on each side is taken away again.
    space = " " if text[0] in "` " or text[-1] in "` " else ""
    return f"{fence}{space}{text}{space}{fence}"
