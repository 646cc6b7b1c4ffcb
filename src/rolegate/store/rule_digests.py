"""The digest of the rows about one domain: whoever reads rows knows by it whether documents give them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from rolegate.store.tables import Row


def digest_of_rows(rows: Iterable[Row]) -> str:
    """SHA-256 of *rows* in hexadecimal digits, in whatever order they come.

    Each is written as Python writes it in ASCII: no two rows have one text, and none has a line break.
    """
    return hashlib.sha256("\n".join(sorted(ascii(tuple(row)) for row in rows)).encode("ascii")).hexdigest()
