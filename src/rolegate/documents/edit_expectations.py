"""Lists of a file of expectations are written in the text of the file; what stays is not touched."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rolegate.diagnostics import Report, Span
from rolegate.documents.composer import compose
from rolegate.documents.expectations_file import BOXES, ExpectationsShape, read_expectations
from rolegate.documents.list_changes import BY_HAND, item_lines
from rolegate.documents.list_plan import ListKind
from rolegate.documents.mapping_changes import MappingChanges
from rolegate.documents.text import span_at
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.value_lines import value_lines
from rolegate.documents.yaml_outline import YamlOutline, YamlPart
from rolegate.errors import EditError

_MARK = "\ufeff"
_ORDER = (
    *("name", "permission", "user", "team", "role", "domain", "at", "any"),
    *("users", "teams", "roles", "everyone", *BOXES),
)
_LISTS = {
    **dict.fromkeys(("exactly", *BOXES), ListKind(scoped=True)),
    **dict.fromkeys(("users", "teams", "roles"), ListKind()),
}
_SECTIONS = ("who_can", "holds", "trees")
"""Those with lists that are written."""

ListValue = Sequence[str] | bool


@dataclass(frozen=True, slots=True)
class WantedLists:
    """What a file is to say: new values of the keys of entries, by their places, and new entries.

    A new entry has its keys in the order in which they are written.
    """

    changed: Mapping[Span, Mapping[str, ListValue]]
    added: Sequence[Mapping[str, str | bool | Sequence[str]]] = field(default=())


def edited_lists(text: str, file: str, wanted: WantedLists) -> str:
    """*text* of a file of expectations in which the lists say what is *wanted*.

    One changed entry of a list is one changed line. The comments of what is removed go with it, and every
    other one is kept.

    Raises:
        EditError: when the text has errors, or cannot be changed without the loss of a comment or a meaning.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    text = text.removeprefix(_MARK)
    outline = YamlOutline.of(text, file)
    changes = TextChanges(outline, file)
    for part, values, in_brackets in _places(outline, file, wanted):
        _change(changes, part, values, in_brackets=in_brackets)
    if wanted.added:
        _add(changes, wanted)
    new = changes.result()
    _check(text, new, changes, wanted)
    return mark + new


def new_file(at: str | None, wanted: WantedLists) -> str:
    """The text of a new file with the entries that are added, all of them at one time."""
    lines = ["# Everything that each role, team and user holds, and everyone else."]
    lines += value_lines("at", at, 0) if at is not None else []
    return "\n".join((*lines, "holds:", *_lines(wanted, 2), ""))


def _places(
    outline: YamlOutline, file: str, wanted: WantedLists
) -> Iterator[tuple[YamlPart, Mapping[str, ListValue], bool]]:
    """Each entry that changes, with its values, and whether something around it is in brackets."""
    left = dict(wanted.changed)
    for section in _SECTIONS:
        found = outline.root.entry(section)
        for part in found[1].items if found is not None else ():
            values = left.pop(span_at(outline.text, part.begin, file), None)
            if values is not None and found is not None:
                yield part, values, outline.root.flow or found[1].flow
    if left:
        raise EditError(f"{min(left)}: the list that is to be written is not there")


def _change(
    changes: TextChanges, part: YamlPart, values: Mapping[str, ListValue], *, in_brackets: bool
) -> None:
    mapping = MappingChanges(changes, part, None, _ORDER, _LISTS, in_brackets=in_brackets)
    for key, value in values.items():
        found = part.entry(key)
        if not isinstance(value, bool):
            old = [item.value for item in found[1].items] if found is not None else []
            if key in BOXES:
                mapping.set(key, merged(old, value))
            else:
                mapping.write_list(key, merged(old, value))
        elif found is None:
            mapping.set(key, value)
        else:
            changes.replace(found[1].begin, found[1].end, str(value).lower())
    mapping.finish()


def merged(old: Sequence[str], new: Sequence[str]) -> list[str]:
    """The texts of *new*: those of *old* in their order, the others after what they follow in *new*."""
    left = set(new)
    made = [text for text in dict.fromkeys(old) if text in left]
    there, before = set(made), 0
    for text in dict.fromkeys(new):
        if text not in there:
            made.insert(before, text)
        before = made.index(text) + 1
    return made


def _add(changes: TextChanges, wanted: WantedLists) -> None:
    """Write new entries below the last one of `holds`, or a new list at the end of the file."""
    outline = changes.outline
    found = outline.root.entry("holds")
    if outline.root.flow or (found is not None and (found[1].flow or not found[1].items)):
        raise changes.refuse(outline.root, f"the entries of `holds` are not on lines of their own; {BY_HAND}")
    if found is None:
        last = outline.line_at(max(len(outline.text.rstrip()) - 1, 0))
        changes.insert_lines(last, ["holds:", *_lines(wanted, 2)])
        return
    column = outline.column_of(found[1].begin)
    changes.insert_lines(item_lines(changes, found[1])[-1].end, _lines(wanted, column))


def _lines(wanted: WantedLists, column: int) -> list[str]:
    made: list[str] = []
    for entry in wanted.added:
        lines: list[str] = []
        for key, value in entry.items():
            empty = not isinstance(value, (str, bool)) and not value
            lines += [f"{' ' * (column + 2)}{key}: []"] if empty else value_lines(key, value, column + 2)
        made += [f"{' ' * column}- {lines[0].lstrip()}", *lines[1:]]
    return made


def _check(before: str, after: str, changes: TextChanges, wanted: WantedLists) -> None:
    """INVARIANT: the lists say what was wanted, everything else says what it said, and no comment is lost."""
    old, new = (_read(text, changes.file) for text in (before, after))
    if YamlOutline.of(after, changes.file).all_comments() != changes.kept_comments():
        raise EditError(f"{changes.file} cannot be changed like this: a comment would be lost")
    expected = old.model_copy(
        update={
            section: [
                entry.model_copy(update=_values(wanted.changed.get(entry.span)))
                for entry in getattr(old, section)
            ]
            for section in _SECTIONS
        }
    )
    said = new.model_copy(update={"holds": new.holds[: len(old.holds)]})
    added = [_as_wanted(entry.model_dump(exclude_none=True)) for entry in new.holds[len(old.holds) :]]
    if _sorted(said) != _sorted(expected) or added != [_as_wanted(dict(entry)) for entry in wanted.added]:
        raise EditError(f"{changes.file} cannot be changed like this: it would not say what was asked for")


def _values(values: Mapping[str, ListValue] | None) -> dict[str, object]:
    return {key: value if isinstance(value, bool) else list(value) for key, value in (values or {}).items()}


def _as_wanted(entry: dict[str, object]) -> dict[str, object]:
    return {key: list(value) if isinstance(value, (list, tuple)) else value for key, value in entry.items()}


def _sorted(shape: ExpectationsShape) -> object:
    """What *shape* says; the order of these lists says nothing."""
    said = shape.model_dump()
    for entry in (entry for section in _SECTIONS for entry in said[section]):
        for key in _LISTS.keys() & entry.keys():
            if entry[key] is not None:
                entry[key] = sorted(set(entry[key]))
    return said


def _read(text: str, file: str) -> ExpectationsShape:
    report = Report()
    value = compose(text, file, report)
    found = read_expectations(value, Span(file), report) if value is not None else ()
    if report.diagnostics or not found:
        message = f"{file} cannot be changed like this: it would have errors"
        raise EditError.of_findings(message, report.sorted())
    return found[0]
