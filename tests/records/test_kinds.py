"""Classes that inherit: their rows are limited whichever table a statement names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import ForeignKey, delete, select, update
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    joinedload,
    mapped_column,
    relationship,
    selectin_polymorphic,
    with_polymorphic,
)

from rolegate.records import (
    AnyOf,
    Compare,
    Condition,
    OfUser,
    RecordError,
    Related,
    User,
    criterion,
    matches,
    protect,
)


class Base(DeclarativeBase):
    """The tables."""


class Task(Base):
    """Something to do."""

    __tablename__ = "tasks"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="task")
    assignee: Mapped[str | None]
    board_id: Mapped[int | None] = mapped_column(ForeignKey("boards.id"))
    notes: Mapped[list[Note]] = relationship()
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "task"}  # noqa: RUF012


class Bug(Task):
    """A task with a table of its own, beside the one of tasks."""

    __tablename__ = "bugs"
    bug_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"), primary_key=True)
    severity: Mapped[int]
    __mapper_args__ = {"polymorphic_identity": "bug"}  # noqa: RUF012


class Crash(Bug):
    """A bug with a third table."""

    __tablename__ = "crashes"
    crash_id: Mapped[int] = mapped_column(ForeignKey("bugs.bug_id"), primary_key=True)
    trace: Mapped[str]
    __mapper_args__ = {"polymorphic_identity": "crash"}  # noqa: RUF012


class Chore(Task):
    """A task in the table of tasks."""

    __mapper_args__ = {"polymorphic_identity": "chore"}  # noqa: RUF012


class Board(Base):
    """Where bugs are."""

    __tablename__ = "boards"
    id: Mapped[int] = mapped_column(primary_key=True)
    bugs: Mapped[list[Bug]] = relationship(viewonly=True)


class Note(Base):
    """A remark on a task."""

    __tablename__ = "notes"
    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    author: Mapped[str]


class Part(Base):
    """A row of a tenant, whose key has two columns."""

    __tablename__ = "parts"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="part")
    owner: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "part"}  # noqa: RUF012


class Screw(Part):
    """A part with a table of its own."""

    __tablename__ = "screws"
    tenant: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    __table_args__ = (sa.ForeignKeyConstraint(["tenant", "number"], ["parts.tenant", "parts.number"]),)
    __mapper_args__ = {"polymorphic_identity": "screw"}  # noqa: RUF012


ANA = User("ana")
OWN = Compare("assignee", "eq", OfUser("id"))
NOTED = Related("notes", "any", Compare("author", "eq", OfUser("id")))
CONDITIONS: dict[str, Condition] = {"own": OWN, "own or noted": AnyOf((OWN, NOTED))}


class Reader:
    """Ana, who sees the tasks of a condition."""

    def __init__(self, condition: Condition) -> None:
        self.condition = condition

    def where(self, permission: str, model: Any) -> sa.ColumnElement[bool]:
        return criterion(self.condition, model, ANA)


@pytest.fixture(scope="module")
def filled(engine: sa.Engine) -> sa.Engine:
    """An engine with three tasks of each kind: one of ana, one of bo, one of bo with a note of ana."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add(Board(id=1))
        session.flush()
        for id, assignee in enumerate(["ana", "bo", "bo"] * 4, 1):
            given: dict[str, Any] = {"id": id, "assignee": assignee, "board_id": 1}
            if id < 4:
                session.add(Task(**given))
            elif id < 7:
                session.add(Chore(**given))
            elif id < 10:
                session.add(Bug(severity=1, **given))
            else:
                session.add(Crash(severity=1, trace="", **given))
            session.flush()
            if id % 3 == 0:
                session.add(Note(task_id=id, author="ana"))
        for number, owner in [(1, "ana"), (2, "bo"), (1, "bo")]:
            session.add(
                Screw(tenant="acme" if owner == "ana" else "beta", number=number, owner=owner, size=1)
            )
        session.commit()
    return engine


@pytest.fixture(params=list(CONDITIONS))
def condition(request: pytest.FixtureRequest) -> Condition:
    """A condition on a column of the first table, and one on rows related to it."""
    return CONDITIONS[request.param]


@pytest.fixture
def plain(filled: sa.Engine) -> Iterator[Session]:
    """A session for everybody; nothing it does stays."""
    with Session(filled) as session:
        yield session
        session.rollback()


@pytest.fixture
def limited(filled: sa.Engine, condition: Condition) -> Iterator[Session]:
    """A session protected for ana; nothing it does stays."""
    with Session(filled) as session:
        protect(session, {Task: "tasks.show"}, Reader(condition))
        yield session
        session.rollback()


def allowed(plain: Session, model: Any, condition: Condition) -> set[int]:
    """The ids of the tasks that the check allows."""
    found = {task.id for task in plain.scalars(select(model)) if matches(condition, task, ANA)}
    assert 0 < len(found) < len(plain.scalars(select(model)).all())
    return found


CHANGES: dict[Any, tuple[dict[str, Any], str]] = {
    Task: ({"board_id": None}, "select id from tasks where board_id is null"),
    Chore: ({"board_id": None}, "select id from tasks where board_id is null"),
    Bug: ({"severity": 9}, "select bug_id from bugs where severity = 9"),
    Crash: ({"trace": "x"}, "select crash_id from crashes where trace = 'x'"),
}


