"""As many lines as a part of a comment has room for, and how many it does not have."""

from __future__ import annotations

from collections.abc import Sequence

_LONG = 500
_BEFORE = 40


def fitted_lines(
    lines: Sequence[str], room: int, called: str = "", *, most: int | None = None, mark: str = ""
) -> list[str]:
    """The first *lines* that fit into *room* characters, at *most* so many, and how many more there are.

    Each begins with *mark*; *called* is what several of them are.
    """
    found: list[str] = []
    for line in lines[:most]:
        room -= text_size(line) + len(mark) + 1
        if room < 0:
            break
        found.append(f"{mark}{line}")
    left = len(lines) - len(found)
    return [*found, f"{mark}and {left} more {called}".rstrip()] if left else found


def shortened(text: str, most: int = _LONG) -> str:
    """The beginning of *text*, with dots where it goes on."""
    return text if len(text) <= most else f"{text[:most]} …"


def text_size(text: str) -> int:
    """How long a host counts *text* at most: some count what is beyond 16 bits twice."""
    return len(text) + sum(character > "\uffff" for character in text)


def where_apart(before: str, after: str, most: int | None) -> tuple[str, str]:
    """Two texts, from a little before the place where they differ, so that they never look alike.

    Those that are no longer than *most* are whole.
    """
    if most is None or max(len(before), len(after)) <= most:
        return before, after
    pairs = enumerate(zip(before, after, strict=False))
    same = next((at for at, (one, other) in pairs if one != other), min(len(before), len(after)))
    start = max(0, same - _BEFORE)
    dots = "… " if start else ""
    return f"{dots}{shortened(before[start:], most)}", f"{dots}{shortened(after[start:], most)}"
