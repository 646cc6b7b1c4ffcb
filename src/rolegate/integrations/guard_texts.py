"""What guards ask for, as texts for a file of routes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from rolegate.documents.route_lock import NOTHING
from rolegate.encoding import encode, readable
from rolegate.integrations.guard import MARK, Guard, PathParam

_MARKS = re.compile(r"[ \[\]]")
"""What ends an instance or joins guards in such a text; in an id it is encoded."""


def guard_text(marks: Iterable[Any]) -> str:
    """All that *marks* ask for: each has to be passed."""
    texts = sorted({_text(mark) if isinstance(mark, Guard) else str(mark) for mark in marks})
    return " and ".join(texts) or NOTHING


def marks_on(targets: Iterable[object]) -> Iterator[Any]:
    """The marks of *targets*, and of whatever they wrap."""
    for outer in targets:
        target = outer
        while target is not None:
            mark = getattr(target, MARK, None)
            if mark is not None:
                yield mark
            target = getattr(target, "__wrapped__", None)


def _encoded(mark: re.Match[str]) -> str:
    return f"%{ord(mark[0]):02X}"


def _text(guard: Guard) -> str:
    on = ""
    if isinstance(guard.on, PathParam):
        on = f"[{'/'.join(f'{{{name}}}' for name in guard.on.names)}]"
    elif callable(guard.on):
        on = "[?]"
    elif guard.on is not None:
        ids = guard.on if isinstance(guard.on, tuple) else (guard.on,)
        on = f"[{_MARKS.sub(_encoded, readable('/'.join(encode(str(id)) for id in ids)))}]"
    scope = "" if guard.scope is None else f"@{guard.scope}"
    record = " for a record" if guard.record is not None else ""
    return f"{guard.permission}{on}{scope}{record}"
