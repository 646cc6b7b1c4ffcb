"""Ids as they are written in Casbin text: strict RFC 3986 percent-encoding of UTF-8.

An encoded id holds only `A-Z a-z 0-9 - . _ ~ %`, so the characters `: * / , [ ] " #` in a compiled
line are always the compiler's own. So is a lone `-`, which stands for "takes none": the id `-` is `%2D`.
"""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote_to_bytes

MAX_COLUMN = 255
"""Longest value of a compiled column, in characters; the width of a `casbin_rule` column."""

SHORT_ID = MAX_COLUMN // 3
"""An ASCII id of at most this length fits into a column, whatever has to be encoded in it."""

MAX_USER = MAX_COLUMN - len("user:")
"""Longest encoded id of a user: it shares its column with what says that it is one."""

MAX_ROLE = MAX_COLUMN - len("role:")
"""The same for a role."""

MAX_OF_DOMAIN = MAX_COLUMN - len("team:/")
"""Longest a team or a custom role can be together with its domain."""


_UNTOUCHED = re.compile(r"[A-Za-z0-9._~-]+").fullmatch
"""Tells the ids that stand for themselves: most do, and to encode them takes long."""


_BYTES = tuple(quote(bytes([byte]), safe="") for byte in range(256))
"""Each byte as it is written; `quote` takes twice as long for a whole text, such as an address as an id."""


def untouched(text: str) -> bool:
    """Whether the id *text* stands for itself."""
    return text != "-" and _UNTOUCHED(text) is not None


def encode(text: str) -> str:
    """The one encoded form of *text*.

    Raises:
        ValueError: for an empty id or a lone surrogate, which no UTF-8 text can hold.
    """
    if not text:
        raise ValueError("an id cannot be empty")
    if text == "-":
        return "%2D"
    if (text.isascii() and text.isalnum()) or _UNTOUCHED(text):  # most are the first, which is quickly seen
        return str(text)
    try:
        return "".join([_BYTES[byte] for byte in text.encode()])
    except UnicodeEncodeError:
        raise ValueError("an id cannot hold half of a surrogate pair") from None


def decode(encoded: str) -> str:
    """The text that `encode` turned into *encoded*."""
    if "%" not in encoded and encoded.isascii():
        return encoded  # it stands for itself, as most do
    return _decoded(encoded)


@lru_cache(4096)
def _decoded(encoded: str) -> str:
    """A tree has the same few ids in hundreds of boxes."""
    return unquote_to_bytes(encoded).decode("utf-8")


def readable(encoded: str) -> str:
    """An instance path in the notation of grants: ids as they are, only `%`, `*` and `/` encoded."""
    if "%" not in encoded and "*" not in encoded and encoded.isascii():
        return encoded  # it stands for itself, as most do
    parts = (part if part == "*" else _shown(decode(part)) for part in encoded.split("/"))
    return "/".join(parts)


def _shown(text: str) -> str:
    return text.replace("%", "%25").replace("*", "%2A").replace("/", "%2F")
