"""Teams and custom roles share a column with their domain: both have to fit in it."""

from __future__ import annotations

from typing import Literal

from rolegate.diagnostics import Report
from rolegate.documents import problems
from rolegate.documents.text import Text
from rolegate.encoding import MAX_OF_DOMAIN, encode


def fits_with_domain(kind: Literal["team", "role"], name: Text, domain: Text, report: Report) -> bool:
    """Whether *name* is short enough to share a column with *domain*; if not, it is reported."""
    length = len(encode(name)) + len(encode(domain))
    if length > MAX_OF_DOMAIN:
        problems.too_long_with_domain(report, name.span, kind, name, length, domain.span, domain)
    return length <= MAX_OF_DOMAIN
