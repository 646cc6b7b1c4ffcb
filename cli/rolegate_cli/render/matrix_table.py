"""The matrix of roles and permissions as a table, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rolegate.escaping import plain
from rolegate_cli.output import Output

if TYPE_CHECKING:
    from rich.table import Table

    from rolegate import Matrix, MatrixCell, MatrixRow


def show_matrix(output: Output, matrix: Matrix) -> None:
    """Print the table, in several parts if the roles do not fit side by side."""
    for number, part in enumerate(_parts(output, matrix)):
        if number:
            output.line()
        output.rich(_table(output, matrix, part))


def _parts(output: Output, matrix: Matrix) -> Iterator[range]:
    """Ranges of roles whose columns fit beside the permissions on one screen."""
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
    """The width of a role's column: its longest word, or its longest cell unless that is better folded."""
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
        table.add_row(title, *(_cell(output, row, row.held[number]) for number in part))
    return table


def _cell(output: Output, row: MatrixRow, cell: MatrixCell) -> Any:
    from rich.text import Text

    if cell.whole:
        return Text(output.mark("yes"), "green")
    if not cell.labels:
        return Text("" if row.group else output.mark("dot"), "dim")
    return Text(plain(str(cell)), "yellow")
