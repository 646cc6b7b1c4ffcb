"""Requests to an `IndexedEnforcer`: usual ones, odd ones, and whom they make known."""

from enum import Enum
from typing import Any

import casbin
import pytest

from invoices import ROWS, USUAL
from plain.casbin_models import INDEXED, both, indexed, outcome
from plain.memory_adapter import MemoryAdapter
from rolegate.casbin.deciders import decider


def test_the_usual_one() -> None:
    """Roles hold in their domain, and roles of roles do."""
    enforcer = indexed(USUAL, MemoryAdapter(ROWS))
    asked = [
        ("ana", "acme", "invoice", "read"),
        ("ana", "beta", "invoice", "read"),
        ("ana", "acme", "invoice", "void"),
        ("ben", "acme", "invoice", "read"),
        ("clerk", "beta", "invoice", "read"),
    ]
    assert [True, False, False, True, True] == enforcer.batch_enforce(asked)
    assert (True, ["clerk", "acme", "invoice", "read"]) == enforcer.enforce_ex(
        "ben", "acme", "invoice", "read"
    )
    assert (False, []) == enforcer.enforce_ex("ana", "beta", "invoice", "read")
    assert ["boss", "clerk"] == enforcer.get_implicit_roles_for_user("ben", "acme")


@pytest.mark.parametrize("text", ["the usual one", "no domains"])
def test_roles_are_followed_as_far_as_casbin_does(text: str) -> None:
    """Nine links in a decision, in a circle too; all of them in the implicit questions."""
    domain = ["acme"] if text == "the usual one" else []
    more = [] if text == "the usual one" else ["allow"]
    for length in (8, 9, 10, 12):
        rows = [("g", "g", [f"r{n}", f"r{n + 1}", *domain]) for n in range(length)]
        rows += [
            ("g", "g", [f"r{length}", "r0", *domain]),
            ("p", "p", [f"r{length}", *domain, "data", "read", *more]),
        ]
        stock, ours = both(INDEXED[text], rows)
        for n in range(length + 1):
            asked = (f"r{n}", *domain, "data", "read")
            assert stock.enforce(*asked) == ours.enforce(*asked) == (length - n <= 9)
            roles = ours.get_implicit_roles_for_user(f"r{n}", *domain)
            assert sorted(stock.get_implicit_roles_for_user(f"r{n}", *domain)) == sorted(roles)
            assert length + 1 == len(roles)


def test_a_link_that_was_added_twice() -> None:
    """It is gone when it is removed once.

    A stock enforcer keeps granting if nobody asked about the domain before, and takes it back if somebody
    did. Here the answer does not depend on who asked; it is the one that does not grant.
    """
    for asked_before in (False, True):
        stock, ours = both(USUAL, ROWS)
        for enforcer in (stock, ours):
            if asked_before:
                assert enforcer.enforce("ana", "acme", "invoice", "read")
            assert not enforcer.add_grouping_policy("ana", "clerk", "acme")
            assert enforcer.remove_grouping_policy("ana", "clerk", "acme")
            assert not enforcer.has_grouping_policy("ana", "clerk", "acme")
        assert stock.enforce("ana", "acme", "invoice", "read") is not asked_before
        assert not ours.enforce("ana", "acme", "invoice", "read")


def test_lines_that_stand_twice() -> None:
    """One removal takes one copy, as with a stock enforcer; a filtered one takes both, and no KeyError."""
    stock, ours = both(USUAL, [*ROWS, *ROWS])
    for enforcer in (stock, ours):
        assert enforcer.enforce("ana", "acme", "invoice", "read")
        assert not enforcer.remove_policy("clerk", "acme", "invoice", "read")
        assert enforcer.enforce("ana", "acme", "invoice", "read")
        assert enforcer.remove_policy("clerk", "acme", "invoice", "read")
        assert not enforcer.enforce("ana", "acme", "invoice", "read")
        assert enforcer.enforce("clerk", "beta", "invoice", "read")
    stock, ours = both(USUAL, [*ROWS, *ROWS, *ROWS])
    for enforcer in (stock, ours):
        for expected in (False, False, True):
            assert enforcer.enforce("ana", "acme", "invoice", "read")
            assert enforcer.remove_policy("clerk", "acme", "invoice", "read") is expected
        assert not enforcer.enforce("ana", "acme", "invoice", "read")
    with pytest.raises(KeyError):
        stock.remove_filtered_grouping_policy(0, "ben")
    assert ours.remove_filtered_grouping_policy(0, "ben")
    assert [] == ours.get_roles_for_user_in_domain("ben", "acme")


def test_an_empty_policy_is_casbins() -> None:
    """It allows the request of empty texts, if anything."""
    stock, ours = both(USUAL, [])
    for asked in (("", "", "", ""), ("ana", "acme", "invoice", "read")):
        assert stock.enforce(*asked) == ours.enforce(*asked)
    ours.add_policy("ana", "acme", "invoice", "read")
    assert ours.enforce("ana", "acme", "invoice", "read")
    assert not ours.enforce("", "", "", "")
    assert ours._index.decide != ours._ask_casbin
    ours.remove_policy("ana", "acme", "invoice", "read")
    assert ours.enforce("", "", "", "")


class Domain(str, Enum):  # noqa: UP042  # its str() is not its value: that is the point
    ACME = "acme"


