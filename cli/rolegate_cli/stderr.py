"""What the command says on stderr."""

from __future__ import annotations

import contextlib
import sys


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
