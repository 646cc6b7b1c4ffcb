"""Whole numbers that Python does not write as text are refused, by the check and by the criterion."""

from __future__ import annotations

import pytest

from compiled_checks import compiled_matches
from rolegate.records import Compare, Condition, Not, OfUser, RecordError, User, criterion, matches
from tickets import Ticket

LONG = 10**5000
GIVEN = User("ana", teams=("red",), attributes={"one": LONG, "negative": -LONG, "many": [1, LONG]})
CONDITIONS = [
    *(Compare(name, "eq", OfUser(asked)) for name in ("id", "team_id") for asked in ("one", "negative")),
    *(Compare(name, "in", OfUser("many")) for name in ("id", "team_id")),
    Compare("id", "lt", OfUser("one")),
    Compare("id", "lte", OfUser("one")),
    Compare("id", "gt", OfUser("negative")),
    Compare("id", "gte", OfUser("negative")),
]


@pytest.mark.parametrize("condition", CONDITIONS, ids=repr)
@pytest.mark.parametrize("value", [1, "1", LONG, None], ids=["number", "text", "long", "missing"])
def test_a_long_number_of_the_user_is_refused(condition: Compare, value: object) -> None:
    """Whatever the record has, and below a negation as well."""
    record = {condition.attribute: value}
    asked: Condition
    for asked in (condition, Not(condition)):
        with pytest.raises(RecordError, match="more than 600 digits"):
            matches(asked, record, GIVEN)
        with pytest.raises(RecordError, match="more than 600 digits"):
            compiled_matches(asked)(record, GIVEN)
        with pytest.raises(RecordError, match="more than 600 digits"):
            criterion(asked, Ticket, GIVEN)


@pytest.mark.parametrize(
    "condition",
    [
        Compare("id", "eq", OfUser("id")),
        Compare("id", "in", OfUser("teams")),
        Compare("id", "eq", 1),
        Compare("id", "eq", "1"),
        Compare("id", "lt", 1),
    ],
)
def test_a_long_number_of_a_record_is_refused(condition: Condition) -> None:
    """As an answer it would depend on a setting of Python."""
    with pytest.raises(RecordError, match="more than 600 digits"):
        matches(condition, {"id": LONG}, GIVEN)
    with pytest.raises(RecordError, match="more than 600 digits"):
        compiled_matches(condition)({"id": LONG}, GIVEN)


def test_numbers_beyond_databases_are_compared_as_ever() -> None:
    """A number of some hundred digits is above everything that a row has."""
    user = User("ana", attributes={"one": 10**500})
    assert matches(Compare("id", "lt", OfUser("one")), {"id": 1}, user)
    assert not matches(Compare("id", "eq", OfUser("one")), {"id": "1"}, user)
    assert "IS NOT NULL" in str(criterion(Compare("id", "lt", OfUser("one")), Ticket, user))
