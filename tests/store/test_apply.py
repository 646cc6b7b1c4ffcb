"""A set is applied to a store: all of it or nothing, once, and never what run time owns."""

from __future__ import annotations

import rolegate
from repository import ROOT
from rolegate.store.store import Store

RESPONSO = ROOT / "policies/responso"


def test_a_store_answers_as_the_files_do(store: Store) -> None:
    """What is read back compiles to the same policy."""
    change = store.apply(RESPONSO)
    assert (1, True) == (change.revision, change.changed)
    assert rolegate.load(RESPONSO).compile().policy_text == store.policy().compile().policy_text
    assert store.status().is_sound


def test_a_second_apply_writes_nothing(store: Store) -> None:
    """The revision stays."""
    store.apply(RESPONSO)
    again = store.apply(RESPONSO)
    assert (1, False, 0) == (again.revision, again.changed, again.items.number)
    store.create()
    assert 1 == store.status().head.revision
