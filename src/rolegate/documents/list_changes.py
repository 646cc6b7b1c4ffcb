"""Lists of texts are changed in place: one changed item is one changed line."""

from __future__ import annotations

from collections.abc import Container, Sequence

from rolegate.documents.entry_lines import EntryLines, entry_lines, is_doubtful, line_above, line_for_next
from rolegate.documents.list_plan import ListKind, ListPlan
from rolegate.documents.scalar_writer import written
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlPart

BY_HAND = "write one item a line and keep comments off the brackets, or change the file by hand"

DOUBT = (
    "the comment above it may be about the next one as well; put a blank line below the comment if it is "
    "about several, or change the file by hand"
)


def change_list(changes: TextChanges, part: YamlPart, new: Sequence[str], kind: ListKind) -> None:
    """Make the list *part*, which is not left empty unless it is in brackets, say *new*."""
    plan = ListPlan.of([item.value for item in part.items], new, kind)
    for number, text in plan.stays.items():
        item = part.items[number]
        if text != item.value:
            change_scalar(changes, item, text, flow=part.flow)
    _carry_out(changes, part, plan)


def remove_items(changes: TextChanges, part: YamlPart, gone: Container[int]) -> None:
    """Remove the items of the list *part* with the numbers *gone*, which are not all of them."""
    stays = {number: item.value for number, item in enumerate(part.items) if number not in gone}
    _carry_out(changes, part, ListPlan(stays))


def _carry_out(changes: TextChanges, part: YamlPart, plan: ListPlan) -> None:
    if is_one_a_line(changes, part):
        _change_lines(changes, part, plan)
    else:
        _change_between_brackets(changes, part, plan)


def change_scalar(changes: TextChanges, part: YamlPart, text: str, *, flow: bool) -> None:
    """Write *text* in place of a scalar, whose last line goes on after it."""
    end = part.begin + len(changes.outline.text[part.begin : part.end].rstrip())
    changes.replace(part.begin, end, written(text, flow=flow))


def _change_lines(changes: TextChanges, part: YamlPart, plan: ListPlan) -> None:
    """In a list with one item a line."""
    outline = changes.outline
    commas = [part.flow and outline.after(item).strip() == "," for item in part.items]
    begins = _begins(changes, part)
    lines = item_lines(changes, part)
    moved = {text for texts in plan.added.values() for text in texts}
    for number, item in enumerate(part.items):
        if number in plan.stays:
            continue
        if outline.before(begins[number]).strip() or outline.after(item).strip() not in ("", ","):
            raise changes.refuse(item, f"this item shares its line; {BY_HAND}")
        if is_doubtful(lines, number, plan.stays):
            raise changes.refuse(item, DOUBT)
        if item.value in moved and changes.has_comments(lines[number].top, lines[number].end):
            raise changes.refuse(item, f"this item would move away from its comment; {BY_HAND}")
        changes.remove_lines(lines[number].top, lines[number].end)
    for after, texts in plan.added.items():
        number = 0 if after is None else after
        begin, item = begins[number], part.items[number]
        comma = commas[number] if after is not None else bool(plan.stays) or commas[-1]
        new = [
            " " * outline.column_of(begin) + _item(changes, begin, item, text, part.flow) for text in texts
        ]
        if part.flow:
            if after is not None and not comma:
                changes.replace(item.end, item.end, ",")
            new = [f"{line}," if comma or line is not new[-1] else line for line in new]
        if after is None and outline.before(begin).strip():
            raise changes.refuse(item, f"this item shares its line; {BY_HAND}")
        changes.insert_lines(_line_above(lines, after, plan), new)
    for number in sorted(plan.stays):
        above = max((other for other in plan.stays if other < number), default=None)
        if above in plan.added or (above is not None and above < number - 1):
            align_comments(changes, lines[number], outline.column_of(begins[number]))


def align_comments(changes: TextChanges, entry: EntryLines, column: int) -> None:
    """Let the comments right above an *entry* begin where it does; further right, others would take them."""
    outline = changes.outline
    for line in range(entry.top, entry.first):
        if outline.margin_of(line) > column:
            begin = outline.begin_of(line)
            changes.replace(begin + column, begin + outline.margin_of(line), "")


def _line_above(lines: Sequence[EntryLines], after: int | None, plan: ListPlan) -> int:
    """The line below which items are added *after* one: where the next one is gone, in its place."""
    number = 0 if after is None else after + 1
    if number < len(lines) and number not in plan.stays:
        return lines[number].first - 1
    return lines[0].top - 1 if after is None else line_for_next(lines, after)


def item_lines(changes: TextChanges, part: YamlPart) -> list[EntryLines]:
    """The lines of each item of a list with one item a line."""
    begins = _begins(changes, part)
    floor = line_above(changes.outline, changes.outline.line_at(begins[0]))
    return entry_lines(changes.outline, list(zip(begins, part.items, strict=True)), floor)


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


def is_one_a_line(changes: TextChanges, part: YamlPart) -> bool:
    """Whether *part* is a list of which each item has a line, without a bracket on it."""
    if not part.flow:
        return bool(part.items)
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
    if len(stays) == len(inner) and not added:
        return
    changes.refuse_comments(part)
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
