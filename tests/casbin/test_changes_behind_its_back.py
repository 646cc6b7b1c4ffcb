"""What is changed in the model, in its lines or in a function without a call of the enforcer is seen."""

import copy
import json
import pickle
import warnings
from collections.abc import Callable
from typing import Any

import casbin
import pytest
import yaml
from casbin.util import key_match_func

from invoices import ROWS, USUAL, USUAL_MATCHER
from plain.casbin_models import ALLOW, DENY, FALLBACK, INDEXED, both, indexed, model_of, outcome
from plain.memory_adapter import MemoryAdapter
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning


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
        lambda e: setattr(e.model["g"]["g"], "rm", casbin.rbac.default_role_manager.DomainManager(10)),
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
        for request in asked:
            assert outcome(lambda: stock.enforce(*request)) == outcome(lambda: ours.enforce(*request))  # noqa: B023


def test_a_function_that_is_put_in_its_dictionary_is_seen() -> None:
    """Casbin's own `enforce` also writes there; that changes nothing."""
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
            for links in manager.rm_map.values():
                links.max_hierarchy_level = level
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