class Action(str, Enum):  # noqa: UP042
    READ = "read"


class Same:
    """Equals a text, and is none."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return other == self.text

    __hash__ = object.__hash__


@pytest.mark.parametrize(
    "asked",
    [
        ("ana", "acme", "invoice"),
        ("ana", "acme", "invoice", "read", "more"),
        (),
        ("ana", Domain.ACME, "invoice", "read"),
        ("clerk", Domain.ACME, "invoice", "read"),
        ("ana", "acme", "invoice", Action.READ),
        (5, "acme", "invoice", "read"),
        ("ana", 5, "invoice", "read"),
        ("ana", "acme", ["invoice"], "read"),
        ("ana", "acme", 5, "read"),
        ("ana", "acme", 5, "nothing"),
        ("ana", "nowhere", 5, "read"),
        ("ana", "acme", {"a": 1}, "read"),
        ("ana", "acme", ("invoice", 7), "read"),
        ("ana", "acme", (), "read"),
        ("ana", "acme", b"invoice", "read"),
        ("ana", "acme", range(3), "read"),
        ("ana", "acme", 1.5, "nothing"),
        ("ana", "acme", "invoice", ("read",)),
        ("ana", "acme", "invoice", b"read"),
        ("ana", "acme", "nothing", range(3)),
        ("ana", "acme", Same("invoice"), "read"),
        ("ana", "acme", "invoice", Same("read")),
        ("clerk", "acme", Same("invoice"), Same("void")),
        (["ana"], "acme", "invoice", "read"),
        (None, None, None, None),
        (casbin.core_enforcer.EnforceContext("r", "p", "e", "m"), "ana", "acme", "invoice", "read"),
        (casbin.core_enforcer.EnforceContext("r", "p", "e", "m"), "ana", "acme", "invoice"),
    ],
)
@pytest.mark.parametrize(
    "model",
    [
        "the usual one",
        "denials",
        "stars",
        "stars for things",
        "stars, only denials",
        "no spaces",
        "only denials",
        "a superuser with denials",
        "a role of superusers with denials",
        "words for all subjects and domains",
        "roles of a domain, and of all",
    ],
)
def test_requests_that_are_not_four_texts(asked: tuple[Any, ...], model: str) -> None:
    """The same answer, or the same kind of exception."""
    rows = ROWS
    if model != "the usual one":
        effect = "deny" if "only" in model else "allow"
        rows = [(s, n, [*rule, effect] if s == "p" else rule) for s, n, rule in ROWS]
        rows += [
            ("p", "p", ["clerk", "*", "*", "*", effect]),
            ("p", "p", ["clerk", "acme", "*", "*", effect]),
            ("p", "p", ["boss", "acme", "*", "read", effect]),
            ("p", "p", ["ana", "acme", "invoice", "read", "deny"]),
        ]
    stock, ours = both(INDEXED[model], rows)
    assert outcome(lambda: stock.enforce(*asked)) == outcome(lambda: ours.enforce(*asked))
    assert outcome(lambda: stock.enforce_ex(*asked)) == outcome(lambda: ours.enforce_ex(*asked))


@pytest.mark.parametrize("model", ["stars", "no spaces", "domains in domains"])
def test_asking_about_strangers_stores_nothing(model: str) -> None:
    """Neither names nor domains nor things."""
    ours = indexed(INDEXED[model], MemoryAdapter([("p", "p", ["clerk", "*", "a*", "read", "allow"])]))
    assert ours.enforce("clerk", "*", "a", "read")
    tables = ours._index.tables
    assert tables is not None

    def sizes() -> tuple[int, ...]:
        manager = ours.get_role_manager()
        cells = [len(table.topics) for table in tables.lines.values()]
        cells += [len(view.topics) for view in tables.views.values()]
        who = [len(table.subjects.known) for table in (*tables.domains.values(), tables.unknown)]
        return (
            len(tables.domains),
            len(manager.edges),
            len(manager.all_links),
            len(manager.rm_map),
            *cells,
            *who,
        )

    before = sizes()
    for n in range(50):
        assert not ours.enforce(f"u{n}", f"d{n}", f"a{n}", f"x{n}")
        assert ours.enforce("clerk", f"d{n}", f"a{n}", "read") is (model == "stars")
        assert ours.enforce("clerk", "*", f"a{n}", "read")
        ours.get_roles_for_user_in_domain(f"u{n}", f"d{n}")
        ours.get_implicit_permissions_for_user(f"u{n}", f"d{n}")
    assert before == sizes()


@pytest.mark.parametrize(
    ("model", "name"),
    [
        ("the usual one", "with_domain"),
        ("other order", "with_domain"),
        ("denials", "with_domain"),
        ("a star for a domain", "with_domain"),
        ("no spaces", "with_things"),
        ("our own", "with_scope"),
        ("no domains", "without_domain"),
        ("paths", "things_without_domain"),
        ("patterns without domains", "things_without_domain"),
        ("a superuser with denials", "conditional"),
    ],
)
def test_usual_requests_have_a_function_of_their_own(model: str, name: str) -> None:
    """Whatever the order of the terms."""
    tables = indexed(INDEXED[model])._index.tables
    assert tables is not None
    assert name == decider(tables, bool).__name__
