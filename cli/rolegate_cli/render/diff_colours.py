"""The lines of an access diff, in colour where the terminal has it: what is gained, lost and refused."""

from __future__ import annotations

import re

from rolegate_cli.output import Output

_COLOURS = {"+": "green", "↑": "green", "-": "red", "↓": "red", "!": "red"}
_MARKED = re.compile(r"( *)(?:([-+↑↓!]) (?!\{)|(refused: )|(allowed by ))")
"""A dash before a brace begins an entry of approvals.yaml, which is there to be copied."""


def coloured(output: Output, line: str) -> str:
    """*line* as it is, or in the colours of what it says."""
    found = _MARKED.match(line)
    if not output.colour or found is None:
        return line
    indent, mark, refused, _ = found.groups()
    if mark is not None:
        return f"{indent}{output.style(line[len(indent) :], fg=_COLOURS[mark])}"
    if refused is not None:
        return f"{indent}{output.style('refused', fg='red', bold=True)}{line[len(indent) + len('refused') :]}"
    return f"{indent}{output.style(line[len(indent) :], fg='green')}"
