"""What the command says on stderr."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator


def complain(message: str) -> None:
    """Write *message* as `rolegate: message`."""
    say("rolegate: " + message)


def say(text: str) -> None:
    """Write *text*; characters that could forge output become visible escapes."""
    from rolegate.diagnostics import one_line

    if sys.stderr is not None:
        with contextlib.suppress(OSError):
            sys.stderr.write("\n".join(one_line(line) for line in text.split("\n")) + "\n")
            sys.stderr.flush()


@contextlib.contextmanager
def working(what: str) -> Iterator[Callable[[int, int], None]]:
    """Say *what* is being done while it takes its time, on a terminal alone, and wipe it out afterwards.

    Whoever knows how many domains are done, and of how many, tells what this gives.
    """
    from rolegate.diagnostics import one_line

    if sys.stderr is None or not sys.stderr.isatty():
        yield _unheard
        return

    def tell(done: int, of: int) -> None:
        sys.stderr.write(f"\r\x1b[K{one_line(what)}: {done} of {of} domains …")
        sys.stderr.flush()

    sys.stderr.write(f"{one_line(what)} …")
    sys.stderr.flush()
    try:
        yield tell
    finally:
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()


def _unheard(done: int, of: int) -> None:
    """Say nothing."""
