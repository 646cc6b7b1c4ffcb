"""Lines of a file of bindings, or grants in them, are removed in the text of the file."""

from __future__ import annotations

from collections.abc import Collection

from rolegate.diagnostics import Span
from rolegate.documents.list_changes import remove_items
from rolegate.documents.text import span_at
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlOutline, YamlPart
from rolegate.errors import EditError

_MARK = "\ufeff"


def without_lines(text: str, file: str, lines: Collection[Span], grants: Collection[Span]) -> str:
    """*text* without the *lines* that name their subject at these places, and without the *grants*.

    The comments of what is removed go with it; every other one is kept.

    Raises:
        EditError: when something is not there, would be the last of its list, or cannot be removed without
            the loss of a comment.
    """
    mark = _MARK if text.startswith(_MARK) else ""
    outline = YamlOutline.of(text.removeprefix(_MARK), file)
    changes = TextChanges(outline, file)
    found = outline.root.entry("bindings")
    items = found[1].items if found is not None else ()
    left = {*lines, *grants}
    gone = {number for number, item in enumerate(items) if _at(outline, file, item, lines, left)}
    if found is not None and gone:
        _remove(changes, found[1], gone)
    for number, item in enumerate(items):
        given = item.entry("grants") if number not in gone else None
        listed = given[1].items if given is not None else ()
        places = [span_at(outline.text, grant.begin, file) for grant in listed]
        removed = {index for index, place in enumerate(places) if place in grants}
        left -= {places[index] for index in removed}
        if given is not None and removed:
            _remove(changes, given[1], removed)
    if left:
        raise EditError(f"{min(left)}: what is to be removed is not there")
    new = changes.result()
    if YamlOutline.of(new, file).all_comments() != changes.kept_comments():
        raise EditError(f"{file} cannot be changed like this: a comment would be lost")
    return mark + new


def _at(outline: YamlOutline, file: str, item: YamlPart, wanted: Collection[Span], left: set[Span]) -> bool:
    """Whether a key or a value of *item* is at one of the *wanted* places, which are not *left* then."""
    places = {span_at(outline.text, part.begin, file) for entry in item.entries for part in entry}
    found = places.intersection(wanted)
    left -= found
    return bool(found)


def _remove(changes: TextChanges, part: YamlPart, gone: Collection[int]) -> None:
    if len(gone) == len(part.items):
        raise changes.refuse(part, "nothing would be left in this list; change the file by hand")
    remove_items(changes, part, gone)
