"""The digest of the rows about one domain: whoever reads rows knows by it whether documents give them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from rolegate.store.tables import Row


class RuleDigest(NamedTuple):
    """The digest of the rows that documents give in a domain, and the moment at which they give others."""

    rules: str
    next_moment: datetime | None = None


def digest_of_rows(rows: Iterable[Row]) -> str:
    """SHA-256 of *rows* in hexadecimal digits, in whatever order they come.

    Each is written as Python writes it in ASCII: no two rows have one text, and none has a line break.
    """
    return hashlib.sha256("\n".join(sorted(map(ascii, map(tuple, rows)))).encode("ascii")).hexdigest()


NO_RULES = RuleDigest(digest_of_rows(()))
"""That of a domain without rows."""
