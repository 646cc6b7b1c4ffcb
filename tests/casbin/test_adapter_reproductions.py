"""What the Casbin SQLAlchemy adapter does to rules, seen on it and not on ours, on both databases."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import MultipleResultsFound, SQLAlchemyError
from sqlalchemy_adapter import Adapter as StockAdapter
from sqlalchemy_adapter.adapter import Filter

from adapter_tables import FIRST_MATCH, DisconnectedError, disconnected, enforcer, model_of, put, stored, take
from rolegate.casbin import Adapter, AdapterError, RulesChangedError

stock_and_ours = pytest.mark.parametrize("kind", [StockAdapter, Adapter], ids=["stock", "ours"])

ASK = ("bob", "t", "ticket", "delete")
DENY_OF_CARDS = ["bob", "t", "card", "export", "deny"]
DENY = [*ASK, "deny"]
ALLOW = [*ASK, "allow"]


def desk(rules: sa.Engine, kind: Any) -> Any:
    """An enforcer in which bob is an agent, and may not delete though agents may."""
    made = enforcer(kind(rules))
    made.add_policies([DENY_OF_CARDS, DENY, ALLOW, ["agent", "t", "ticket", "delete", "allow"]])
    made.add_grouping_policy("bob", "agent", "t")
    return made


@stock_and_ours
def test_a_batch_removes_what_it_names(rules: sa.Engine, kind: Any) -> None:
    """Stock removes every combination of the values: a deny goes with an allow, and bob may delete."""
    made = desk(rules, kind)
    assert made.remove_policies([DENY_OF_CARDS, ALLOW])
    assert not made.enforce(*ASK)
    made.load_policy()
    assert made.enforce(*ASK) == (kind is StockAdapter)


@stock_and_ours
def test_a_batch_of_rules_of_unequal_length_removes_what_it_names(rules: sa.Engine, kind: Any) -> None:
    """Stock compares as many values as the shortest rule has."""
    adapter = kind(rules)
    adapter.add_policies("p", "p", [["a", "1"], ["a", "1", "x"], ["a", "2"], ["b", "1", "y"]])
    adapter.remove_policies("p", "p", [["a", "2"], ["b", "1", "y"]])
    kept = [("p", "a", "1"), ("p", "a", "1", "x")]
    assert stored(rules) == ([] if kind is StockAdapter else kept)


@stock_and_ours
def test_a_removal_is_of_a_whole_rule(rules: sa.Engine, kind: Any) -> None:
    """Stock removes all that begins like it."""
    adapter = kind(rules)
    adapter.add_policies("p", "p", [[*ASK], [*ASK, "deny"]])
    adapter.remove_policy("p", "p", [*ASK])
    assert stored(rules) == ([] if kind is StockAdapter else [("p", *ASK, "deny")])


@stock_and_ours
def test_a_filter_without_values_removes_nothing(rules: sa.Engine, kind: Any) -> None:
    """Stock removes every rule of the section, where a name was empty by mistake."""
    made = desk(rules, kind)
    if kind is StockAdapter:
        assert made.remove_filtered_policy(0, "")
        assert stored(rules) == [("g", "bob", "agent", "t")]
        return
    before = stored(rules), sorted(made.get_policy())
    with pytest.raises(AdapterError, match="every value is empty"):
        made.remove_filtered_policy(0, "")
    with pytest.raises(AdapterError, match="6 columns, counted from 0, and not 1 from column -1"):
        made.remove_filtered_policy(-1, "deny")
    assert before == (stored(rules), sorted(made.get_policy()))


@stock_and_ours
def test_update_filtered_policies_updates_the_table(rules: sa.Engine, kind: Any) -> None:
    """Stock fails inside, and Casbin goes on without a word."""
    made = desk(rules, kind)
    answer = made.update_filtered_policies([["bob", "t", "ticket", "read", "allow"]], 0, "bob")
    assert answer is True
    assert [["bob", "t", "ticket", "read", "allow"]] == made.get_filtered_policy(0, "bob")
    of_bob = [rule[1:] for rule in stored(rules) if rule[:2] == ("p", "bob")]
    expected = [tuple(ALLOW), tuple(DENY), tuple(DENY_OF_CARDS)]
    if kind is Adapter:
        expected = [("bob", "t", "ticket", "read", "allow")]
    assert sorted(expected) == of_bob


@stock_and_ours
def test_update_filtered_policies_says_what_went_wrong(rules: sa.Engine, kind: Any) -> None:
    """Casbin swallows whatever that call raises; ours is raised all the same, and memory stays as it was."""
    made = desk(rules, kind)
    before = sorted(made.get_policy())
    if kind is StockAdapter:
        assert made.update_filtered_policies([["x"] * 7], 0, "bob")
        assert before != sorted(made.get_policy())
        return
    with pytest.raises(AdapterError, match="this one has 7"):
        made.update_filtered_policies([["x"] * 7], 0, "bob")
    with disconnected(rules), pytest.raises(DisconnectedError):
        made.update_filtered_policies([["bob", "t", "ticket", "read", "allow"]], 0, "bob")
    assert before == sorted(made.get_policy())
    assert before == sorted([*rule[1:]] for rule in stored(rules) if rule[0] == "p")


@stock_and_ours
def test_a_batch_is_added_whole_or_not_at_all(rules: sa.Engine, kind: Any) -> None:
    """Stock commits each rule by itself, and keeps those before the one that fails."""
    made = enforcer(kind(rules))
    batch: list[list[Any]] = [["a", "t", "x", "y", "allow"], ["b", "t", "x", "y", "allow"], ["c", {}]]
    with pytest.raises((SQLAlchemyError, AdapterError)):
        made.add_policies(batch)
    assert made.get_policy() == []
    assert len(stored(rules)) == (2 if kind is StockAdapter else 0)


@stock_and_ours
def test_a_batch_may_name_rules_that_are_there(rules: sa.Engine, kind: Any) -> None:
    """Stock has no such call, so that Casbin adds nothing and answers False."""
    made = desk(rules, kind)
    assert made.add_policies_ex([ALLOW, ["eve", "t", "ticket", "read", "allow"]]) == (kind is Adapter)
    assert len(stored(rules)) == (6 if kind is Adapter else 5)


@stock_and_ours
def test_a_name_with_commas_is_a_name(rules: sa.Engine, kind: Any) -> None:
    """Stock joins the columns and splits the text again: whoever chooses that name makes bob an admin."""
    made = enforcer(kind(rules))
    made.add_policy("admin", "t1", "ticket", "delete", "allow")
    made.add_grouping_policy("bob, admin, t1", "agent", "t1")
    made.load_policy()
    assert made.enforce("bob", "t1", "ticket", "delete") == (kind is StockAdapter)


@stock_and_ours
@pytest.mark.parametrize("name", ["a) b", "a]", "(a", "[a", " a", "a ", "\ta", "#a", "a\n", ""])
def test_a_name_is_loaded_as_it_was_stored(rules: sa.Engine, kind: Any, name: str) -> None:
    """Stock cannot load a closing bracket, which stops every server, and reads on behind an opening one."""
    made = enforcer(kind(rules))
    made.add_policy(name, "t", "ticket", "read", "allow")
    before = made.enforce(name, "t", "ticket", "read")
    try:
        made.load_policy()
        after = made.get_policy(), made.enforce(name, "t", "ticket", "read")
    except (IndexError, RuntimeError):
        after = None, False
    kept = [[name, "t", "ticket", "read", "allow"]], before
    assert before
    assert (kept == after) == (kind is Adapter or name in {"", "#a"})


@stock_and_ours
def test_a_row_with_a_gap_is_no_rule(rules: sa.Engine, kind: Any) -> None:
    """Stock leaves out the column that has no value, and those behind it move up."""
    adapter = kind(rules)
    put(rules, [("p", "bob", None, "t", "ticket", "delete", "allow")])
    if kind is StockAdapter:
        assert enforcer(adapter).get_policy() == [["bob", "t", "ticket", "delete", "allow"]]
        return
    with pytest.raises(AdapterError, match="row 1 is not a rule"):
        enforcer(adapter)


@stock_and_ours
def test_a_number_is_no_value(rules: sa.Engine, kind: Any) -> None:
    """Stock stores it as a text, and Casbin goes on with the number until the next load."""
    made = enforcer(kind(rules))
    with pytest.raises((TypeError, SQLAlchemyError, AdapterError)):
        made.add_policy("bob", "t", "ticket", 7, "allow")
    assert len(stored(rules)) == len(made.get_policy()) == (kind is StockAdapter)


@stock_and_ours
def test_a_seventh_value_is_refused(rules: sa.Engine, kind: Any) -> None:
    """Stock leaves it out without a word."""
    adapter = kind(rules)
    rule = ["a", "b", "c", "d", "e", "f", "deny"]
    if kind is StockAdapter:
        adapter.add_policy("p", "p", rule)
        assert stored(rules) == [("p", *rule[:6])]
        return
    with pytest.raises(AdapterError, match="one to 6 values, and this one has 7"):
        adapter.add_policy("p", "p", rule)
    assert stored(rules) == []


@stock_and_ours
def test_a_long_value_is_refused_by_both_databases(rules: sa.Engine, kind: Any) -> None:
    """Stock stores it on SQLite and fails on PostgreSQL."""
    adapter = kind(rules)
    adapter.add_policy("p", "p", ["é" * 255])
    refused = kind is Adapter or rules.dialect.name == "postgresql"
    try:
        adapter.add_policy("p", "p", ["é" * 256])
    except (AdapterError, SQLAlchemyError) as error:
        assert refused
        assert isinstance(error, AdapterError) == (kind is Adapter)
    assert len(stored(rules)) == (1 if refused else 2)


def of_tenant(name: str) -> Any:
    chosen = Filter()
    chosen.ptype, chosen.v1 = ["p"], [name]
    return chosen


@stock_and_ours
def test_a_part_that_was_loaded_is_not_saved_as_the_whole(rules: sa.Engine, kind: Any) -> None:
    """Stock removes the rules of all other tenants."""
    adapter = kind(rules)
    put(rules, [("p", "a", "t1", "x", "y", "allow"), ("p", "b", "t2", "x", "y", "allow")])
    made = enforcer(adapter)
    made.load_filtered_policy(of_tenant("t1"))
    if kind is StockAdapter:
        adapter.save_policy(made.get_model())
        assert len(stored(rules)) == 1
        return
    with pytest.raises(AdapterError, match="only a part of the table was loaded"):
        adapter.save_policy(made.get_model())
    assert len(stored(rules)) == 2


@stock_and_ours
def test_a_policy_is_whole_again_once_it_was_loaded(rules: sa.Engine, kind: Any) -> None:
    """Stock says for ever that a part was loaded, so that Casbin refuses to save."""
    made = enforcer(kind(rules))
    made.load_filtered_policy(of_tenant("t1"))
    assert made.is_filtered()
    made.load_policy()
    assert made.is_filtered() == (kind is StockAdapter)


@stock_and_ours
def test_a_filter_that_overlaps_another_loads_no_rule_twice(rules: sa.Engine, kind: Any) -> None:
    """With stock the rule is in memory twice, so that removing it once removes nothing."""
    adapter = kind(rules)
    put(rules, [("p", "a", "t1", "x", "y", "allow")])
    made = enforcer(adapter)
    made.load_filtered_policy(of_tenant("t1"))
    made.load_increment_filtered_policy(of_tenant("t1"))
    made.remove_policy("a", "t1", "x", "y", "allow")
    assert made.enforce("a", "t1", "x", "y") == (kind is StockAdapter)
    assert len(stored(rules)) == (kind is StockAdapter)


@stock_and_ours
def test_a_stale_policy_is_not_saved(rules: sa.Engine, kind: Any) -> None:
    """Stock removes what others have added since, and brings back what they have revoked."""
    made = desk(rules, kind)
    other = enforcer(kind(rules))
    other.remove_grouping_policy("bob", "agent", "t")
    other.add_policy("eve", "t", "ticket", "read", "deny")
    now = stored(rules)
    if kind is StockAdapter:
        made.save_policy()
        assert ("g", "bob", "agent", "t") in stored(rules)
        assert ("p", "eve", "t", "ticket", "read", "deny") not in stored(rules)
        return
    with pytest.raises(RulesChangedError, match="others have changed the table since"):
        made.save_policy()
    assert now == stored(rules)
    made.load_policy()
    assert made.save_policy() is None
    assert now == stored(rules)


@stock_and_ours
def test_a_rule_is_stored_once(rules: sa.Engine, kind: Any) -> None:
    """With stock two writers store it twice, and an update fails after it has changed memory."""
    first, second = enforcer(kind(rules)), enforcer(kind(rules))
    for made in (first, second):
        assert made.add_policy("a", "t", "x", "y", "allow")
    old, new = ["a", "t", "x", "y", "allow"], ["a", "t", "x", "y", "deny"]
    if kind is StockAdapter:
        assert len(stored(rules)) == 2
        with pytest.raises(MultipleResultsFound):
            first.update_policy(old, new)
        assert first.get_policy() == [new]
        return
    assert stored(rules) == [("p", *old)]
    assert first.update_policy(old, new)
    assert stored(rules) == [("p", *new)]


@stock_and_ours
def test_a_section_that_the_model_does_not_define_is_not_passed_over(rules: sa.Engine, kind: Any) -> None:
    """Stock loads the rest, without the rules that deny something."""
    adapter = kind(rules)
    put(rules, [("p2", "bob", "t", "ticket", "read", "deny")])
    if kind is StockAdapter:
        assert enforcer(adapter).get_policy() == []
        return
    with pytest.raises(AdapterError, match="rules of 'p2', which the model does not define"):
        enforcer(adapter)


@stock_and_ours
def test_a_role_that_somebody_else_has_taken_away_can_be_taken_away(rules: sa.Engine, kind: Any) -> None:
    """Stock says that it was not there, so that Casbin keeps it in memory, and bob stays an admin."""
    made = enforcer(kind(rules))
    made.add_policy("admin", "t", "ticket", "delete", "allow")
    made.add_grouping_policy("bob", "admin", "t")
    take(rules, ("g", "bob", "admin", "t"))
    made.remove_grouping_policy("bob", "admin", "t")
    assert made.enforce(*ASK) == (kind is StockAdapter)


@stock_and_ours
def test_a_removal_that_fails_is_undone_in_memory(rules: sa.Engine, kind: Any) -> None:
    """With stock Casbin forgets a deny that it could not remove: bob may delete until the next load."""
    made = desk(rules, kind)
    with disconnected(rules), pytest.raises(DisconnectedError):
        made.remove_policy(*DENY)
    with disconnected(rules), pytest.raises(DisconnectedError):
        made.remove_filtered_policy(0, "bob", "t", "card")
    assert len(stored(rules)) == 5
    assert made.enforce(*ASK) == (kind is StockAdapter)
    assert len(made.get_policy()) == (2 if kind is StockAdapter else 4)


@stock_and_ours
def test_the_first_match_is_the_same_after_an_update(rules: sa.Engine, kind: Any) -> None:
    """Stock loads in no order, and PostgreSQL gives last what was updated last."""
    made = enforcer(kind(rules), FIRST_MATCH)
    made.add_policies([["bob", "t", "ticket", "void", "deny"], [*ASK, "allow"]])
    made.update_policy(["bob", "t", "ticket", "void", "deny"], [*ASK, "deny"])
    assert not made.enforce(*ASK)
    made.load_policy()
    assert made.enforce(*ASK) == (kind is StockAdapter and rules.dialect.name == "postgresql")


@stock_and_ours
def test_a_model_from_elsewhere_does_not_replace_a_table(rules: sa.Engine, kind: Any) -> None:
    """Stock removes all that is there."""
    adapter = kind(rules)
    model = model_of()
    model.add_policy("p", "p", ["a", "t", "x", "y", "allow"])
    adapter.save_policy(model)
    model = model_of()
    if kind is StockAdapter:
        adapter.save_policy(model)
        assert stored(rules) == []
        return
    with pytest.raises(RulesChangedError, match="1 rules that were never loaded into this model"):
        adapter.save_policy(model)
    assert len(stored(rules)) == 1
