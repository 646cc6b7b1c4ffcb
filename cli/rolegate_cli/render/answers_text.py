"""Answers as text: decisions, explanations, holders, instances and fields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rolegate.diagnostics import one_line
from rolegate.texts.escaping import plain
from rolegate_cli.output import UNLIMITED, Output
from rolegate_cli.render.text_width import folded, padded, text_width

if TYPE_CHECKING:
    from rolegate import AllowedInstances, Decision, DecisionNote, Explanation, PermissionHolder


STYLES: dict[str, dict[str, Any]] = {
    "allowed": {"fg": "green", "bold": True},
    "denied": {"fg": "red", "bold": True},
    "help": {"fg": "cyan"},
    "heading": {"bold": True},
    "place": {"dim": True},
}


def show_decision(output: Output, decision: Decision) -> None:
    """Print the answer with its reason, and with notes about what was odd in the question."""
    from rolegate.engine.decision_text import decision_lines

    for line in decision_lines(decision, _styled(output), _more(decision)):
        output.line(line)


def show_explanation(output: Output, explanation: Explanation) -> None:
    """Print the answer, its reasons with their places, and for a denial the changes that would allow it."""
    from rolegate.answers.explanation_text import explanation_lines

    for line in explanation_lines(explanation, _styled(output), output.mark, _more(explanation.decision)):
        output.line(line)


def _styled(output: Output) -> Callable[[str, str], str]:
    return lambda part, text: output.style(text, **STYLES[part])


def _more(decision: Decision) -> Callable[[DecisionNote], str]:
    """What the help of a note says in addition about the command line."""
    return lambda note: _one_id(decision.question.path) if note.code == "RG605" else ""


def _one_id(path: tuple[str, ...]) -> str:
    """How `--on` writes one id that contains slashes, for a path that was split at them."""
    if len(path) < 2:
        return ""
    written = "%2F".join(part.replace("%", "%25").replace("/", "%2F") for part in path)
    return f"; if the `/` belongs to the id, write `{one_line(written)}`"


def show_holders(
    output: Output, permission: str, holders: Sequence[PermissionHolder], locale: str | None = None
) -> None:
    """Print one line for each holder, in columns."""
    from rolegate.answers.explanation_text import shown_moment
    from rolegate.wording.languages import wording

    said = wording(locale)

    def via(holder: PermissionHolder) -> str:
        until = f", {said('until', when=shown_moment(holder.until))}" if holder.until else ""
        return plain(holder.via) + until

    rows = [
        (
            plain(said(f"kind_{holder.kind}")),
            one_line(said("but_not", names=", ".join(holder.but_not)) if holder.but_not else holder.name),
            one_line(said("in_domain", domain=holder.domain)) if holder.domain else "",
            via(holder),
        )
        for holder in holders
    ]
    if not rows:
        output.line(plain(said("nobody_has", permission=f"`{one_line(permission)}`")))
    for line in columns(rows, output.width):
        output.line(line)


def show_instances(output: Output, found: AllowedInstances, locale: str | None = None) -> None:
    """Print one instance a line, and whether those added later are included."""
    from rolegate.wording.languages import wording

    said = wording(locale)
    new_ones = f"{output.mark('star')} {said('new_ones')}"
    titled = [(one_line(instance), plain(found.titles.get(instance, ""))) for instance in found.known]
    for line in columns(titled, output.width):
        output.line(line)
    for outer in found.later:
        if outer not in found.known and not found.every:
            output.line(output.style(f"{one_line(outer)} {new_ones}", fg="green"))
    if found.every:
        output.line(output.style(new_ones, fg="green"))
    elif not found.known and not found.later:
        output.line(said("none"))


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


def columns(rows: Sequence[tuple[str, ...]], width: int = UNLIMITED) -> list[str]:
    """One line for each of *rows*, its cells below those of the others; without columns that are empty.

    Where a line would be wider than *width*, the last cells are folded, or are below the others.
    """
    kept = [index for index, column in enumerate(zip(*rows, strict=True)) if any(column)]
    *before, last = list(zip(*(tuple(row[index] for index in kept) for row in rows), strict=True)) or [()]
    widths = [max(map(text_width, column)) for column in before]
    starts = ["  ".join(map(padded, cells, widths)) for cells in zip(*before, strict=True)] or [""] * len(
        last
    )
    indent = sum(widths) + 2 * len(widths)
    if indent + max(map(text_width, last), default=0) <= width:
        return [
            f"{start}  {cell}".rstrip() if before else cell for start, cell in zip(starts, last, strict=True)
        ]
    lines: list[str] = []
    for start, cell in zip(starts, last, strict=True):
        if indent > width // 2:
            lines += [start.rstrip(), *(f"    {part}" for part in folded(cell, width - 4) if part)]
        else:
            first, *others = folded(cell, width - indent)
            lines += [f"{start}  {first}".rstrip(), *(" " * indent + part for part in others)]
    return lines
