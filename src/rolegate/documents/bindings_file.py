"""bindings.yaml: who has which role or rights, and where."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from rolegate.diagnostics import Report, Span
from rolegate.documents import problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.scalars import (
    DomainId,
    Name,
    Rest,
    RoleId,
    TeamId,
    Until,
    UserId,
)
from rolegate.documents.shape import GrantList, InstanceList, NameList, Shape
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

SAYS = ("role", "grants", "restrict", "restrictions")
"""The keys of which a line has one: what it gives or takes away."""


class BindingShape(Shape):
    """One line of bindings.yaml: a subject, one thing it gets or loses, and where."""

    model_config = ConfigDict(
        json_schema_extra={
            "allOf": [
                {"oneOf": [{"required": ["user"]}, {"required": ["team"]}]},
                {"oneOf": [{"required": [key]} for key in SAYS]},
            ],
            "dependentRequired": {"only": ["rest", "role"], "rest": ["only"]},
        }
    )

    noun = "line of bindings"

    user: UserId | None = Field(None, description="For this user,")
    team: TeamId | None = Field(None, description="or for each member of this team.")
    role: RoleId | None = Field(None, description="Gives this role,")
    grants: GrantList | None = Field(None, description="or gives these rights,")
    restrict: GrantList | None = Field(
        None, description="or takes these rights away, whatever the roles grant."
    )
    restrictions: NameList | None = Field(
        None, description="or switches these restrictions of the catalog on."
    )
    domain: DomainId | None = Field(None, description="Holds in this domain and inside it.")
    until: Until | None = Field(None, description="The date on which the line ends, at 00:00 UTC.")
    only: dict[Name, InstanceList] | None = Field(None, description="Limits the role to these instances.")
    rest: Rest | None = Field(None, description="What happens to the rights that `only` does not limit.")
    note: Text | None = Field(None, description="Why the line is there.")
    accept: Accepted = accepting()


class BindingsShape(Shape):
    """bindings.yaml: who has which role where."""

    noun = "bindings.yaml"

    bindings: list[BindingShape] = Field(description="One thing per line; their order has no meaning.")


def read_bindings(value: Value, top: Span, report: Report) -> tuple[BindingShape, ...]:
    """The lines of bindings.yaml, without those that have errors."""
    found = shape(BindingsShape, value, top, report, entries="bindings")
    return () if found is None else tuple(line for line in found.bindings if _is_sound(line, report))


def _is_sound(line: BindingShape, report: Report) -> bool:
    """Report where *line* says more or less than one thing; True when later steps can trust it."""
    before = len(report.diagnostics)
    _check_one_of(line, ("user", "team"), "who it is for", report)
    _check_one_of(line, SAYS, "what it gives or takes away", report)
    if line.only is not None and line.rest is None:
        problems.only_without_rest(report, line.at("only"))
    if line.rest is not None and line.only is None:
        problems.rest_without_only(report, line.at("rest"))
    if line.only is not None and line.role is None and any(getattr(line, key) is not None for key in SAYS):
        problems.only_without_role(report, line.at("only"))
    return len(report.diagnostics) == before


def _check_one_of(line: BindingShape, keys: tuple[str, ...], what: problems.LineGap, report: Report) -> None:
    given = [key for key in keys if getattr(line, key) is not None]
    if not given:
        problems.binding_incomplete(report, line.span, what, keys)
    elif len(given) > 1:
        first, second, *_ = sorted(given, key=line.at)
        problems.binding_of_two_things(report, line.at(second), second, line.at(first), first)
