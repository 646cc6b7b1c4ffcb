"""Where something is available: which kind, plan and add-ons a domain needs."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from rolegate.catalog.availability import EVERYWHERE, Availability

PRO = Availability(frozenset({"pro", "business"}))
SHOPS = Availability(kinds=frozenset({"shop", "site"}))
AI_OR_BOTS = Availability(choices=frozenset({frozenset({"ai", "bots"})}))
PRO_WITH_AI = Availability(frozenset({"pro"}), frozenset({"ai"}))


def test_a_domain_needs_one_of_the_plans_and_all_add_ons() -> None:
    """Other add-ons of the domain do no harm, and a domain without a plan is on none."""
    assert PRO_WITH_AI.includes(None, "pro", frozenset({"ai", "sms"}))
    assert not PRO_WITH_AI.includes(None, "pro", frozenset({"sms"}))
    assert not PRO_WITH_AI.includes(None, "business", frozenset({"ai"}))
    assert not PRO_WITH_AI.includes(None, None, frozenset({"ai"}))


def test_a_domain_has_to_be_of_one_of_the_kinds() -> None:
    """A domain without a kind is of none."""
    assert SHOPS.includes("shop", None, frozenset()) and SHOPS.exists_in("shop")
    assert not SHOPS.includes("firm", "pro", frozenset()) and not SHOPS.exists_in("firm")
    assert not SHOPS.includes(None, "pro", frozenset())


def test_one_of_several_add_ons_is_enough() -> None:
    """Any of them, and no other."""
    assert all(AI_OR_BOTS.includes(None, None, frozenset({name})) for name in ("ai", "bots"))
    assert not AI_OR_BOTS.includes(None, "pro", frozenset({"sms"}))
    both = Availability(addons=frozenset({"sms"}), choices=AI_OR_BOTS.choices)
    assert both.includes(None, None, frozenset({"ai", "sms"}))
    assert not both.includes(None, None, frozenset({"ai"}))
    assert "the add-on `ai` or `bots` and the add-on `sms`" == both.in_words
    assert not AI_OR_BOTS.everywhere


def test_a_choice_says_less_than_each_of_its_add_ons() -> None:
    """And less than a smaller choice."""
    ai = Availability(addons=frozenset({"ai"}))
    any_of_three = Availability(choices=frozenset({frozenset({"ai", "bots", "sms"})}))
    assert ai.implies(AI_OR_BOTS) and AI_OR_BOTS.implies(any_of_three) and AI_OR_BOTS.implies(EVERYWHERE)
    assert not AI_OR_BOTS.implies(ai) and not any_of_three.implies(AI_OR_BOTS)
    assert not EVERYWHERE.implies(AI_OR_BOTS)


def test_what_an_add_on_needs_comes_with_it() -> None:
    """A choice brings what each of its add-ons brings."""
    needs = {"ai": frozenset({"ai", "copilot"}), "bots": frozenset({"bots", "sms", "copilot"})}
    copilot = Availability(addons=frozenset({"copilot"}))
    sms = Availability(addons=frozenset({"sms"}))
    assert PRO_WITH_AI.implies(copilot, needs) and not PRO_WITH_AI.implies(copilot)
    assert AI_OR_BOTS.implies(copilot, needs) and not AI_OR_BOTS.implies(sms, needs)
    assert not copilot.implies(AI_OR_BOTS, needs)


@given(st.data())
def test_implies_is_about_the_domains_there_are(data: st.DataObject) -> None:
    """No domain that has what its add-ons need is one of these and not one of the others."""
    names = ("a", "b", "c", "d")
    some = st.frozensets(st.sampled_from(names), min_size=1, max_size=3)
    needs = {name: data.draw(some) | {name} for name in names if data.draw(st.booleans())}
    for _ in names:  # what is needed needs what it needs
        needs = {n: frozenset().union(*(needs.get(m, {m}) for m in needs[n])) for n in needs}
    one, other = (
        Availability(addons=data.draw(st.frozensets(st.sampled_from(names), max_size=2)), choices=choices)
        for choices in (data.draw(st.frozensets(some, max_size=3)) for _ in range(2))
    )
    subsets = (frozenset(chosen) for size in range(5) for chosen in combinations(names, size))
    domains = [held for held in subsets if all(needs.get(name, held) <= held for name in held)]
    expected = all(other.includes(None, None, held) for held in domains if one.includes(None, None, held))
    assert expected == one.implies(other, needs)


def test_what_needs_more_is_available_in_fewer_domains() -> None:
    """`implies` compares sets of domains."""
    assert PRO_WITH_AI.implies(PRO) and not PRO.implies(PRO_WITH_AI)
    assert PRO.implies(EVERYWHERE) and not EVERYWHERE.implies(PRO)
    assert EVERYWHERE.everywhere and not PRO.everywhere and not SHOPS.everywhere
    assert Availability(kinds=frozenset({"shop"})).implies(SHOPS) and SHOPS.implies(EVERYWHERE)
    assert not SHOPS.implies(Availability(kinds=frozenset({"shop"}))) and not EVERYWHERE.implies(SHOPS)
    assert SHOPS.meets(PRO) and not SHOPS.meets(Availability(kinds=frozenset({"firm"})))
    assert not PRO.meets(Availability(frozenset({"free"})))
    assert not SHOPS.implies(PRO) and not PRO.implies(SHOPS)


def test_what_is_needed_is_said_in_words() -> None:
    """Kinds first, then plans, in alphabetical order."""
    assert "a domain of kind `shop` or `site`" == SHOPS.in_words
    assert "the plan `business` or `pro`" == PRO.in_words
    assert "the plan `pro` and the add-on `ai`" == PRO_WITH_AI.in_words