@pytest.mark.parametrize("model", CHANGES, ids=lambda model: model.__name__)
def test_rows_are_limited_in_each_table(
    plain: Session, limited: Session, model: Any, condition: Condition
) -> None:
    """What is found and what is changed are the records that the check allows."""
    expected = allowed(plain, model, condition)
    met = criterion(condition, model, ANA)
    assert expected == set(plain.scalars(select(model.id).where(met)))
    assert expected == set(limited.scalars(select(model.id)))
    values, changed = CHANGES[model]
    plain.execute(update(model).where(met).values(values), execution_options={"synchronize_session": False})
    assert expected == set(plain.connection().scalars(sa.text(changed)))
    plain.rollback()
    result: Any = limited.execute(update(model).values(values))
    assert expected == set(limited.connection().scalars(sa.text(changed)))
    assert len(expected) == result.rowcount


@pytest.mark.parametrize("way", ["where", "protect"])
def test_deletes_are_limited_in_each_table(
    plain: Session, limited: Session, condition: Condition, way: str
) -> None:
    """A DELETE takes the rows of a table, those of the others stay: as SQLAlchemy does it."""
    expected = allowed(plain, Crash, condition)
    session, statement = (limited, delete(Crash))
    if way == "where":
        session, statement = plain, statement.where(criterion(condition, Crash, ANA))
    kept = set(session.connection().scalars(sa.text("select crash_id from crashes"))) - expected
    session.execute(statement)
    assert kept == set(session.connection().scalars(sa.text("select crash_id from crashes")))


def test_whole_kinds_are_limited_however_they_are_read(
    plain: Session, limited: Session, condition: Condition
) -> None:
    """By alias, by the base with everything joined, later by kind, and through a relationship."""
    bugs, tasks = allowed(plain, Bug, condition), allowed(plain, Task, condition)
    for alias in (aliased(Bug), aliased(Bug, flat=True)):
        assert bugs == set(limited.scalars(select(alias.id)))
        assert bugs == set(plain.scalars(select(alias.id).where(criterion(condition, alias, ANA))))
    for every in (with_polymorphic(Task, "*"), with_polymorphic(Task, "*", aliased=True, flat=True)):
        assert tasks == {task.id for task in limited.scalars(select(every))}
    later = select(Task).options(selectin_polymorphic(Task, [Bug, Crash]))
    assert tasks == {task.id for task in limited.scalars(later)}
    boards = select(Board).options(joinedload(Board.bugs)).execution_options(populate_existing=True)
    assert bugs == {bug.id for board in limited.scalars(boards).unique() for bug in board.bugs}
    limited.expire_all()
    assert bugs == {bug.id for bug in limited.get_one(Board, 1).bugs}
    assert bugs == {bug.id for bug in limited.query(Bug)}
    assert bugs == {i for i in range(1, 13) if limited.get(Bug, i) is not None}


def test_related_kinds_are_limited(plain: Session) -> None:
    """Conditions go through a relationship to a class of several tables, and from one."""
    for condition in (Related("bugs", "any", OWN), Related("bugs", "all", OWN)):
        boards = plain.scalars(select(Board)).all()
        expected = [board.id for board in boards if matches(condition, board, ANA)]
        assert expected == list(plain.scalars(select(Board.id).where(criterion(condition, Board, ANA))))


def test_keys_of_two_columns(plain: Session) -> None:
    """Both are compared."""
    mine = criterion(Compare("owner", "eq", OfUser("id")), Screw, ANA)
    changed: Any = plain.execute(update(Screw).where(mine).values(size=9))
    assert 1 == changed.rowcount
    sizes = sa.text("select tenant, number, size from screws order by 1, 2")
    assert [("acme", 1, 9), ("beta", 1, 1), ("beta", 2, 1)] == [
        tuple(row) for row in plain.connection().execute(sizes)
    ]


def test_the_cache_keeps_kinds_and_subjects_apart(filled: sa.Engine) -> None:
    """The same statement, compiled once, gives each subject its own rows."""
    found = []
    for user in ("ana", "bo", "ana"):

        class Own:
            def where(self, permission: str, model: Any, user: str = user) -> sa.ColumnElement[bool]:
                return criterion(OWN, model, User(user))

        with Session(filled) as session:
            protect(session, {Task: "tasks.show"}, Own())
            found.append(set(session.scalars(update(Bug).values(severity=2).returning(Bug.bug_id))))
            session.rollback()
    assert [{7, 10}, {8, 9, 11, 12}, {7, 10}] == found


def test_a_kind_alone_is_not_protected(filled: sa.Engine) -> None:
    """Queries of its base give its rows, too; nor is a class whose kinds repeat its columns."""
    for models in ({Bug: "tasks.show"}, {Chore: "tasks.show"}, {Task: "tasks.show", Bug: "tasks.show"}):
        with Session(filled) as session, pytest.raises(RecordError, match="protect `Task`"):
            protect(session, models, Reader(OWN))

    class Copy(DeclarativeBase):
        """Tables of their own."""

    class Whole(Copy):
        __tablename__ = "wholes"
        id: Mapped[int] = mapped_column(primary_key=True)
        assignee: Mapped[str]

    class Apart(Whole):
        __tablename__ = "aparts"
        id: Mapped[int] = mapped_column(primary_key=True)
        assignee: Mapped[str]
        __mapper_args__ = {"concrete": True}  # noqa: RUF012

    with Session(filled) as session, pytest.raises(RecordError, match="`Apart` has a table for all"):
        protect(session, {Whole: "tasks.show"}, Reader(OWN))
    with Session(filled) as session, pytest.raises(RecordError, match="is an alias"):
        protect(session, {aliased(Task): "tasks.show"}, Reader(OWN))
