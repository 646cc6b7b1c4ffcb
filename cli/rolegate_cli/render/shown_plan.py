"""The plan for a store in each format of `rolegate store plan`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate.store.plan import StorePlan

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
        output.line(output.style(text, fg=_COLOURS[mark]) if mark in _COLOURS else text)
