"""The matrix of roles and permissions as Markdown, to be posted in a pull request."""

from __future__ import annotations

from rolegate.answers.matrix import Matrix
from rolegate.escaping import in_markdown


def matrix_markdown(matrix: Matrix, title: str) -> str:
    """A heading and a table that Git hosts render; text of the policy set stays text."""
    lines = [f"# {in_markdown(title)}", ""]
    lines.append("| Permission | " + " | ".join(in_markdown(name) for _, name in matrix.roles) + " |")
    lines.append("|---|" + ":-:|" * len(matrix.roles))
    for row in matrix.rows:
        indent = "&emsp;" * row.depth
        name = in_markdown(row.title)
        if row.group and name:
            name = f"**{name}**"
        cells = ("✓" if cell.whole else in_markdown(str(cell)) for cell in row.held)
        lines.append(f"| {indent}{name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
