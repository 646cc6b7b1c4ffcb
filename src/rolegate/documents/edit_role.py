"""A role is changed in the text of its file; what stays, comments above all, stays as it is written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields

from rolegate.diagnostics import Report, Span, quoted
from rolegate.documents.composer import compose
from rolegate.documents.domain_names import roles_in_domain
from rolegate.documents.list_plan import ListKind, same_items
from rolegate.documents.mapping_changes import MappingChanges
from rolegate.documents.role_parts import IN_ORDER, ORDER, RoleParts
from rolegate.documents.roles_file import Role, read_roles
from rolegate.documents.text import Text
from rolegate.documents.text_changes import TextChanges
from rolegate.documents.yaml_outline import YamlOutline
from rolegate.errors import EditError

_MARK = "\ufeff"

_LISTS = {
    **dict.fromkeys(("grants", "except"), ListKind(scoped=True, appended=True)),
    "extends": ListKind(appended=True),
    **dict.fromkeys(IN_ORDER, ListKind(ordered=True)),
}


def roles_of_text(text: str, file: str, home: str | None = None) -> tuple[Role, ...]:
    """The roles in the text of a file, which is in the folder of the domain *home* if there is one.

    Raises:
        EditError: when there are errors in it.
    """
    report, top = Report(), Span(file)
    value = compose(text.removeprefix(_MARK), file, report)
    if value is not None and home is not None:
        value = roles_in_domain(value, Text(home, top))
    roles = read_roles(value, top, report) if value is not None else ()
    if report.diagnostics:
        raise EditError.of_findings(f"{file} has errors, so it is not changed", report.sorted())
    return roles


def edited_role(text: str, file: str, parts: RoleParts, home: str | None = None) -> str:
    """*text* of a file of roles, in which the role called `parts.name` says what *parts* say.

    What stays is not touched: its layout, its quotes, its order and its comments. The comments of what is
    removed go with it, and every other one is kept.

    Raises:
        EditError: when the text has errors, does not have the role, or cannot be changed without the loss of
            a comment or of a meaning.
    """
    before = roles_of_text(text, file, home)
    found = next((role for role in before if role[0] == parts.name), None)
    if found is None:
        names = ", ".join(quoted(str(name)) for name, _ in before[:5])
        raise EditError(f"{file} has no role {quoted(parts.name)}; it has {names}")
    old = RoleParts.of(found)
    if same_parts(old, parts):
        return text
    mark = _MARK if text.startswith(_MARK) else ""
    outline = YamlOutline.of(text.removeprefix(_MARK), file)
    changes = TextChanges(outline, file)
    _change(changes, old, parts)
    new = changes.result()
    _check(new, changes, before, parts, home)
    return mark + new


def same_parts(one: RoleParts, other: RoleParts) -> bool:
    """Whether both say the same of a role; the order of grants, exceptions and parents says nothing."""
    return not list(_different(one, other))


def _different(one: RoleParts, other: RoleParts) -> Iterable[str]:
    for about in fields(RoleParts):
        mine, theirs = getattr(one, about.name), getattr(other, about.name)
        if isinstance(mine, tuple) and isinstance(theirs, tuple):
            same = same_items(mine, theirs, ordered=about.name in IN_ORDER)
        else:
            same = mine == theirs
        if not same:
            yield about.name


def _change(changes: TextChanges, old: RoleParts, new: RoleParts) -> None:
    root = changes.outline.root
    mapping = MappingChanges(changes, root, None, ORDER, _LISTS)
    several = root.entry("roles")
    if several is not None:
        entry = several[1].entry(new.name)
        assert entry is not None  # noqa: S101 - the role was read from this text
        around = root.flow or several[1].flow
        mapping = MappingChanges(changes, entry[1], entry[0], ORDER, _LISTS, in_brackets=around)
    different = {"except" if name == "excepted" else name for name in _different(old, new)}
    for key, value in new.values():
        if key in different:
            mapping.set(key, value)
    mapping.finish()


def _check(
    text: str, changes: TextChanges, before: Iterable[Role], parts: RoleParts, home: str | None
) -> None:
    """INVARIANT: what is written means exactly what was asked for, or it is not written."""
    try:
        after = {str(name): body for name, body in roles_of_text(text, changes.file, home)}
        comments = YamlOutline.of(text, changes.file).all_comments()
    except EditError as wrong:
        message = f"{changes.file} cannot be changed like this: the role would have errors"
        raise EditError.of_findings(message, wrong.diagnostics) from wrong
    others = {str(name): body for name, body in before if name != parts.name}
    body = after.pop(parts.name, None)
    if body is None or not same_parts(RoleParts.of((Text(parts.name, Span("")), body)), parts):
        raise EditError(f"{changes.file} cannot be changed like this: it would not say what was asked for")
    if others != after:
        raise EditError(f"{changes.file} cannot be changed like this: other roles in it would change")
    if comments != changes.kept_comments():
        raise EditError(f"{changes.file} cannot be changed like this: a comment would be lost")
