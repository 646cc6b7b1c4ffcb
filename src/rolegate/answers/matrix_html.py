"""The matrix of roles and permissions as a web page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from unicodedata import bidirectional

from rolegate.answers.matrix import Matrix, MatrixCell, MatrixColumn, MatrixRow, need_matrix
from rolegate.answers.matrix_markdown import STARS
from rolegate.answers.page_words import PageWords, page_words
from rolegate.answers.web_page import breaking, mark, own_words, resource, said, search_field, web_page
from rolegate.diagnostics import one_line
from rolegate.texts.escaping import in_html, plain

ON_PAPER = 9
"""So many roles fit beside one another on paper; with more of them the printed matrix has several tables."""
FOLDED = 150
"""With more rows than that, the groups are folded at first."""
CHOSEN = 6
"""With more roles than that, a reader can choose which are shown."""

_STARS = {kind: f"<b>{sign}</b>" for kind, sign in STARS.items()}
"""New ones are included: all of them, or all but what is taken away."""

MARKS = {"deprecated": "deprecated", "by_name": "by_name_only"}


def matrix_html(matrix: Matrix, title: str | None = None, locale: str | None = None) -> str:
    """One page that needs nothing else; text of the policy set stays text.

    The language is that of the matrix. Where the program does not speak it, its own words are in English.
    """
    need_matrix(matrix, "matrix_html")
    words = page_words(matrix.locale if locale is None else locale)
    return _MatrixPage(matrix, words).html(matrix.title if title is None else title)


def matrix_part(matrix: Matrix, words: PageWords) -> str:
    """The matrix as a part of another page, whose style holds `matrix.css` within `.matrix`."""
    page = _MatrixPage(matrix, words)
    return f'<div class="matrix">{page.about()}\n{page.tables()}</div>'


class _MatrixPage:
    def __init__(self, matrix: Matrix, words: PageWords) -> None:
        self._matrix, self._words = matrix, words
        self._wide = len(matrix.columns) > ON_PAPER
        self._heads = [self._head(column) for column in matrix.columns]
        # Most cells are one of a few objects: each is written once.
        known = {id(cell): cell for row in matrix.rows for cell in row.held}
        foreign = "" if words.language == words.locale else f' lang="{words.language}"'
        self._written = {
            paper: {key: self._cell(cell, "" if paper else foreign) for key, cell in known.items()}
            for paper in (False, True)
        }
        self._titles = {paper: [self._title(row, paper) for row in matrix.rows] for paper in (False, True)}

    def html(self, title: str) -> str:
        """The whole page."""
        words = self._words
        body = (
            f"<main>\n<h1>{in_html(title)}</h1>\n{self.about()}\n"
            f'<div class="tools">{search_field(words)}{self._choice()}</div>\n{self.tables()}\n</main>'
        )
        style = resource("look.css") + resource("matrix.css") + resource("matrix_page.css")
        return web_page(f"{title}: {words.say('matrix')}", words, body, style, resource("page.js"))

    def tables(self) -> str:
        """The table of the screen, and those of paper where it is too wide for that."""
        every = range(len(self._heads))
        parts = [range(start, min(start + ON_PAPER, every.stop)) for start in range(0, every.stop, ON_PAPER)]
        printed = [self._table(part, number) for number, part in enumerate(parts, 1)] if self._wide else []
        frame = 'role="region" aria-labelledby="caption" tabindex="0"'
        return (
            f'<div class="frame{" wide" if self._wide else ""}" {frame}>\n'
            f"{self._table(every, 0)}\n</div>\n" + "\n".join(printed)
        )

    def about(self) -> str:
        """How much there is, and what the signs mean."""
        matrix, words = self._matrix, self._words
        numbers = {"roles": len(matrix.columns), "permissions": sum(not row.group for row in matrix.rows)}
        counts = [words.say(what, number=number) for what, number in numbers.items()]
        if matrix.left_out:
            counts.append(words.say("left_out", number=matrix.left_out))
        signs = {"✓": "all_of_it", "·": "nothing", "★": "legend_star"}
        if matrix.has_cut_stars:
            signs["☆"] = "legend_cut"
        key = [f"{sign} {words.say(text)}" for sign, text in signs.items()]
        lines = (", ".join(counts), "; ".join([*key, words.say("what_labels_say")]))
        said_lines = "".join(f"<p>{own_words(words, escape(line))}</p>" for line in lines)
        return f'<div class="about">{said_lines}</div>'

    def _choice(self) -> str:
        """A box for each role: without it the column is not shown, on paper neither."""
        if len(self._heads) <= CHOSEN:
            return ""
        boxes = []
        for number, column in enumerate(self._matrix.columns):
            part, place = divmod(number, ON_PAPER)
            where, table = f"#t0 tr>:nth-child({number + 2})", ""
            if self._wide:
                table = f"#t{part + 1}"
                where += f",{table} tr>:nth-child({place + 2})"
            data = f'id="r{number}" data-column="{escape(where)}" data-table="{table}"'
            box = f'<input type="checkbox" autocomplete="off" checked {data}>'
            boxes.append(f"<label>{box}{in_html(column.name)}</label>")
        summary = f"<summary>{said(self._words, 'roles_shown')}</summary>"
        return f'<details class="choose">{summary}<div>{"".join(boxes)}</div></details>'

    def _table(self, columns: range, number: int) -> str:
        """The table of some roles; the first one is for the screen, and the others are for paper.

        A large matrix has a hundred thousand cells. So nothing is written that HTML can do without: the end
        of a cell or a row, quotes, and on paper what only programs read. A line ends within a tag:
        between two of them, its end would be the text of a cell.
        """
        words, written = self._words, self._written[number > 0]
        heads = "".join(self._heads[columns.start : columns.stop])
        scope = "" if number else " scope=row"
        lines: list[str] = []
        for row, title in zip(self._matrix.rows, self._titles[number > 0], strict=True):
            whole = row.path == "*"
            if not row.depth:
                lines.append("<tbody>")
            kinds = [*(["g"] if row.group else []), "all" if whole else f"d{row.depth}"]
            style = f'"{" ".join(kinds)}"' if len(kinds) > 1 else kinds[0]
            foldable = row.group and not row.depth and not whole and not number
            fold = self._fold(row) if foldable else ""
            cells = "".join([written[id(cell)] for cell in row.held[columns.start : columns.stop]])
            lines.append(f"<tr\nclass={style}><th{scope}>{fold}{title}{cells}")
        named = ' id="caption"' if not number else ""
        printed = ' class="printed"' if number else ""
        return (
            f'<table id="t{number}"{printed}>\n'
            f'<caption class="said"{named}>{said(words, "matrix")}</caption>\n'
            f'<thead><tr><th scope="col">{said(words, "permission")}</th>{heads}</tr></thead>\n'
            + "".join(lines)
            + "</table>"
        )

    def _fold(self, row: MatrixRow) -> str:
        label = escape(self._words.say("unfold", title=plain(row.title)))
        checked = "" if len(self._matrix.rows) > FOLDED else " checked"
        return f'<input type="checkbox" class="fold" role="switch" aria-label="{label}"{checked}>'

    def _head(self, column: MatrixColumn) -> str:
        kind = f'<span class="kind">{in_html(column.kind)}</span>' if column.kind else ""
        owner = f'<span class="owner">{in_html(column.owner)}</span>' if column.owner else ""
        title = re.sub(r"(?<=\w)/(?=\w)", "/<wbr>", in_html(column.title))
        return f'<th scope="col">{title}{owner}{kind}</th>'

    def _title(self, row: MatrixRow, paper: bool) -> str:
        words = self._words
        marks = [mark(said(words, f"needs_{kind}", titles=_listed(titles))) for kind, titles in row.needs]
        marks += [mark(said(words, text)) for key, text in MARKS.items() if getattr(row, key)]
        title = " ".join((in_html(row.title) if marks else self._alone(row.title), *marks))
        path = escape(one_line(row.path))
        return title if row.path == "*" else f"{title}<p>{path if paper else breaking(path)}"

    def _cell(self, cell: MatrixCell, foreign: str) -> str:
        """A cell. Nothing is an empty one; what is said of all of it and of nothing is painted by the style.

        INVARIANT: the style paints nothing where no class says that something is held.
        The words of the program are in a *foreign* language, where it does not speak that of the titles.
        """
        limited = any(kind == "cut" or limit for kind, limit in cell.signs)
        stars = [f"{_STARS[kind]} {in_html(limit)}" if limit else _STARS[kind] for kind, limit in cell.signs]
        signs = f" {' '.join(stars)}" if stars else ""
        if cell.state == "partial":
            held = f"{cell.held}/{cell.among}" if cell.among else self._labels(cell.titles)
            return f"<td class=p>{held}{signs}"
        if cell.state == "off" and not stars:
            return "<td>"
        word = escape(self._words.say("yes" if cell.state == "on" else "no"))
        if limited or cell.state == "off":
            kind = "y" if cell.state == "on" else "n"
            return f'<td class="p {kind}"><i{foreign}>{word}</i>{signs}'
        return f"<td class=s{foreign}>{word}★" if stars else f"<td class=y{foreign}>{word}"

    def _labels(self, titles: Sequence[str]) -> str:
        return self._alone(titles[0]) if len(titles) == 1 else "; ".join(map(in_html, titles))

    def _alone(self, text: str) -> str:
        """*text* in a block of its own: where it is written as the page is, nothing has to keep it apart."""
        leftward = any(bidirectional(c) in ("R", "AL", "AN") for c in text)
        return in_html(text) if leftward or self._words.direction == "rtl" else escape(plain(text))


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(map(plain, titles))
