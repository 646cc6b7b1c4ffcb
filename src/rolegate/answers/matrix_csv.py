"""The matrix of roles and permissions as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

from rolegate.answers.matrix import Matrix, MatrixCell, need_matrix
from rolegate.answers.matrix_markdown import STARS
from rolegate.texts.escaping import in_csv


def matrix_csv(matrix: Matrix) -> str:
    """One record for each permission; no cell starts a formula when a spreadsheet opens the file.

    A group of which a role holds a star has a record as well, called as the star is in a grant: `tickets.*`.
    """
    need_matrix(matrix, "matrix_csv")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["permission", "title", *(in_csv(role) for role, _ in matrix.roles)])
    for row in matrix.rows:
        if not row.group:
            cells = ("; ".join(cell.titles) or str(cell) for cell in row.held)
            writer.writerow([in_csv(row.path), in_csv(row.title), *map(in_csv, cells)])
        elif any(cell.signs for cell in row.held):
            star = "*" if row.path == "*" else f"{row.path}.*"
            writer.writerow([in_csv(star), in_csv(row.title), *(in_csv(_signs(cell)) for cell in row.held)])
    return text.getvalue()


def _signs(cell: MatrixCell) -> str:
    return "; ".join(f"{STARS[kind]} {limit}" if limit else STARS[kind] for kind, limit in cell.signs)
