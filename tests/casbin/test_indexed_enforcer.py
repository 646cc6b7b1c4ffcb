"""`IndexedEnforcer` gives the answers of a stock `casbin.Enforcer`, whatever was done to both.

ROLEGATE_PROGRAMS=500 makes the random part run that many programs for each model, other ones each time.
"""

import copy
import json
import logging
import os
import pickle
import random
import threading
import time
import warnings
from collections.abc import Callable, Iterable
from enum import Enum
from pathlib import Path
from typing import Any

import casbin
import pytest
import yaml
from casbin.persist.adapters import FilteredFileAdapter
from casbin.util import key_match2_func, key_match_func

import rolegate
from plain.casbin_models import ALLOW, DENY, FALLBACK, INDEXED, both, indexed, model_of, outcome
from plain.casbin_programs import Program
from plain.loading import source
from plain.memory_adapter import MemoryAdapter, Row
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning
from rolegate.casbin.deciders import decider


def seeds() -> Iterable[int]:
    wanted = os.environ.get("ROLEGATE_PROGRAMS")
    start = 0 if wanted is None else random.randrange(10**6)
    return range(start, start + int(wanted or 4))


@pytest.mark.parametrize("name", INDEXED)
def test_random_programs(name: str) -> None:
    """After every management call: the same decisions, explanations, lists and implicit questions."""
    for seed in seeds():
        program = Program(INDEXED[name], seed)
        program.ask(20)
        for _ in range(30):
            program.step()
            program.ask(12)


# -- the family, by example ---------------------------------------------------------------------------------

USUAL = INDEXED["the usual one"]
USUAL_MATCHER = "g(r.sub, p.sub, r.dom) && r.dom == p.dom && r.obj == p.obj"
ROWS: list[Row] = [
    ("p", "p", ["clerk", "acme", "invoice", "read"]),
    ("p", "p", ["boss", "acme", "invoice", "void"]),
    ("p", "p", ["clerk", "beta", "invoice", "read"]),
    ("g", "g", ["ana", "clerk", "acme"]),
    ("g", "g", ["ben", "boss", "acme"]),
    ("g", "g", ["boss", "clerk", "acme"]),
]


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
        who = [len(each.subjects.known) for each in (*tables.domains.values(), tables.unknown)]
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
    ],
)
def test_usual_requests_have_a_function_of_their_own(model: str, name: str) -> None:
    """Whatever the order of the terms."""
    tables = indexed(INDEXED[model])._index.tables
    assert tables is not None
    assert name == decider(tables, bool).__name__


# -- what is outside the family -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", FALLBACK)
def test_other_models_are_casbins(name: str) -> None:
    """The answers are a stock enforcer's; one warning says why they are slow."""
    text, word = FALLBACK[name]
    conditions = ["_", "_"] if "(_" in text else []
    rows = [(s, n, [*rule, "allow"] if s == "p" else [*rule, *conditions]) for s, n, rule in ROWS]
    stock = casbin.Enforcer(model_of(text), MemoryAdapter(rows))
    with pytest.warns(NotIndexedWarning, match="Casbin itself answers") as seen:
        ours = IndexedEnforcer(model_of(text), MemoryAdapter(rows))
        for sub, obj, act in (("ana", "invoice", "read"), ("ana", "log", "read"), ("root", "x", "y")):
            asked = (sub, "acme", obj, act)
            assert outcome(lambda: stock.enforce(*asked)) == outcome(lambda: ours.enforce(*asked))  # noqa: B023
        ours.add_policy("clerk", "acme", "log", "read", "allow")
        ours.load_policy()
    assert 1 == len(seen)
    assert not ours.indexed
    assert word in (ours.why_not_indexed or "")


def changed(change: Callable[[Any], Any], word: str | None) -> tuple[Any, IndexedEnforcer]:
    """Both enforcers after *change*, which makes ours leave the index for a reason with *word* in it."""
    stock, ours = both(USUAL, ROWS)
    assert ours.indexed
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotIndexedWarning)
        change(stock)
        change(ours)
        asked = [
            (sub, dom, "invoice", act)
            for sub in ("ana", "ben", "a", "clerk")
            for dom in ("acme", "acme2", "beta")
            for act in ("read", "void")
        ]
        assert [stock.enforce(*each) for each in asked] == ours.batch_enforce(asked)
        assert word is None or word in (ours.why_not_indexed or "")
        assert ours.indexed is (word is None)
    return stock, ours


