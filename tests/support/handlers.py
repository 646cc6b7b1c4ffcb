"""Applications that are asked with and without a guard, and what their handlers get."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from rolegate.integrations.instance_ids import id_of
from spellings import allowed

Answer = tuple[int, str | None]
"""A status, and the id that the handler got."""

Ask = Callable[[str, str], Answer]
"""Asks an application as a user, with one spelling."""


def compare(guarded: Ask, open_: Ask, spellings: list[str]) -> None:
    """Fail where the guard lets pass, or refuses, another value than the one the handler gets."""
    for spelling in spellings:
        gets = open_("ana", spelling)
        for user in ("ana", "bo"):
            expected = gets if gets[1] is None or allowed(user, gets[1]) else (403, None)
            assert (spelling, user, expected) == (spelling, user, guarded(user, spelling))


def report(value: Any) -> dict[str, str]:
    return {"got": id_of(value)}


def timed(view: Any) -> Any:
    """A decorator that changes nothing."""
    return wraps(view)(lambda *args, **given: view(*args, **given))
