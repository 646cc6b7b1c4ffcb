"""approvals.yaml: gains of access, and changes of rules, that somebody has approved."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

from rolegate.diagnostics import Report, Span
from rolegate.documents import review_problems as problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.problems import refusal
from rolegate.documents.scalars import Flag, MomentText
from rolegate.documents.shape import DomainList, RoleList, Shape, TeamList, TextList, UserList
from rolegate.documents.short_forms import as_list
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

WHO = ("role", "team", "user", "everyone")
"""The keys that say whose gain is approved."""


def _exact(text: Text) -> Text:
    if "*" in text.partition("[")[0].partition("@")[0]:
        raise refusal(problems.approval_star, text.span, text)
    return text


def _reason(text: Text) -> Text:
    if text.strip():
        return text
    raise refusal(problems.approval_without_reason, text.span)


ExactGain = Annotated[Text, AfterValidator(_exact), WithJsonSchema({"type": "string", "minLength": 1})]
GainList = Annotated[
    list[ExactGain], BeforeValidator(as_list, json_schema_input_type=ExactGain | list[ExactGain])
]
_Reason = Annotated[Text, AfterValidator(_reason), WithJsonSchema({"type": "string", "pattern": r"\S"})]


class ApprovalShape(Shape):
    """One approval: who may come to hold what where, or which rule may change; why, and until when."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [
                {"required": ["gains"], "oneOf": [{"required": [key]} for key in WHO]},
                {"required": ["rules"], "not": {"anyOf": [{"required": [key]} for key in (*WHO, "domain")]}},
            ]
        }
    )

    noun = "approval"

    role: RoleList | None = Field(None, description="Approves what this role gains,")
    team: TeamList | None = Field(None, description="or this team,")
    user: UserList | None = Field(None, description="or this user,")
    everyone: Flag | None = Field(None, description="or every user whom no line of the domain names.")
    domain: DomainList | None = Field(None, description="Where; left out for roles that all domains share.")
    gains: GainList | None = Field(
        None, description="What they hold of each permission after the change, as `rolegate diff` says it."
    )
    rules: TextList | None = Field(None, description="Approves these changes of rules instead.")
    reason: _Reason = Field(description="Why this is right.")
    until: MomentText = Field(description="When the approval ends; a date without a time is in UTC.")
    accept: Accepted = accepting()


class ApprovalsShape(Shape):
    """approvals.yaml: what is approved."""

    noun = "file of approvals"

    approvals: list[ApprovalShape] = Field(description="One approval each; their order has no meaning.")


def read_approvals(value: Value, top: Span, report: Report) -> tuple[ApprovalShape, ...]:
    """The approvals without errors; one with errors is an error of the set."""
    found = shape(ApprovalsShape, value, top, report, entries="approvals")
    return () if found is None else tuple(line for line in found.approvals if _is_sound(line, report))


def _is_sound(line: ApprovalShape, report: Report) -> bool:
    """Report an approval that says more or less than one thing."""
    who = [key for key in WHO if getattr(line, key) is not None]
    if line.everyone is False or (line.gains is None) == (line.rules is None):
        problems.approval_unclear(report, line.span)
    elif line.rules is not None and (who or line.domain is not None):
        problems.approval_unclear(report, line.at(who[0] if who else "domain"))
    elif line.rules is None and len(who) != 1:
        problems.approval_unclear(report, line.span)
    else:
        return True
    return False
