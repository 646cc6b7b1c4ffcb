"""The words for a role or a named restriction in one language."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field

from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.shape import Shape
from rolegate.documents.short_forms import as_titled
from rolegate.documents.text import Text


class DescribedLabelShape(Shape):
    """The words for one role or named restriction."""

    noun = "label"

    title: Text | None = Field(None, description="The words people see.")
    description: Text | None = Field(None, description="What it is, in a sentence or two.")
    accept: Accepted = accepting()


Described = Annotated[
    DescribedLabelShape, BeforeValidator(as_titled, json_schema_input_type=Text | DescribedLabelShape)
]
