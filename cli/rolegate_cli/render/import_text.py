"""What an import did: the files, what could not be said, what applications ask, and what both answered."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from rolegate.texts.escaping import plain
from rolegate_cli.output import Output, counted
from rolegate_cli.render.diagnostics_text import diagnostic_text

if TYPE_CHECKING:
    from rolegate import AnswerDifference, CasbinImport

_SHOWN = 20


def write_import(output: Output, done: CasbinImport, written: Sequence[Path]) -> None:
    """Write the report of *done*, as JSON or as text."""
    if output.json:
        output.answer({**done.to_dict(), "written": [str(path) for path in written]})
        return
    for path in written:
        output.line(f"wrote {plain(str(path))}")
    for found in done.findings:
        output.line(diagnostic_text(found, colour=output.colour))
    _write_some(output, "other names, all of which are in mapping.json:", list(_other_names(done)))
    _write_some(output, "answered differently:", [_difference(one) for one in done.proof.differences])
    output.line(output.style(plain(_summary(done)), fg="green" if done.ok else "yellow", bold=True))


def _write_some(output: Output, title: str, lines: Sequence[str]) -> None:
    if not lines:
        return
    output.line(title)
    for line in lines[:_SHOWN]:
        output.line(f"  {plain(line)}")
    if len(lines) > _SHOWN:
        output.line(f"  … and {len(lines) - _SHOWN} more")


def _other_names(done: CasbinImport) -> Iterator[str]:
    mapping = done.mapping
    for text, name in mapping.objects.items():
        if text != name:
            yield f"object {text} → {name}"
    for shape, template, name in mapping.kinds:
        ids = "/".join("ID" for _ in template.parts[1:])
        yield f"objects {shape} → {name}…[{ids}]"
    for text, name in mapping.actions.items():
        if text != name:
            yield f"action {text} → {name}"


def _difference(one: AnswerDifference) -> str:
    casbin, ours = ("yes", "no") if one.source else ("no", "yes")
    return f"{', '.join(one.asked)}: Casbin says {casbin}, the set {ours}"


def _summary(done: CasbinImport) -> str:
    proof = done.proof
    asked = counted(proof.asked, "question")
    of = "" if proof.asked == proof.possible else f" of the {proof.possible} that there are"
    parts = [f"{counted(done.lines, 'line')}: Casbin and the set were asked {asked}{of}"]
    parts.append(f"{proof.differ} answered differently" if proof.differ else "the same answers")
    if proof.told:
        parts.append(f"{proof.told} not granted as reported")
    if proof.unnamed:
        parts.append(f"{proof.unnamed} allowed by Casbin on what no line names")
    return ", ".join(parts)
