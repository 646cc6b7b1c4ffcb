"""Random people administer tenants in a store: what holds for the pure rules holds there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from administered_desk import SUMMER, WINTER
from administered_walks import Step
from drawing import some
from rolegate.store.history import verify_history
from rolegate.store.store import Store
from stored_walks import apply_shared, same_documents, stored_walk


def test_a_store_refuses_and_makes_what_the_pure_rules_do(store: Store, tmp_path: Path) -> None:
    """After each change rows and digests are as documents say, and documents as the change says.

    So an apply of what all tenants share has no rule to write, and neither has it at each moment at which
    lines begin or end, once they are refreshed.
    """
    last: Step | None = None
    made = 0
    for number, step in enumerate(stored_walk(store, tmp_path / "set", seed=3, steps=some(450, 30))):
        if last is not None and number % 5 == 0:
            same_documents(store, (step.before if step.refusals else step.after).documents)
            assert store.status().is_sound
        made += not step.refusals
        last = step
    assert made > 1
    written = apply_shared(store, tmp_path / "set").rules
    assert (0, 0, True) == (len(written.added), len(written.removed), store.status().is_sound)
    for moment in (SUMMER, WINTER):
        at = date.fromisoformat(moment)
        store.refresh(at=at)
        assert store.status(at=at).is_sound
    with store.engine.connect() as connection:
        assert verify_history(connection, store.tables).ok
