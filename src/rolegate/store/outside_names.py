"""Names that come from outside into a store: from a command line, a web address, or another program."""

from __future__ import annotations

from rolegate.encoding import encode
from rolegate.errors import StoreError


def encoded_name(name: object, what: str) -> str:
    """*name* as the tables have it; *what* says in messages what is called so.

    Raises:
        StoreError: for what nothing can be called: it is no text, is empty, or has half of a character.
            What is too long is the name of nothing that is there, as one that is not taken.
    """
    if not isinstance(name, str):
        raise StoreError(f"{what} is called by a text, not by `{type(name).__name__}`")
    if not name:
        raise StoreError(f"{what} has a name that is not empty")
    try:
        return encode(name)
    except ValueError:
        raise StoreError(f"the name of {what} has half of a character: it is cut off, or no UTF-8") from None
