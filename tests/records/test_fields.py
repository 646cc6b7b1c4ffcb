"""Hidden fields leave a record, fields that are not editable refuse a write, and queries are watched."""

from __future__ import annotations

import warnings
from collections import namedtuple
from copy import deepcopy
from dataclasses import dataclass
from itertools import chain
from typing import Any, assert_type

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Session, aliased, selectinload, with_loader_criteria

from drawing import some
from rolegate.records import (
    HiddenFieldWarning,
    RecordError,
    WriteCheck,
    hidden_in,
    mask,
    may_write,
    warn_hidden,
)
from rolegate.records.protect_fields import KnownStates
from tickets import Base, Customer, Ticket

STATES = {"name": "edit", "phone": "view", "card": "hidden"}


@dataclass
class Contact:
    """A record as a dataclass."""

    id: int
    name: str
    phone: str
    card: str


ROW: Any = namedtuple("ROW", "id name phone card")


class Lazy:
    """A record that fails when a hidden field of it is read."""

    name, phone = "Ana", "1"

    @property
    def card(self) -> str:
        raise AssertionError("read")


@pytest.mark.parametrize(
    "record",
    [
        {"id": 1, "name": "Ana", "phone": "1", "card": "4"},
        Contact(1, "Ana", "1", "4"),
        ROW(1, "Ana", "1", "4"),
    ],
)
def test_hidden_and_unknown_fields_are_left_out(record: Any) -> None:
    """The result is a dictionary of what may be seen; the record stays as it was."""
    before = deepcopy(record)
    assert {"name": "Ana", "phone": "1"} == mask(STATES, record)
    assert {"id": 1, "name": "Ana", "phone": "1"} == mask(STATES, record, keep=["id"])
    assert before == record
    assert_type(mask(STATES, record), dict[str, Any])


def test_hidden_fields_are_not_even_read() -> None:
    """Reading an attribute may load it, or log it."""
    assert {"name": "Ana", "phone": "1"} == mask(STATES, Lazy())


def test_rows_and_objects_of_the_orm() -> None:
    """An object is read by its attributes, a row by its columns; the object is not touched."""
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    states = {"owner_id": "view", "vip": "hidden"}
    with Session(engine) as session:
        session.add(Customer(id=1, owner_id="ana", vip=True))
        session.commit()
        customer = session.get_one(Customer, 1)
        row = session.execute(select(Customer.id, Customer.owner_id, Customer.vip)).one()
        for record in (customer, row):
            assert {"owner_id": "ana"} == mask(states, record)
            assert {"id": 1, "owner_id": "ana"} == mask(states, record, keep=("id",))
        assert customer.vip is True
        assert not session.dirty


class OtherBase(sa.orm.DeclarativeBase):
    """The tables of this module."""


class Person(OtherBase):
    """Some of its attributes do not give what is stored."""

    __tablename__ = "people"
    id: sa.orm.Mapped[int] = sa.orm.mapped_column(primary_key=True)
    first: sa.orm.Mapped[str]
    stored: sa.orm.Mapped[str] = sa.orm.mapped_column("phone")
    late: sa.orm.Mapped[str] = sa.orm.mapped_column(deferred=True)

    @hybrid_property
    def phone(self) -> str:
        return "*" + self.stored[-1:]


class Guarded(Person):
    """It has its own way of reading attributes."""

    def __getattribute__(self, name: str) -> Any:
        return "guarded" if name == "first" else super().__getattribute__(name)


