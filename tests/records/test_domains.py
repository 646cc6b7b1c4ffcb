"""Records keep to the domain that is asked in, in every way to ask about them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import rolegate
from reading import write
from rolegate import Forbidden, Gate, Subject
from rolegate.records import RecordError, compiled_check, held_by_subject, protect, sql

CATALOG = """
catalog: desk
records: {domain: account}
scopes:
  reach: {all: {}, my: {within: all, owner: user.id}}
resources:
  inbox: {title: Inbox, attribute: inbox}
permissions:
  invoices: {permissions: {view: View}}
  tickets: {permissions: {show: {title: Show, scopes: reach}, read: {title: Read, per: inbox}}}
  ops: {permissions: {find: {title: Find, hidden: true, scopes: reach}}}
  search: {title: Search, implies: ops.find@all}
  contacts: {fields: [phone, name], permissions: {show: Show}}
"""
DOMAINS = "domains: {acme: {}, acme-emea: {within: acme}, '7': {}}\n"
BINDINGS = """
bindings:
  - {user: olga, grants: ["*"], domain: acme}
  - {user: olga, grants: ["tickets.show@my"], domain: '7'}
"""
PERMISSIONS = ["invoices.view", "tickets.show", "tickets.read", "ops.find", "contacts.show"]
ACCOUNTS: list[str | None] = ["acme", "acme-emea", "7", "ACME", "", None]


class Base(DeclarativeBase):
    """The tables."""


class Item(Base):
    """Something of an account."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str | None]
    owner: Mapped[str] = mapped_column(default="olga")
    inbox: Mapped[str] = mapped_column(default="Support")
    phone: Mapped[str] = mapped_column(default="1")


class Counted(Base):
    """Something of an account that has a number."""

    __tablename__ = "counted"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int | None]
    owner: Mapped[str] = mapped_column(default="olga")


class Stray(Base):
    """Something without an account."""

    __tablename__ = "strays"
    id: Mapped[int] = mapped_column(primary_key=True)
    owner: Mapped[str]


@pytest.fixture(scope="module")
def session(engine: sa.Engine) -> Iterator[Session]:
    """Rows of each account, some of several, and of none."""
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        session.add_all(Item(id=i, account=account) for i, account in enumerate(ACCOUNTS))
        session.add_all(Counted(id=i, account=account) for i, account in enumerate([7, 8, None]))
        session.commit()
        yield session