def test_matching_functions_are_casbins() -> None:
    """So is everything else that is not in the model or the policy."""
    starts: Callable[[str, str], bool] = lambda one, other: one.startswith(other[:4])  # noqa: E731
    changed(lambda e: e.add_named_matching_func("g", starts), "matching function")
    changed(lambda e: e.add_named_domain_matching_func("g", key_match2_func), "matching function")
    stock, ours = changed(lambda e: e.add_named_domain_matching_func("g", starts), "matching function")
    for enforcer in (stock, ours):
        enforcer.add_role_for_user_in_domain("eve", "boss", "acme")
        enforcer.add_policy("boss", "acme-eu", "invoice", "void")
        assert enforcer.enforce("eve", "acme-eu", "invoice", "void")
        enforcer.load_policy()
        assert enforcer.enforce("eve", "acme-eu", "invoice", "void")
        assert sorted(enforcer.get_implicit_roles_for_user("eve", "acme-eu")) == ["boss", "clerk"]
        enforcer.delete_roles_for_user_in_domain("eve", "boss", "acme")
        assert not enforcer.enforce("eve", "acme-eu", "invoice", "void")
    changed(lambda e: e.add_function("keyMatch", lambda *_: True), None)


def test_a_function_for_domains_of_roles_without_any() -> None:
    """Casbin asks it which lines are meant, and nothing else."""
    rows: list[Row] = [
        ("p", "p", ["clerk", "*", "invoice", "read", "allow"]),
        ("p", "p", ["clerk", "beta", "invoice", "read", "allow"]),
        ("g", "g", ["ana", "clerk"]),
    ]
    answers = []
    for enforcer in both(INDEXED["roles for all domains"], rows):
        enforcer.add_named_domain_matching_func("g", key_match_func)
        asked = [("ana",), ("ana", "acme"), ("ana", "beta"), ("ana", "acme", False)]
        answers.append([enforcer.get_implicit_permissions_for_user(*each) for each in asked])
    assert answers[0] == answers[1]
    assert [rows[0][2]] == answers[1][1]


def test_another_key_match_is_casbins() -> None:
    """Whichever way it comes in."""
    rows = [("p", "p", ["ana", "acme", "a*", "read", "allow"])]
    ways: list[Callable[[Any], Any]] = [lambda e: e.add_function, lambda e: e.fm.add_function]
    for way in ways:
        stock, ours = both(INDEXED["only denials"].replace(DENY, ALLOW), rows)
        for enforcer in (stock, ours):
            assert not enforcer.enforce("ana", "acme", "b", "read")
            way(enforcer)("keyMatch", lambda *_: True)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotIndexedWarning)
                assert enforcer.enforce("ana", "acme", "b", "read")
        assert not ours.indexed


def test_a_role_manager_of_ones_own_is_asked() -> None:
    """Once Casbin asks it, too."""

    def change(enforcer: Any) -> None:
        manager = casbin.rbac.default_role_manager.DomainManager(3)
        enforcer.set_role_manager(manager)
        enforcer.build_role_links()

    changed(change, "role manager")


def test_effects_and_models_are_followed() -> None:
    """`set_effector`, `set_model`, `load_model` and `enable_enforce`."""
    changed(lambda e: e.set_effector(casbin.effect.get_effector("priority(p_eft) || deny")), "effect")
    changed(lambda e: e.set_effector(casbin.effect.get_effector("!some(where (p_eft == deny))")), None)
    changed(lambda e: e.set_model(model_of(USUAL)), None)
    changed(lambda e: (e.set_model(model_of(USUAL)), e.load_policy()), None)
    changed(lambda e: e.set_model(model_of(FALLBACK["keyMatch2"][0])), "keyMatch2")
    changed(lambda e: e.enable_enforce(False), None)
    changed(lambda e: (e.enable_enforce(False), e.enable_enforce(True)), None)


def test_a_model_from_a_file_is_loaded_again(tmp_path: Path) -> None:
    """And what stands in it then holds."""
    model, policy = tmp_path / "model.conf", tmp_path / "policy.csv"
    model.write_text(USUAL)
    policy.write_text("".join(f"{name}, {', '.join(rule)}\n" for _, name, rule in ROWS))
    for kind in (casbin.Enforcer, IndexedEnforcer):
        model.write_text(USUAL)
        enforcer = kind(str(model), str(policy))
        assert enforcer.enforce("ana", "acme", "invoice", "read")
        model.write_text(USUAL.replace("r.act == p.act", '(r.act == p.act || p.act == "void")'))
        enforcer.load_model()
        assert not enforcer.enforce("ana", "acme", "invoice", "read")
        enforcer.load_policy()
        assert enforcer.enforce("ben", "acme", "invoice", "anything")
        model.write_text(USUAL)
        enforcer.load_model()
        enforcer.load_policy()
        assert enforcer.enforce("ana", "acme", "invoice", "read")


