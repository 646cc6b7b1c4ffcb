"""Where something is available: which kind, plan and add-ons a domain needs."""

from __future__ import annotations

from rolegate.catalog.availability import EVERYWHERE, Availability

PRO = Availability(frozenset({"pro", "business"}))
SHOPS = Availability(kinds=frozenset({"shop", "site"}))
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