@pytest.fixture
def gate(tmp_path: Path) -> Gate:
    """The gate of a set that says which attribute holds the domain."""
    files = {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": BINDINGS}
    return Gate.from_path(write(tmp_path, files))


def rows(session: Session, criterion: Any, model: Any = Item) -> list[int]:
    """The ids of the rows that SQL finds."""
    return list(session.scalars(sa.select(model.id).where(criterion).order_by(model.id)))


@pytest.mark.parametrize("permission", PERMISSIONS)
@pytest.mark.parametrize("domain", ["acme", "acme-emea"])
def test_rows_and_records_are_of_the_domain_asked_in(
    session: Session, gate: Gate, permission: str, domain: str
) -> None:
    """Whether the permission has scopes, instances, both or neither; what is held outside holds inside."""
    olga = gate.subject("olga", domain)
    own = [ACCOUNTS.index(domain)]
    assert own == rows(session, olga.where(permission, Item))
    items = session.scalars(sa.select(Item).order_by(Item.id))
    assert own == [item.id for item in items if olga.can(permission, item)]
    with Session(session.get_bind()) as limited:
        protect(limited, {Item: permission}, olga)
        assert own == [item.id for item in limited.scalars(sa.select(Item))]


FAULTS: dict[str, tuple[str, Callable[[pytest.MonkeyPatch], None]]] = {
    "rows of every domain": ("rows", lambda plant: plant.setattr(sql, "_in_domain", lambda *_: sa.true())),
    "records of every domain": (
        "records",
        lambda plant: plant.setattr(compiled_check, "in_domain", lambda *_: True),
    ),
    "what is held forgets the domain": (
        "rows",
        lambda plant: plant.setattr(held_by_subject, "replace", first),
    ),
}


def first(held: Any, **_: Any) -> Any:
    """What is held, as it was."""
    return held


@pytest.mark.parametrize("fault", FAULTS)
def test_planted_faults_are_found(
    session: Session, gate: Gate, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    """A way that forgets the domain gives itself away."""
    way, plant = FAULTS[fault]
    plant(monkeypatch)
    olga = gate.subject("olga", "7")
    found = {
        "rows": rows(session, olga.where("tickets.show", Counted), Counted),
        "records": [one.id for one in session.scalars(sa.select(Counted)) if olga.can("tickets.show", one)],
    }
    assert [0] != found[way]


def test_numbers_are_domains_as_they_are_written(session: Session, gate: Gate) -> None:
    """An account 7 in the database is the domain `7`; a narrow scope keeps to it as well."""
    olga = gate.subject("olga", "7")
    assert [0] == rows(session, olga.where("tickets.show", Counted), Counted)
    answers = [
        olga.can("tickets.show", {"account": account, "owner": "olga"}) for account in (7, "7", "07", 8, None)
    ]
    assert [True, True, False, False, False] == answers


def test_everyone_is_whoever_asks_in_the_domain(session: Session, tmp_path: Path) -> None:
    """What everyone holds outside holds inside, of the records there; what is asked to be held as well."""
    catalog = CATALOG.replace("owner: user.id}", "owner: user.id, holds: contacts.show}")
    lines = """
bindings:
  - {everyone: true, grants: [contacts.show, "tickets.show@my"], domain: acme}
  - {user: olga, restrict: [contacts.show], domain: acme-emea}
"""
    files = {"catalog.yaml": catalog, "domains.yaml": DOMAINS, "bindings.yaml": lines}
    gate = Gate.from_path(write(tmp_path, files))
    items = session.scalars(sa.select(Item).order_by(Item.id)).all()
    found = {}
    for user, domain in (("olga", "acme"), ("olga", "acme-emea"), ("stranger", "acme"), ("olga", "7")):
        asking = gate.subject(user, domain)
        found[user, domain] = rows(session, asking.where("tickets.show", Item))
        assert found[user, domain] == [item.id for item in items if asking.can("tickets.show", item)]
    assert [[0], [], [], []] == list(found.values())


def test_fields_of_another_domain_are_hidden(session: Session, gate: Gate) -> None:
    """They are neither seen nor written; where no record is named, nothing is known of one."""
    olga = gate.subject("olga", "acme")
    own, other = (session.get_one(Item, i) for i in (0, 1))
    assert {"phone": "1"} == olga.mask("contacts", own)
    assert {} == olga.mask("contacts", other) == olga.mask("contacts", other, keep=["id", "account"])
    assert {} == olga.mask("contacts", {"account": "beta", "id": 1, "phone": "1"}, keep=["id", "phone"])
    assert {"phone": "1", "id": 0} == olga.mask("contacts", own, keep=["id"])
    with pytest.raises(RecordError, match="`keep` takes a list"):
        olga.mask("contacts", other, keep="id")
    assert {"phone": "hidden", "name": "hidden"} == olga.fields("contacts", other)
    assert {"phone": "hidden", "name": "hidden"} == olga.fields("contacts", None)
    assert olga.fields("contacts") == olga.fields("contacts", own) == {"phone": "edit", "name": "edit"}
    assert ("phone",) == olga.may_write("contacts", {"phone": "2"}, other).refused
    assert olga.may_write("contacts", {"phone": "2"}, own)


def test_a_record_that_does_not_say_its_domain_raises(session: Session, gate: Gate) -> None:
    """Neither yes nor no; without a right there is nothing to ask, and the answer is no."""
    olga, nobody = gate.subject("olga", "acme"), gate.subject("nobody", "acme")
    stray = {"owner": "olga", "phone": "1"}
    asks: list[Any] = [
        lambda one: one.can("tickets.show", stray),
        lambda one: one.where("tickets.show", Stray),
    ]
    for ask in (*asks, lambda one: one.mask("contacts", stray)):
        with pytest.raises(RecordError, match=r"`account`.* domain"):
            ask(olga)
    assert not asks[0](nobody)
    assert [] == rows(session, asks[1](nobody), Stray)
    with pytest.raises(RecordError, match="is true or false, which cannot be the id"):
        olga.can("invoices.view", {"account": True})


def test_a_refusal_does_not_say_where_the_record_belongs(gate: Gate) -> None:
    """It says in which domain was asked, and which attribute was looked at."""
    olga = gate.subject("olga", "acme")
    with pytest.raises(Forbidden) as refused:
        olga.require("invoices.view", {"account": "secret", "owner": "olga"})
    explanation = refused.value.explanation
    assert "the record does not belong to domain `acme`" == explanation.decision.reason
    assert ["`account` of a record holds its domain"] == [step.text for step in explanation.blocked]
    assert "secret" not in str(explanation.to_dict())
    with pytest.raises(Forbidden) as nothing:
        gate.subject("nobody", "acme").require("invoices.view", {"account": "secret"})
    assert "no grant covers it" == nothing.value.explanation.decision.reason


def test_a_set_without_domains_has_one(tmp_path: Path) -> None:
    """It is called `default`, in records as elsewhere."""
    files = {"catalog.yaml": CATALOG, "bindings.yaml": "bindings: [{user: olga, grants: [invoices.view]}]\n"}
    olga = Gate.from_path(write(tmp_path, files)).subject("olga")
    assert [True, False] == [
        olga.can("invoices.view", {"account": account}) for account in ("default", "acme")
    ]


SEVERAL = {"domains.yaml": DOMAINS, "bindings.yaml": BINDINGS}


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("", ["RG224"]),
        ("records: {separate: true}\n", []),
        ("records: {domain: account}\n", []),
        ("records: {separate: false}\n", ["RG118"]),
        ("records: {domain: account, separate: true}\n", ["RG118"]),
        ("records: {domain: a.b}\n", ["RG116"]),
        ("records: {}\n", ["RG118"]),
    ],
)
def test_several_domains_say_how_records_are_told_apart(tmp_path: Path, line: str, codes: list[str]) -> None:
    """Or that they need not be; one of the two."""
    catalog = CATALOG.replace("records: {domain: account}\n", line)
    found = rolegate.validate([write(tmp_path, {**SEVERAL, "catalog.yaml": catalog})]).diagnostics
    assert codes == [finding.code for finding in found]