# -- changes behind its back --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda e: e.model.add_policy("p", "p", ["ana", "acme", "invoice", "void"]),
        lambda e: e.model["p"]["p"].policy.append(["ana", "acme", "invoice", "void"]),
        lambda e: e.model["p"]["p"].policy.extend([["ana", "acme", "invoice", "void"]]),
        lambda e: e.get_policy().insert(0, ["ana", "acme", "invoice", "void"]),
        lambda e: e.get_policy().pop(0),
        lambda e: e.get_policy().clear(),
        lambda e: e.get_policy().reverse(),
        lambda e: e.model.remove_policy("p", "p", ROWS[0][2]),
        lambda e: e.model.remove_filtered_policy("p", "p", 0, "clerk"),
        lambda e: e.model.clear_policy(),
        lambda e: setattr(e.model["p"]["p"], "policy", [["ana", "acme", "invoice", "void"]]),
        lambda e: e.get_policy().__setitem__(0, ["ana", "acme", "invoice", "void"]),
        lambda e: e.get_policy().__setitem__(slice(0, 2), [["ana", "acme", "invoice", "void"]]),
        lambda e: e.get_policy().__delitem__(0),
        lambda e: e.get_policy().__iadd__([["ana", "acme", "invoice", "void"]]),
        lambda e: e.get_role_manager().add_link("ana", "boss", "acme"),
        lambda e: e.get_role_manager().delete_link("ana", "clerk", "acme"),
        lambda e: e.get_role_manager().clear(),
        lambda e: setattr(e, "enabled", False),
        lambda e: e.model["p"]["p"].policy.append(["too", "short"]),
        lambda e: e.get_policy()[0].__setitem__(3, "void"),
        lambda e: e.get_policy()[0].__setitem__(slice(2, 4), ["invoice", "void"]),
        lambda e: e.get_policy()[0].append("more"),
        lambda e: e.get_policy()[1].reverse(),
        lambda e: e.get_filtered_policy(0, "boss")[0].__setitem__(3, "read"),
        lambda e: e.enforce_ex("ana", "acme", "invoice", "read")[1].__setitem__(0, "boss"),
        lambda e: e.get_implicit_permissions_for_user("ben", "acme")[0].__setitem__(3, "read"),
        lambda e: e.get_model().add_def("m", "m", f"{USUAL_MATCHER} && r.act == p.act && p.act == r.act"),
        lambda e: e.get_model().add_def("m", "m", f'{USUAL_MATCHER} && (r.act == p.act || p.act == "void")'),
        lambda e: e.get_model().add_def("p", "p", "sub, dom, obj, act"),
        lambda e: e.get_model().add_def("g", "g", "_, _, _"),
        lambda e: e.model["m"].__setitem__(
            "m", model_of(USUAL.replace("r.act == p.act", "r.sub == p.sub"))["m"]["m"]
        ),
        lambda e: e.model["m"].update(model_of(INDEXED["a star for a domain"])["m"].items()),
        lambda e: e.model.model.__setitem__("m", model_of(FALLBACK["in"][0])["m"]),
        lambda e: e.model.__setitem__("p", model_of(USUAL)["p"]),
        lambda e: e.model["p"].pop("p"),
        lambda e: e.model["m"].clear(),
        lambda e: setattr(e.model["m"]["m"], "value", 'r_sub == "ana"'),
        lambda e: setattr(e.model["m"]["m"], "value", "r_sub == p_sub && r_dom == p_dom"),
        lambda e: setattr(e.model["p"]["p"], "tokens", ["p_sub", "p_dom", "p_act", "p_obj"]),
        lambda e: e.model["p"]["p"].tokens.__setitem__(slice(2, 4), ["p_act", "p_obj"]),
        lambda e: setattr(e.model["r"]["r"], "tokens", ["r_sub", "r_dom", "r_act", "r_obj"]),
    ],
)
def test_changes_of_the_model_itself_are_seen(change: Callable[[Any], Any]) -> None:
    """As a stock enforcer sees them."""
    stock, ours = both(USUAL, ROWS)
    who, where, what = ("ana", "ben", "clerk"), ("acme", "beta"), ("read", "void")
    asked = [(sub, dom, "invoice", act) for sub in who for dom in where for act in what]
    for enforcer in (stock, ours):
        enforcer.batch_enforce(asked)
        change(enforcer)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotIndexedWarning)
        for each in asked:
            assert outcome(lambda: stock.enforce(*each)) == outcome(lambda: ours.enforce(*each))  # noqa: B023


