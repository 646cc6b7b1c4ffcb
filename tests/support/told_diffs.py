"""What a diff tells of both policies of a change."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import rolegate
from rolegate import Policy
from rolegate.review.diff_text import diff_lines


def told_diffs(sides: Mapping[str, tuple[Policy, Policy]], at: datetime) -> dict[str, list[str]]:
    """The lines of each diff, without reasons and notes."""
    found = {}
    for name, (old, new) in sides.items():
        lines = diff_lines(rolegate.access_diff(old, new, at=at), reasons=False)
        found[name] = [line for line in lines if line and not line.startswith("note:")]
    return found
