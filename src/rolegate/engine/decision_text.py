"""A decision as lines of text, as a terminal and `str` show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Literal

from rolegate.texts.escaping import plain
from rolegate.wording.languages import wording

if TYPE_CHECKING:
    from rolegate.engine.decision import Decision
    from rolegate.engine.question import DecisionNote

TextPart = Literal["allowed", "denied", "help", "heading", "place"]
"""What of the text may look different on a terminal."""

Styled = Callable[[TextPart, str], str]
"""Gives a part of the text its look."""


def unstyled(_: TextPart, text: str) -> str:
    """*text* as it is."""
    return text


def no_more(_: DecisionNote) -> str:
    """Nothing to add to the help of a note."""
    return ""


def decision_lines(
    decision: Decision, styled: Styled = unstyled, more: Callable[[DecisionNote], str] = no_more
) -> Iterator[str]:
    """The answer with its reason, and notes about what was odd in the question; *more* adds to their help."""
    said = wording(decision.language)
    part: TextPart = "allowed" if decision.allowed else "denied"
    codes = "".join(f" ({note.code})" for note in decision.notes if note.message == decision.reason)
    yield said("headed", heading=styled(part, said(part))) + f" {plain(decision.reason)}{codes}"
    for note in decision.notes:
        if note.message != decision.reason:
            yield f"  {note.code}: {plain(note.message)}"
        if note.help:
            yield f"  {styled('help', said('help'))} {plain(note.help + more(note))}"