def test_a_function_that_is_put_in_its_dictionary_is_seen() -> None:
    """Casbin's own `enforce` writes there, too; that changes nothing."""
    model = INDEXED["only denials"].replace(DENY, ALLOW)
    stock, ours = both(model, [("p", "p", ["ana", "acme", "in*", "read", "allow"])])
    for enforcer in (stock, ours):
        assert not enforcer.enforce("ana", "acme", "log", "read")
        enforcer.fm.get_functions()["keyMatch"] = lambda *_: True
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotIndexedWarning)
            assert enforcer.enforce("ana", "acme", "log", "read")
    ours.fm.get_functions()["keyMatch"] = key_match_func
    assert not ours.enforce("ana", "acme", "log", "read")
    tables = ours._index.tables
    assert tables is not None
    assert TypeError is outcome(lambda: ours.enforce("ana", "acme", 5, "read"))  # by Casbin
    assert ours._index.tables is tables


def test_the_longest_chain_of_roles_can_be_changed() -> None:
    """And changed back."""
    stock, ours = both(USUAL, ROWS)
    for level in (1, 2, 3, 0, 10):
        answers = []
        for enforcer in (stock, ours):
            enforcer.enforce("ben", "acme", "invoice", "read")
            manager = enforcer.get_role_manager()
            manager.max_hierarchy_level = level
            for each in manager.rm_map.values():
                each.max_hierarchy_level = level
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", NotIndexedWarning)
                answers.append(
                    [
                        enforcer.enforce(sub, "acme", "invoice", act)
                        for sub in ("ana", "ben")
                        for act in ("read", "void")
                    ]
                )
        assert answers[0] == answers[1]
        assert [level > 1, False, level > 2, level > 1] == answers[1]


def test_what_was_taken_from_the_model_before() -> None:
    """It is the same that the enforcer has."""
    answers = []
    for kind in (casbin.Enforcer, IndexedEnforcer):
        model = model_of(USUAL)
        lines, matcher = model["p"]["p"], model["m"]["m"]
        enforcer = kind(model)
        enforcer.add_policy("ana", "acme", "invoice", "read")
        said = [enforcer.enforce("ana", "acme", "invoice", "void")]
        lines.policy.append(["ana", "acme", "invoice", "void"])
        said.append(enforcer.enforce("ana", "acme", "invoice", "void"))
        matcher.value = "r_sub == p_sub && r_act == p_act"
        said.append(enforcer.enforce("ana", "beta", "invoice", "void"))
        answers.append(said)
    assert answers[0] == answers[1] == [False, True, True]


