"""A condition means the same in a protected session: rows that are hidden count as much as any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import ForeignKey, func, select
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    aliased,
    column_property,
    mapped_column,
    relationship,
    selectinload,
    with_loader_criteria,
)

from rolegate.catalog.model import Resource
from rolegate.records import (
    AllOf,
    Compare,
    Condition,
    HeldPermission,
    Not,
    OfUser,
    RecordError,
    Related,
    User,
    criterion,
    instance_of,
    matches,
    protect,
)


class Base(DeclarativeBase):
    """The tables."""


class Job(Base):
    """Something to do, in parts."""

    __tablename__ = "jobs"
    id: Mapped[int] = mapped_column(primary_key=True)
    assignee: Mapped[str]
    done: Mapped[bool]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("jobs.id"))
    kids: Mapped[list[Job]] = relationship(back_populates="parent")
    parent: Mapped[Job | None] = relationship(back_populates="kids", remote_side=[id])

    @hybrid_property
    def is_leaf(self) -> bool:
        """Whether it has no parts."""
        return not self.kids

    @is_leaf.inplace.expression
    @classmethod
    def _is_leaf(cls) -> sa.ColumnElement[bool]:
        kid = aliased(Job)
        return sa.not_(sa.exists().where(kid.parent_id == cls.id))

    @property
    def size(self) -> int:
        """How many parts it has."""
        return len(self.kids)


Kid = aliased(Job)
UNDONE = select(func.count(Kid.id)).where(Kid.parent_id == Job.id, Kid.done.is_(False)).scalar_subquery()
sa.inspect(Job).add_property("open_kids", column_property(UNDONE))

ANA, OWN = User("ana"), Compare("assignee", "eq", OfUser("id"))
DONE = Compare("done", "eq", True)
CONDITIONS: dict[str, Condition] = {
    "all": Related("kids", "all", DONE),
    "any": Related("kids", "any", Compare("assignee", "eq", "bo")),
    "none among none": Related("kids", "all", Compare("id", "is_null")),
    "one": Related("parent", "one", Compare("assignee", "eq", "bo")),
    "null": Compare("parent", "is_null"),
    "nested": Related("kids", "any", Related("parent", "one", Related("kids", "all", DONE))),
    "of a hidden one": Related("parent", "one", Related("kids", "any", OWN)),
    "both": AllOf((OWN, Related("kids", "all", DONE))),
    "a column made of rows": Compare("open_kids", "eq", 0),
    "not all": Not(Related("kids", "all", DONE)),
    "not a column made of rows": Not(Compare("open_kids", "eq", 0)),
    "an order": Compare("open_kids", "gt", 0),
    "none of them open": Related("kids", "all", Not(Compare("assignee", "eq", "bo"))),
    "a hybrid made of rows": Compare("is_leaf", "eq", True),
}


BOX = Resource("Box", "Box", ("Box",), attribute="open_kids")


class Reader:
    """Ana, who sees her own."""

    def where(self, permission: str, model: Any) -> sa.ColumnElement[bool]:
        return criterion(OWN, model, ANA)


@pytest.fixture(scope="module")
def filled(engine: sa.Engine) -> sa.Engine:
    """An engine with jobs: 1 and 5 of ana have an unfinished part of bo, 3 of ana is part of one of bo."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        for id, assignee, done, parent in [
            (1, "ana", True, None), (2, "bo", False, 1), (3, "ana", True, 2), (4, "ana", True, 3),
            (5, "ana", True, 3), (6, "bo", False, 5), (7, "ana", True, 5), (8, "ana", True, None),
        ]:  # fmt: skip
            session.add(Job(id=id, assignee=assignee, done=done, parent_id=parent))
            session.flush()
        session.commit()
    return engine


@pytest.fixture
def session(filled: sa.Engine) -> Iterator[Session]:
    """A session protected for ana; nothing it does stays."""
    with Session(filled) as session:
        protect(session, {Job: "jobs.show"}, Reader())
        yield session
        session.rollback()


def ids(session: Session, condition: Condition, *more: Any) -> list[int]:
    """The jobs of ana for which *condition* is a criterion."""
    own = select(Job.id).where(criterion(condition, Job, ANA), Job.assignee == "ana", *more)
    return list(session.scalars(own.order_by(Job.id)))


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=list(CONDITIONS))
@pytest.mark.parametrize("loading", [[], [selectinload(Job.kids).selectinload(Job.parent)]])
def test_conditions_count_hidden_rows(
    filled: sa.Engine, session: Session, condition: Condition, loading: list[Any]
) -> None:
    """In SQL and of a loaded object, whatever was loaded with it."""
    with Session(filled) as plain:
        jobs = plain.scalars(select(Job).where(Job.assignee == "ana").order_by(Job.id)).all()
        expected = ids(plain, condition)
        assert expected == [job.id for job in jobs if matches(condition, job, ANA)]
    assert 0 < len(expected) < 6
    assert expected == ids(session, condition)
    limited = session.scalars(select(Job).options(*loading).order_by(Job.id)).all()
    assert expected == [job.id for job in limited if matches(condition, job, ANA)]


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=list(CONDITIONS))
def test_conditions_of_a_protected_session_count_hidden_rows(filled: sa.Engine, condition: Condition) -> None:
    """The rows that a condition itself lets through are those it lets through elsewhere; an alias, too."""

    class Limited:
        def where(self, permission: str, model: Any) -> sa.ColumnElement[bool]:
            return criterion(condition, model, ANA)

    other = aliased(Job)
    with Session(filled) as plain, Session(filled) as session:
        expected = set(plain.scalars(select(Job.id).where(criterion(condition, Job, ANA))))
        protect(session, {Job: "jobs.show"}, Limited())
        assert expected == set(session.scalars(select(Job.id)))
        assert expected == set(session.scalars(select(other.id).join(Job, Job.id == other.id)))
        changed = session.scalars(sa.update(Job).values(assignee="x").returning(Job.id))
        assert expected == set(changed)
        session.rollback()


