"""Fields with scopes are seen and edited by whose record it is, beside fields without scopes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from drawing import examples
from reading import write
from rolegate import Gate, Subject
from rolegate.errors import UnknownNameError
from rolegate.records import RecordError, UndefinedScopeError, hidden_in, mask, may_write

CATALOG = """
catalog: crm
records: {domain: account}
scopes:
  reach: {all: {}, team: {within: all, team: {in: user.teams}}, my: {within: team, owner: user.id}}
  open: {all: {where: {state: 'open'}}, my: {within: all, owner: user.id}}
  vague: [all, my]
resources: {inbox: {title: Inbox, attribute: inbox}, shelf: Shelf}
permissions:
  contacts:
    fields:
      name: Name
      phone: {title: Phone, scopes: reach}
      salary: {scopes: reach}
      note: {scopes: open}
    permissions: {show: Show}
  letters:
    per: inbox
    fields: {subject: Subject, body: {scopes: reach}}
    permissions: {send: Send}
  plans: {fields: {price: {scopes: vague}}, permissions: {show: Show}}
  books: {per: shelf, fields: {title: Title, cost: {scopes: reach}}, permissions: {lend: Lend}}
"""
DOMAINS = """
domains:
  acme: {teams: {sales: [ana, bo]}, instances: {inbox: [Sales, Support], shelf: [A, B]}}
  birch: {}
"""


def gate_of(folder: Path, *lines: str) -> Gate:
    """The gate of the set with *lines* of bindings."""
    bindings = "bindings:\n" + "".join(f"  - {line}\n" for line in lines)
    return Gate.from_path(
        write(folder, {"catalog.yaml": CATALOG, "domains.yaml": DOMAINS, "bindings.yaml": bindings})
    )


def ana_of(folder: Path, *grants: str, restrict: str = "") -> Subject:
    """Ana in `acme`, with a line of *grants* and one that restricts her."""
    lines = [f"{{user: ana, grants: {list(grants)}, domain: acme}}"]
    if restrict:
        lines.append(f"{{user: ana, restrict: ['{restrict}'], domain: acme}}")
    return gate_of(folder, *lines).subject("ana", "acme")


def contact(**more: Any) -> dict[str, Any]:
    """A contact of somebody else."""
    found = {"account": "acme", "owner": "bo", "team": "other", "state": "open"}
    return {**found, "name": "Zoe", "phone": "1", "salary": 9, "note": "n", **more}


OWN, TEAMS, OTHERS = contact(owner="ana", team="sales"), contact(team="sales"), contact()


def test_a_field_is_what_the_record_makes_it(tmp_path: Path) -> None:
    """Her own phone number may be edited, those of her team be seen, all others are hidden."""
    ana = ana_of(
        tmp_path,
        "contacts.fields.name@view",
        "contacts.fields.phone.view@team",
        "contacts.fields.phone.edit@my",
    )
    states = {"name": "view", "salary": "hidden", "note": "hidden"}
    assert {**states, "phone": "edit"} == ana.fields("contacts", OWN)
    assert {**states, "phone": "view"} == ana.fields("contacts", TEAMS)
    assert {**states, "phone": "hidden"} == ana.fields("contacts", OTHERS)
    assert {"name": "Zoe", "phone": "1"} == ana.mask("contacts", TEAMS)
    assert {"name": "Zoe"} == ana.mask("contacts", OTHERS, keep=["phone"])
    assert ana.may_write("contacts", {"phone": "2"}, OWN)
    assert ("phone",) == ana.may_write("contacts", {"phone": "2"}, TEAMS).refused
    assert {} == ana.mask("contacts", contact(account="birch", owner="ana"), keep=["owner"])
    assert "hidden" == ana.fields("contacts", None)["phone"]


def test_without_a_record_a_field_is_what_it_is_in_every_record(tmp_path: Path) -> None:
    """Who may see it in some records does not see it in all; neither does who may see all open ones."""
    ana = ana_of(tmp_path, "contacts.fields.*@my", "contacts.fields.phone.view@all")
    assert {"name": "hidden", "phone": "view", "salary": "hidden", "note": "hidden"} == ana.fields("contacts")
    assert ("phone",) == ana.may_write("contacts", {"phone": "2"}).refused
    root = ana_of(tmp_path, "contacts.fields.*")
    assert {"name": "edit", "phone": "edit", "salary": "edit", "note": "hidden"} == root.fields("contacts")
    assert {"note": "edit"}.items() <= root.fields("contacts", OTHERS).items()
    assert {"note": "hidden"}.items() <= root.fields("contacts", contact(state="shut")).items()
    assert root.fields("contacts") == gate_policy_fields(tmp_path)


def gate_policy_fields(folder: Path) -> dict[str, str]:
    """What a policy says of ana's fields."""
    return dict(Gate.from_path(folder).policy.fields("contacts", user="ana", domain="acme"))


