"""What an extension is made of: a wrong part is refused when the module is imported, with what to write."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from rolegate.gate.gate import Gate
from rolegate.policy.policy import Policy


def check_wiring(gate: Any, subject: Any) -> None:
    """Return if *gate* is a gate, and *subject* can be called.

    Raises:
        TypeError: otherwise.
    """
    _need_gate(gate)
    need_function(subject)


def _need_gate(gate: Any) -> None:
    if isinstance(gate, Gate):
        return
    instead = "such as `Gate.from_path(FOLDER)`"
    if isinstance(gate, str | PurePath):
        instead = f"write `Gate.from_path({str(gate)!r})`"
    elif isinstance(gate, Policy):
        instead = "write `Gate(policy)`"
    raise TypeError(f"`gate` has to be a gate, not `{type(gate).__name__}`: {instead}")


def need_function(subject: Any, parameters: str = "") -> None:
    """Return if *subject* can be called.

    Raises:
        TypeError: otherwise.
    """
    if not callable(subject):
        said = type(subject).__name__
        raise TypeError(
            f"`subject` has to be a function that finds who makes a request, not `{said}`: "
            f"write `def who({parameters}): return gate.subject(USER, DOMAIN)`, and `subject=who`"
        )
