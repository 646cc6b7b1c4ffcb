"""The routes of an application with their guards, one a line: a file that is committed and reviewed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rolegate.diagnostics import one_line, quoted
from rolegate.errors import RouteLockError

HEADER = "# rolegate routes 1"
"""The first line of the file."""

NOTHING = "nothing"
"""Guards a route that asks for nothing, and is not open on purpose."""

OPEN = (NOTHING, "public", "signed in")
"""The guards that ask for no permission, the most open first."""

_JOINED = re.compile(r"\[[^\[\]]*\]| and ")
"""What joins several guards; an instance may have the word in its name."""

_ARROW = " -> "


@dataclass(frozen=True, slots=True, order=True)
class GuardedRoute:
    """A route of an application, and what it asks for.

    `method` is `ANY` where a route answers every one. `guard` is a permission as a grant writes it
    (`inboxes.access[{inbox}]`, `tickets.edit@my`), several joined by ` and `, or `public`, `signed in`, or
    `nothing`.
    """

    path: str
    method: str
    guard: str

    @property
    def name(self) -> str:
        """The method and the path."""
        return f"{self.method} {self.path}"

    @property
    def permissions(self) -> tuple[str, ...]:
        """The permissions that it asks for, all of them."""
        return tuple(
            part.partition("[")[0].partition("@")[0].partition(" ")[0]
            for part in split_guards(self.guard)
            if part not in OPEN
        )

    def __str__(self) -> str:
        return f"{self.name}{_ARROW}{self.guard}"


def split_guards(guard: str) -> list[str]:
    """The guards that *guard* joins, all of which have to be passed."""
    parts, start = [], 0
    for found in _JOINED.finditer(guard):
        if found[0] == " and ":
            parts.append(guard[start : found.start()])
            start = found.end()
    return [*parts, guard[start:]]


def open_as(guard: str) -> str | None:
    """Which of `OPEN` a route with *guard* is as open as; None if it asks for a permission."""
    parts = split_guards(guard)
    return max(parts, key=OPEN.index) if all(part in OPEN for part in parts) else None


def lock_text(routes: Iterable[GuardedRoute]) -> str:
    """The text of a lock file, sorted. Of routes with one method and path the first is in it: it answers."""
    first: dict[tuple[str, str], str] = {}
    for route in routes:
        first.setdefault((_in_line(route.path), route.method), one_line(route.guard))
    lines = (str(GuardedRoute(*name, guard)) for name, guard in sorted(first.items()))
    return "\n".join([HEADER, *lines]) + "\n"


def read_lock(text: str, name: str) -> Mapping[str, GuardedRoute]:
    """The routes of a lock file called *name*, by method and path.

    Raises:
        RouteLockError: when it is not such a file.
    """
    first, *lines = text.splitlines() or [""]
    if first != HEADER:
        raise RouteLockError(f"{name} is not a file of routes: its first line is not {quoted(HEADER)}")
    found: dict[str, GuardedRoute] = {}
    for number, line in enumerate(lines, 2):
        left, arrow, guard = line.partition(_ARROW)
        method, space, path = left.partition(" ")
        if not (arrow and space and guard) or " " in path:
            raise RouteLockError(
                f"{name}:{number}: {quoted(line)} is not a route: write it again, not by hand"
            )
        if left in found:
            raise RouteLockError(f"{name}:{number}: {quoted(left)} is there twice; write the file again")
        found[left] = GuardedRoute(path, method, guard)
    return found


def _in_line(path: str) -> str:
    """*path* without anything that ends a word or a line."""
    return "".join(
        c if c.isprintable() and c != " " else "".join(f"%{b:02X}" for b in c.encode()) for c in path
    )
