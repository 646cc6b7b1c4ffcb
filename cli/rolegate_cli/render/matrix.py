"""Roles against permissions: as text, Markdown, CSV, a web page and JSON."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING, Any

from rolegate.diagnostics import one_line
from rolegate_cli.output import Output, counted, plain
from rolegate_cli.render.markdown import shown

if TYPE_CHECKING:
    from rich.table import Table

    from rolegate import Matrix, MatrixRow

_FORMULA = re.compile(r"\s*[=+\-@\t\r\uFF1D\uFF0B\uFF0D\uFF20]")


def as_csv(matrix: Matrix) -> str:
    """One record a permission; no cell can start a formula when a spreadsheet opens it."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["permission", "title", *(_harmless(role) for role, _ in matrix.roles)])
    for row in matrix.rows:
        if not row.group:
            writer.writerow([_harmless(row.path), _harmless(row.title), *map(_harmless, row.cells)])
    return text.getvalue()


def as_markdown(matrix: Matrix, title: str) -> str:
    """A table that Git hosts render."""
    lines = [f"# {shown(title)}", ""]
    lines.append("| Permission | " + " | ".join(shown(name) for _, name in matrix.roles) + " |")
    lines.append("|---|" + ":-:|" * len(matrix.roles))
    for row in matrix.rows:
        indent = "&emsp;" * row.depth
        name = shown(row.title)
        if row.group and name:
            name = f"**{name}**"
        cells = ("✓" if cell == "yes" else shown(cell) for cell in row.cells)
        lines.append(f"| {indent}{name} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def as_html(matrix: Matrix, title: str, locale: str) -> str:
    """One file that needs nothing else: no script, no font, no request."""
    heads = "".join(f'<th scope="col">{_bdi(name)}</th>' for _, name in matrix.roles)
    body = "\n".join(_html_row(row) for row in matrix.rows)
    permissions = sum(not row.group for row in matrix.rows)
    page = Template((files("rolegate_cli.render") / "matrix.html").read_text("utf-8"))
    filled = page.substitute(
        title=escape(plain(title)),
        about=f"{counted(len(matrix.roles), 'role')}, {counted(permissions, 'permission')}",
        heads=heads,
        body=body,
    )
    # The page speaks English, the titles their own language; escaped text holds no `<bdi>`.
    return filled.replace("<bdi>", f'<bdi lang="{escape(one_line(locale))}">')


def show(output: Output, matrix: Matrix) -> None:
    """Print the table; when the roles do not fit side by side, in several parts."""
    for number, part in enumerate(_parts(output, matrix)):
        if number:
            output.line()
        output.rich(_table(output, matrix, part))


def _parts(output: Output, matrix: Matrix) -> Iterator[range]:
    """Ranges of roles that fit next to the permissions on one screen."""
    room = output.width - min(_first_width(matrix), output.width // 2) - 4
    start = used = 0
    for number in range(len(matrix.roles)):
        width = _width(matrix, number) + 3
        if used + width > room and number > start:
            yield range(start, number)
            start, used = number, 0
        used += width
    yield range(start, len(matrix.roles))


def _first_width(matrix: Matrix) -> int:
    from rich.cells import cell_len

    return max((2 * row.depth + cell_len(plain(row.title)) for row in matrix.rows), default=0)


def _width(matrix: Matrix, number: int) -> int:
    """What a role's column needs: its longest word, and its cells up to a length that may be folded."""
    from rich.cells import cell_len

    words = [cell_len(word) for word in plain(matrix.roles[number][1]).split()]
    cells = [min(cell_len(plain(row.cells[number])), 16) for row in matrix.rows]
    return max([*words, *cells, 3])


def _table(output: Output, matrix: Matrix, part: range) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, header_style="bold", pad_edge=False, show_edge=False)
    table.add_column("Permission", no_wrap=False, overflow="fold")
    for number in part:
        table.add_column(Text(plain(matrix.roles[number][1])), justify="center", overflow="fold", min_width=3)
    for row in matrix.rows:
        title = Text("  " * row.depth + plain(row.title), "bold" if row.group else "")
        table.add_row(title, *(_cell(output, row, row.cells[number]) for number in part))
    return table


def _cell(output: Output, row: MatrixRow, cell: str) -> Any:
    from rich.text import Text

    if cell == "yes":
        return Text(output.mark("yes"), "green")
    if not cell:
        return Text("" if row.group else output.mark("dot"), "dim")
    return Text(plain(cell), "yellow")


def _html_row(row: MatrixRow) -> str:
    kind = "group" if row.group else "permission"
    indent = f' style="--depth:{row.depth}"' if row.depth else ""
    path = f"<code>{escape(one_line(row.path))}</code>" if row.path else ""
    head = f'<th scope="row"{indent}>{_bdi(row.title)}{path}</th>'
    return f'<tr class="{kind}">{head}{"".join(_html_cell(row, cell) for cell in row.cells)}</tr>'


def _html_cell(row: MatrixRow, cell: str) -> str:
    if cell == "yes":
        return '<td class="yes"><span aria-hidden="true">✓</span><span class="said">yes</span></td>'
    if not cell:
        return (
            "<td></td>"
            if row.group
            else '<td class="no"><span aria-hidden="true">·</span><span class="said">no</span></td>'
        )
    return f'<td class="some">{_chips(cell.split("; "))}</td>'


def _chips(parts: Sequence[str]) -> str:
    return '<span class="said">; </span>'.join(f"<span class=chip>{_bdi(part)}</span>" for part in parts)


def _bdi(text: str) -> str:
    """Text from outside: escaped, and unable to turn the direction of what stands around it."""
    return f"<bdi>{escape(plain(text))}</bdi>"


def _harmless(cell: str) -> str:
    shown = plain(cell)
    return "'" + shown if _FORMULA.match(shown) else shown
