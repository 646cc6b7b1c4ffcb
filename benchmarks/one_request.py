"""What a request asks beside the plain question: records, rows, fields, lists and trees, on the help desk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import count
from statistics import median
from time import thread_time_ns
from typing import Any

from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from benchmarks.children import ROOT
from benchmarks.desk_fields import desk_of_fields
from benchmarks.desk_rivals import ACCOUNT, USERS, ByHand, CedarDesk, Contact, Row, Ticket
from benchmarks.findings import Figure, Section, duration, number
from benchmarks.plan import Plan
from benchmarks.timing import Times, Turn, interleaved
from rolegate.gate.binding_source import DomainBindings
from rolegate.gate.gate import Gate
from rolegate.gate.standing import Kept
from rolegate.gate.subject import Subject

Call = Callable[[], object]

Ask = Callable[[Subject], object]


def _can(permission: str, record: Any) -> Ask:
    return lambda subject: subject.can(permission, record)


def _mask(record: Any) -> Ask:
    return lambda subject: subject.mask("contacts", record, keep=("id",))


def _fields(group: str, record: Any) -> Ask:
    return lambda subject: subject.fields(group, record)


CHECK = "plain `Gate.check`"
ROWS: tuple[Row, ...] = tuple(
    {"id": number, "account": ACCOUNT, "inbox": inbox, "team": team, "assignee": assignee}
    for number, (inbox, team, assignee) in enumerate(
        [
            ("Support", "sales", "ana"),
            ("Support", "sales", "bo"),
            ("Sales", "sales", None),
            ("Support", "billing", "cy"),
            ("Support", None, None),
            ("Sales", "billing", "ana"),
        ]
    )
)
"""The tickets of the help desk."""

CONTACT: Row = {"id": 1, "account": ACCOUNT, "name": "Zoe", "phone": "+48 600", "card_number": "4111"}

OTHER_USER = "where, another user"
"""A subject with attributes, of which no criterion is kept: it is copied each time."""

OF_RECORDS = "fields(record)"
"""Four fields, of which some have scopes; asked on a desk of its own."""

LIMITS = {
    "can(record)": 12,
    "where": 100,
    "fields": 12,
    OF_RECORDS: 50,
    "mask of four fields": 12,
    "instances": 12,
}
"""How many plain questions each may take, whichever way it is asked."""


def questions(session: Session) -> dict[str, list[Ask]]:
    """What is asked of a subject; a row `can(record), …` is one way to ask `can(record)`.

    The mapped objects are loaded in *session*.
    """
    session.add_all([*(Ticket(**row) for row in ROWS), Contact(**CONTACT)])
    session.commit()
    tickets = session.scalars(select(Ticket).order_by(Ticket.id)).all()
    return {
        "can(record), a dictionary": [_can("tickets.show", row) for row in ROWS],
        "can(record), a mapped object": [_can("tickets.show", ticket) for ticket in tickets],
        "can(record), per instance": [_can("inboxes.read", ticket) for ticket in tickets],
        "where, the same user again": [lambda subject: subject.where("tickets.show", Ticket)],
        OTHER_USER: [lambda subject: subject.where("tickets.show", Ticket)],
        "fields": [lambda subject: subject.fields("contacts")],
        f"{OF_RECORDS}, a dictionary": [_fields("tickets", row) for row in ROWS],
        f"{OF_RECORDS}, a mapped object": [_fields("tickets", ticket) for ticket in tickets],
        f"{OF_RECORDS}, per instance": [_fields("letters", row) for row in ROWS],
        "mask of four fields, a dictionary": [_mask(CONTACT)],
        "mask of four fields, a mapped object": [_mask(session.scalars(select(Contact)).one())],
        "instances": [lambda subject: subject.instances("inboxes.read")],
        "tree()": [lambda subject: subject.tree()],
    }


def measure(plan: Plan) -> list[Section]:
    gate = Gate.from_path(ROOT / "examples/helpdesk/policy")
    agree(gate)
    scoped = desk_of_fields(plan.room("desk"))
    engine = create_engine("sqlite://")
    Ticket.metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        asked = questions(session)
        gates = {name: scoped if name.startswith(OF_RECORDS) else gate for name in asked}
        times = _times(gates, asked, plan)
        first = {name: _first(gates[name], those[0], plan) for name, those in asked.items()}
    return [_section(times, first, statements(gate))]


def _times(gates: dict[str, Gate], asked: dict[str, list[Ask]], plan: Plan) -> Times:
    gate = gates[OTHER_USER]
    subjects = {name: found.subject("ana", ACCOUNT) for name, found in gates.items()}
    night = Subject(gate._live, "ana", ACCOUNT, {"shift": "night"})  # the gate would say: not declared
    calls: dict[str, list[Call]] = {CHECK: [lambda: gate.check("ana", "contacts.show", domain=ACCOUNT)] * 50}
    for name, those in asked.items():
        calls[name] = [partial(ask, night if name == OTHER_USER else subjects[name]) for ask in those]
    calls["a new subject"] = [lambda: gate.subject("ana", ACCOUNT)]
    roles, teams, numbers = ["agent"], ["sales"], count()
    calls["a new subject, with a role and a team"] = [
        lambda: gate.subject("zoe", ACCOUNT, roles=roles, teams=teams)
    ]
    calls["the same, another user each time"] = [
        lambda: gate.subject(f"user {next(numbers)}", ACCOUNT, roles=roles, teams=teams)
    ]
    bound = Gate(gate.policy, bindings=Rows())
    calls["`Gate.check` with bindings from the application"] = [
        lambda: bound.check("zoe", "contacts.show", domain=ACCOUNT)
    ]
    calls |= _rivals()
    return interleaved({name: [_turn(call)] for name, call in calls.items()}, plan.rounds * 5, CHECK)


class Rows:
    """The tables of an application, which say what the files do not."""

    def look(self, domain: str) -> object:
        return domain

    def read(self, domain: str) -> DomainBindings:
        roles = [
            {"user": "zoe", "role": "agent"},
            *({"user": f"user {n}", "role": "agent"} for n in range(100)),
        ]
        return DomainBindings(roles if domain == ACCOUNT else ())


def agree(gate: Gate) -> None:
    """Every contender says the same of each ticket, and every user is asked.

    Raises:
        AssertionError: when one does not; its times would mean nothing.
    """
    rivals = (ByHand(), CedarDesk())
    for user in USERS:
        subject = gate.subject(user, ACCOUNT)
        for row in ROWS:
            expected = {subject.can("tickets.show", row), subject.can("tickets.show", Ticket(**row))}
            if {*expected, *(rival.can(user, row) for rival in rivals)} != expected or len(expected) > 1:
                raise AssertionError(f"a contender is wrong about {user} and {row}")
    shown = gate.subject("ana", ACCOUNT).mask("contacts", CONTACT, keep=("id",))
    if ByHand().mask(CONTACT, ("id", "name", "phone")) != shown:
        raise AssertionError("the masks differ")


def _rivals() -> dict[str, list[Call]]:
    hand, cedar = ByHand(), CedarDesk()
    asked = [(rival, row) for rival in (hand, cedar) for row in ROWS]
    found: dict[str, list[Call]] = {}
    for rival, row in asked:
        found.setdefault(f"can(record), {rival.name}", []).append(_ask(rival, row))
    found["where, by hand"] = [lambda: hand.rows("ana")]
    found["mask of four fields, by hand"] = [lambda: hand.mask(CONTACT, ("id", "name", "phone"))]
    return found


def _ask(rival: ByHand | CedarDesk, row: Row) -> Call:
    return lambda: rival.can("ana", row)


def _turn(calls: Sequence[Call]) -> Turn:
    """Makes each of *calls* some times; around it are as many calls of a function that does nothing."""
    idle: list[Call] = [lambda: None] * len(calls)
    again = max(1, 100 // len(calls))
    return Turn(partial(_make, calls, again), partial(_make, idle, again), again * len(calls), 5)


def _make(calls: Sequence[Call], again: int) -> None:
    for _ in range(again):
        for call in calls:
            call()


def _section(times: Times, first: dict[str, float], compiled: int) -> Section:
    section = Section(
        "What a request does beside the plain question",
        ("on the policy of the help desk", "time", "plain questions", "the first time"),
        notes=[
            """What has been worked out for one user serves all who hold the same, until the policy changes;
            `the first time` is that of a state in which nobody has asked yet. For cedarpy, users and policies
            are parsed before, and the ticket is added as an entity. By hand is Python and SQLAlchemy written
            for this one rule, with the roles in a dictionary. A mapped object is one that a session of
            SQLAlchemy has loaded. `fields(record)` is asked on a desk where some of four fields have scopes:
            benchmarks/desk_fields.py."""
        ],
    )
    for name in times.nanoseconds:
        anew = duration(first[name]) if name in first else ""
        ratio = "1x" if name == CHECK else f"{number(times.ratio[name])}x"
        section.rows.append((name, duration(times.nanoseconds[name] / 1e9), ratio, anew))
    for what, limit in LIMITS.items():
        ways = {name: times.ratio[name] for name in first if name.partition(",")[0] == what}
        worst = max(ways, key=ways.__getitem__)
        note = "" if worst == what else f"most: {worst.partition(', ')[2]}"
        figure = Figure(f"{what} against a plain check", limit, ways[worst], at_least=False, note=note)
        section.figures.append(figure)
    title = "statements compiled for users with the same scopes, whatever else they hold"
    section.figures.append(Figure(title, 1, compiled, "of them", at_least=False))
    return section


def _first(gate: Gate, ask: Ask, plan: Plan) -> float:
    """Seconds of a question in a state in which nobody has asked anything yet."""
    live, taken = gate._live, []
    for _ in range(plan.rounds * 5):
        gate._live = replace(live, kept=Kept.of(gate.policy.catalog))
        subject = gate.subject("ana", ACCOUNT)
        start = thread_time_ns()
        ask(subject)
        taken.append(thread_time_ns() - start)
    gate._live = live
    return median(taken) / 1e9


def statements(gate: Gate) -> int:
    """How many statements SQLAlchemy compiles to list tickets for three agents, who have little in common."""
    engine = create_engine("sqlite://")
    Ticket.metadata.create_all(engine)
    compiled: dict[Any, Any] = {}
    with Session(engine.execution_options(compiled_cache=compiled)) as session:
        for user, domain in (("ana", ACCOUNT), ("cy", ACCOUNT), ("eve", "beta")):
            session.scalars(
                select(Ticket).where(gate.subject(user, domain).where("tickets.show", Ticket))
            ).all()
    return len(compiled)
