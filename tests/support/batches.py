"""Draws with Hypothesis until enough was looked at: a few at a time, and the same ones for the same start."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

BATCH = 5
"""So many are drawn in one go."""

_settings = settings(
    max_examples=BATCH,
    database=None,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def drawn_in_batches(
    look: Callable[..., None], *drawn: st.SearchStrategy[Any], start: int, over: Callable[[], bool]
) -> Iterator[int]:
    """Call *look* with what is *drawn* until it is *over*; the number of each batch that is done."""
    batch = 0
    while not over():

        def one(values: tuple[Any, ...]) -> None:
            if not over():
                look(*values)

        seed(start * 1_000_000 + batch)(_settings(given(st.tuples(*drawn))(one)))()
        batch += 1
        yield batch
