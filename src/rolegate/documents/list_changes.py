"""Lists of texts are changed in place: one changed item is one changed line."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from rolegate.documents.scalar_writer import written
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlPart

BY_HAND = "write one item a line and keep comments off the brackets, or change the file by hand"


@dataclass(slots=True)
class ListPlan:
    """How one list becomes another: by their numbers, which items stay, and with which text.

    `added` has what comes after an item, and for None what comes before all that stay.
    """

    stays: dict[int, str] = field(default_factory=dict)
    added: dict[int | None, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, old: Sequence[str], new: Sequence[str], *, ordered: bool) -> ListPlan:
        """The plan for *old* to become *new*; unless it is *ordered*, what stays keeps the order of *old*."""
        plan = cls()
        places = plan._in_order(old, new) if ordered else plan._by_text(old, new)
        last = None if ordered else max(plan.stays, default=None)
        for place, text in zip(places, new, strict=True):
            if place is None:
                plan.added.setdefault(last, []).append(text)
            else:
                last = place
        return plan

    def _by_text(self, old: Sequence[str], new: Sequence[str]) -> list[int | None]:
        """The number of the old item for each new one. What differs in its scope alone is the same item."""
        free: dict[str, deque[int]] = {}
        for number, text in enumerate(old):
            free.setdefault(text, deque()).append(number)
        places = [free[text].popleft() if free.get(text) else None for text in new]
        stems: dict[str, deque[int]] = {}
        for number in sorted(number for numbers in free.values() for number in numbers):
            stems.setdefault(_stem(old[number]), deque()).append(number)
        for index, text in enumerate(new):
            if places[index] is None and stems.get(_stem(text)):
                places[index] = stems[_stem(text)].popleft()
        self.stays = {place: text for place, text in zip(places, new, strict=True) if place is not None}
        return places

    def _in_order(self, old: Sequence[str], new: Sequence[str]) -> list[int | None]:
        places: list[int | None] = [None] * len(new)
        for _, a, to_a, b, to_b in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            for offset in range(min(to_a - a, to_b - b)):
                places[b + offset] = a + offset
        self.stays = {place: text for place, text in zip(places, new, strict=True) if place is not None}
        return places


def same_items(old: Sequence[str], new: Sequence[str], *, ordered: bool) -> bool:
    """Whether two lists say the same."""
    return list(old) == list(new) if ordered else Counter(old) == Counter(new)


def _stem(text: str) -> str:
    """*text* without the scope at its end; two grants that differ in it are one box of a tree."""
    at = text.rfind("@", text.rfind("]") + 1)
    return text if at < 0 else text[: at + 1]


def change_list(changes: TextChanges, part: YamlPart, new: Sequence[str], *, ordered: bool) -> None:
    """Make the list *part*, which is not left empty unless it is in brackets, say *new*."""
    plan = ListPlan.of([item.value for item in part.items], new, ordered=ordered)
    for number, text in plan.stays.items():
        item = part.items[number]
        if text != item.value:
            change_scalar(changes, item, text, flow=part.flow)
    if part.flow and not _one_a_line(changes, part):
        _change_between_brackets(changes, part, plan)
    else:
        _change_lines(changes, part, plan)


def remove_items(changes: TextChanges, part: YamlPart, gone: Container[int]) -> None:
    """Remove the items of the list *part* with the numbers *gone*, which are not all of them."""
    plan = ListPlan({number: item.value for number, item in enumerate(part.items) if number not in gone})
    if part.flow and not _one_a_line(changes, part):
        _change_between_brackets(changes, part, plan)
    else:
        _change_lines(changes, part, plan)


def change_scalar(changes: TextChanges, part: YamlPart, text: str, *, flow: bool) -> None:
    """Write *text* in place of a scalar, whose last line goes on after it."""
    end = part.begin + len(changes.outline.text[part.begin : part.end].rstrip())
    changes.replace(part.begin, end, written(text, flow=flow))


def _change_lines(changes: TextChanges, part: YamlPart, plan: ListPlan) -> None:
    """In a list with one item a line."""
    outline = changes.outline
    commas = [part.flow and outline.after(item).strip() == "," for item in part.items]
    begins = list(_begins(changes, part))
    for number, item in enumerate(part.items):
        if number not in plan.stays:
            if outline.before(begins[number]).strip() or outline.after(item).strip() not in ("", ","):
                raise changes.refuse(item, f"this item shares its line; {BY_HAND}")
            changes.remove_lines(outline.line_at(begins[number]), outline.last_line(item))
            if changes.own_comments:
                later = next((other for other in range(number + 1, len(begins)) if other in plan.stays), None)
                last = outline.last_line(part.items[number if later is None else later - 1])
                follows = later is not None and outline.line_at(begins[later]) == last + 1
                _remove_own_comments(changes, item, begins[number], follows)
    for after, texts in plan.added.items():
        number = 0 if after is None else after
        begin, item = begins[number], part.items[number]
        column = outline.column_of(begin)
        comma = commas[number] if after is not None else bool(plan.stays) or commas[-1]
        lines = [" " * column + _item(changes, begin, item, text, part.flow) for text in texts]
        if part.flow:
            if after is not None and not comma:
                changes.replace(item.end, item.end, ",")
            lines = [f"{line}," if comma or line is not lines[-1] else line for line in lines]
        line = outline.line_at(begin) - 1 if after is None else changes.below(outline.last_line(item), column)
        if after is None and outline.before(begin).strip():
            raise changes.refuse(item, f"this item shares its line; {BY_HAND}")
        changes.insert_lines(line, lines)


def _remove_own_comments(changes: TextChanges, item: YamlPart, begin: int, follows: bool) -> None:
    """Remove the comments above *item*, unless one *follows* of which they may speak as well."""
    above = changes.above(changes.outline.line_at(begin), changes.outline.column_of(begin))
    if above and follows:
        raise changes.refuse(item, f"the comment above it may be about the next item as well; {BY_HAND}")
    changes.remove_comments(above)


def _begins(changes: TextChanges, part: YamlPart) -> list[int]:
    """Where each item begins, with its dash in a list without brackets."""
    if part.flow:
        return [item.begin for item in part.items]
    ends = [part.begin, *(item.end for item in part.items)]
    return [
        changes.outline.code.index("-", end, item.begin) for end, item in zip(ends, part.items, strict=False)
    ]


def _item(changes: TextChanges, begin: int, like: YamlPart, text: str, flow: bool) -> str:
    """*text* as an item that is written as the item *like*."""
    if flow:
        return written(text, flow=True)
    space = changes.outline.text[begin + 1 : like.begin]
    return f"-{space if space and not space.strip(' ') else ' '}{written(text)}"


def _one_a_line(changes: TextChanges, part: YamlPart) -> bool:
    """Whether each item between brackets has a line, on which the brackets are not."""
    outline = changes.outline
    lines = [outline.line_at(item.begin) for item in part.items]
    apart = [outline.line_at(part.begin), *lines, outline.line_at(part.end - 1)]
    return (
        bool(part.items)
        and len(set(apart)) == len(apart)
        and all(outline.last_line(item) == line for item, line in zip(part.items, lines, strict=True))
        and all(not outline.before(item.begin).strip() for item in part.items)
        and all(outline.after(item).strip() == "," for item in part.items[:-1])
        and outline.after(part.items[-1]).strip() in ("", ",")
        and not outline.before(part.end - 1).strip()
    )


def _change_between_brackets(changes: TextChanges, part: YamlPart, plan: ListPlan) -> None:
    """In a list of which several items share a line."""
    inner = [(item.begin, item.end) for item in part.items]
    added = {after: [written(text, flow=True) for text in texts] for after, texts in plan.added.items()}
    change_inner(changes, part, inner, plan.stays, added)


def change_inner(
    changes: TextChanges,
    part: YamlPart,
    inner: Sequence[tuple[int, int]],
    stays: dict[int, str],
    added: dict[int | None, list[str]],
) -> None:
    """Between brackets, remove what does not stay of *inner* with one comma each, and write what is added."""
    if not stays:
        begin = inner[0][0] if inner else part.begin + 1
        end = inner[-1][1] if added and inner else part.end - 1 if inner else begin
        changes.replace(begin, end, ", ".join(added.get(None, ())))
        return
    first = min(stays)
    changes.replace(inner[first][0], inner[first][0], "".join(f"{text}, " for text in added.get(None, ())))
    for number, (begin, end) in enumerate(inner):
        if number in stays:
            texts = added.get(number, ())
            if texts:
                changes.replace(end, end, "".join(f", {text}" for text in texts))
        elif number < first:
            changes.replace(begin, inner[number + 1][0], "")
        else:
            changes.replace(inner[number - 1][1], end, "")
