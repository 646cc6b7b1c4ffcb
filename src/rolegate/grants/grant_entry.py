"""A grant that was read: what it says, and where it was written."""

from __future__ import annotations

from dataclasses import dataclass

from rolegate.catalog.grant_syntax import Grant
from rolegate.diagnostics import Span


@dataclass(frozen=True, slots=True)
class GrantEntry:
    """A grant that was read: where it stands, and its present, canonical form."""

    grant: Grant
    text: str
    span: Span
