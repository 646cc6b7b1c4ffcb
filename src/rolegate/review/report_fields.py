"""The section of a report about fields: which roles see and which edit each of them."""

from __future__ import annotations

from collections.abc import Iterator

from rolegate.catalog.ladders import FIELD_LADDER
from rolegate.catalog.model import Group, Permission
from rolegate.review.part_holders import PartHolder
from rolegate.review.report_page import ReportSection, ReportSubject, listed
from rolegate.texts.escaping import code_in_html, in_html


def fields_section(about: ReportSubject) -> ReportSection | None:
    """The fields of each group that has some; None where none has."""
    parts, number = [], 0
    for path, node in about.policy.catalog.nodes.items():
        if isinstance(node, Group) and node.holds_fields:
            rows = "".join(_field(about, field) for field in node.children)
            number += len(node.children)
            parts.append(f"<h3>{about.permission(path.rpartition('.')[0])}</h3><dl>{rows}</dl>")
    if not parts:
        return None
    count = about.said("fields_counted", number=number)
    return ReportSection("fields", about.said("fields_by_role"), count, "\n".join(parts))


def _field(about: ReportSubject, path: str) -> str:
    edit, view = (dict(_roles(about, path, how)) for how in ("edit", "view"))
    # Who edits a field sees it: those are named again who see more than they edit.
    view = {name: limit for name, limit in view.items() if edit.get(name) != limit}
    said = [
        f"<b>{in_html(about.titles.scope(FIELD_LADDER.name, how, FIELD_LADDER.scopes[how].title))}</b> "
        + listed(f"{about.role(name)} {limit}".strip() for name, limit in roles.items())
        for how, roles in (("edit", edit), ("view", view))
        if roles
    ]
    body = "<br>".join(said) or about.said("nobody")
    return f"<dt>{about.permission(path)} {code_in_html(path.rpartition('.')[2])}</dt><dd>{body}</dd>"


def _roles(about: ReportSubject, path: str, how: str) -> Iterator[tuple[str, str]]:
    """The roles that may do this with a field, each with the limits of it."""
    node = about.policy.catalog.nodes[path]
    for holder in _holders(about, path if isinstance(node, Permission) else f"{path}.{how}"):
        name = holder.name if holder.owner is None else f"{holder.owner}/{holder.name}"
        parts = holder.parts
        if isinstance(node, Permission):
            parts = tuple(part.removesuffix(f"@{how}") for part in parts if part.endswith(f"@{how}"))
        if parts:
            yield name, " ".join(code_in_html(part) for part in parts if part)


def _holders(about: ReportSubject, path: str) -> Iterator[PartHolder]:
    for here in about.holders.get(path, ()):
        yield from (holder for holder in here.holders if holder.kind == "role")
