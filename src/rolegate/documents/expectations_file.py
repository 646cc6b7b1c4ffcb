"""tests/*.yaml: what a policy set is expected to answer."""

from __future__ import annotations

from pydantic import ConfigDict, Field

from rolegate.diagnostics import Report, Span
from rolegate.documents.scalars import (
    DomainId,
    Flag,
    GrantText,
    MomentText,
    Name,
    Path,
    RecordValues,
    RoleId,
    TeamId,
    UserId,
)
from rolegate.documents.shape import (
    BoxList,
    DomainList,
    GrantList,
    InstanceList,
    NameList,
    RoleList,
    Shape,
    TeamList,
    TextList,
    UserList,
    keyed,
    listed,
)
from rolegate.documents.text import Text, Value
from rolegate.documents.validation import shape

ANSWERS = ("allow", "deny", "fields")
"""The keys with what the subjects may do, and what they may not do."""

BOXES = ("ticked", "partly", "unticked")
"""The keys with the boxes of a tree, by what is to be seen in them."""

HOLDERS = ("users", "teams", "roles", "everyone")
"""The keys with the holders of a permission."""


_AT = "At this date or moment; now when left out."


class ExpectedSubjectsShape(Shape):
    """Subjects under one name, for several expectations."""

    noun = "list of subjects"

    user: UserList = listed("These users,")
    team: TeamList = listed("these teams,")
    role: RoleList = listed("these roles,")
    everyone: Flag | None = Field(None, description="and a user whom no file names.")


class ExpectedAccessShape(ExpectedSubjectsShape):
    """What some subjects may do, and what they may not do."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [key]} for key in ANSWERS]})

    noun = "expectation of access"
    first = ("name",)

    name: Text | None = Field(None, description="What is expected, in a few words.")
    subjects: NameList = listed("and those of these lists under `subjects`.")
    domain: DomainList = listed("In this domain, or in each of these.")
    on: InstanceList = listed("On this instance, or on each of these.")
    moment: MomentText | None = Field(
        None, alias="at", description="At this date or moment; now when left out."
    )
    record: RecordValues | None = Field(
        None, description="On the record with these attributes, for what users may do with records."
    )
    attributes: RecordValues | None = Field(
        None, description="What the application says of the users, for conditions on `record`."
    )
    allow: GrantList = listed("What each of the subjects may do; a path is all of it.")
    deny: GrantList = listed("What none of them may do; a path is any of it.")
    fields: dict[Path, dict[Name, Text]] = keyed(
        "Of groups with fields: each field with edit, view or hidden."
    )


class ExpectedHoldersShape(Shape):
    """Everybody who may use a permission: the whole list."""

    model_config = ConfigDict(json_schema_extra={"anyOf": [{"required": [key]} for key in HOLDERS]})

    noun = "expectation of holders"

    name: Text | None = Field(None, description="What is expected, in a few words.")
    permission: GrantText = Field(description="The permission, with its instance and scope.")
    domain: DomainId | None = Field(None, description="In this domain.")
    moment: MomentText | None = Field(
        None, alias="at", description="At this date or moment; now when left out."
    )
    any: Flag | None = Field(None, description="Whoever may use it on some instance, at some scope.")
    users: UserList | None = Field(None, description="Every user who may use it.")
    teams: TeamList | None = Field(None, description="Every team that may use it.")
    roles: RoleList | None = Field(None, description="Every role that may use it.")
    everyone: Flag | None = Field(None, description="Whether users whom no file names may use it.")


class ExpectedRightsShape(Shape):
    """Everything that a subject holds: the whole list."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [key]} for key in ("user", "team", "role", "everyone")]}
    )

    noun = "expectation of rights"

    name: Text | None = Field(None, description="What is expected, in a few words.")
    user: UserId | None = Field(None, description="This user holds exactly this,")
    team: TeamId | None = Field(None, description="or this team,")
    role: RoleId | None = Field(None, description="or this role,")
    everyone: Flag | None = Field(None, description="or a user whom no file names.")
    domain: DomainId | None = Field(None, description="In this domain.")
    moment: MomentText | None = Field(None, alias="at", description=_AT)
    exactly: TextList = Field(description="Everything that is held, each part at its broadest.")


class ExpectedTreeShape(Shape):
    """What the boxes of a subject's tree show."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": [key]} for key in ("user", "team", "role", "everyone")],
            "anyOf": [{"required": [key]} for key in BOXES],
        }
    )

    noun = "expectation of a tree"

    name: Text | None = Field(None, description="What is expected, in a few words.")
    user: UserId | None = Field(None, description="The tree of this user,")
    team: TeamId | None = Field(None, description="or of this team,")
    role: RoleId | None = Field(None, description="or of this role,")
    everyone: Flag | None = Field(None, description="or of a user whom no file names.")
    domain: DomainId | None = Field(None, description="In this domain.")
    moment: MomentText | None = Field(None, alias="at", description=_AT)
    ticked: BoxList = listed("Boxes that are ticked; a star is a group with all that is below it.")
    partly: BoxList = listed("Boxes that are partly ticked.")
    unticked: BoxList = listed("Boxes that are not ticked.")


class ExpectationsShape(Shape):
    """tests/*.yaml: expectations, and the lists that they share."""

    noun = "file of expectations"

    moment: MomentText | None = Field(
        None, alias="at", description="The time of every expectation of the file that does not name one."
    )
    subjects: dict[Name, ExpectedSubjectsShape] = keyed(
        "Lists of subjects, for the expectations of all files."
    )
    access: list[ExpectedAccessShape] = listed("What subjects may do, and what they may not do.")
    who_can: list[ExpectedHoldersShape] = listed("Who may use a permission: the whole list.")
    holds: list[ExpectedRightsShape] = listed("What a subject holds: the whole list.")
    trees: list[ExpectedTreeShape] = listed("What the boxes of a subject's tree show.")


def read_expectations(value: Value, top: Span, report: Report) -> tuple[ExpectationsShape, ...]:
    """The expectations of a file, if nothing is wrong with it."""
    found = shape(ExpectationsShape, value, top, report)
    return () if found is None else (found,)
