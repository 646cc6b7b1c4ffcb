"""Changes of one text, put in place together; no comment is lost but those that are removed."""

from __future__ import annotations

from collections.abc import Sequence

from rolegate.diagnostics import Span, quoted
from rolegate.documents.text import span_at
from rolegate.documents.yaml_outline import YamlOutline, YamlPart
from rolegate.errors import EditError


class TextChanges:
    """Collects changes of the text that *outline* is about; `result` is the new text, without gaps."""

    def __init__(self, outline: YamlOutline, file: str) -> None:
        self.outline = outline
        self.file = file
        self._changes: list[tuple[int, int, int, str]] = []
        self._removed: set[int] = set()
        """The lines that are removed, with the comments on them."""
        self._gone: set[int] = set()
        """Where the comments begin that are removed from lines that stay."""
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
        """Remove the lines from *first* to *last*, with the comments on them."""
        outline = self.outline
        for line in range(first, last + 1):
            self._removed.add(line)
            self.replace(outline.begin_of(line), outline.end_of(line), "")

    def remove_beside(self, part: YamlPart) -> None:
        """Remove the comment that is on the line on which *part* ends."""
        outline = self.outline
        for begin, end in outline.comments_between(part.end, outline.end_of(outline.last_line(part))):
            before = outline.text[part.end : begin]
            self._gone.add(begin)
            self.replace(begin - (len(before) - len(before.rstrip())), end, "")

    def insert_lines(self, line: int, lines: list[str]) -> None:
        """Write *lines* below *line*, or above all for -1."""
        if not lines:
            return
        outline = self.outline
        at = outline.end_of(line) if line >= 0 else 0
        ends = at == 0 or outline.text[at - 1] in "\r\n" or line in self._removed
        text = outline.newline.join(lines)
        self.replace(at, at, text + outline.newline if ends else outline.newline + text)

    def refuse(self, part: YamlPart, why: str) -> EditError:
        """The error that *part* is written in a way in which it cannot be changed."""
        place = span_at(self.outline.text, part.begin, self.file)
        return EditError(f"{place}: {why}")

    def refuse_comments(self, part: YamlPart) -> None:
        """Refuse a change between the brackets of *part* where comments are: each may be about several items.

        Raises:
            EditError: when there are some.
        """
        for begin, end in self.outline.comments_between(part.begin, part.end):
            comment = quoted(self.outline.text[begin:end])
            raise EditError(
                f"{self._place(begin)}: the comment {comment} would be lost, or beside something else; write "
                "one item a line, or change the file by hand"
            )

    def has_comments(self, first: int, last: int) -> bool:
        """Whether there are some on the lines from *first* to *last*."""
        outline = self.outline
        return any(True for _ in outline.comments_between(outline.begin_of(first), outline.end_of(last)))

    def result(self) -> str:
        """The text with all changes.

        Raises:
            EditError: when a comment would be lost.
        """
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
            if not self._goes(at):
                comment = quoted(outline.text[at:to])
                raise EditError(
                    f"{self._place(at)}: the comment {comment} would be lost; move it to a line of its own, "
                    "or change the file by hand"
                )

    def kept_comments(self) -> list[str]:
        """The comments that the new text has to have, in their order."""
        outline = self.outline
        return [outline.text[begin:end] for begin, end in outline.comments if not self._goes(begin)]

    def _goes(self, comment: int) -> bool:
        """Whether the *comment* that begins there is removed."""
        return comment in self._gone or self.outline.line_at(comment) in self._removed

    def _place(self, index: int) -> Span:
        return span_at(self.outline.text, index, self.file)
