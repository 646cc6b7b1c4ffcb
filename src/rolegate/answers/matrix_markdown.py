"""The matrix of roles and permissions as Markdown, to be posted in a pull request."""

from __future__ import annotations

from collections.abc import Mapping

from rolegate.answers.matrix import Matrix, MatrixCell, MatrixRow, need_matrix
from rolegate.answers.page_words import PageWords, page_words
from rolegate.texts.escaping import in_markdown

STARS: Mapping[str, str] = {"star": "★", "cut": "☆"}
"""New ones are included: all of them, or all but what is taken away."""


def matrix_markdown(matrix: Matrix, title: str) -> str:
    """A heading and a table that Git hosts render; text of the policy set stays text."""
    need_matrix(matrix, "matrix_markdown")
    words = page_words(matrix.locale)
    lines = [f"# {in_markdown(title)}", ""]
    heads = [words.say("permission"), *(in_markdown(name) for _, name in matrix.roles)]
    lines.append("| " + " | ".join(heads) + " |")
    lines.append("|---|" + ":-:|" * len(matrix.roles))
    for row in matrix.rows:
        indent = "&emsp;" * row.depth
        name = in_markdown(row.title)
        if row.group and name:
            name = f"**{name}**"
        name += _remarks(row, words)
        cells = map(_cell, row.held)
        lines.append(f"| {indent}{name} | " + " | ".join(cells) + " |")
    if matrix.has_cut_stars:
        signs = {"star": "legend_star", "cut": "legend_cut"}
        lines += ["", "; ".join(f"{STARS[sign]} {words.say(text)}" for sign, text in signs.items())]
    if matrix.left_out:
        lines += ["", words.say("left_out", number=matrix.left_out)]
    return "\n".join(lines) + "\n"


def _cell(cell: MatrixCell) -> str:
    stars = [f"{STARS[kind]} {in_markdown(limit)}" if limit else STARS[kind] for kind, limit in cell.signs]
    held = f"{cell.held}/{cell.among}" if cell.among else in_markdown("; ".join(cell.titles))
    return " ".join([*([] if cell.state == "off" else ["✓"] if cell.state == "on" else [held]), *stars])


def _remarks(row: MatrixRow, words: PageWords) -> str:
    """What a domain needs for the row, and the other marks, in brackets."""
    marks = [words.say(f"needs_{kind}", titles=in_markdown(", ".join(titles))) for kind, titles in row.needs]
    marks += [words.say("deprecated")] * row.deprecated + [words.say("by_name_only")] * row.by_name
    return f" ({'; '.join(marks)})" if marks else ""
