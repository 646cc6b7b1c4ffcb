"""Models, functions and role managers that no index is made for: Casbin answers."""

import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import casbin
import pytest
from casbin.util import key_match2_func, key_match_func

from invoices import ROWS, USUAL
from plain.casbin_models import ALLOW, DENY, FALLBACK, INDEXED, both, model_of, outcome
from plain.memory_adapter import MemoryAdapter, Row
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning


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
        assert [stock.enforce(*request) for request in asked] == ours.batch_enforce(asked)
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
        answers.append([enforcer.get_implicit_permissions_for_user(*request) for request in asked])
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
    """Once Casbin also asks it."""

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
    changed(lambda e: e.set_model(model_of(FALLBACK["keyMatch5"][0])), "keyMatch5")
    changed(lambda e: e.enable_enforce(False), None)
    changed(lambda e: (e.enable_enforce(False), e.enable_enforce(True)), None)


def test_a_model_from_a_file_is_loaded_again(tmp_path: Path) -> None:
    """And what is in it then holds."""
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


def test_subclasses_decide() -> None:
    """One that overrides `enforce` is asked by the questions that ask many times."""

    class Mine(IndexedEnforcer):
        def enforce(self, *rvals: Any) -> bool:
            return rvals[0] == "root" or super().enforce(*rvals)

    ours = Mine(model_of(USUAL), MemoryAdapter([*ROWS, ("g", "g", ["root", "clerk", "beta"])]))
    asked = [("root", "acme", "x", "y"), ("ana", "acme", "invoice", "read"), ("ana", "acme", "x", "y")]
    assert [True, True, False] == ours.batch_enforce(asked)
    assert ["root"] == ours.get_implicit_users_for_permission("acme", "x", "y")
