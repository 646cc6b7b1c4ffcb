"""The matrix of roles and permissions as a table, for a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rolegate.texts.escaping import plain
from rolegate_cli.output import Output
from rolegate_cli.render.text_width import folded, padded, text_width

if TYPE_CHECKING:
    from rolegate import Matrix, MatrixCell, MatrixRow
    from rolegate.answers.page_words import PageWords

BETWEEN = "   "
SHORT, WIDEST = 9, 14
"""A text up to the first width stays in one line, and a word up to the second one."""

LOOKS: dict[str, dict[str, Any]] = {"on": {"fg": "green"}, "partial": {"fg": "yellow"}, "off": {"dim": True}}

Laid = list[tuple[str, dict[str, Any]]]
"""The lines of a cell, and how they look."""


def show_matrix(output: Output, matrix: Matrix, words: PageWords) -> None:
    """Print the table, in several parts if the roles do not fit side by side."""
    table = _MatrixText(output, matrix, words)
    for number, part in enumerate(table.parts()):
        output.write("\n" * bool(number) + "".join(line + "\n" for line in table.lines(part)))
    if matrix.left_out:
        output.line("\n" + words.say("left_out", number=matrix.left_out))
    if output.terminal:
        output.line("\n" + output.style(table.key(), dim=True))


class _MatrixText:
    def __init__(self, output: Output, matrix: Matrix, words: PageWords) -> None:
        self._output, self._matrix, self._words = output, matrix, words
        # Most cells are one of a few objects: each is laid out once, and told by its number.
        known = {id(cell): cell for row in matrix.rows for cell in row.held}
        numbers = {key: number for number, key in enumerate(known)}
        self._kinds = [[numbers[id(cell)] for cell in row.held] for row in matrix.rows]
        self._texts = [self._text(cell) for cell in known.values()]
        self._looks = [LOOKS[cell.state] for cell in known.values()]
        self._wide = [self._longest(text) for text in self._texts]
        self._heads = [self._head(number) for number in range(len(matrix.columns))]
        self._widths = [self._width(number) for number in range(len(matrix.columns))]
        longest = max((2 * row.depth + text_width(plain(row.title)) for row in matrix.rows), default=0)
        longest = min(longest, max(output.width * 2 // 5, 20))
        self._first = max(longest, text_width(words.say("permission")))
        self._titles = [self._title(row) for row in matrix.rows]

    def parts(self) -> Iterator[range]:
        """Ranges of roles whose columns fit beside the permissions on one screen."""
        start, used = 0, self._first
        for number, width in enumerate(self._widths):
            if used + len(BETWEEN) + width > self._output.width and number > start:
                yield range(start, number)
                start, used = number, self._first
            used += len(BETWEEN) + width
        yield range(start, len(self._widths))

    def lines(self, part: range) -> Iterator[str]:
        """The lines of the table of some roles."""
        widths = [self._widths[number] for number in part]
        heads = [self._heads[number] for number in part]
        height = max(map(len, heads), default=1)
        above: Laid = [("", {})] * height
        first: Laid = [*above[1:], (self._words.say("permission"), {"bold": True})]
        laid = zip((above[len(head) :] + head for head in heads), widths, strict=True)
        yield from self._side_by_side(first, [self._cut(head, width) for head, width in laid], widths)
        yield self._output.mark("rule") * (self._first + sum(len(BETWEEN) + width for width in widths))
        cut: dict[tuple[int, int], list[str]] = {}
        for kinds, title in zip(self._kinds, self._titles, strict=True):
            cells = []
            for key in zip(kinds[part.start : part.stop], widths, strict=True):
                if key not in cut:
                    kind, width = key
                    lines = [(line, self._looks[kind]) for line in folded(self._texts[kind], width)]
                    cut[key] = self._cut(lines, width)
                cells.append(cut[key])
            yield from self._side_by_side(title, cells, widths)

    def _cut(self, lines: Laid, width: int) -> list[str]:
        """*lines* as they are printed in a column."""
        return [self._output.style(padded(text, width, centred=True), **look) for text, look in lines]

    def _side_by_side(
        self, first: Laid, cells: Sequence[Sequence[str]], widths: Sequence[int]
    ) -> Iterator[str]:
        for number in range(max(len(first), *map(len, cells), 1)):
            text, look = first[number] if number < len(first) else ("", {})
            line = [self._output.style(padded(text, self._first), **look)]
            for cell, width in zip(cells, widths, strict=True):
                line.append(cell[number] if number < len(cell) else " " * width)
            yield BETWEEN.join(line).rstrip()

    def _head(self, number: int) -> Laid:
        column = self._matrix.columns[number]
        width = max(self._longest(column.title), self._longest(column.kind), self._longest(column.owner), 3)
        head: Laid = [(line, {"bold": True}) for line in folded(plain(column.title), width)]
        if column.owner:
            head += [(line, {}) for line in folded(f"({plain(column.owner)})", width + 2)]
        if column.kind:
            head += [(line, {"italic": True}) for line in folded(plain(column.kind), width)]
        return head

    @staticmethod
    def _longest(text: str) -> int:
        words = max((text_width(word) for word in plain(text).split()), default=0)
        return max(min(words, WIDEST), min(text_width(text), SHORT))

    def _width(self, number: int) -> int:
        """The width of a column: its longest word, or its longest cell unless that is better folded."""
        texts = max((self._wide[kinds[number]] for kinds in self._kinds), default=0)
        return max([texts, 3, *(text_width(line) for line, _ in self._heads[number])])

    def _title(self, row: MatrixRow) -> Laid:
        words, indent = self._words, min(2 * row.depth, self._first // 2)
        marks = [words.say(f"needs_{kind}", titles=", ".join(titles)) for kind, titles in row.needs]
        marks += [words.say("deprecated")] * row.deprecated + [words.say("by_name_only")] * row.by_name
        room = self._first - indent
        title = [(line, {"bold": row.group}) for line in folded(plain(row.title), room)]
        more = [(line, {"dim": True}) for mark in marks for line in folded(plain(mark), room)]
        return [(" " * indent + line, look) for line, look in [*title, *more]]

    def _text(self, cell: MatrixCell) -> str:
        mark: Callable[[str], str] = self._output.mark
        stars = [f"{mark(kind)} {plain(limit)}".rstrip() for kind, limit in cell.signs]
        counted = f"{cell.held}/{cell.among}" if cell.among else plain("; ".join(cell.titles))
        held = {"on": mark("yes"), "partial": counted, "off": "" if stars else mark("dot")}[cell.state]
        return " ".join(filter(None, [held, *stars]))

    def key(self) -> str:
        """What the signs mean."""
        mark, words = self._output.mark, self._words
        texts = {"yes": "all_of_it", "dot": "nothing", "star": "legend_star"}
        if self._matrix.has_cut_stars:
            texts["cut"] = "legend_cut"
        return "   ".join(f"{mark(sign)} {words.say(text)}" for sign, text in texts.items())
