"""labels/<locale>.yaml: the words of one language."""

from __future__ import annotations

from pathlib import PurePath
from typing import Annotated

from pydantic import BeforeValidator, Field

from rolegate.diagnostics import Report, Span
from rolegate.documents import name_problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.described import Described
from rolegate.documents.scalars import DomainId, Instance, Locale, Name, RoleId
from rolegate.documents.shape import Shape, keyed
from rolegate.documents.short_forms import as_titled
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape


class LabelShape(Shape):
    """The words for one permission or group."""

    noun = "label"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    every: Text | None = Field(None, description="Title of the box for every instance.")
    accept: Accepted = accepting()


class LabelsShape(Shape):
    """labels/<locale>.yaml: the words of one language."""

    noun = "file of labels"

    locale: Locale = Field(description="The language, as in the name of the file.")
    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What the set is, in a sentence or two.")
    domain_kinds: dict[Name, Text] = keyed("Titles of kinds of domains.")
    plans: dict[Name, Text] = keyed("Titles of plans.")
    addons: dict[Name, Text] = keyed("Titles of add-ons.")
    role_kinds: dict[Name, Text] = keyed("Titles of kinds of roles.")
    scopes: dict[Name, dict[Name, Text]] = keyed("Titles of scopes, by ladder.")
    resources: dict[Name, Text] = keyed("Titles of resource kinds.")
    restrictions: dict[Name, Described] = keyed("Titles of named restrictions.")
    instances: dict[DomainId, dict[Name, dict[Instance, Text]]] = keyed(
        "Titles of instances, by the domain that lists them and by resource kind."
    )
    roles: dict[RoleId, Described] = keyed("Titles of roles.")
    permissions: dict[
        Text, Annotated[LabelShape, BeforeValidator(as_titled, json_schema_input_type=Text | LabelShape)]
    ] = keyed("Titles of permissions and groups, by path.")
    accept: Accepted = accepting()


def read_labels(value: Value, top: Span, report: Report) -> tuple[LabelsShape, ...]:
    """The labels of one language, if nothing is wrong with them and the file is called by that language."""
    labels = shape(LabelsShape, value, top, report)
    if labels is None:
        return ()
    path = PurePath(top.file)
    if labels.locale != path.stem:
        name_problems.locale_of_another_file(report, labels.locale.span, labels.locale, path.name)
        return ()
    return (labels,)
