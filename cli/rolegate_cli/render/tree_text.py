"""The tree of permissions and its checkboxes as text, for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rolegate.texts.escaping import plain
from rolegate_cli.output import Output
from rolegate_cli.render.text_width import folded, padded, text_width

if TYPE_CHECKING:
    from rolegate import TreeNode
    from rolegate.answers.page_words import PageWords

Piece = tuple[str, dict[str, Any]]
"""A text, and how it looks."""

LOOKS: dict[str, dict[str, Any]] = {
    "on": {"fg": "green"},
    "partial": {"fg": "yellow"},
    "off": {"dim": True},
    "lost": {"fg": "red"},
}
DIM: dict[str, Any] = {"dim": True}

_BESIDE = 32
"""The least width in which paths and notes are readable beside a title."""


def show_tree(output: Output, root: TreeNode, words: PageWords, *, ticked: bool, kind: str = "") -> None:
    """Print *root*; *ticked* says whether it is the tree of a subject, and so has boxes.

    *kind* is the title of the kind of the role whose tree it is.
    """
    text = _TreeText(output, words, ticked)
    rows = list(text.rows(root))
    if kind:
        rows[0].rest.insert(0, (plain(kind), {"italic": True}))
    output.write("".join(line + "\n" for line in text.lines(rows)))
    if ticked and output.terminal:
        signs = {"on": "legend_on", "partial": "legend_partial", "off": "legend_off", "star": "legend_star"}
        if any(node.cut_stars for node in root.walk()):
            signs["cut"] = "legend_cut"
        if root.restricted:
            signs["lost"] = "taken_away"
        key = "   ".join(f"{output.mark(sign)} {words.say(text)}" for sign, text in signs.items())
        output.line("\n" + output.style(key, dim=True))


@dataclass(frozen=True, slots=True)
class _TreeRow:
    """What is printed of a box: the lines of the tree before it and before what goes on below it."""

    before: str
    below: str
    box: Piece
    title: Piece
    scopes: list[Piece]
    rest: list[Piece]


class _TreeText:
    def __init__(self, output: Output, words: PageWords, ticked: bool) -> None:
        self._output, self._words, self._ticked = output, words, ticked
        self._guides = ("├── ", "└── ", "│   ") if output.fancy else ("|-- ", "`-- ", "|   ")

    def rows(
        self, node: TreeNode, before: str = "", below: str = "", covered: bool = False
    ) -> Iterator[_TreeRow]:
        """A row for *node* and each one below it; *covered* says that a star above is shown."""
        mark = self._output.mark
        state = "lost" if node.restricted and node.state == "off" and not node.children else node.state
        boxed = self._boxed(node)
        faint = (self._ticked and node.state == "off") or not node.available
        title = {"bold": node.kind != "permission", "dim": faint}
        inner = self._guides[2] if node.children else "    "
        yield _TreeRow(
            before,
            below + (inner if node.children else ""),
            (mark(state) + " ", LOOKS[state]) if boxed else ("", {}),
            (plain(node.title), title),
            list(self._scopes(node)),
            [*self._path(node), *self._notes(node, covered)],
        )
        for number, child in enumerate(node.children, 1):
            last = number == len(node.children)
            turn, on = (self._guides[1], "    ") if last else (self._guides[0], self._guides[2])
            yield from self.rows(child, below + turn, below + on, covered or node.star)

    def _boxed(self, node: TreeNode) -> bool:
        """Whether a box is shown: the row that stands for those of single instances has none."""
        return self._ticked and not node.template

    def _scopes(self, node: TreeNode) -> Iterator[Piece]:
        """Every scope of the permission, broadest first, with a box of its own."""
        if not self._boxed(node) and node.ladder:
            titles = f" {self._output.mark('dot')} ".join(plain(title) for _, title, _ in node.ladder)
            yield f"({titles})", {"fg": "magenta"}
            return
        for scope, title, held in node.ladder:
            state = "on" if held else "lost" if scope in node.taken else "off"
            yield f"{self._output.mark(state)} {plain(title)}", LOOKS[state]

    def _path(self, node: TreeNode) -> Iterator[Piece]:
        if node.kind != "set":
            yield plain(node.id), DIM

    def _notes(self, node: TreeNode, covered: bool) -> Iterator[Piece]:
        say, mark = self._words.say, self._output.mark
        if self._ticked and not covered:
            if node.star:
                yield f"{mark('star')} {say('new_ones')}", {"fg": "cyan"}
            for limit in node.opens:
                yield f"{mark('star')} {say('new_ones_of', limit=plain(limit))}", {"fg": "cyan"}
        for star in node.cut_stars if self._ticked else ():
            text = say("new_ones_of_but", limit=plain(star[1:])) if star[1:] else say("new_ones_but")
            yield f"{mark('cut')} {text}", {"fg": "cyan"}
        if node.restricted and not (node.children or node.scopes):
            yield say("taken_away"), LOOKS["lost"]
        if node.until is not None:
            yield say("until", when=node.until.isoformat(timespec="minutes")), {"fg": "yellow"}
        if not node.available:
            yield say("not_available"), {"italic": True, "dim": True}
        if node.deprecated:
            yield say("deprecated"), {"italic": True, "fg": "yellow"}
        if node.by_name:
            yield say("by_name_only"), {"italic": True, "dim": True}

    def lines(self, rows: Sequence[_TreeRow]) -> Iterator[str]:
        """The lines of *rows*, in columns; on a narrow terminal, path and notes go below the title."""
        first = max(text_width(row.before + row.box[0] + row.title[0]) for row in rows)
        scopes = max(text_width(_joined(row.scopes)) for row in rows)
        rest = max(text_width(_joined(row.rest)) for row in rows)
        width = self._output.width
        if first + scopes + rest + 4 > width:
            room = width - min(scopes, width * 2 // 5) - 4
            if room >= 2 * _BESIDE:
                scopes = min(scopes, width * 2 // 5)
                first = min(first, max(room - rest, room // 2))
                rest = room - first
            else:
                scopes = min(scopes, max(width // 3, 12))
                first, rest = min(first, width - scopes - 2), 0
        for row in rows:
            yield from self._lines(row, first, scopes, rest)

    def _lines(self, row: _TreeRow, first: int, scopes: int, rest: int) -> Iterator[str]:
        """The lines of one row, in columns of these widths; without *rest* it has no column of its own."""
        style = self._output.style
        hang = row.below + " " * text_width(row.box[0])
        room = max(first - text_width(hang), 8)
        beside_box = max(first - text_width(row.before + row.box[0]), min(text_width(row.title[0]), 8))
        titles = _folded_on(row.title, beside_box, room)
        wide = [] if rest else [piece for piece in row.rest if text_width(piece[0]) > room]
        if not rest:
            titles += [piece for piece in row.rest if piece not in wide]
        columns = [(_lines_of(row.scopes, scopes), scopes)] if scopes else []
        if rest:
            columns.append((_lines_of(row.rest, rest), rest))
        for number in range(max(len(titles), *(len(lines) for lines, _ in columns), 1)):
            before = (row.before, row.box) if number == 0 else (hang, ("", {}))
            text, look = titles[number] if number < len(titles) else ("", {})
            line = style(before[0], dim=True) + style(before[1][0], **before[1][1])
            line += style(padded(text, room if number else beside_box), **look)
            for lines, width in columns:
                pieces = lines[number] if number < len(lines) else []
                blank = " " * (width - text_width(_joined(pieces)))
                line += "  " + "  ".join(style(text, **look) for text, look in pieces) + blank
            yield line.rstrip()
        for text, look in wide:
            for part in folded(text, max(self._output.width - text_width(hang), 8)):
                yield style(hang, dim=True) + style(part, **look)


def _folded_on(piece: Piece, first: int, room: int) -> list[Piece]:
    """*piece* in one line of at most *first*, or in several of at most *room*."""
    text, look = piece
    return [piece] if text_width(text) <= first else [(line, look) for line in folded(text, room)]


def _joined(pieces: Sequence[Piece]) -> str:
    return "  ".join(text for text, _ in pieces if text)


def _lines_of(pieces: Sequence[Piece], width: int) -> list[list[Piece]]:
    """*pieces* in lines of at most *width*; a piece that is wider is folded."""
    lines: list[list[Piece]] = []
    for text, look in pieces:
        for part in folded(text, width):
            if lines and text_width(_joined([*lines[-1], (part, look)])) <= width:
                lines[-1].append((part, look))
            else:
                lines.append([(part, look)])
    return lines