def test_lines_are_copied_when_they_come_in() -> None:
    """Who writes into a list that was added changes that list and no policy; Casbin keeps the list itself."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    line = ["eve", "acme", "invoice", "read"]
    for act in ("read", "void"):
        line[3] = act
        assert ours.add_policy(line)
    assert [["eve", "acme", "invoice", act] for act in ("read", "void")] == ours.get_filtered_policy(0, "eve")
    line[3] = "other"
    lines = [["eve", "acme", "log", "read"]]
    ours.get_policy().insert(0, lines[0])
    ours.get_policy()[1:2] = lines
    ours.update_policy(["eve", "acme", "invoice", "void"], line)
    lines[0][3] = line[3] = "write"
    assert [True, True, True, False, False] == [
        ours.enforce("eve", "acme", *asked)
        for asked in (
            ("invoice", "read"),
            ("invoice", "other"),
            ("log", "read"),
            ("log", "write"),
            ("invoice", "write"),
        )
    ]
    assert ours.has_policy("eve", "acme", "invoice", "other")
    assert not ours.has_policy("eve", "acme", "invoice", "write")


def test_lines_that_are_written_into_are_found_as_they_are() -> None:
    """By every call that looks for them, as in a stock enforcer."""
    answers = []
    for enforcer in both(USUAL, ROWS):
        said = [enforcer.has_policy("boss", "acme", "invoice", "void")]
        enforcer.get_implicit_permissions_for_user("ben", "acme")
        enforcer.get_policy()[1][3] = "write"
        said += [enforcer.has_policy("boss", "acme", "invoice", act) for act in ("void", "write")]
        said.append(enforcer.get_implicit_permissions_for_user("ben", "acme"))
        said.append(enforcer.get_implicit_users_for_resource("invoice"))
        said.append(enforcer.remove_policy("boss", "acme", "invoice", "void"))
        said.append(
            enforcer.update_policy(["boss", "acme", "invoice", "write"], ["boss", "acme", "log", "write"])
        )
        gone = enforcer.get_policy()
        said.append(enforcer.remove_filtered_policy(0, "clerk"))
        gone[0][0] = "ben"
        said += [gone == enforcer.get_policy(), ["ben", "acme", "invoice", "read"] in gone]
        gone.append(["ben", "acme", "x", "y"])
        said += [enforcer.get_policy(), enforcer.enforce("ben", "acme", "x", "y")]
        answers.append(said)
    assert answers[0] == answers[1]


class Words(list[str]):
    """A list, and not quite one."""


@pytest.mark.parametrize(
    "line", ["abcd", ("a", "b", "c", "d"), Words("abcd"), b"abcd", dict.fromkeys("abcd", "e")]
)
def test_lines_that_are_no_lists(line: Any) -> None:
    """They are what they are to a stock enforcer."""

    def results(enforcer: Any) -> list[Any]:
        calls: list[Callable[[], Any]] = [
            lambda: enforcer.add_policies([line]),
            lambda: enforcer.get_policy()[-1] == line or enforcer.get_policy().append(line),
            lambda: enforcer.enforce("a", "b", "c", "d"),
            lambda: enforcer.enforce_ex("a", "b", "c", "d"),
            lambda: enforcer.enforce_ex("ana", "acme", "invoice", "read"),
            lambda: line in enforcer.get_policy(),
            lambda: enforcer.remove_policies([line]),
            lambda: enforcer.enforce("a", "b", "c", "d"),
        ]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotIndexedWarning)
            return [outcome(call) for call in calls]

    stock, ours = both(USUAL, ROWS)
    assert results(stock) == results(ours)


def test_what_is_handed_out_can_be_written() -> None:
    """As YAML, as JSON and as a pickle, by those who ask for lists."""
    for enforcer in both(USUAL, ROWS):
        wanted = [rule for section, _, rule in ROWS if section == "p"]
        assert wanted == yaml.safe_load(yaml.safe_dump(enforcer.get_policy()))
        assert wanted[1:2] == yaml.safe_load(yaml.dump(enforcer.get_filtered_policy(0, "boss")))
        assert "[[" == yaml.dump(enforcer.get_policy(), default_flow_style=True, Dumper=yaml.Dumper)[:2]
        assert wanted == json.loads(json.dumps(enforcer.get_policy()))
        for loaded in (
            pickle.loads(pickle.dumps(enforcer.get_policy())),
            copy.deepcopy(enforcer.get_policy()),
        ):
            assert wanted == loaded
            assert {list} == {type(loaded), *map(type, loaded)}


# -- copies -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["the usual one", "no domains"])
@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda e: pickle.loads(pickle.dumps(e))])
def test_a_copy_answers_for_itself(copied: Callable[[Any], Any], model: str) -> None:
    """And what it shares with the one it was made of is what a stock copy shares."""
    rows, asked = ROWS, ("ana", "acme", "invoice", "read")
    if model == "no domains":
        rows = [("p", "p", ["clerk", "invoice", "read", "allow"]), ("g", "g", ["ana", "clerk"])]
        asked = ("ana", "invoice", "read")  # type: ignore[assignment]
    answers = []
    for enforcer in both(INDEXED[model], rows):
        stock = not isinstance(enforcer, IndexedEnforcer)
        if stock and "lambda" in repr(copied) and model == "the usual one":
            continue  # a stock enforcer with domains cannot be pickled
        if not stock:
            assert enforcer.enforce(*asked)
        other = copied(enforcer)
        said = [other.enforce(*asked), type(other) is type(enforcer), other.adapter is enforcer.adapter]
        other.enable_auto_save(False)
        other.remove_filtered_policy(0, "clerk")
        said += [each.enforce(*asked) for each in (other, enforcer)]
        other.set_model(model_of(INDEXED[model]))
        other.add_policy(*asked[:1], *asked[1:], *["allow"] * (model == "no domains"))
        said += [each.enforce(*asked) for each in (other, enforcer)]
        other.enable_enforce(False)
        said += [each.enforce("nobody", *asked[1:]) for each in (other, enforcer)]
        answers.append(said)
        if not stock:
            assert other._index is not enforcer._index
            assert other.indexed
    assert all(said == answers[0] for said in answers)
    assert answers[0][0]


def test_models_and_role_managers_can_be_copied() -> None:
    """Copies follow nobody, and nobody follows them until an enforcer has them."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    for model in (pickle.loads(pickle.dumps(ours.get_model())), copy.deepcopy(ours.get_model())):
        assert ours.get_policy() == model["p"]["p"].policy
        model["p"]["p"].policy.clear()
        model.add_def("m", "m", "r.sub == p.sub")
        other = IndexedEnforcer(model)
        other.add_policy("x", "acme", "y", "z")
        assert other.enforce("x", "acme", "y", "z")
    manager = pickle.loads(pickle.dumps(ours.get_role_manager()))
    assert ["clerk"] == manager.get_roles("ana", "acme")
    manager.add_link("ana", "boss", "acme")
    assert not ours.enforce("ana", "acme", "invoice", "void")
    assert ours.enforce("ana", "acme", "invoice", "read")


