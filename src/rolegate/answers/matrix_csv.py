"""The matrix of roles and permissions as CSV, for spreadsheets."""

from __future__ import annotations

import csv
import io

from rolegate.answers.matrix import Matrix
from rolegate.texts.escaping import in_csv


def matrix_csv(matrix: Matrix) -> str:
    """One record for each permission; no cell starts a formula when a spreadsheet opens the file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["permission", "title", *(in_csv(role) for role, _ in matrix.roles)])
    for row in matrix.rows:
        if not row.group:
            cells = ("; ".join(cell.titles) or str(cell) for cell in row.held)
            writer.writerow([in_csv(row.path), in_csv(row.title), *map(in_csv, cells)])
    return text.getvalue()
