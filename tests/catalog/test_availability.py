"""Where something is available: which plans and add-ons a domain needs."""

from __future__ import annotations

from rolegate.catalog.availability import EVERYWHERE, Availability

PRO = Availability(frozenset({"pro", "business"}))
PRO_WITH_AI = Availability(frozenset({"pro"}), frozenset({"ai"}))


def test_a_domain_needs_one_of_the_plans_and_all_add_ons() -> None:
    """Other add-ons of the domain do no harm, and a domain without a plan is on none."""
    assert PRO_WITH_AI.includes("pro", frozenset({"ai", "sms"}))
    assert not PRO_WITH_AI.includes("pro", frozenset({"sms"}))
    assert not PRO_WITH_AI.includes("business", frozenset({"ai"}))
    assert not PRO_WITH_AI.includes(None, frozenset({"ai"}))


def test_what_needs_more_is_available_in_fewer_domains() -> None:
    """`implies` compares sets of domains."""
    assert PRO_WITH_AI.implies(PRO) and not PRO.implies(PRO_WITH_AI)
    assert PRO.implies(EVERYWHERE) and not EVERYWHERE.implies(PRO)
    assert EVERYWHERE.everywhere and not PRO.everywhere


def test_what_is_needed_is_said_in_words() -> None:
    """Plans first, in alphabetical order."""
    assert "the plan `business` or `pro`" == PRO.in_words
    assert "the plan `pro` and the add-on `ai`" == PRO_WITH_AI.in_words
