"""What is expected of fields becomes texts about the permissions that fields are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rolegate.catalog.model import Catalog, Group
from rolegate.diagnostics import Report
from rolegate.documents.text import Text
from rolegate.expect import problems

STATES = ("edit", "view", "hidden")


@dataclass(frozen=True, slots=True)
class FieldText:
    """A permission that is allowed or not; `scoped` says that it may be another answer in each record."""

    text: Text
    allowed: bool
    scoped: bool


def field_texts(
    groups: Mapping[Text, Mapping[Text, Text]], catalog: Catalog, report: Report
) -> Iterator[FieldText]:
    """What the states of fields say, at the place of each state.

    A field that is to be edited is so in every record; one that is to be viewed is seen in every record, and
    edited in none; one that is hidden is seen in none.
    """
    for group, fields in groups.items():
        node = catalog.find(f"{group}.fields")
        if not (isinstance(node, Group) and node.holds_fields):
            problems.no_fields(report, group, list(_with_fields(catalog)))
            continue
        if not fields:
            problems.no_field_named(report, group)
        for name, state in fields.items():
            if state not in STATES:
                problems.no_such_state(report, state)
                continue
            path = f"{node.path}.{name}"
            scoped = isinstance(catalog.nodes.get(path), Group)
            view, edit = (f"{path}.view", f"{path}.edit") if scoped else (f"{path}@view", f"{path}@edit")
            if state == "hidden":
                yield FieldText(_at(view if scoped else path, name), False, scoped)
            else:
                yield FieldText(_at(view, name), True, scoped)
                yield FieldText(_at(edit, name), state == "edit", scoped)


def _at(text: str, name: Text) -> Text:
    return Text(text, name.span)


def _with_fields(catalog: Catalog) -> Iterator[str]:
    for path, node in catalog.nodes.items():
        if isinstance(node, Group) and node.holds_fields:
            yield path.removesuffix(".fields")
