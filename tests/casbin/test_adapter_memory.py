"""An adapter knows what was loaded from its table, so that memory and table stay alike."""

from __future__ import annotations

import gc
import weakref
from typing import Any

import pytest
import sqlalchemy as sa

from adapter_tables import (
    EDIT,
    FIRST_MATCH,
    READ,
    VOID,
    DisconnectedError,
    disconnected,
    enforcer,
    indexed,
    nothing_collected,
    stored,
    take,
)
from rolegate.casbin import Adapter, AdapterError, RulesChangedError


def test_a_shared_adapter_undoes_nothing(rules: sa.Engine) -> None:
    """One enforcer adds what the other does not have in memory; the other may not save that away."""
    adapter = Adapter(rules)
    first, second = enforcer(adapter), enforcer(adapter)
    first.add_policy(*READ)
    with pytest.raises(RulesChangedError, match="another enforcer has written through this adapter"):
        second.save_policy()
    second.load_policy()
    second.save_policy()
    assert stored(rules) == [("p", *READ)]


def test_a_rule_added_with_auto_save_may_be_removed_without(rules: sa.Engine) -> None:
    """An enforcer with an adapter of its own knows what it wrote."""
    made = enforcer(Adapter(rules))
    made.add_policies([READ, EDIT])
    made.enable_auto_save(False)
    made.remove_policy(*READ)
    made.save_policy()
    assert stored(rules) == [("p", *EDIT)]


@pytest.mark.parametrize("kind", [enforcer, indexed])
def test_a_model_that_is_not_collected_yet_refuses_nothing(rules: sa.Engine, kind: Any) -> None:
    """The error of an earlier call can hold one; it knows what was there then."""
    made = kind(Adapter(rules))

    def changed_and_loaded(rule: list[str]) -> None:
        loop: list[Any] = [made.get_model()]
        loop.append(loop)
        take(rules, ("p", *rule))
        made.load_policy()

    with nothing_collected():
        made.add_policies([READ, EDIT, VOID])
        changed_and_loaded(VOID)
        assert made.update_policy(EDIT, VOID)
        changed_and_loaded(READ)
        assert made.update_filtered_policies([READ, EDIT], 0, "ana")
        made.enable_auto_save(False)
        made.remove_policy(*READ)
        loop: list[Any] = [kind(made.get_adapter()).get_model()]
        loop.append(loop)
        del loop
        made.save_policy()
    assert made.get_policy() == [EDIT]
    assert stored(rules) == [("p", *EDIT)]


@pytest.mark.parametrize("kind", [enforcer, indexed])
def test_casbin_gives_the_roles_of_a_batch_that_it_refuses(rules: sa.Engine, kind: Any) -> None:
    """It asks no adapter when one of them is there already, and links them all: until the next load."""
    made = kind(Adapter(rules))
    made.add_policy("admin", *READ[1:])
    known, new = ["bob", "admin", "t"], ["ana", "admin", "t"]
    made.add_grouping_policy(*known)
    assert not made.enforce(*READ[:4])
    assert not made.add_grouping_policies([new, known])
    assert made.get_grouping_policy() == [known]
    assert stored(rules) == [("g", *known), ("p", "admin", *READ[1:])]
    assert made.enforce(*READ[:4])
    assert not kind(Adapter(rules)).enforce(*READ[:4])
    made.load_policy()
    assert not made.enforce(*READ[:4])


@pytest.mark.parametrize("kind", [enforcer, indexed])
def test_a_model_that_is_no_longer_used_is_forgotten(rules: sa.Engine, kind: Any) -> None:
    """A load leaves nothing behind of the one before."""
    adapter = Adapter(rules)
    adapter.add_policy("p", "p", READ)
    made = kind(adapter)
    before = weakref.ref(made.get_model())
    made.load_policy()
    gc.collect()
    assert before() is None
    assert len(adapter._policies.models.all()) == 1


