"""Answers as text: decisions, explanations, holders, instances and fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from rolegate.diagnostics import one_line
from rolegate.escaping import plain
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate import AllowedInstances, Decision, Explanation, ExplanationStep, PermissionHolder


def show_decision(output: Output, decision: Decision) -> None:
    """Print the answer with its reason, and with notes about what was odd in the question."""
    word = (
        output.style("allowed", fg="green", bold=True)
        if decision.allowed
        else output.style("denied", fg="red", bold=True)
    )
    codes = [note.code for note in decision.notes if note.message == decision.reason]
    output.line(f"{word}: {plain(decision.reason)}" + "".join(f" ({code})" for code in codes))
    for note in decision.notes:
        if note.message != decision.reason:
            output.line(f"  {note.code}: {plain(note.message)}")
        if note.help:
            help = note.help + (_one_id(decision.question.path) if note.code == "RG605" else "")
            output.line(f"  {output.style('help:', fg='cyan')} {plain(help)}")


def _one_id(path: tuple[str, ...]) -> str:
    """How `--on` writes one id that contains slashes, for a path that was split at them."""
    if len(path) < 2:
        return ""
    written = "%2F".join(part.replace("%", "%25").replace("/", "%2F") for part in path)
    return f"; if the `/` belongs to the id, write `{one_line(written)}`"


def show_explanation(output: Output, explanation: Explanation) -> None:
    """Print the answer, its reasons with their places, and for a denial the changes that would allow it."""
    show_decision(output, explanation.decision)
    if explanation.until is not None:
        output.line(f"  until {_moment(explanation.until)}")
    _steps(output, "why", explanation.chain)
    _steps(output, "in the way", explanation.blocked)
    if explanation.nearest:
        _heading(output, "would allow it")
        for suggestion in explanation.nearest:
            output.line(f"  {output.mark('arrow')} {plain(suggestion.text)}")
    elif not explanation.decision.allowed and not explanation.unknown:
        output.line()
        output.line("no single change to bindings or roles allows it")


def show_holders(output: Output, permission: str, holders: Sequence[PermissionHolder]) -> None:
    """Print one line for each holder, in columns."""
    rows = [
        (
            holder.kind,
            one_line(f"but not {', '.join(holder.but_not)}" if holder.but_not else holder.name),
            f"in {one_line(holder.domain)}" if holder.domain else "",
            plain(holder.via) + (f", until {_moment(holder.until)}" if holder.until else ""),
        )
        for holder in holders
    ]
    if not rows:
        output.line(f"nobody has `{one_line(permission)}`")
    for line in columns(rows):
        output.line(line)


def show_instances(output: Output, found: AllowedInstances) -> None:
    """Print one instance a line, and whether those added later are included."""
    titled = [(one_line(instance), plain(found.titles.get(instance, ""))) for instance in found.known]
    for line in columns(titled):
        output.line(line)
    for outer in found.later:
        if outer not in found.known and not found.every:
            text = f"{one_line(outer)} {output.mark('star')} new ones included"
            output.line(output.style(text, fg="green"))
    if found.every:
        output.line(output.style(f"{output.mark('star')} new ones included", fg="green"))
    elif not found.known and not found.later:
        output.line("none")


def show_fields(output: Output, states: Mapping[str, str], scopes: Mapping[str, Sequence[str]]) -> None:
    """Print one field a line, with its state; of a field with *scopes* also those that are held."""
    styles: dict[str, dict[str, Any]] = {
        "edit": {"fg": "green"},
        "view": {"fg": "yellow"},
        "hidden": {"dim": True},
    }
    width = max((len(one_line(field)) for field in states), default=0)
    for field, state in states.items():
        held = scopes.get(field, ())
        shown = output.style(state.ljust(6) if held else state, **styles.get(state, {}))
        more = f"  {' '.join(one_line(scope) for scope in held)}" if held else ""
        output.line(f"{one_line(field).ljust(width)}  {shown}{more}")


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def _steps(output: Output, heading: str, steps: Sequence[ExplanationStep]) -> None:
    if steps:
        _heading(output, heading)
    for step in steps:
        place = (
            f"  {output.style(f'{one_line(step.file)}:{step.line}:{step.column}', dim=True)}"
            if step.file
            else ""
        )
        output.line(f"  {output.mark('dot')} {plain(step.text)}{place}")


def _heading(output: Output, text: str) -> None:
    output.line()
    output.line(output.style(f"{text}:", bold=True))


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """One line for each of *rows*, its cells below those of the others; without columns that are empty."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    shown = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True) if width] for row in rows]
    return ["  ".join(cells).rstrip() for cells in shown]
