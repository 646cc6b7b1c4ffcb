"""Characters that leave nothing to see, though Python takes some of them for printable."""

from __future__ import annotations

import re

# Not from `typing`, which takes longer to import than everything here together.
TYPE_CHECKING = False

if TYPE_CHECKING:
    from collections.abc import Callable

IGNORABLE = (
    (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160), (0x17B4, 0x17B5),
    (0x180B, 0x180F), (0x200B, 0x200F), (0x202A, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFF8), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
)  # fmt: skip
"""The ranges of `Default_Ignorable_Code_Point` in Unicode 16, which fonts show nothing for."""

BLANK = (0x2800, 0x1D159, 0x16FE4, 0x13441, 0x13442)
"""Blank on purpose: a pattern of no dots, a note without a head, fillers and blank signs."""

SELECTORS = ((0xFE00, 0xFE0F), (0xE0100, 0xE01EF))
"""Variation selectors: ordinary after an emoji and in Japanese names."""

_RANGES = "".join(f"{chr(first)}-{chr(last)}" for first, last in IGNORABLE)
_UNSEEN = re.compile(f"[{_RANGES}{''.join(map(chr, BLANK))}]")


def all_seen(text: str) -> bool:
    """Whether each character of *text* can be seen, or is a plain space.

    The selector that makes an emoji of a character belongs to it, and so do joiners between letters that
    they change.

    >>> all_seen("Zoë 工单"), all_seen("a\\u3164b"), all_seen("a\\nb"), all_seen("\\u2764\\ufe0f")
    (True, False, False, True)
    """
    if text.isascii():
        return text.isprintable()
    shown = _shown(text)
    return shown.isprintable() and _UNSEEN.search(shown) is None


def some_unseen(text: str) -> bool:
    """Whether a character of *text* is shown as nothing, or as a blank that Unicode does not call a space."""
    return _UNSEEN.search(_shown(text)) is not None


def with_escapes(text: str, escape: Callable[[str], str]) -> str:
    """*text* with what *escape* gives for each character of it that cannot be seen."""
    return "".join(c if all_seen(shown) else escape(c) for c, shown in zip(text, _shown(text), strict=True))


def one_line(text: str) -> str:
    """*text* with everything that could forge or hide output made visible as an escape."""
    if all_seen(text):
        return text
    return with_escapes(text, lambda c: c.encode("unicode_escape").decode("ascii"))


def _shown(text: str) -> str:
    """*text* with a visible mark for each selector and joiner that belongs to what is around it."""
    shown = text
    if "\u200c" in text or "\u200d" in text:
        from rolegate.texts.joiners import joiners_shown

        shown = joiners_shown(text)
    if "\ufe0f" in text:
        from rolegate.texts.emoji_sequences import selectors_shown

        shown = selectors_shown(shown)
    return shown