def test_a_filter_that_fails_leaves_nothing_to_save(rules: sa.Engine) -> None:
    """The enforcer has forgotten its policy before it asks; to save that would empty the table."""
    adapter = Adapter(rules)
    adapter.add_policies("p", "p", [READ, EDIT])
    made = enforcer(adapter)
    for wrong in (None, object(), type("Wanted", (), {"v0": "ana"})(), type("Wanted", (), {"v0": [None]})()):
        with pytest.raises(AdapterError, match=r"of a filter is|a filter has"):
            made.load_filtered_policy(wrong)
        with pytest.raises(RuntimeError, match="cannot save a filtered policy"):
            made.save_policy()
        with pytest.raises(RulesChangedError):
            adapter.save_policy(made.get_model())
    assert len(stored(rules)) == 2


def test_an_update_to_a_rule_that_is_there_is_refused(rules: sa.Engine) -> None:
    """In memory the rule would be there twice, and removing it once would leave it."""
    made = enforcer(Adapter(rules))
    made.add_policies([READ, EDIT])
    with pytest.raises(AdapterError, match="there already"):
        made.update_policy(READ, EDIT)
    assert made.get_policy() == [READ, EDIT]
    take(rules, ("p", *EDIT))
    with pytest.raises(AdapterError, match="there already"):
        made.update_policy(READ, EDIT)
    with pytest.raises(AdapterError, match="there already"):
        made.update_filtered_policies([EDIT, VOID], 3, "read")
    assert made.get_policy() == [READ, EDIT]
    with pytest.raises(AdapterError, match="none is named twice"):
        made.update_policies([READ, READ], [VOID, EDIT])
    with pytest.raises(AdapterError, match="none is named twice"):
        made.update_policies([READ, EDIT], [READ, READ])
    assert made.get_policy() == [READ, EDIT]


def test_an_update_of_what_others_have_removed_is_refused(rules: sa.Engine) -> None:
    """It would bring back what they took away."""
    made = enforcer(Adapter(rules))
    made.add_policies([READ, EDIT])
    take(rules, ("p", *READ))
    with pytest.raises(RulesChangedError, match="others have removed what is to be updated"):
        made.update_policies([EDIT, READ], [VOID, ["ana", "t", "ticket", "print", "allow"]])
    for old, new in (([READ], [READ]), ([READ, EDIT], [READ, VOID])):
        with pytest.raises(RulesChangedError, match="others have removed what is to be updated"):
            made.update_policies(old, new)
    with pytest.raises(RulesChangedError, match="others have changed what matches"):
        made.update_filtered_policies([VOID], 0, "ana")
    assert made.get_policy() == [READ, EDIT]
    assert stored(rules) == [("p", *EDIT)]


def test_what_fails_is_put_back_where_it_was(rules: sa.Engine) -> None:
    """Where the first match decides, the order is that of the table."""
    deny = ["ana", "t", "ticket", "read", "deny"]
    made = enforcer(Adapter(rules), FIRST_MATCH)
    made.add_policies([deny, READ, EDIT])
    calls: tuple[Any, ...] = (
        lambda: made.remove_policy(*deny),
        lambda: made.remove_policies([READ, deny]),
        lambda: made.remove_filtered_policy(4, "deny"),
        lambda: made.update_policy(deny, VOID),
        lambda: made.update_policies([deny, READ], [READ, deny]),
    )
    for failing in calls:
        with disconnected(rules), pytest.raises(DisconnectedError):
            failing()
        assert made.get_policy() == [deny, READ, EDIT]
        assert not made.enforce(*READ[:4])


def test_the_order_of_a_model_is_saved_where_the_first_match_decides(rules: sa.Engine) -> None:
    """Rows that are in order stay; the others are written anew behind them."""
    deny = ["ana", "t", "ticket", "read", "deny"]
    made = enforcer(Adapter(rules), FIRST_MATCH)
    made.add_policies([EDIT, READ, deny])
    made.get_model().model["p"]["p"].policy[:] = [EDIT, deny, READ]
    made.save_policy()
    made.load_policy()
    assert made.get_policy() == [EDIT, deny, READ]
    assert not made.enforce(*READ[:4])
    with rules.connect() as connection:
        numbers = connection.execute(sa.text("select v3, id from casbin_rule where v3 = 'edit'")).all()
    assert [tuple(row) for row in numbers] == [("edit", 1)]
