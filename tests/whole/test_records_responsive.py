"""Which projects, questions, content and intakes somebody in Responsive may touch, in memory and in SQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import ForeignKey, create_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship

import rolegate
from repository import ROOT
from rolegate import Gate
from same_rows import names_of_rows

AT = datetime(2026, 10, 1, tzinfo=UTC)


class Base(DeclarativeBase):
    """The tables of an application."""


class Task(Base):
    """A task of a project."""

    __tablename__ = "task"
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[str] = mapped_column(ForeignKey("project.name"))
    assignee_id: Mapped[str | None]


class Member(Base):
    """Somebody on the Project Team."""

    __tablename__ = "member"
    id: Mapped[int] = mapped_column(primary_key=True)
    project: Mapped[str] = mapped_column(ForeignKey("project.name"))
    user_id: Mapped[str]


class Project(Base):
    """A project or proposal."""

    __tablename__ = "project"
    name: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str]
    creator_id: Mapped[str | None]
    tasks: Mapped[list[Task]] = relationship()
    members: Mapped[list[Member]] = relationship()


class Question(Base):
    """A question of a project."""

    __tablename__ = "question"
    name: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str]
    assignee_id: Mapped[str | None]


class Owner(Base):
    """An Owner of content."""

    __tablename__ = "owner"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(ForeignKey("content.name"))
    user_id: Mapped[str]


class Moderator(Base):
    """A Moderator of content."""

    __tablename__ = "moderator"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(ForeignKey("content.name"))
    user_id: Mapped[str]


class Collection(Base):
    """A collection that content or a section template is in."""

    __tablename__ = "collection"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str | None] = mapped_column(ForeignKey("content.name"))
    template: Mapped[str | None] = mapped_column(ForeignKey("template.name"))
    name: Mapped[str]


class Privacy(Base):
    """The privacy settings let a role see content, or edit it as well."""

    __tablename__ = "privacy"
    id: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[str] = mapped_column(ForeignKey("content.name"))
    role: Mapped[str]
    may_edit: Mapped[bool]


class Content(Base):
    """A question and answer of the answer library, or a document."""

    __tablename__ = "content"
    name: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str]
    privacy: Mapped[str]
    moderation: Mapped[str | None]
    owners: Mapped[list[Owner]] = relationship()
    moderators: Mapped[list[Moderator]] = relationship()
    collections: Mapped[list[Collection]] = relationship()
    role_privacy: Mapped[list[Privacy]] = relationship()


class Template(Base):
    """A section template."""

    __tablename__ = "template"
    name: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str]
    collections: Mapped[list[Collection]] = relationship()


class Intake(Base):
    """An intake."""

    __tablename__ = "intake"
    name: Mapped[str] = mapped_column(primary_key=True)
    company_id: Mapped[str]
    primary_contact_id: Mapped[str | None]


class Unit(Base):
    """A business unit."""

    __tablename__ = "unit"
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    company_id: Mapped[str]


def birch(**given: Any) -> dict[str, Any]:
    """A row of Birch."""
    return {"company_id": "birch", **given}


ROWS = [
    Project(name="of others", **birch(creator_id="x", tasks=[Task(assignee_id="x"), Task(assignee_id=None)])),
    Project(name="a task", **birch(creator_id="x", tasks=[Task(assignee_id="x"), Task(assignee_id="noor")])),
    Project(name="on the team", **birch(creator_id="x", members=[Member(user_id="noor")])),
    Project(name="created", **birch(creator_id="noor")),
    Project(name="fay's", **birch(creator_id="fay", tasks=[Task(assignee_id="fay")])),
    Project(name="fay's idea", **birch(creator_id="fay")),
    Project(name="elsewhere", company_id="dogwood", creator_id="noor", tasks=[Task(assignee_id="noor")]),
    Question(name="noor's", **birch(assignee_id="noor")),
    Question(name="fay's", **birch(assignee_id="fay")),
    Question(name="nobody's", **birch(assignee_id=None)),
    Content(name="plain", **birch(privacy="default", moderation=None)),
    Content(name="plain, waiting", **birch(privacy="default", moderation="pending")),
    Content(name="collected", **birch(privacy="default", collections=[Collection(name="Legal")])),
    Content(name="owned", **birch(privacy="default", owners=[Owner(user_id="noor")])),
    Content(name="owned by x", **birch(privacy="default", owners=[Owner(user_id="x")], moderation="pending")),
    Content(name="moderated", **birch(privacy="roles", moderators=[Moderator(user_id="noor")])),
    Content(name="to read", **birch(privacy="roles", role_privacy=[Privacy(role="writer", may_edit=False)])),
    Content(name="to edit", **birch(privacy="roles", role_privacy=[Privacy(role="writer", may_edit=True)])),
    Content(name="elsewhere", company_id="dogwood", privacy="default", owners=[Owner(user_id="noor")]),
    Template(name="default", **birch(collections=[Collection(name="Default")])),
    Template(name="legal", **birch(collections=[Collection(name="Legal")])),
    Template(name="loose", **birch()),
    Intake(name="noor's", **birch(primary_contact_id="noor")),
    Intake(name="fay's", **birch(primary_contact_id="fay")),
    Intake(name="nobody's", **birch(primary_contact_id=None)),
    Unit(id="north", name="north", **birch()),
    Unit(id="south", name="south", **birch()),
]
PROJECTS = {row.name for row in ROWS if isinstance(row, Project) and row.company_id == "birch"}

# Somebody for each box that the sample bindings do not give alone.
BOXES = {
    "fay": ["project.open", "project.view@my", "project.generate_export@my"],
    "tess": ["project.open", "project.view@my", "project.view_other_questions"],
    "remo": ["project.open", "project.respond_section@my"],
    "rosa": ["project.open", "project.respond_section@my", "project.respond_to_other_questions"],
    "hedy": ["content_library.open"],
    "mel": ["content_library.open", "content_library.moderate@all"],
    "mia": ["content_library.open", "content_library.moderate@my", "content_library.edit@my"],
    "eve": ["content_library.open", "content_library.edit@all"],
    "sela": ["section_template.open"],
    "sami": ["section_template.open", "section_template.answer_all"],
    "ian": ["intake.open"],
    "ida": ["intake.open", "intake.view_all"],
    "uwe": ["organization_settings.open", "organization_settings.update_primary_business_unit"],
    "una": ["organization_settings.open", "organization_settings.manage_users"],
    "cora": ["organization_settings.open", "organization_settings.company_settings"],
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Gate:
    """The set, with a line for each of BOXES."""
    copy = tmp_path_factory.mktemp("boxes") / "responsive"
    shutil.copytree(ROOT / "policies" / "responsive", copy)
    lines = [
        f"  - {{user: {user}, grants: [{', '.join(grants)}], domain: birch}}\n"
        for user, grants in BOXES.items()
    ]
    with (copy / "bindings.yaml").open("a", encoding="utf-8") as file:
        file.writelines(lines)
    return Gate(rolegate.load(copy, at=AT))


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(ROWS)
        session.commit()
        yield session
    engine.dispose()


@pytest.mark.parametrize(
    ("user", "permission", "expected"),
    [
        # a task of one's own; what one created counts with Create Project
        ("bruno", "project.view", PROJECTS),
        ("noor", "project.view", {"a task", "created"}),
        ("fay", "project.view", {"fay's"}),
        ("noor", "project.update_information", {"a task", "created"}),
        # the Project Team
        ("bruno", "project.generate_export", PROJECTS),
        ("noor", "project.generate_export", {"on the team"}),
        ("noor", "project.download_export", {"on the team"}),
        ("fay", "project.generate_export", set()),
        ("una", "project.view", set()),
    ],
)
def test_my_projects(gate: Gate, session: Session, user: str, permission: str, expected: set[str]) -> None:
    """Every project of the company, or those of one's tasks, or of one's Project Team."""
    assert expected == names_of_rows(gate.subject(user, "birch"), permission, session, Project)


@pytest.mark.parametrize(
    ("user", "permission", "expected"),
    [
        ("noor", "project.see_question", {"noor's"}),
        ("fay", "project.see_question", {"fay's"}),
        ("tess", "project.see_question", {"noor's", "fay's", "nobody's"}),
        ("fay", "project.answer_question", set()),
        ("remo", "project.answer_question", set()),
        ("noor", "project.answer_question", {"noor's"}),
        ("rosa", "project.answer_question", {"noor's", "fay's", "nobody's"}),
        ("bruno", "project.answer_question", {"noor's", "fay's", "nobody's"}),
    ],
)
def test_questions_other_than_assigned(
    gate: Gate, session: Session, user: str, permission: str, expected: set[str]
) -> None:
    """The questions assigned to somebody; others with the rows for questions other than assigned."""
    assert expected == names_of_rows(gate.subject(user, "birch"), permission, session, Question)


@pytest.mark.parametrize(
    ("user", "roles", "permission", "expected"),
    [
        # the header toggle: Owner, Moderator, and the privacy settings
        ("noor", [], "content_library.see_own", {"owned", "moderated"}),
        ("noor", ["writer"], "content_library.see_own", {"owned", "moderated", "to read", "to edit"}),
        ("noor", ["writer"], "content_library.edit_own", {"owned", "moderated", "to edit"}),
        ("hedy", ["reader"], "content_library.see_own", set()),
        ("hedy", None, "content_library.see_own", set()),
        ("hedy", ["writer"], "content_library.edit", set()),
        # Moderate Content and Edit Content
        ("mel", [], "content_library.moderate", {"plain, waiting", "owned by x"}),
        ("bruno", [], "content_library.moderate", {"plain, waiting", "owned by x"}),
        ("mia", [], "content_library.moderate", set()),
        ("eve", [], "content_library.edit", {"plain", "plain, waiting"}),
        ("mia", [], "content_library.edit", set()),
        ("ian", ["writer"], "content_library.see_own", set()),
    ],
)
def test_content(
    gate: Gate, session: Session, user: str, roles: list[str] | None, permission: str, expected: set[str]
) -> None:
    """One's own, what privacy settings allow, the queue, and content of default privacy that is nobody's."""
    given = {} if roles is None else {"roles": roles}
    subject = gate.subject(user, "birch", attributes=given)
    assert expected == names_of_rows(subject, permission, session, Content)


def test_my_content(gate: Gate) -> None:
    """Moderate and Edit at My are for content to which one is assigned, also outside of the queue."""
    mia = gate.subject("mia", "birch")

    def content(**given: Any) -> dict[str, Any]:
        plain = {"privacy": "default", "moderation": "pending"}
        return birch(**plain, **{"owners": [], "moderators": [], "collections": [], **given})

    hers = [{"user_id": "mia"}]
    answers = {
        action: [
            mia.can(f"content_library.{action}", content(**given))
            for given in ({}, {"moderators": hers}, {"owners": hers})
        ]
        for action in ("moderate", "edit")
    }
    assert answers == {"moderate": [False, True, False], "edit": [False, False, True]}


@pytest.mark.parametrize(
    ("user", "model", "permission", "expected"),
    [
        ("sela", Template, "section_template.view", {"default"}),
        ("sami", Template, "section_template.view", {"default", "legal", "loose"}),
        ("noor", Template, "section_template.view", {"default"}),
        ("ian", Intake, "intake.view", set()),
        ("ida", Intake, "intake.view", {"noor's", "fay's", "nobody's"}),
        ("noor", Intake, "intake.view", {"noor's", "fay's", "nobody's"}),
        ("uwe", Unit, "organization_settings.give_business_unit", {"north"}),
        ("una", Unit, "organization_settings.give_business_unit", {"north", "south"}),
        ("cora", Unit, "organization_settings.give_business_unit", {"north", "south"}),
        ("ian", Unit, "organization_settings.give_business_unit", set()),
    ],
)
def test_what_rows_say_of_records_in_words(
    gate: Gate, session: Session, user: str, model: Any, permission: str, expected: set[str]
) -> None:
    """The Default collection, intakes of the Project Primary Contact, business units one has access to."""
    subject = gate.subject(user, "birch", attributes={"business_units": ["north"]})
    assert expected == names_of_rows(subject, permission, session, model)


def test_an_intake_of_which_somebody_is_the_primary_contact(gate: Gate) -> None:
    """The header toggle of Intake shows these, and no other."""
    ian = gate.subject("ian", "birch")
    contacts = ("ian", "noor", None)
    assert [True, False, False] == [ian.can("intake.view", birch(primary_contact_id=who)) for who in contacts]
