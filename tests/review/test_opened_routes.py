"""Whether another guard is weaker: who may call a route with it who could not with the one before."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from command_line import write_set
from git_desk import FILES
from rolegate import Gate, Policy, load
from rolegate.documents.guard_parts import GuardPart, guard_parts
from rolegate.documents.route_lock import HEADER, read_lock
from rolegate.review.access_diff import access_diff
from rolegate.review.opened_routes import opened
from rolegate.review.route_changes import route_changes
from rolegate.review.routed_sets import RoutedSet

GUARDS = (
    "tickets.show",
    "tickets.show@my",
    "tickets.edit",
    "tickets.edit@team",
    "billing.pay",
    "tickets.export",
    "inboxes.access",
    "inboxes.access[{inbox}]",
    "inboxes.access[Support]",
    "inboxes.access[Lost%20property]",
    "inboxes.list[{inbox}]",
    "nobody.has",
)
USERS, DOMAINS = ("ana", "bo", "cy", "dan", "zed"), ("acme", "emea", "beta")
INBOXES = ("Support", "Complaints", "Lost property")


@pytest.fixture(scope="module")
def sides(tmp_path_factory: pytest.TempPathFactory) -> tuple[Policy, Policy]:
    """A set, and one in which agents have fewer inboxes and bo may pay from next century on."""
    catalog = FILES["catalog.yaml"].replace(
        "permissions: {access:", "permissions: {list: {title: 'Listing of {inbox}', per: inbox}, access:"
    )
    files = {**FILES, "catalog.yaml": catalog}
    changed = {
        **files,
        "roles/agent.yaml": "role: agent\nextends: viewer\n"
        "grants: [tickets.*@team, 'inboxes.access[Support]', 'inboxes.list[*]']\n",
        "bindings.yaml": FILES["bindings.yaml"]
        + "  - {user: bo, role: boss, domain: beta, from: 2100-01-01}\n",
    }
    folder = tmp_path_factory.mktemp("sides")
    write_set(folder / "old", files)
    write_set(folder / "new", changed)
    return load(folder / "old"), load(folder / "new")


def calls(gate: Gate, user: str, domain: str, guard: str, inbox: str) -> bool:
    """Whether a user may call a route with this guard for an inbox."""
    (part,) = guard_parts(guard)
    assert part.permission is not None
    if gate.policy.catalog.find(part.permission) is None:
        return False
    on = {None: None, "{inbox}": inbox, "Support": "Support", "Lost%20property": "Lost property"}[part.on]
    return gate.subject(user, domain).can(part.permission, on=on, scope=part.scope)


def test_it_agrees_with_asking_a_gate(sides: tuple[Policy, Policy]) -> None:
    """For every two guards: whoever may call now for something, and could not for the same, is named."""
    old, new = sides
    pairs = list(product(GUARDS, GUARDS))
    found = opened(pairs, old, new)
    gates = [Gate(policy) for policy in sides]
    named = 0
    for before, after in pairs:
        for user, domain in product(USERS, DOMAINS):
            says = any(
                calls(gates[1], user, domain, after, inbox)
                and not calls(gates[0], user, domain, before, inbox)
                for inbox in INBOXES
            )
            name = "everybody else" if user == "zed" else f"user {user}"
            texts = {text for text in found[before, after] if text.partition(" in ")[0] == name}
            told = any(domain in text.partition(" in ")[2].split(", ") for text in texts)
            if user == "bo" and domain == "beta":
                assert told >= says, (before, after)  # from next century on, too
            else:
                assert told == says, (before, after, user, domain)
            named += says
    assert named > 100


@pytest.mark.parametrize("guard", ["inboxes.access[?]", "inboxes.list[?]"])
def test_what_a_function_looks_up_may_be_another_instance(sides: tuple[Policy, Policy], guard: str) -> None:
    """Whoever holds some may name that one; so is nobody weaker guarded who held all of them before."""
    found = opened([(before, guard) for before in GUARDS], *sides)
    gates = [Gate(policy) for policy in sides]
    inboxes = (*INBOXES, "one that is new")
    named = 0
    for before, user, domain in product(GUARDS, USERS, DOMAINS):
        some = any(calls(gates[1], user, domain, guard.replace("?", "{inbox}"), inbox) for inbox in inboxes)
        says = some and not all(calls(gates[0], user, domain, before, inbox) for inbox in inboxes)
        name = "everybody else" if user == "zed" else f"user {user}"
        texts = {text for text in found[before, guard] if text.partition(" in ")[0] == name}
        told = any(domain in text.partition(" in ")[2].split(", ") for text in texts)
        assert told == says or (told and (user, domain) == ("bo", "beta")), (before, user, domain)
        named += says
    assert named > 20
    assert found["inboxes.access[{inbox}]", guard]


def test_a_later_time_counts(sides: tuple[Policy, Policy]) -> None:
    """What somebody gets next century is weaker as well; asked about the time after it, it is not lost."""
    guards = ("tickets.show@my", "billing.pay")
    assert "user bo in beta" in opened([guards], *sides)[guards]
    assert "role boss" not in opened([guards], *sides)[guards]


def test_a_set_that_is_new_lets_in_whoever_holds_it(sides: tuple[Policy, Policy]) -> None:
    """Nobody could call anything by it before."""
    guards = ("tickets.show", "billing.pay")
    assert "role boss" in opened([guards], None, sides[1])[guards]


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        ("billing.pay", "tickets.show for a record", True),
        ("tickets.show for a record", "tickets.show@my", True),
        ("tickets.show for a record", "tickets.show", False),
        ("tickets.show@my and billing.pay", "tickets.show@my and billing.refund", False),
        ("billing.pay", "tickets.show@my and billing.refund", False),
        ("billing.pay and tickets.edit@my", "tickets.edit@my", True),
        ("billing.pay", "whatever this is", True),
        ("whatever this is", "billing.pay", True),
        ("signed in", "billing.pay", False),
        ("billing.pay", "inboxes.access[]", True),
        ("inboxes.access[Support/]", "inboxes.access", True),
    ],
)
def test_several_parts_and_records(
    sides: tuple[Policy, Policy], before: str, after: str, opens: bool
) -> None:
    """Each part of before has to be covered; of what cannot be read, the broader reading counts."""
    assert bool(opened([(before, after)], sides[0], sides[0])[before, after]) is opens


def test_a_record_of_a_renamed_permission_is_the_same(tmp_path: Path, sides: tuple[Policy, Policy]) -> None:
    """The guard has the new name, and lets in nobody else."""
    catalog = (
        FILES["catalog.yaml"]
        .replace("tickets.show", "tickets.see")
        .replace("show: {", "see: {renamed_from: tickets.show, ")
    )
    files = {name: text.replace("tickets.show", "tickets.see") for name, text in FILES.items()}
    write_set(tmp_path, {**files, "catalog.yaml": catalog})
    guards = ("tickets.show for a record", "tickets.see for a record")
    other = ("tickets.edit for a record", "tickets.see for a record")
    found = opened([guards, other], sides[0], load(tmp_path))
    assert not found[guards]
    assert found[other]


def test_a_guard_is_read_in_parts() -> None:
    """An instance may have the joining word in it."""
    assert guard_parts("a.b[x%20and%20y]@my for a record and signed in") == (
        GuardPart("a.b[x%20and%20y]@my for a record", "a.b", "x%20and%20y", "my", True),
        GuardPart("signed in"),
    )
    assert [part.on_request for part in guard_parts("a.b[{x}/{y}] and a.b[?] and a.b[x] and a.b")] == [
        True,
        True,
        False,
        False,
    ]


INBOX = "GET /inboxes/{inbox}/threads/{thread} -> inboxes.access[{inbox}]"


@pytest.mark.parametrize(
    ("before", "after", "opens"),
    [
        (INBOX, "GET /inboxes/{inbox}/threads/{thread} -> inboxes.access[{thread}]", True),
        (INBOX, "GET /inboxes/{thread}/threads/{inbox} -> inboxes.access[{inbox}]", True),
        (INBOX, "GET /inboxes/{box}/threads/{id} -> inboxes.access[{box}]", False),
        (INBOX, "GET /inboxes/{box:int}/threads/{id} -> inboxes.access[{box}]", False),
        (INBOX, "GET /inboxes/<int:box>/threads/<id> -> inboxes.access[{box}]", False),
        (INBOX, "GET /inboxes/{inbox}/threads/{thread} -> inboxes.access[?]", True),
        (INBOX.replace("{inbox}]", "?]"), INBOX, False),
        (INBOX.replace("{inbox}]", "?]"), INBOX.replace("{inbox}]", "?] and tickets.show@my"), False),
        (f"{INBOX} and tickets.show@my", INBOX.replace("{inbox}]", "?] and tickets.show@my"), True),
    ],
)
def test_another_parameter_of_the_path_is_another_instance(
    sides: tuple[Policy, Policy], before: str, after: str, opens: bool
) -> None:
    """Whoever may enter one inbox would name that one, and get at another; a new name changes nothing."""
    old, new = (read_lock(f"{HEADER}\n{line}\n", "routes") for line in (before, after))
    sets = [RoutedSet(sides[0], sides[0], access_diff(sides[0], sides[0]))]
    (change,) = route_changes(old, new, sets)
    assert bool(change.opened) is change.unguarded is opens
    assert change.opened == (("user cy in acme, emea",) if opens else ())
    holders = sets[0].holders("inboxes.access", None)
    assert change.callers[0] == holders
    assert sets[0].holders("inboxes.access", None) is holders  # asked once, however many routes there are
