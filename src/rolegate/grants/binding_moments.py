"""The moments at which lines begin and end to hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rolegate.grants.bindings import Binding


def moments_of(bindings: Iterable[Binding]) -> set[datetime]:
    """The moments at which one of *bindings* begins or ends to hold; of most there are none."""
    bounded = [line for line in bindings if line.begins is not None or line.until is not None]
    return {moment for line in bounded for moment in line.changes}