@pytest.mark.parametrize("kind", [Person, Guarded])
def test_attributes_of_mapped_objects_are_what_they_give(kind: type[Person]) -> None:
    """Computed, deferred and expired ones as well, and those that are not loaded yet."""
    engine = sa.create_engine("sqlite://")
    OtherBase.metadata.create_all(engine)
    states = KnownStates({"first": "edit", "phone": "view", "late": "view", "stored": "hidden"})
    with Session(engine) as session:
        session.add(kind(id=1, first="Ana", stored="123", late="soon"))
        session.commit()
        session.expunge_all()
        expected = {"id": 1, "first": "Ana" if kind is Person else "guarded", "phone": "*3", "late": "soon"}
        person = session.get_one(kind, 1)
        vars(person)["phone"] = "123"  # not what the attribute gives
        for known in (states, dict(states)):
            assert expected == mask(known, person, keep=["id"])
            session.expire(person, ["first", "late"])
            assert expected == mask(known, person, keep=["id"])
        names = KnownStates({"first": "edit", "late": "view", "stored": "hidden"})
        assert {"first": expected["first"], "late": "soon"} == mask(names, person)
        names = KnownStates({"first": "view", "stored": "hidden"})
        assert {"id": 1, "first": expected["first"]} == mask(names, person, keep=["stored", "id"])


@pytest.mark.parametrize("states", [STATES, KnownStates(STATES)])
@pytest.mark.parametrize(
    "record", [vars(Contact(1, "Ana", "1", "4")), Contact(1, "Ana", "1", "4"), ROW(1, "Ana", "1", "4")]
)
def test_what_is_kept_uncovers_no_field(states: dict[str, str], record: Any) -> None:
    """The catalog decides about the fields it lists; a kept name is for what it does not list."""
    assert {"id": 1, "name": "Ana", "phone": "1"} == mask(states, record, keep=["card", "id", "phone"])
    assert {} == mask(dict.fromkeys(states, "hidden"), record, keep=list(states))


class Bare:
    """A record of something else."""

    colour = "red"


@pytest.mark.parametrize(
    "record",
    [
        [{"name": "Ana"}], "Ana", b"Ana", None, 1, ("Ana",), Contact, object(), range(2), {"name"},
        iter([{"name": "Ana"}]), ({"name": name} for name in "ab"), map(str, "ab"), chain([{"name": "Ana"}]),
        {"name": 1}.items(), len, Bare(),
    ],
)  # fmt: skip
def test_only_a_record_has_fields(record: Any) -> None:
    """A list of records is masked one by one, whatever gives it; and nothing else has fields."""
    with pytest.raises(RecordError):
        mask(STATES, record)


def test_a_record_may_have_nothing_to_show() -> None:
    """All of it hidden, or a part of a mapping: that is no mistake."""
    assert {} == mask({"card": "hidden"}, Contact(1, "Ana", "1", "4"))
    assert {} == mask({"card": "hidden"}, Lazy())
    assert {} == mask(STATES, {"id": 1})
    assert {"colour": "red"} == mask(STATES, Bare(), keep=["colour"])


@pytest.mark.parametrize("keep", ["id", "", b"id"])
def test_what_is_kept_is_a_list(keep: Any) -> None:
    """One text would be its letters."""
    with pytest.raises(RecordError, match="`keep` takes a list of names"):
        mask(STATES, {"id": 1, "i": 2}, keep=keep)


@settings(max_examples=some(60, 5), deadline=None)
@given(
    st.dictionaries(st.sampled_from("abcdef"), st.sampled_from(["edit", "view", "hidden", "Edit", ""])),
    st.dictionaries(st.sampled_from("abcdef"), st.integers()),
)
def test_masks_and_writes_follow_the_states(states: dict[str, str], record: dict[str, int]) -> None:
    """What is editable is visible; what is neither of the two is hidden, a state nobody knows included."""
    seen, check = mask(states, record), may_write(states, record)
    assert {name: value for name, value in record.items() if states.get(name) in ("edit", "view")} == seen
    assert set(check.allowed) <= set(seen)
    assert sorted(record) == sorted(check.allowed + check.refused)
    assert bool(check) == all(states.get(name) == "edit" for name in record)


def test_a_write_names_what_it_refuses() -> None:
    """In the order of the changes, each once; a field nobody declared is refused."""
    assert WriteCheck((), ("name",)) == may_write(STATES, {"name": "Bo"})
    assert WriteCheck(("card", "phone", "ssn"), ("name",)) == may_write(
        STATES, ["card", "name", "phone", "ssn", "card"]
    )
    assert may_write(STATES, {})
    assert not may_write(STATES, {"ssn": 1})
    with pytest.raises(RecordError):
        may_write(STATES, "name")


