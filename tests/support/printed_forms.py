"""Reads printed matrices and trees back, as whoever gets them does."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser

from markdown_it import MarkdownIt

Cells = list[tuple[str, ...]]
"""For each row, the texts of its cells after the title."""

MARKDOWN = MarkdownIt("commonmark", {"html": True}).enable("table")


class _TableRead(HTMLParser):
    """The cells of the first table; HTML closes a cell where the next one begins."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._inside: bool | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._inside = self._inside is None
        elif self._inside and tag == "tr":
            self.rows.append([])
        elif self._inside and tag in ("td", "th"):
            self.rows[-1].append("partial:" * (dict(attrs).get("class") == "p"))

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside and self.rows and self.rows[-1]:
            self.rows[-1][-1] += data


def html_cells(page: str) -> Cells:
    """The cells of the table that is for the screen; what is held in part is marked."""
    return [tuple(" ".join(text.split()) for text in row[1:]) for row in _TableRead(page).rows[1:]]


def markdown_cells(text: str) -> Cells:
    """The cells of the table, as a Markdown library reads them."""
    rows: list[list[str]] = []
    for token in MARKDOWN.parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            break
        elif token.type == "inline" and rows:
            rows[-1].append(" ".join("".join(piece.content for piece in token.children or []).split()))
    return [tuple(row[1:]) for row in rows[1:]]


def csv_cells(text: str) -> Cells:
    """The cells of the records, without the signs that keep formulas away."""
    return [tuple(row[2:]) for row in list(csv.reader(io.StringIO(text)))[1:]]


class _TreeRead(HTMLParser):
    """The boxes of a tree: the state of each, its title, its path and the states of its scopes."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.boxes: list[dict[str, list[str]]] = []
        self._open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("input", "meta", "wbr"):
            return
        found = dict(attrs)
        kinds = (found.get("class") or tag).split()
        self._open.append(kinds[0])
        if kinds[0] == "row":
            self.boxes.append({"state": [], "text": [""], "code": [""], "scopes": [], "mark": []})
        elif kinds[0] == "box" and self.boxes and "aria-label" in found:
            key = "scopes" if "scope" in self._open else "state"
            self.boxes[-1][key].append(str(found["aria-label"]))
        elif kinds[0] == "mark" and self.boxes:
            self.boxes[-1]["mark"].append("")

    def handle_endtag(self, tag: str) -> None:
        self._open.pop()

    def handle_data(self, data: str) -> None:
        if not self.boxes or "row" not in self._open:
            return
        for key in ("text", "code", "mark"):
            if key in self._open:
                self.boxes[-1][key][-1] += data


def tree_boxes(page: str) -> list[tuple[str, str, str, tuple[str, ...], tuple[str, ...]]]:
    """Each box of the page: path, title, state, the states of its scopes, and its remarks."""
    return [
        (
            box["code"][0],
            box["text"][0],
            "".join(box["state"]),
            tuple(box["scopes"]),
            tuple(box["mark"]),
        )
        for box in _TreeRead(page).boxes
    ]
