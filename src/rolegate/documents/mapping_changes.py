"""Keys of a mapping are set and removed in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rolegate.documents.entry_lines import (
    EntryLines,
    entry_lines,
    file_comment,
    is_doubtful,
    line_above,
    line_for_next,
)
from rolegate.documents.list_changes import (
    BY_HAND,
    DOUBT,
    align_comments,
    change_inner,
    change_list,
    change_scalar,
    is_one_a_line,
    item_lines,
)
from rolegate.documents.list_plan import ListKind, ListPlan
from rolegate.documents.scalar_writer import written
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.value_lines import NewValue, value_between_brackets, value_lines
from rolegate.documents.yaml_outline import YamlPart

WIDTH = 100
"""A list that is no longer is written on one line, where its key has one."""


@dataclass(slots=True)
class MappingChanges:
    """Changes of the keys of one mapping, which is the value of the key *above* if it has one.

    *order* has the keys in the order in which they are written, *lists* those that have lists.
    `in_brackets` says that something around the mapping is in brackets.
    """

    changes: TextChanges
    part: YamlPart
    above: YamlPart | None
    order: Sequence[str]
    lists: Mapping[str, ListKind] = field(default_factory=dict)
    in_brackets: bool = False
    _added: list[tuple[str, NewValue]] = field(default_factory=list)
    _gone: set[str] = field(default_factory=set)

    def set(self, key: str, value: NewValue) -> None:
        """Let *key* have *value*; `finish` has to follow."""
        found = self.part.entry(key)
        empty = value is None or value is False or (not isinstance(value, (str, bool)) and not value)
        if found is None:
            if not empty:
                self._added.append((key, value))
        elif empty and (value is None or value is False or not self._keep_empty(*found)):
            self._gone.add(key)
        elif isinstance(value, bool):
            self.changes.replace(found[1].begin, found[1].end, str(value).lower())
        elif isinstance(value, str) and key not in self.lists:
            change_scalar(self.changes, found[1], value, flow=self.part.flow)
        elif isinstance(value, Mapping):
            raise self.changes.refuse(found[0], f"`{key}` is a mapping, which is not changed; {BY_HAND}")
        else:
            self._set_list(*found, [value] if isinstance(value, str) else list(value or ()))

    def write_list(self, key: str, new: list[str]) -> None:
        """Let the list of *key*, which is there, say *new*; one of nothing stays, as `[]`."""
        found = self.part.entry(key)
        assert found is not None  # noqa: S101 - only what is there is written
        self._set_list(*found, new)

    def _set_list(self, key: YamlPart, part: YamlPart, new: list[str]) -> None:
        if part.kind == "scalar" and part.value:
            self._set_from_text(key, part, new)
        elif part.kind == "scalar" or not part.items:
            self._write_anew(key, part, new)
        elif new:
            change_list(self.changes, part, new, self.lists[key.value])
        else:
            self._empty(key, part)

    def _set_from_text(self, key: YamlPart, part: YamlPart, new: list[str]) -> None:
        """Write a list in place of one text, whose comment stays beside it, or goes with it."""
        outline = self.changes.outline
        end = outline.end_of(outline.last_line(part))
        commented = not self.part.flow and any(outline.comments_between(part.end, end))
        stays = ListPlan.of([part.value], new, self.lists[key.value]).stays
        if commented and not stays:
            self.changes.remove_beside(part)
        if len(new) == 1:
            change_scalar(self.changes, part, new[0], flow=self.part.flow)
        elif commented and stays:
            number, margin = new.index(stays[0]), " " * outline.column_of(key.begin)
            lines = [f"{margin}  - {written(text)}" for text in new]
            above = "".join(f"{outline.newline}{line}" for line in lines[:number])
            self.changes.replace(self._colon(key), part.begin, f"{above}{outline.newline}{margin}  - ")
            change_scalar(self.changes, part, stays[0], flow=False)
            self.changes.insert_lines(outline.last_line(part), lines[number + 1 :])
        else:
            self._write_anew(key, part, new)

    def _keep_empty(self, key: YamlPart, part: YamlPart) -> bool:
        """Whether the key of an empty list stays, because of comments that are not those of its items."""
        outline = self.changes.outline
        if self.part.flow:
            return False
        first = outline.line_at(key.begin)
        items = item_lines(self.changes, part) if is_one_a_line(self.changes, part) else ()
        own = {line for lines in items for line in range(lines.top, lines.end + 1)}
        end = self._lines()[self._number(key.value)].end
        if any(outline.is_comment(line) for line in range(first, end + 1) if line not in own):
            return True
        return outline.line_at(part.begin) > first and any(
            outline.comments_between(key.end, outline.end_of(first))
        )

    def _empty(self, key: YamlPart, part: YamlPart) -> None:
        """Leave nothing of a list but the comments that are not those of its items."""
        outline = self.changes.outline
        if part.flow:
            change_list(self.changes, part, [], self.lists[key.value])
            return
        colon = self._colon(key)
        if outline.line_at(part.begin) == outline.line_at(colon):
            raise self.changes.refuse(part, f"this list begins on the line of its key; {BY_HAND}")
        self.changes.replace(colon, colon, " []")
        for lines in item_lines(self.changes, part):
            self.changes.remove_lines(lines.top, lines.end)

    def _write_anew(self, key: YamlPart, part: YamlPart, new: list[str]) -> None:
        """Write a list in place of one text or of nothing: on the line if it fits, if not below it."""
        outline = self.changes.outline
        text = value_between_brackets(new)
        end = part.begin + len(outline.text[part.begin : part.end].rstrip())
        if self.part.flow or outline.column_of(part.begin) + len(text) <= WIDTH:
            self.changes.replace(part.begin, end, text)
            return
        colon, column = self._colon(key), outline.column_of(key.begin)
        self.changes.replace(colon, end, "")
        lines = value_lines(key.value, new, column)[1:]
        self.changes.insert_lines(outline.last_line(part), lines)

    def _colon(self, key: YamlPart) -> int:
        """Right after the colon of *key*."""
        return self.changes.outline.code.index(":", key.end) + 1

    def finish(self) -> None:
        """Put the keys in place that are added, and remove those that are gone."""
        if not self._added and not self._gone:
            return
        left = [key for key, _ in self.part.entries if key.value not in self._gone]
        if self.part.flow and (self.part.entries or self.above is None or self.in_brackets):
            self._between_brackets()
        elif not self._added and not left:
            raise self.changes.refuse(self.part, f"nothing would be left here; {BY_HAND}")
        else:
            for key in self._gone:
                self._remove(key)
            self._add_lines()

    def _remove(self, name: str) -> None:
        found = self.part.entry(name)
        assert found is not None  # noqa: S101 - only what is there is removed
        key, part = found
        outline = self.changes.outline
        if outline.before(key.begin).strip() or outline.after(part).strip():
            raise self.changes.refuse(key, f"`{name}` shares its line; {BY_HAND}")
        number, entries = self._number(name), self._lines()
        stays = [at for at, (other, _) in enumerate(self.part.entries) if other.value not in self._gone]
        if is_doubtful(entries, number, stays):
            raise self.changes.refuse(key, DOUBT)
        self.changes.remove_lines(entries[number].top, entries[number].end)

    def _number(self, name: str) -> int:
        return next(at for at, (key, _) in enumerate(self.part.entries) if key.value == name)

    def _lines(self) -> list[EntryLines]:
        """The lines of each entry of a mapping that is not between brackets."""
        outline, entries = self.changes.outline, self.part.entries
        line = outline.line_at(entries[0][0].begin)
        floor = line_above(outline, line)
        if self.part is outline.root:
            floor = file_comment(outline, floor, line)
        return entry_lines(outline, [(key.begin, value) for key, value in entries], floor)

    def _between_brackets(self) -> None:
        entries = self.part.entries
        stays = {n: key.value for n, (key, _) in enumerate(entries) if key.value not in self._gone}
        added: dict[int | None, list[str]] = {}
        for name, value in self._added:
            before = [n for n, key in stays.items() if self._rank(key) < self._rank(name)]
            added.setdefault(max(before, default=None), []).append(f"{name}: {value_between_brackets(value)}")
        inner = [(key.begin, value.end) for key, value in entries]
        change_inner(self.changes, self.part, inner, stays, added)

    def _add_lines(self) -> None:
        outline, entries = self.changes.outline, self.part.entries
        if not entries:  # `{}`, which gives way
            assert self.above is not None  # noqa: S101 - see `finish`
            self.changes.replace(self._colon(self.above), self.part.end, "")
            for name, value in self._added:
                column = outline.column_of(self.above.begin) + 2
                self.changes.insert_lines(outline.last_line(self.part), value_lines(name, value, column))
            return
        column = outline.column_of(entries[0][0].begin)
        lines, below = self._lines(), set()
        for name, value in self._added:
            at = self._line_before(name)
            self.changes.insert_lines(at, value_lines(name, value, column))
            below |= {number for number, entry in enumerate(lines) if entry.top == at + 1}
        for number in below:
            if entries[number][0].value not in self._gone:
                align_comments(self.changes, lines[number], column)

    def _line_before(self, name: str) -> int:
        """The line below which the key *name* belongs."""
        outline, entries = self.changes.outline, self.part.entries
        lines = self._lines()
        before = [
            number
            for number, (key, _) in enumerate(entries)
            if key.value not in self._gone and self._rank(key.value) < self._rank(name)
        ]
        if before:
            last = entries[before[-1]][1]
            if outline.after(last).strip():
                raise self.changes.refuse(last, f"something else is on the line of this value; {BY_HAND}")
            return line_for_next(lines, before[-1])
        if self.above is None or outline.before(entries[0][0].begin).strip():
            raise self.changes.refuse(self.part, f"there is no line below which `{name}` could go; {BY_HAND}")
        return lines[0].top - 1

    def _rank(self, key: str) -> int:
        return self.order.index(key) if key in self.order else len(self.order)