def test_a_line_of_the_wrong_size_is_left_again() -> None:
    """Casbin raises as long as it is there; then the index answers again."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    with pytest.warns(NotIndexedWarning, match="2 fields"):
        ours.add_policy("too", "short")
        with pytest.raises(RuntimeError, match="invalid policy size"):
            ours.enforce("eve", "acme", "invoice", "read")
    ours.remove_policy("too", "short")
    assert not ours.enforce("eve", "acme", "invoice", "read")
    assert ours.indexed


def test_two_enforcers_on_one_model() -> None:
    """Both see its lines."""
    model = model_of(USUAL)
    one, other = IndexedEnforcer(model), IndexedEnforcer(model)
    one.add_policy("ana", "acme", "invoice", "read")
    assert [True, True] == [each.enforce("ana", "acme", "invoice", "read") for each in (one, other)]
    other.remove_policy("ana", "acme", "invoice", "read")
    assert [False, False] == [each.enforce("ana", "acme", "invoice", "read") for each in (one, other)]


class Failing(MemoryAdapter):
    """An adapter that breaks off in the middle of reading."""

    broken = False

    def load_policy(self, model: Any) -> None:
        super().load_policy(model)
        if self.broken:
            raise OSError("gone")


def test_a_reload_that_fails_changes_nothing() -> None:
    """The exception is the adapter's; the answers are those from before."""
    adapter = Failing(ROWS)
    ours = indexed(USUAL, adapter)
    adapter.broken = True
    with pytest.raises(OSError, match="gone"):
        ours.load_policy()
    assert ours.enforce("ben", "acme", "invoice", "read")
    assert ours.indexed


def test_a_reload_does_not_follow_roles_down_the_stack() -> None:
    """A stock enforcer that was asked before copies its graphs, and fails."""
    draw = random.Random(1)
    rows = [("p", "p", ["r1", "acme", "data", "read"])]
    rows += [("g", "g", [f"u{n}", f"r{draw.randrange(200)}", "acme"]) for n in range(500) for _ in range(2)]
    stock, ours = both(USUAL, rows)
    stock.enforce("u1", "acme", "data", "read")
    with pytest.raises(RecursionError):
        stock.load_policy()
    ours.enforce("u1", "acme", "data", "read")
    ours.load_policy()
    assert ours.indexed


def test_a_filtered_file(tmp_path: Path) -> None:
    """A part of the policy, then one more part."""
    (tmp_path / "model.conf").write_text(USUAL)
    lines = [*ROWS, ("g", "g", ["ana", "clerk", "beta"])]
    (tmp_path / "policy.csv").write_text("".join(f"{n}, {', '.join(rule)}\n" for _, n, rule in lines))

    class Part:
        def __init__(self, domain: str) -> None:
            self.P, self.G = ["", domain], ["", "", domain]

    answers = []
    for kind in (casbin.Enforcer, IndexedEnforcer):
        enforcer = kind(str(tmp_path / "model.conf"), FilteredFileAdapter(str(tmp_path / "policy.csv")))
        answer = []
        for load in (
            "load_filtered_policy",
            "load_increment_filtered_policy",
            "load_increment_filtered_policy",
        ):
            getattr(enforcer, load)(Part("acme" if load == "load_filtered_policy" else "beta"))
            answer.append([enforcer.enforce("ana", dom, "invoice", "read") for dom in ("acme", "beta")])
        answers.append((answer, enforcer.get_policy()))
    assert answers[0] == answers[1]
    assert [[True, False], [True, True], [True, True]] == answers[1][0]


