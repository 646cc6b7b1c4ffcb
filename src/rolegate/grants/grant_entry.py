"""An entry of `grants`, `except`, `restrict` or `never`, read; `catalog.grant_syntax` parses its text."""

from __future__ import annotations

from typing import NamedTuple

from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Span
from rolegate.documents.text import Text


class GrantEntry(NamedTuple):
    """An entry with its path as the catalog has it now, its text as written, and its place.

    If it belongs to a named restriction, `by` is the name, as a line of bindings has it.
    """

    # A tuple, because each role has some of them: ten thousand role files have a hundred thousand.

    grant: Grant
    text: str
    span: Span
    by: Text | None = None
