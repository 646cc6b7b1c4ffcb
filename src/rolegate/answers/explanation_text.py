"""An explanation as lines of text, as a terminal and `str` show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from rolegate.diagnostics import one_line
from rolegate.engine.decision_text import Styled, decision_lines, no_more, unstyled
from rolegate.texts.escaping import plain
from rolegate.wording.languages import Wording, wording

if TYPE_CHECKING:
    from rolegate.answers.explain import Explanation
    from rolegate.answers.explanation_step import ExplanationStep
    from rolegate.engine.question import DecisionNote

MARKS: Mapping[str, str] = {"dot": "·", "arrow": "→"}


def explanation_lines(
    explanation: Explanation,
    styled: Styled = unstyled,
    mark: Callable[[str], str] = MARKS.__getitem__,
    more: Callable[[DecisionNote], str] = no_more,
) -> Iterator[str]:
    """The answer, its reasons with their places, and for a denial the changes that would allow it."""
    decision = explanation.decision
    said = wording(decision.language)
    yield from decision_lines(decision, styled, more)
    if explanation.until is not None:
        yield f"  {said('until', when=shown_moment(explanation.until))}"
    for heading, steps in (("why", explanation.chain), ("in_the_way", explanation.blocked)):
        yield from _steps(_heading(said, heading, styled), steps, styled, mark("dot"))
    if explanation.nearest:
        yield ""
        yield _heading(said, "would_allow", styled)
        for suggestion in explanation.nearest:
            yield f"  {mark('arrow')} {plain(suggestion.text)}"
    elif not decision.allowed and not explanation.unknown:
        yield ""
        yield said("nothing_allows")


def shown_moment(moment: datetime) -> str:
    """*moment* as answers show it, without seconds where there are none."""
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _heading(said: Wording, key: str, styled: Styled) -> str:
    return styled("heading", said("headed", heading=said(key)))


def _steps(heading: str, steps: Sequence[ExplanationStep], styled: Styled, dot: str) -> Iterator[str]:
    if steps:
        yield ""
        yield heading
    for step in steps:
        place = styled("place", f"{one_line(step.file)}:{step.line}:{step.column}") if step.file else ""
        yield f"  {dot} {plain(step.text)}" + (f"  {place}" if place else "")
