"""Asks the question of a guard, about the subject and the instance that the application provides."""

from __future__ import annotations

from typing import Any

from rolegate.errors import GuardError
from rolegate.gate.forbidden import Forbidden
from rolegate.gate.subject import Subject
from rolegate.integrations.guard import Guard, PathParam, Where
from rolegate.integrations.instance_ids import instance


class Withheld(Forbidden):
    """A refusal about an instance that the application looked up; the answer does not tell which."""

    @property
    def _told(self) -> tuple[str, ...]:
        return ()


def somebody(found: Any) -> Subject | None:
    """*found*, if it is a subject or None.

    Raises:
        TypeError: for anything else, such as a coroutine that nobody awaited.
    """
    if found is None or isinstance(found, Subject):
        return found
    raise TypeError(
        f"the function that says who makes the request gives a Subject or None, not {type(found).__name__}"
    )


def written(on: Where) -> Where:
    """*on* of a guard; ids that are written in the code become raw ids."""
    return on if isinstance(on, PathParam) or callable(on) else instance(on)


def ask_on(guard: Guard, subject: Subject, on: Any) -> None:
    """Return if *subject* may; *on* is what the request names, or what a callable of the guard returned.

    Raises:
        GuardError: if *on* is not an id.
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
        told = error  # Python deletes `error` at the end of this block
        raise Withheld(error.question, lambda _: told.explanation, told.reasons) from None
