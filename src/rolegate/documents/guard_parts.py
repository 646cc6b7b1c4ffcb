"""The guard of a route in a file of routes, in parts: which permission, on what, at which scope."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rolegate.documents.route_lock import OPEN, split_guards

_PART = re.compile(
    r"(?P<permission>[^\[@ ]+)(?P<on>\[[^\[\]]*\])?(?:@(?P<scope>[^ ]+))?(?P<record> for a record)?"
)
_ASKED = re.compile(r"\{[^{}]*\}|\?")


@dataclass(frozen=True, slots=True)
class GuardPart:
    """One of the things that a guard asks for, all of which have to be granted.

    `permission` is None for what asks for none, and `text` then says which: `public`, `signed in`, `nothing`,
    or what is no guard at all. `on` is what stands between the brackets, None without them.
    """

    text: str
    permission: str | None = None
    on: str | None = None
    scope: str | None = None
    record: bool = False

    @property
    def on_request(self) -> bool:
        """Whether the instance is that of the request, and not always the same one."""
        return self.on is not None and any(_ASKED.fullmatch(step) for step in self.on.split("/"))


def guard_parts(guard: str) -> tuple[GuardPart, ...]:
    """The parts of *guard*, in their order."""
    return tuple(_part(text) for text in split_guards(guard))


def _part(text: str) -> GuardPart:
    found = None if text in OPEN else _PART.fullmatch(text)
    if found is None:
        return GuardPart(text)
    on = found["on"]
    inside = None if on is None else on[1:-1]
    return GuardPart(text, found["permission"], inside, found["scope"], found["record"] is not None)
