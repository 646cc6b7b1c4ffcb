"""Copies of an enforcer, of its model and of its role managers, and enforcers that share a model."""

import copy
import pickle
from collections.abc import Callable
from typing import Any

import pytest

from invoices import ROWS, USUAL
from plain.casbin_models import INDEXED, both, indexed, model_of
from plain.memory_adapter import MemoryAdapter
from rolegate.casbin import IndexedEnforcer, NotIndexedWarning


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
        said += [either.enforce(*asked) for either in (other, enforcer)]
        other.set_model(model_of(INDEXED[model]))
        other.add_policy(*asked[:1], *asked[1:], *["allow"] * (model == "no domains"))
        said += [either.enforce(*asked) for either in (other, enforcer)]
        other.enable_enforce(False)
        said += [either.enforce("nobody", *asked[1:]) for either in (other, enforcer)]
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
    assert [True, True] == [either.enforce("ana", "acme", "invoice", "read") for either in (one, other)]
    other.remove_policy("ana", "acme", "invoice", "read")
    assert [False, False] == [either.enforce("ana", "acme", "invoice", "read") for either in (one, other)]
