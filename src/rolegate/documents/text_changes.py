"""Changes of one text, put in place together; no comment is lost but those on lines that are removed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rolegate.diagnostics import Span, quoted
from rolegate.documents.text import span_at
from rolegate.documents.yaml_outline import YamlOutline, YamlPart
from rolegate.errors import EditError


class TextChanges:
    """Collects changes of the text that *outline* is about; `result` is the new text.

    With *own_comments*, the comments right above an item of a list go with it, and no gap is left.
    """

    def __init__(self, outline: YamlOutline, file: str, *, own_comments: bool = False) -> None:
        self.outline = outline
        self.file = file
        self.own_comments = own_comments
        self._changes: list[tuple[int, int, int, str]] = []
        self._removed: set[int] = set()
        """The lines that are removed, with the comments on them."""
        self._moved: set[int] = set()
        """The changes that move comments, and lose none of them."""

    def replace(self, begin: int, end: int, text: str) -> None:
        """Write *text* in place of what is between *begin* and *end*."""
        self._changes.append((begin, end, len(self._changes), text))

    def rearrange(self, pieces: Sequence[tuple[int, int]], texts: Sequence[str]) -> None:
        """Write *texts* in place of the *pieces* of the text, of which they have all comments."""
        for (begin, end), text in zip(pieces, texts, strict=True):
            self._moved.add(len(self._changes))
            self.replace(begin, end, text)

    def remove_lines(self, first: int, last: int) -> None:
        """Remove the lines from *first* to *last*, those with only a comment if they go with them."""
        outline = self.outline
        for line in range(first, last + 1):
            if self.own_comments or not outline.is_comment(line):
                self._removed.add(line)
                self.replace(outline.begin_of(line), outline.end_of(line), "")

    def remove_comments(self, lines: Iterable[int]) -> None:
        """Remove *lines*, on which there are only comments."""
        for line in lines:
            self._removed.add(line)
            self.replace(self.outline.begin_of(line), self.outline.end_of(line), "")

    def above(self, line: int, column: int) -> range:
        """The comments right above *line*, down to the left *column*."""
        first = line
        while first > 0 and self.outline.is_comment(first - 1) and self._column(first - 1) >= column:
            first -= 1
        return range(first, line)

    def insert_lines(self, line: int, lines: list[str]) -> None:
        """Write *lines* below *line*, or above all for -1."""
        if not lines:
            return
        outline = self.outline
        at = outline.end_of(line) if line >= 0 else 0
        ends = at == 0 or outline.text[at - 1] in "\r\n" or line in self._removed
        text = outline.newline.join(lines)
        self.replace(at, at, text + outline.newline if ends else outline.newline + text)

    def below(self, line: int, column: int) -> int:
        """The last of the comments right below *line* that begin right of *column*: they belong to it."""
        outline = self.outline
        last = outline.line_at(len(outline.text))
        while line < last and outline.is_comment(line + 1):
            if self._column(line + 1) <= column:
                break
            line += 1
        return line

    def _column(self, line: int) -> int:
        """Where the text of *line* begins."""
        text = self.outline.text[self.outline.begin_of(line) : self.outline.end_of(line)]
        return len(text) - len(text.lstrip())

    def refuse(self, part: YamlPart, why: str) -> EditError:
        """The error that *part* is written in a way in which it cannot be changed."""
        place = span_at(self.outline.text, part.begin, self.file)
        return EditError(f"{place}: {why}")

    def result(self) -> str:
        """The text with all changes.

        Raises:
            EditError: when a comment would be lost.
        """
        if self.own_comments:
            self._close_gaps()
        text, parts, done = self.outline.text, [], 0
        for begin, end, number, new in sorted(self._changes):
            if begin < done:
                raise EditError(
                    f"{self._place(begin)}: this is written in a way that cannot be changed in place"
                )
            if number not in self._moved:
                self._keep_comments(begin, end)
            parts += [text[done:begin], new]
            done = end
        return "".join((*parts, text[done:]))

    def _close_gaps(self) -> None:
        """Where blank lines, or nothing, would be left above and below what is removed, remove one."""
        outline = self.outline
        most = outline.line_at(len(outline.text))
        changed = {begin for begin, _, _, text in self._changes if text}
        for line in [line for line in self._removed if line and line - 1 not in self._removed]:
            after = line
            while after in self._removed:
                after += 1
            begin, end = outline.begin_of(line - 1), outline.begin_of(line)
            between = not any(begin <= at <= outline.begin_of(min(after, most)) for at in changed)
            if between and self._is_blank(line - 1) and (after > most or self._is_blank(after)):
                self.replace(begin, end, "")

    def _is_blank(self, line: int) -> bool:
        """Whether there is nothing on *line*, and it is not part of a text either."""
        begin, end = self.outline.begin_of(line), self.outline.end_of(line)
        return not self.outline.text[begin:end].strip() and not self.outline.in_text(begin)

    def _keep_comments(self, begin: int, end: int) -> None:
        outline = self.outline
        for at, to in outline.comments_between(begin, end):
            if outline.line_at(at) not in self._removed:
                comment = quoted(outline.text[at:to])
                raise EditError(
                    f"{self._place(at)}: the comment {comment} would be lost; move it to a line of its own, "
                    "or change the file by hand"
                )

    def kept_comments(self) -> list[str]:
        """The comments that the new text has to have, in their order."""
        outline = self.outline
        return [
            outline.text[begin:end]
            for begin, end in outline.comments
            if outline.line_at(begin) not in self._removed
        ]

    def _place(self, index: int) -> Span:
        return span_at(self.outline.text, index, self.file)