HIDDEN = {"urgent": "hidden", "team_id": "view", "author_id": "hidden", "nowhere": "hidden"}
Other = aliased(Ticket)
sub = select(Ticket.id, Ticket.urgent.label("u")).subquery()


counted = select(func.count().filter(Ticket.urgent.is_(True)).label("n")).subquery()


def count_of(condition: Any) -> Any:
    """How many tickets meet it, as a column."""
    return select(func.count()).select_from(Ticket).where(condition).scalar_subquery()


def union_of() -> Any:
    """Two selects of a hidden column, which is no matter."""
    return sa.union(select(Ticket.id, Ticket.author_id), select(Other.id, Other.author_id))


def ordered_by(what: Any) -> Any:
    """The first ticket by something."""
    return select(Ticket.id, Ticket.author_id.label("a")).order_by(what).limit(1)


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (select(Ticket), ()),
        (select(Ticket.urgent, Ticket.author_id.label("a")), ()),
        (select(sa.orm.Bundle("b", Ticket.id, Ticket.author_id)), ()),
        (sa.union(select(Ticket.id, Ticket.author_id), select(Other.id, Other.author_id)), ()),
        (select(select(Ticket.author_id).limit(1).scalar_subquery()), ()),
        (select(sa.literal_column("author_id")), ()),
        (select(Ticket.id, Ticket.author_id).order_by(text("1")), ()),
        (select(Ticket).options(selectinload(Ticket.watchers)), ()),
        (select(Ticket).where(Ticket.team_id == "x").order_by(Ticket.id), ()),
        (select(Ticket).where(Ticket.id.in_(select(Ticket.id))), ()),
        (select(Ticket).where(Ticket.customer.has(Customer.vip.is_(True))), ()),
        (select(Ticket).where(Ticket.urgent.is_(True)), ("urgent",)),
        (select(Ticket).where(sa.or_(Ticket.id == 1, ~Ticket.urgent)), ("urgent",)),
        (select(Ticket).filter_by(author_id=1), ("author_id",)),
        (select(Ticket).order_by(Ticket.author_id.desc()), ("author_id",)),
        (select(Ticket).order_by(func.coalesce(Ticket.author_id, 0)), ("author_id",)),
        (select(Ticket).order_by("author_id"), ("author_id",)),
        (select(Ticket.urgent.label("u")).order_by("u"), ("urgent",)),
        (select(Ticket).order_by(text("tickets.author_id desc")), ("author_id",)),
        (select(Ticket).where(text("urgent")), ("urgent",)),
        (select(func.count()).group_by(Ticket.urgent), ("urgent",)),
        (
            select(Ticket.team_id).group_by(Ticket.team_id).having(func.max(Ticket.author_id) > 1),
            ("author_id",),
        ),
        (sa.update(Ticket).values(urgent=True).returning(Ticket.author_id), ()),
        (select(sub.c.id), ()),
        (select(Other).where(Other.urgent.is_(True)).order_by(Other.author_id), ("urgent", "author_id")),
        (select(Ticket).join(Other, Ticket.author_id == Other.id), ("author_id",)),
        (select(Customer).join(Customer.tickets).where(Ticket.urgent.is_(True)), ("urgent",)),
        (select(Customer).where(Customer.tickets.any(Ticket.urgent.is_(True))), ("urgent",)),
        (select(sub.c.id).where(sub.c.u), ("urgent",)),
        (select(Ticket).where(Ticket.id.in_(select(Other.author_id))), ("author_id",)),
        (
            select(Ticket).where(Ticket.id == select(func.max(Other.author_id)).scalar_subquery()),
            ("author_id",),
        ),
        (sa.update(Ticket).where(Ticket.urgent.is_(True)).values(team_id="x"), ("urgent",)),
        (sa.delete(Ticket).where(Ticket.author_id == 1), ("author_id",)),
        # what is computed of a selected column
        (select(func.max(Ticket.author_id)), ("author_id",)),
        (select(func.count().filter(Ticket.urgent.is_(True))), ("urgent",)),
        (select(func.row_number().over(order_by=Ticket.author_id)), ("author_id",)),
        (select(sa.case((Ticket.urgent.is_(True), 1), else_=0).label("u")), ("urgent",)),
        (select(Customer.id, count_of(Ticket.urgent.is_(True)).label("n")), ("urgent",)),
        (select(func.coalesce(count_of(Ticket.urgent.is_(True)), 0)), ("urgent",)),
        (select(func.count()).select_from(counted), ("urgent",)),
        (select(sa.orm.Bundle("b", Ticket.id, sa.case((Ticket.urgent.is_(True), 1)))), ("urgent",)),
        (sa.update(Ticket).values(team_id="x").returning(~Ticket.urgent), ("urgent",)),
        (select(Customer).join(Ticket, Customer.id.in_(select(Other.author_id))), ("author_id",)),
        # by its place
        (select(Ticket.id, Ticket.author_id).order_by(text("2")), ("author_id",)),
        (select(Ticket.id, Ticket.author_id).order_by(sa.desc(text("2"))), ("author_id",)),
        (select(Ticket.id, Ticket.author_id).order_by(text("1 desc, 2 desc")), ("author_id",)),
        (select(Ticket.id, Ticket.author_id).order_by(sa.literal_column("2")), ("author_id",)),
        (select(func.count(), Ticket.author_id).group_by(text("2")), ("author_id",)),
        (select(Ticket).order_by(text("3")), ("author_id",)),
        (union_of().order_by(text("2")), ("author_id",)),
        (select(ordered_by(text("2")).subquery().c.id), ("author_id",)),
        (select(ordered_by("a").subquery().c.id), ("author_id",)),
        # by its name
        (select(Ticket).where(sa.literal_column("author_id") == 1), ("author_id",)),
        (select(sa.literal_column("(select max(author_id) from tickets)")), ("author_id",)),
        (select(Ticket).where(sa.column("author_id") == 1), ("author_id",)),
        (
            select(Ticket).where(sa.table("tickets", sa.column("author_id")).c.author_id == 1),
            ("author_id",),
        ),
        # in an option
        (select(Customer).options(selectinload(Customer.tickets.and_(Ticket.urgent.is_(True)))), ("urgent",)),
        (
            select(Customer).options(
                selectinload(Customer.tickets).joinedload(Ticket.children.and_(Ticket.urgent.is_(True)))
            ),
            ("urgent",),
        ),
        (select(Ticket).options(with_loader_criteria(Ticket, Ticket.urgent.is_(True))), ("urgent",)),
        (select(Ticket).options(with_loader_criteria(Ticket, lambda ticket: ticket.urgent)), ("urgent",)),
        (select(Customer).join(Customer.tickets.and_(Ticket.urgent.is_(True))), ("urgent",)),
    ],
)
def test_filters_by_hidden_fields_are_found(statement: Any, found: tuple[str, ...]) -> None:
    """Whether a row is found, and where, tells what is in the field."""
    assert found == hidden_in(statement, HIDDEN, Ticket)


def test_a_query_is_looked_at_like_a_select() -> None:
    """The older way to write a statement gives away as much."""
    with Session(sa.create_engine("sqlite://")) as session:
        assert ("urgent",) == hidden_in(session.query(Ticket).filter(Ticket.urgent.is_(True)), HIDDEN, Ticket)
    with pytest.raises(RecordError):
        hidden_in("select 1", HIDDEN, Ticket)


def test_a_filter_by_a_hidden_field_warns() -> None:
    """The statement goes on as it is; whoever wants an error turns the warning into one."""
    plain, bad = select(Ticket), select(Ticket).where(Ticket.urgent.is_(True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert plain is warn_hidden(plain, HIDDEN, Ticket)
    with pytest.warns(HiddenFieldWarning, match="filters or sorts by `urgent`"):
        assert bad is warn_hidden(bad, HIDDEN, Ticket)