def test_one_domain_needs_no_line(tmp_path: Path) -> None:
    """All records belong to it; nor does a catalog that says nothing of records."""
    catalog = CATALOG.replace("records: {domain: account}\n", "")
    one = {
        "catalog.yaml": catalog,
        "domains.yaml": "domains: {acme: {}}\n",
        "bindings.yaml": "bindings: []\n",
    }
    silent = {
        **SEVERAL,
        "catalog.yaml": "catalog: c\npermissions: {a: A}\n",
        "bindings.yaml": "bindings: []\n",
    }
    for name, files in (("one", one), ("silent", silent)):
        found = rolegate.validate([write(tmp_path / name, files)]).diagnostics
        assert "RG224" not in [finding.code for finding in found]


def test_the_log_says_that_rows_of_all_domains_are_allowed(
    session: Session, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Once for a state of the policy, and also where the catalog says nothing of records."""
    name = session.get_bind().dialect.name
    files = {
        **SEVERAL,
        "catalog.yaml": f"catalog: c\npermissions: {{{name}: A}}\n",
        "bindings.yaml": f"bindings: [{{user: olga, grants: [{name}], domain: acme}}]\n",
    }
    olga: Subject = Gate.from_path(write(tmp_path, files)).subject("olga", "acme")
    assert len(ACCOUNTS) == len(rows(session, olga.where(name, Item)))
    assert olga.can(name, {})
    assert 1 == len([record for record in caplog.records if "RG224" in record.message])