def test_a_check_reads_what_the_session_has_not_written_yet(session: Session) -> None:
    """As a lazy load does; and where the session must not write, the check says so."""
    condition = CONDITIONS["all"]
    job = session.get_one(Job, 8)
    assert matches(condition, job, ANA)
    session.add(Job(id=9, assignee="bo", done=False, parent=job))
    assert not matches(condition, job, ANA)
    session.add(Job(id=10, assignee="bo", done=False, parent_id=4))
    with session.no_autoflush, pytest.raises(RecordError, match="flush it first"):
        matches(condition, session.get_one(Job, 4), ANA)


def test_a_check_loads_nothing_that_is_hidden(session: Session) -> None:
    """What a condition reads does not come within reach of who may not see it."""
    job = session.get_one(Job, 1)
    assert not matches(CONDITIONS["all"], job, ANA)
    assert [job] == session.identity_map.values()
    assert [] == job.kids
    assert session.get(Job, 2) is None


def test_objects_that_left_a_protected_session(filled: sa.Engine, session: Session) -> None:
    """They lack the hidden rows still: they are asked about in a session, or not at all."""
    condition = CONDITIONS["all"]
    job = session.scalars(select(Job).where(Job.id == 1).options(selectinload(Job.kids))).one()
    session.expunge(job)
    with pytest.raises(RecordError, match="ask within a session"):
        matches(condition, job, ANA)
    assert matches(OWN, job, ANA)
    with Session(filled) as plain:
        plain.add(job)
        assert not matches(condition, job, ANA)


def test_new_objects_are_what_the_application_made(session: Session) -> None:
    """The database knows nothing of them yet."""
    job = Job(id=11, assignee="ana", done=True, kids=[Job(id=12, assignee="bo", done=True)])
    for pending in (False, True):
        if pending:
            session.add(job)
        assert matches(CONDITIONS["all"], job, ANA)
        assert not matches(Related("kids", "all", OWN), job, ANA)
        assert pending == (job in session.new)


def test_what_is_computed_in_python_is_refused(filled: sa.Engine, session: Session) -> None:
    """It may be made of rows that the session leaves out; what the application puts there itself is not."""
    job = session.get_one(Job, 1)
    with pytest.raises(RecordError, match="`size` of `Job` does not exist"):
        matches(Compare("size", "eq", 0), job, ANA)
    with Session(filled) as plain:
        assert matches(Compare("size", "eq", 1), plain.get_one(Job, 1), ANA)
    job.region = "north"  # type: ignore[attr-defined]  # an attribute of the object alone
    assert matches(Compare("region", "eq", "north"), job, ANA)


def test_criteria_of_the_application_do_not_change_conditions(filled: sa.Engine) -> None:
    """They limit what is read, and a condition is about the rows there are: can and where agree."""
    with Session(filled) as session:
        own = with_loader_criteria(Job, Job.assignee == "ana", include_aliases=True)
        jobs = session.scalars(select(Job).options(own).order_by(Job.id)).all()
        condition = CONDITIONS["all"]
        found = session.scalars(
            select(Job.id).where(criterion(condition, Job, ANA)).options(own).order_by(Job.id)
        )
        assert [3, 4, 7, 8] == found.all() == [job.id for job in jobs if matches(condition, job, ANA)]


def test_an_instance_made_of_rows_counts_hidden_rows(session: Session) -> None:
    """The id of an instance is what the database says as well."""
    held = HeldPermission("read", chain=(BOX,))
    assert ("1",) == instance_of(held, session.get_one(Job, 1))
    assert ("0",) == instance_of(held, session.get_one(Job, 8))


def test_a_row_that_is_gone_meets_no_condition(session: Session) -> None:
    """Nothing is allowed on it."""
    job = session.get_one(Job, 8)
    session.connection().execute(sa.text("delete from jobs where id = 8"))
    assert not matches(CONDITIONS["none among none"], job, ANA)
    assert not matches(CONDITIONS["a column made of rows"], job, ANA)
    with pytest.raises(RecordError, match="is gone"):
        instance_of(HeldPermission("read", chain=(BOX,)), job)