def test_what_restricts_viewing_restricts_editing(tmp_path: Path) -> None:
    """In the same records."""
    ana = ana_of(tmp_path, "contacts.fields.salary.edit@all", restrict="contacts.fields.salary.view@team")
    assert "edit" == ana.fields("contacts", OWN)["salary"]
    assert "hidden" == ana.fields("contacts", TEAMS)["salary"]
    assert not ana.can("contacts.fields.salary.edit", TEAMS)
    ana = ana_of(tmp_path, "contacts.fields.salary.edit@all", restrict="contacts.fields.salary.edit")
    assert {"view"} == {ana.fields("contacts", one)["salary"] for one in (OWN, TEAMS, OTHERS)}


def test_instances_of_the_group_are_those_of_the_record(tmp_path: Path) -> None:
    """Of fields with scopes and of those without; a record on no instance shows nothing."""
    ana = ana_of(tmp_path, "letters.fields.subject[Sales]@edit", "letters.fields.body.view[Sales]@my")
    letter = {"account": "acme", "owner": "ana", "team": "sales", "inbox": "Sales", "id": 1}
    assert {"subject": "edit", "body": "view"} == ana.fields("letters", letter)
    assert {"subject": "edit", "body": "hidden"} == ana.fields("letters", {**letter, "owner": "bo"})
    for elsewhere in ({**letter, "inbox": "Support"}, {**letter, "inbox": None}):
        assert {"subject": "hidden", "body": "hidden"} == ana.fields("letters", elsewhere)
        assert {"id": 1} == ana.mask("letters", elsewhere, keep=["id", "subject"])
    assert {"subject": "hidden", "body": "hidden"} == ana.fields("letters")
    assert {"subject": "edit", "body": "hidden"} == ana.fields("letters", on="Sales")


def test_an_instance_may_be_named_beside_the_record(tmp_path: Path) -> None:
    """It counts in place of what the record says; needed where the catalog does not say what names it."""
    grants = "books.fields.title[A]@view", "books.fields.cost.edit[A]@my"
    ana = ana_of(tmp_path, *grants, "letters.fields.*[Sales]@view", "letters.fields.body.edit[Support]@all")
    book = {"account": "acme", "owner": "ana", "team": "sales"}
    assert {"title": "view", "cost": "edit"} == ana.fields("books", book, on="A")
    assert {"title": "view", "cost": "edit"} == ana.fields("books", book, on=("A",))
    assert {"title": "view", "cost": "hidden"} == ana.fields("books", {**book, "owner": "bo"}, on="A")
    assert {"title": "hidden", "cost": "hidden"} == ana.fields("books", book, on="B")
    assert {} == ana.mask("books", {**book, "account": "birch"}, on="A", keep=["owner"])
    with pytest.raises(RecordError, match="add `attribute:` to the resource `shelf`"):
        ana.fields("books", book)
    letter = {**book, "inbox": "Sales"}
    assert {"subject": "view", "body": "hidden"} == ana.fields("letters", letter)
    assert {"subject": "hidden", "body": "edit"} == ana.fields("letters", letter, on="Support")
    with pytest.raises(UnknownNameError):
        ana.fields("letters", letter, on=("a", "b"))


def test_every_instance_is_asked_for_as_such(tmp_path: Path) -> None:
    """A restriction on one of them leaves the others, and not all of them."""
    ana = ana_of(tmp_path, "letters.fields.body.view[*]@all", restrict="letters.fields.body.view[Sales]")
    letter = {"account": "acme", "owner": "bo", "team": "x", "inbox": "Support"}
    assert "view" == ana.fields("letters", letter)["body"]
    assert "hidden" == ana.fields("letters", {**letter, "inbox": "Sales"})["body"]
    assert {"hidden"} == {ana.fields("letters", letter, on=())["body"], ana.fields("letters")["body"]}


