"""An entry of `grants`, `except`, `restrict` or `never` that was read."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Span


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """An entry with its path as the catalog has it now, its text as written, and its place."""

    grant: Grant
    text: str
    span: Span
