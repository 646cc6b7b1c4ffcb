"""review.yaml: what a change of the set needs before it may be merged."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, WithJsonSchema

from rolegate.diagnostics import Report, Span
from rolegate.documents import review_problems as problems
from rolegate.documents.accept_key import Accepted, accepting
from rolegate.documents.problems import refusal
from rolegate.documents.shape import RoleList, Shape
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

EVERY_GAIN, SENSITIVE = "gains", "sensitive"
"""What needs an approval: whatever somebody gains, or what is sensitive alone."""


def _approve(text: Text) -> Text:
    if text in (EVERY_GAIN, SENSITIVE):
        return text
    raise refusal(problems.approve_unknown, text.span, text)


_Approve = Annotated[Text, AfterValidator(_approve), WithJsonSchema({"enum": [EVERY_GAIN, SENSITIVE]})]


class ReviewShape(Shape):
    """review.yaml: the rules by which `rolegate diff --gate` judges a change, as the older side has them."""

    noun = "file of rules for reviews"

    approve: _Approve | None = Field(
        None, description="What needs an approval: `gains`, which is all, or gains of what is `sensitive`."
    )
    only_roles: RoleList | None = Field(
        None, description="Only the access of these roles may change; without it, that of any role."
    )
    accept: Accepted = accepting()


def read_review(value: Value, top: Span, report: Report) -> tuple[ReviewShape, ...]:
    """The rules, if nothing is wrong with them."""
    found = shape(ReviewShape, value, top, report)
    return () if found is None else (found,)
