"""The matrix of roles and permissions as a web page."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from importlib.resources import files
from itertools import zip_longest
from string import Template

from rolegate.answers.matrix import Matrix, MatrixCell, MatrixRow
from rolegate.diagnostics import one_line
from rolegate.escaping import in_html, plain


def matrix_html(matrix: Matrix, title: str, locale: str) -> str:
    """One page that needs nothing else: no script, no font, no request; text of the policy set stays text.

    *locale* is the language of the titles.
    """
    heads = "".join(
        f'<th scope="col">{in_html(name)}{_kind(kind)}</th>'
        for (_, name), kind in zip_longest(matrix.roles, matrix.kinds)
    )
    permissions = sum(not row.group for row in matrix.rows)
    page = Template((files("rolegate.answers") / "matrix_page.html").read_text("utf-8"))
    filled = page.substitute(
        title=escape(plain(title)),
        about=f"{_counted(len(matrix.roles), 'role')}, {_counted(permissions, 'permission')}",
        heads=heads,
        body="\n".join(_row(row) for row in matrix.rows),
    )
    # The page is in English, the titles are in their own language; escaped text cannot contain `<bdi>`.
    return filled.replace("<bdi>", f'<bdi lang="{escape(one_line(locale))}">')


def _kind(title: str | None) -> str:
    return f' <span class="kind">{in_html(title)}</span>' if title else ""


def _row(row: MatrixRow) -> str:
    kind = "group" if row.group else "permission"
    indent = f' style="--depth:{row.depth}"' if row.depth else ""
    path = f"<code>{escape(one_line(row.path))}</code>" if row.path else ""
    head = f'<th scope="row"{indent}>{in_html(row.title)}{path}</th>'
    return f'<tr class="{kind}">{head}{"".join(_cell(row, cell) for cell in row.held)}</tr>'


def _cell(row: MatrixRow, cell: MatrixCell) -> str:
    if cell.whole:
        return '<td class="yes"><span aria-hidden="true">✓</span><span class="said">yes</span></td>'
    if cell.labels:
        return f'<td class="some">{_chips(cell.labels)}</td>'
    if row.group:
        return "<td></td>"
    return '<td class="no"><span aria-hidden="true">·</span><span class="said">no</span></td>'


def _chips(labels: Sequence[str]) -> str:
    chips = (f"<span class=chip>{in_html(label)}</span>" for label in labels)
    return '<span class="said">; </span>'.join(chips)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
