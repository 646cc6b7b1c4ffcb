"""Plans, kinds of domains and add-ons in catalog.yaml, and the add-ons that something needs."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.scalars import Name
from rolegate.documents.shape import NameList, Shape, listed
from rolegate.documents.short_forms import as_any_of, as_fields, as_titled
from rolegate.documents.text import Text


class PlanShape(Shape):
    """A plan that a domain can be on."""

    noun = "plan"

    title: Text | None = Field(None, description="The words people see.")
    renamed_from: NameList = listed("Former names, which keep working.")
    accept: Accepted = accepting()


class DomainKindShape(PlanShape):
    """A kind of domains."""

    noun = "kind of domain"


Plans = Annotated[
    dict[Name, Annotated[PlanShape, BeforeValidator(as_titled, json_schema_input_type=Text | PlanShape)]],
    BeforeValidator(as_fields, json_schema_input_type=list[Name] | dict[Name, Text | PlanShape]),
]
DomainKinds = Annotated[
    dict[
        Name,
        Annotated[DomainKindShape, BeforeValidator(as_titled, json_schema_input_type=Text | DomainKindShape)],
    ],
    BeforeValidator(as_fields, json_schema_input_type=list[Name] | dict[Name, Text | DomainKindShape]),
]


class AddonShape(Shape):
    """An add-on that a domain can have."""

    noun = "add-on"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    renamed_from: NameList = listed("Former names, which keep working.")
    requires: NameList = listed("Add-ons without which a domain cannot have it.")
    accept: Accepted = accepting()


Addons = Annotated[
    dict[Name, Annotated[AddonShape, BeforeValidator(as_titled, json_schema_input_type=Text | AddonShape)]],
    BeforeValidator(as_fields, json_schema_input_type=list[Name] | dict[Name, Text | AddonShape]),
]


class NeededAddonShape(Shape):
    """An add-on that something needs, or several of which one is enough."""

    noun = "choice of add-ons"
    is_part = True

    any_of: list[Name] = Field(description="Add-ons of which one is enough.")


NeededAddons = list[
    Annotated[NeededAddonShape, BeforeValidator(as_any_of, json_schema_input_type=Name | NeededAddonShape)]
]
