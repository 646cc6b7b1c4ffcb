"""What was proved of policy sets, as text."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from rolegate.diagnostics import quoted
from rolegate.texts.escaping import plain
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rolegate import Proof


def show_proof(output: Output, source: str, proof: Proof, at: datetime | None) -> None:
    """Print whether an invariant holds; if not, who breaks it and what to ask about them."""
    sentence = plain(proof.invariant.text)
    broken = proof.broken
    if broken is None:
        output.line(f"{plain(source)}: {output.style('holds', fg='green', bold=True)}: {sentence}")
        _show_notes(output, proof)
        for one, other in proof.apart:
            output.line(f"  as far as nobody has both role {quoted(one)} and role {quoted(other)}")
        if proof.uncounted:
            output.line("  the files name no user, so nobody is counted")
        return
    since = "" if broken.since is None else f" from {broken.since:%Y-%m-%dT%H:%M:%SZ}"
    head = output.style("broken", fg="red", bold=True)
    output.line(f"{plain(source)}: {head}: {sentence}{since}: {plain(str(broken.witness))}")
    _show_notes(output, proof)
    for line in dict.fromkeys(broken.witness.because):
        output.line(f"  {plain(str(line.span))}: {plain(line.message)}")
    for command in broken.witness.commands(source, broken.since or at):
        output.line(f"  see why: `{plain(command)}`")


def _show_notes(output: Output, proof: Proof) -> None:
    for note in proof.notes:
        output.line(f"  {output.style('note', bold=True)}: {plain(note)}")
