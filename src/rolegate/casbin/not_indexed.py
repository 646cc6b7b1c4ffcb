"""What is said when the index cannot answer: an exception within this package, a warning to its users."""

from __future__ import annotations

import inspect
import logging
import warnings


class NotIndexableError(Exception):
    """The model or a line is outside the family; the text says what it is."""


class NotIndexedWarning(UserWarning):
    """An enforcer answers at Casbin's speed, for the reason given."""


def warn(reason: str) -> None:
    """Say that Casbin answers: in the log, and as a warning at the line that called the enforcer."""
    message = f"Casbin itself answers, at its own speed: {reason}"
    logging.getLogger("rolegate").warning(message)
    warnings.warn(message, NotIndexedWarning, stacklevel=_frames())


def _frames() -> int:
    """How many frames there are from a warning to the code that called the enforcer."""
    ours = (__package__, "casbin.", "contextlib")
    count, frame = 0, inspect.currentframe()
    while frame is not None and str(frame.f_globals.get("__name__")).startswith(ours):
        count, frame = count + 1, frame.f_back
    return count
