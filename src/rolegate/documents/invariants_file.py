"""invariants.yaml: what has to stay true of a set, whoever changes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema

from rolegate.diagnostics import Report, Span
from rolegate.documents.scalars import Count
from rolegate.documents.shape import DomainList, Shape, TakenList
from rolegate.documents.short_forms import as_list
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

COUNTS = ("at_least", "max_holders")
"""The rules that count people: a number, and `of` what they hold."""

RULES = ("never", "only", "includes", "separate", "reach", *COUNTS)
"""The keys of which an invariant has one: what it says."""

SORTS = ("roles", "custom_roles", "teams", "users")
"""Words for many subjects at once, beside `role:…`, `team:…` and `user:…`."""

SUBJECT_PATTERN = rf"^({'|'.join(SORTS)}|(role|team|user):.+)$"

_Subject = Annotated[Text, WithJsonSchema({"type": "string", "pattern": SUBJECT_PATTERN})]
SubjectList = Annotated[
    list[_Subject], BeforeValidator(as_list, json_schema_input_type=_Subject | list[_Subject])
]


class InvariantShape(Shape):
    """One invariant: a rule, and whom and where it is about."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [key]} for key in RULES],
            "dependentRequired": {
                "only": ["for"],
                "with": ["includes"],
                "by": ["reach"],
                **{key: ["of"] for key in COUNTS},
            },
        }
    )

    noun = "invariant"

    never: TakenList | None = Field(None, description="Nobody (or none of `for`) holds any of this.")
    only: TakenList | None = Field(None, description="None but those of `for`, and who has them, holds this.")
    includes: TakenList | None = Field(
        None, description="Whoever holds what is under `with`, or each of `for`, holds all of this."
    )
    separate: TakenList | None = Field(None, description="Nobody holds something of two of these.")
    reach: TakenList | None = Field(
        None,
        description="Nobody (or none of `for`) comes to hold any of this through those who may edit roles.",
    )
    at_least: Count | None = Field(
        None, description="So many people hold something of `of` in each domain that offers it."
    )
    max_holders: Count | None = Field(
        None, description="No more people hold something of `of` in any domain."
    )
    of: TakenList | None = Field(None, description="What is counted.")
    held: TakenList | None = Field(None, alias="with", description="With `includes`: whoever holds this.")
    subjects: SubjectList | None = Field(
        None,
        alias="for",
        description="`role:…`, `team:…`, `user:…`, `roles`, `custom_roles`, `teams`, `users`; or everybody.",
    )
    actors: SubjectList | None = Field(
        None, alias="by", description="With `reach`: only these change access; all who may, when left out."
    )
    domains: DomainList | None = Field(
        None, alias="in", description="In these domains and inside them; everywhere when left out."
    )
    note: Text | None = Field(None, description="Why it has to stay true.")


class InvariantsShape(Shape):
    """invariants.yaml: what has to stay true of the set."""

    noun = "file of invariants"

    invariants: list[InvariantShape] = Field(description="One rule per entry; their order has no meaning.")


def read_invariants(value: Value, top: Span, report: Report) -> tuple[InvariantShape, ...]:
    """The invariants of the file, without those that have errors."""
    found = shape(InvariantsShape, value, top, report, entries="invariants")
    return () if found is None else tuple(found.invariants)