def test_a_casbin_rule_table(tmp_path: Path) -> None:
    """People keep their table and their adapter."""
    import sqlalchemy_adapter as adapters
    from sqlalchemy import create_engine

    answers = []
    for kind in (casbin.Enforcer, IndexedEnforcer):
        engine = create_engine(f"sqlite:///{tmp_path / kind.__name__}.db")
        enforcer = kind(model_of(USUAL), adapters.Adapter(engine))
        for _, name, rule in ROWS:
            (enforcer.add_policy if name == "p" else enforcer.add_grouping_policy)(*rule)
        enforcer.remove_policy("clerk", "acme", "invoice", "read")
        enforcer.add_role_for_user_in_domain("eve", "boss", "acme")
        enforcer.delete_role("nobody")
        said = []
        for each in (enforcer, kind(model_of(USUAL), adapters.Adapter(engine))):
            asked = [
                (sub, "acme", "invoice", act) for sub in ("ana", "ben", "eve") for act in ("read", "void")
            ]
            said.append(each.batch_enforce(asked))
        enforcer.load_policy()
        said.append(enforcer.batch_enforce(asked))
        answers.append(said)
        engine.dispose()
    assert answers[0] == answers[1]
    assert answers[0][0] == answers[0][1] == answers[0][2]


# -- threads, watchers, logs --------------------------------------------------------------------------------


def test_no_wrong_answer_while_the_policy_is_reloaded() -> None:
    """Four threads ask, one reloads and changes what they do not ask about."""
    rows = [("p", "p", [f"r{n % 20}", f"d{n % 5}", f"o{n}", "read"]) for n in range(400)]
    rows += [("g", "g", [f"u{n}", f"r{n % 20}", f"d{n % 5}"]) for n in range(100)]
    ours = indexed(USUAL, MemoryAdapter(rows))
    asked = [((f"u{n}", f"d{n % 5}", f"o{n % 20 + 20}", "read"), True) for n in range(0, 100, 5)]
    asked += [((f"u{n}", f"d{n % 5}", f"o{n % 20 + 21}", "read"), False) for n in range(0, 100, 5)]
    for one, expected in asked:
        assert ours.enforce(*one) is expected, one
    wrong: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        try:
            while not over.is_set():
                wrong.extend(one for one, expected in asked if ours.enforce(*one) is not expected)
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for n in range(25):
        ours.load_policy()
        ours.add_grouping_policy(f"new{n}", "r1", "d1")
        ours.add_policy(f"new{n}", "d1", "o1", "write")
        ours.remove_filtered_policy(0, f"new{n}")
        ours.delete_user(f"new{n}")
        ours.build_role_links()
    over.set()
    for thread in threads:
        thread.join()
    assert [] == wrong


class Watcher:
    """Notes what it is told, and that nobody has to wait for us meanwhile."""

    def __init__(self) -> None:
        self.enforcer: Any = None
        self.calls: list[Any] = []

    def update(self) -> None:
        self.calls.append("update")
        if isinstance(self.enforcer, IndexedEnforcer):
            other = threading.Thread(target=self.enforcer.load_policy, daemon=True)
            other.start()
            other.join(10)
            assert not other.is_alive(), "a reload in another thread waits for ever"

    def update_for_add_policy(self, section: str, name: str, rule: list[str]) -> None:
        self.calls.append((section, name, rule))
        self.update()


def test_watchers_are_told_the_same() -> None:
    """And without a lock held: a watcher may wait for another thread that reloads."""
    calls = []
    for enforcer in both(USUAL, ROWS):
        watcher = Watcher()
        watcher.enforcer = enforcer
        enforcer.set_watcher(watcher)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        enforcer.add_policies([["eve", "acme", "log", "read"]])
        enforcer.remove_policy("eve", "acme", "invoice", "read")
        enforcer.add_grouping_policy("eve", "boss", "acme")
        enforcer.delete_user("eve")
        enforcer.save_policy()
        assert enforcer.watcher is watcher
        enforcer.enable_auto_notify_watcher(False)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        calls.append(watcher.calls)
    assert calls[0] == calls[1]


@pytest.mark.parametrize("later", [False, True])
def test_decisions_are_logged_where_that_was_asked_for(later: bool) -> None:
    """In Casbin's words and levels, also if it was asked for when the enforcer was there."""
    logs = []
    try:
        for kind in (casbin.Enforcer, IndexedEnforcer):
            heard: list[str] = []
            enforcer = kind(model_of(USUAL), MemoryAdapter(ROWS), enable_log=not later)
            enforcer.enforce("ana", "acme", "invoice", "read")
            if later:
                enforcer.configure_logging()
            handler = logging.Handler()
            handler.emit = lambda record: heard.append(f"{record.levelname} {record.getMessage()}")  # type: ignore[method-assign]  # noqa: B023
            enforcer.logger.addHandler(handler)
            enforcer.logger.disabled = False
            enforcer.logger.setLevel(logging.INFO)
            enforcer.enforce("ana", "acme", "invoice", "read")
            enforcer.enforce("ana", "acme", "invoice", "void")
            enforcer.logger.removeHandler(handler)
            logs.append(heard)
    finally:
        casbin.util.log.disabled_logging()
    assert logs[0] == logs[1]
    assert 2 == len(logs[1])