def test_a_scope_that_is_not_explained_raises(tmp_path: Path) -> None:
    """As when the record is checked; what is held in every record, or nowhere, needs no explanation."""
    ana = ana_of(tmp_path, "plans.fields.price.view@my")
    with pytest.raises(UndefinedScopeError):
        ana.fields("plans", OWN)
    assert {"price": "hidden"} == ana.fields("plans")
    root = ana_of(tmp_path, "plans.fields.price.edit@all")
    assert {"price": "edit"} == root.fields("plans", OWN) == root.fields("plans")


def test_a_record_that_is_none_raises(tmp_path: Path) -> None:
    """A list of records, and one that lacks what a scope asks for."""
    ana = ana_of(tmp_path, "contacts.fields.phone.view@my")
    for wrong in ([OWN], {"account": "acme", "phone": "1"}):
        with pytest.raises(RecordError):
            ana.mask("contacts", wrong)


def test_one_check_serves_all_of_which_the_same_is_held(tmp_path: Path) -> None:
    """A record is asked for its owner once; another ladder, or what is taken away, makes another check."""

    class Counted(dict[str, Any]):
        """A record that counts who asks for the owner."""

        asked = 0

        def get(self, name: str, default: Any = None) -> Any:
            self.asked += name == "owner"
            return super().get(name, default)

    ana = ana_of(tmp_path, "contacts.fields.phone.edit@my", "contacts.fields.salary.edit@my")
    own = Counted(OWN)
    expected = {"name": "hidden", "phone": "edit", "salary": "edit", "note": "hidden"}
    assert (expected, 1) == (ana.fields("contacts", own), own.asked)
    grants = [f"contacts.fields.{name}.edit@my" for name in ("phone", "salary", "note")]
    ana = ana_of(tmp_path, *grants, restrict="contacts.fields.salary.edit@my")
    own = Counted(OWN, state="shut")
    expected = {"name": "hidden", "phone": "edit", "salary": "view", "note": "hidden"}
    assert expected == ana.fields("contacts", own)


# -- the law ------------------------------------------------------------------------------------------------


class Base(DeclarativeBase):
    """The tables of this module."""


class Item(Base):
    """A contact, and a letter."""

    __tablename__ = "items"
    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[str]
    owner: Mapped[str | None]
    team: Mapped[str | None]
    state: Mapped[str | None]
    inbox: Mapped[str | None]
    name: Mapped[str] = mapped_column(default="n")
    phone: Mapped[str] = mapped_column(default="p")
    salary: Mapped[str] = mapped_column(default="s")
    note: Mapped[str] = mapped_column(default="o")
    subject: Mapped[str] = mapped_column(default="j")
    body: Mapped[str] = mapped_column(default="b")


@pytest.fixture(scope="module")
def items() -> Iterator[tuple[Session, list[Item]]]:
    """Items of each kind."""
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    kinds = product(
        ("acme", "birch"),
        ("ana", "bo", None),
        ("sales", "x", None),
        ("open", "shut"),
        ("Sales", "Support", None),
    )
    with Session(engine) as session:
        for number, (account, owner, team, state, inbox) in enumerate(kinds):
            session.add(Item(id=number, account=account, owner=owner, team=team, state=state, inbox=inbox))
        session.commit()
        yield session, list(session.scalars(sa.select(Item).order_by(Item.id)))


SCOPES = {"reach": ["all", "team", "my"], "open": ["all", "my"], "field": ["edit", "view"]}
LADDERS = {"name": "field", "phone": "reach", "salary": "reach", "note": "open"}
LETTERS = {"subject": "field", "body": "reach"}
Entry = tuple[str, str, str | None, str]
"""A field, the permission of it (or the field itself), an instance, a scope."""

HALVES = [(name, half) for name in ("phone", "salary", "note") for half in ("view", "edit")]
ENTRIES: list[Entry] = [
    *(("name", "", None, scope) for scope in SCOPES["field"]),
    *((name, half, None, scope) for name, half in HALVES for scope in SCOPES[LADDERS[name]]),
    *(("subject", "", inbox, scope) for inbox in ("Sales", "*") for scope in SCOPES["field"]),
    *(
        ("body", half, inbox, scope)
        for half, inbox, scope in product(("view", "edit"), ("Sales", "*"), SCOPES["reach"])
    ),
]


def text_of(entry: Entry) -> str:
    """An entry as it is written."""
    name, half, inbox, scope = entry
    group = "letters" if name in LETTERS else "contacts"
    on = "" if inbox is None else f"[{inbox}]"
    return f"{group}.fields.{name}{half and '.' + half}{on}@{scope}"


