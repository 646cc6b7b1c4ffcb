"""From what an application gives, somebody and an instance, to the question a guard asks."""

from __future__ import annotations

from typing import Any

from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.gate.subject import Subject
from rolegate.integrations.guard import Guard, PathParam, Where
from rolegate.integrations.ids import instance


class Withheld(Forbidden):
    """A refusal on an instance that the application looked up; who asked is not told which."""

    def to_dict(self) -> dict[str, Any]:
        told = super().to_dict()
        told.pop("on", None)
        return told


def somebody(found: Any) -> Subject | None:
    """*found*, when it is somebody or None.

    Raises:
        TypeError: for anything else: a coroutine that nobody awaited has not signed in.
    """
    if found is None or isinstance(found, Subject):
        return found
    raise TypeError(f"who makes the request is a Subject or None, not {type(found).__name__}")


def written(on: Where) -> Where:
    """*on* of a guard, as raw ids where it is written out."""
    return on if isinstance(on, PathParam) or callable(on) else instance(on)


def ask_on(guard: Guard, subject: Subject, on: Any) -> None:
    """Return if *subject* may; *on* is what the request named, or what a callable of the guard gave.

    Raises:
        GuardError: for what is not an id.
        Forbidden: otherwise.
    """
    try:
        named = instance(on)
    except TypeError as error:
        raise GuardError(f"the guard of `{guard.permission}`: {error}") from None
    try:
        guard.ask(subject, on=named)
    except Forbidden as error:
        if not callable(guard.on):
            raise
        told = error  # the name of the `except` ends with its block
        raise Withheld(error.question, lambda _: told.explanation) from None
