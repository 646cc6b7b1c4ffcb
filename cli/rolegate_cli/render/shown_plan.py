"""The plan for a store in each format of `rolegate store plan`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from rolegate_cli.output import Output
from rolegate_cli.render.text_width import folded

if TYPE_CHECKING:
    from rolegate.store.plan import StorePlan

_FURTHER = 4
_COLOURS = {"+": "green", "~": "yellow", "-": "red", "z": "cyan", "!": "red"}


def show_plan(output: Output, plan: StorePlan, format: str) -> None:
    """Write what *plan* does."""
    if output.json:
        output.answer(plan.to_dict())
        return
    from rolegate.store.plan_text import plan_lines, plan_markdown

    if format == "markdown":
        output.write(plan_markdown(plan))
        return
    for mark, text in plan_lines(plan):
        for line in _within(text, output.width):
            output.line(output.style(line, fg=_COLOURS[mark]) if mark in _COLOURS else line)


def _within(text: str, width: int) -> Iterator[str]:
    """*text* in lines of at most *width*, of which those after the first are further in."""
    said = text.lstrip()
    before = len(text) - len(said)
    first, *others = folded(said, max(width - before - _FURTHER, 10))
    yield " " * before + first
    yield from (" " * (before + _FURTHER) + line.lstrip() for line in others)