def lies_in(item: Item, ladder: str, scope: str) -> bool:
    """Whether *item* is in a scope, which lies in those before it."""
    if ladder == "field":
        return True
    inner = {"team": item.team == "sales", "my": item.owner == "ana"}
    tests = {"all": item.state == "open" if ladder == "open" else True, **inner}
    needed = {"all", scope}
    return all(tests[name] for name in needed)


def allowed(
    item: Item, name: str, half: str, scopes: list[str], given: list[Entry], taken: list[Entry]
) -> bool:
    """Whether *half* of a field is allowed at one of *scopes* that *item* lies in."""
    ladder = {**LADDERS, **LETTERS}[name]
    every = SCOPES[ladder]

    def named(entry: Entry, halves: tuple[str, ...]) -> bool:
        return entry[0] == name and entry[1] in ("", *halves) and entry[2] in (None, "*", item.inbox)

    # Editing brings viewing; whoever may not view may not edit.
    brings = ("edit",) if half == "edit" else ("view", "edit")
    takes = ("edit", "view") if half == "edit" else ("view",)
    return any(
        lies_in(item, ladder, scope)
        and any(named(one, brings) and every.index(one[3]) <= every.index(scope) for one in given)
        and not any(named(one, takes) and every.index(one[3]) >= every.index(scope) for one in taken)
        for scope in scopes
    )


def state(item: Item, name: str, given: list[Entry], taken: list[Entry]) -> str:
    """What ana may do with a field of *item*."""
    ladder = {**LADDERS, **LETTERS}[name]
    if item.account != "acme" or (name in LETTERS and item.inbox is None):
        return "hidden"
    if ladder == "field":
        found = [one for one in SCOPES["field"] if allowed(item, name, "", [one], given, taken)]
        return found[0] if found else "hidden"
    may = {half: allowed(item, name, half, SCOPES[ladder], given, taken) for half in ("view", "edit")}
    return "edit" if may["edit"] else "view" if may["view"] else "hidden"


ORDER = ["hidden", "view", "edit"]


@examples(150)
@given(
    st.lists(st.sampled_from(ENTRIES), min_size=1, max_size=8, unique=True),
    st.lists(st.sampled_from(ENTRIES), max_size=3, unique=True),
)
def test_records_rows_and_masks_agree(
    items: tuple[Session, list[Item]], given: list[Entry], taken: list[Entry]
) -> None:
    """The rule written out, `fields`, `mask`, `may_write`, `can` and `where` say the same of each record.

    What is said without a record holds in every record there is of the domain.
    """
    session, rows = items
    with TemporaryDirectory() as folder:
        lines = [f"{{user: ana, grants: {[text_of(one) for one in given]}, domain: acme}}"]
        if taken:
            lines.append(f"{{user: ana, restrict: {[text_of(one) for one in taken]}, domain: acme}}")
        ana = gate_of(Path(folder), *lines).subject("ana", "acme")
    for group, ladders in (("contacts", LADDERS), ("letters", LETTERS)):
        seen: dict[str, list[int]] = {name: [] for name in ladders}
        for item in rows:
            expected = {name: state(item, name, given, taken) for name in ladders}
            assert expected == ana.fields(group, item)
            assert mask(expected, item) == ana.mask(group, item)
            assert may_write(expected, ladders) == ana.may_write(group, ladders, item)
            for name in ladders:
                if expected[name] != "hidden":
                    seen[name].append(item.id)
                if item.account == "acme" and item.inbox is not None:
                    assert ORDER.index(ana.fields(group)[name]) <= ORDER.index(expected[name])
        for name, ladder in ladders.items():
            if ladder != "field":
                criterion = ana.where(f"{group}.fields.{name}.view", Item)
                found = session.scalars(sa.select(Item.id).where(criterion).order_by(Item.id))
                assert seen[name] == list(found)


def test_a_filter_by_a_field_of_some_records_is_found(tmp_path: Path) -> None:
    """The states without a record are those for a whole table."""
    ana = ana_of(tmp_path, "contacts.fields.phone.view@my", "contacts.fields.name@view")
    statement = sa.select(Item).where(Item.phone.startswith("4")).order_by(Item.name)
    assert ("phone",) == hidden_in(statement, ana.fields("contacts"), Item)
