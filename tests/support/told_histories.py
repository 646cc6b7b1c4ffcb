"""A history as tests compare it."""

from __future__ import annotations

from rolegate.review.access_history import AccessHistory


def told(history: AccessHistory) -> list[tuple[str, str]]:
    """The state and the title of each step."""
    return [(step.state, "" if step.commit is None else step.commit.title) for step in history.steps]