def test_watchers_that_are_false_are_not_told() -> None:
    """A stock enforcer asks whether there is one by asking whether it is true."""

    class Silent(Watcher):
        def __bool__(self) -> bool:
            return False

    for enforcer in both(USUAL, ROWS):
        watcher = Silent()
        enforcer.set_watcher(watcher)
        enforcer.add_policy("eve", "acme", "invoice", "read")
        assert [] == watcher.calls


def test_watchers_are_told_when_the_change_is_there() -> None:
    """Whatever the change is."""
    ours = indexed(USUAL, MemoryAdapter(ROWS))
    seen = []

    class Looking(Watcher):
        def update(self) -> None:
            seen.append(ours.enforce("eve", "acme", "invoice", "read"))

    ours.set_watcher(Looking())
    ours.add_policy("eve", "acme", "invoice", "read")
    ours.remove_policies([["eve", "acme", "invoice", "read"]])
    ours.add_policies([["eve", "acme", "invoice", "read"]])
    ours.delete_user("eve")
    assert [True, False, True, False] == seen


def test_subclasses_decide() -> None:
    """One that overrides `enforce` is asked by the questions that ask many times."""

    class Mine(IndexedEnforcer):
        def enforce(self, *rvals: Any) -> bool:
            return rvals[0] == "root" or super().enforce(*rvals)

    ours = Mine(model_of(USUAL), MemoryAdapter([*ROWS, ("g", "g", ["root", "clerk", "beta"])]))
    asked = [("root", "acme", "x", "y"), ("ana", "acme", "invoice", "read"), ("ana", "acme", "x", "y")]
    assert [True, True, False] == ours.batch_enforce(asked)
    assert ["root"] == ours.get_implicit_users_for_permission("acme", "x", "y")


def test_a_decision_after_a_change_does_not_wait() -> None:
    """In a domain of 4,000 users, after any change: within a millisecond, the best of a few tries."""
    rows = [("p", "p", [f"r{n % 20}", "acme", f"o{n}", "read"]) for n in range(400)]
    rows += [("g", "g", [f"u{n}", f"r{n % 20}", "acme"]) for n in range(4000)]
    changes: list[Callable[[Any, int], Any]] = [
        lambda e, n: e.load_policy(),
        lambda e, n: e.build_role_links(),
        lambda e, n: e.add_grouping_policy(f"new{n}", "r1", "acme"),
        lambda e, n: e.remove_grouping_policy(f"new{n}", "r1", "acme"),
        lambda e, n: e.add_policy("r1", "acme", f"new{n}", "read"),
        lambda e, n: e.remove_filtered_policy(0, "r1", "acme", f"new{n}"),
        lambda e, n: e.update_policy(["r2", "acme", "o2", "read"], ["r2", "acme", "o2", "read"]),
        lambda e, n: e.delete_role(f"r{n + 10}"),
        lambda e, n: e.set_model(e.get_model()),
    ]
    ours = indexed(USUAL, MemoryAdapter(rows))
    for change in changes:
        taken = []
        for n in range(3):
            change(ours, n)
            started = time.perf_counter()
            ours.enforce(f"u{n}", "acme", "o1", "read")
            taken.append(time.perf_counter() - started)
        assert min(taken) < 0.001


def test_the_usual_policies_of_this_project() -> None:
    """`model.conf` with everything our compiler writes is in the family."""
    for name in ("livechat", "responso"):
        compiled = rolegate.load(source("policies") / name).compile()
        rows = [(section[0], section, list(line)) for section, line in compiled.lines]
        stock, ours = both(compiled.model_text, rows)
        assert ours.indexed
        draw = random.Random(name)
        columns: list[list[str]] = [sorted({line[n] for line in compiled.p}) for n in range(5)]
        columns[0] += sorted({link.sub for link in compiled.g})
        columns[1] = sorted({line[0] for line in compiled.g2}) or columns[1]
        for _ in range(150):
            line = draw.choice(list(compiled.p))
            asked = [
                value if draw.random() < 0.8 else draw.choice(column)
                for value, column in zip(line, columns, strict=False)
            ]
            asked[1] = draw.choice(columns[1])
            assert stock.enforce_ex(*asked) == ours.enforce_ex(*asked), asked
            assert stock.enforce(*asked) == ours.enforce(*asked), asked
